// SPDX-License-Identifier: Apache-2.0
#include "report/model.h"

#include <algorithm>

#include "report/parts.h"
#include "report/shape.h"

namespace dengce::report {

using assessment::Snapshot;
using office::Record;

void set_counts(Record& row, const assessment::VerdictCounts& counts) {
  const auto rate = rate_of(counts);
  row.set("total", std::to_string(counts.total()))
      .set("applicable", std::to_string(applicable(counts)))
      .set("compliant", std::to_string(counts.compliant))
      .set("partial", std::to_string(counts.partial))
      .set("non_compliant", std::to_string(counts.non_compliant))
      .set("not_applicable", std::to_string(counts.not_applicable))
      .set("pending", std::to_string(counts.pending))
      .set("rate", or_nothing(rate));
}

Record row_of(const Record& model, std::string_view list) {
  return Record(office::rows_of(model.shape(), list));
}

bool carries_no_records(const assessment::SnapshotObject& object) {
  return object.asset_table == "安全相关人员" || object.asset_table == "安全管理文档";
}

Result<Record> build_model(const Snapshot& snapshot, std::string_view scheme) {
  const auto result = std::find_if(snapshot.schemes.begin(),
                                   snapshot.schemes.end(),
                                   [&](const auto& each) { return each.scheme == scheme; });
  if (result == snapshot.schemes.end()) {
    return fail(ErrorCode::failed_precondition,
                "快照中没有 " + std::string(scheme) + " 版的计算结果，无法生成报告");
  }
  Source source{snapshot, *result, {}, {}};
  source.by_object.resize(snapshot.objects.size());
  source.by_item.resize(snapshot.items.size());
  for (const auto& record : snapshot.records) {
    if (record.object >= snapshot.objects.size() || record.item >= snapshot.items.size()) {
      return fail(ErrorCode::data_corrupt, "快照中的测评记录指向不存在的对象或测评项");
    }
    source.by_object[record.object].push_back(&record);
    source.by_item[record.item].push_back(&record);
  }
  Record model(report_shape());
  fill_front(source, model);
  fill_conclusion(source, model);
  fill_indicators(source, model);
  fill_objects(source, model);
  fill_layers(source, model);
  fill_results(source, model);
  fill_problems(source, model);
  fill_records(source, model);
  return model;
}

}  // namespace dengce::report
