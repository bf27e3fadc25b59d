// SPDX-License-Identifier: Apache-2.0
// Snapshots for tests and measurements, made through the same builder as real ones. Names and
// verdicts are invented and follow from positions, so every run sees the same snapshot.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "assessment/snapshot_builder.h"

namespace dengce::report::test {

struct FixtureOptions {
  int level = 3;
  std::string sag = "S3A3";
  std::string extensions;
  int servers = 3;
  bool pending = true;
  bool problems = true;  // records that are not compliant
  bool demo = true;
};

inline assessment::AssessmentObject object(const std::string& id,
                                           const std::string& object_class,
                                           const std::string& name,
                                           const std::string& asset_table,
                                           std::map<std::string, std::string> attributes = {},
                                           bool selected = true) {
  assessment::AssessmentObject made;
  made.id = id;
  made.reference = id;
  made.object_class = object_class;
  made.name = name;
  made.asset_table = asset_table;
  made.importance = "重要";
  made.attributes = std::move(attributes);
  made.selected = selected;
  made.origin = "people";
  return made;
}

inline std::vector<assessment::AssessmentObject> fixture_objects(int servers) {
  std::vector<assessment::AssessmentObject> objects{
      object("room", "物理机房", "示例机房", "物理机房", {{"物理位置", "示例大厦三层"}}),
      object("network", "网络拓扑/网络整体", "示例网络整体", ""),
      object("border", "区域边界", "示例互联网边界", ""),
      object("switch", "网络设备", "示例核心交换机", "网络设备", {{"品牌型号", "示例型号 X1"}}),
      object("firewall", "安全设备", "示例防火墙", "安全设备", {{"用途", "边界访问控制"}})};
  for (int i = 1; i <= servers; ++i) {
    auto server = object("server-" + std::to_string(i),
                         "服务器",
                         "示例服务器" + std::to_string(i),
                         "服务器/存储设备",
                         {{"操作系统及版本", "Debian 12"}, {"是否虚拟", "是"}});
    server.origin = "bundle";
    objects.push_back(std::move(server));
  }
  for (auto& more : std::vector<assessment::AssessmentObject>{
           object("terminal", "终端", "示例运维终端", "终端设备"),
           object("database", "数据库管理系统", "示例数据库", "系统管理软件/平台"),
           object("application",
                  "业务应用系统/平台",
                  "示例业务应用",
                  "业务应用系统/平台",
                  {{"主要功能", "办理<示例>业务 & 查询"}}),
           object("data", "数据资源", "示例业务数据", "数据资源"),
           object("center", "安全管理中心", "示例运维管理平台", "系统管理软件/平台"),
           object("management", "安全管理体系", "示例安全管理体系", ""),
           object("person", "人员", "示例甲", "安全相关人员", {{"岗位/角色", "系统管理员"}}),
           object("document", "管理文档", "《示例安全管理制度》", "安全管理文档"),
           object("spare", "服务器", "示例备用服务器", "服务器/存储设备", {}, false),
           object(
               "cipher", "其他", "示例服务器密码机", "密码产品", {{"算法", "SM2、SM4"}}, false)}) {
    objects.push_back(std::move(more));
  }
  return objects;
}

// Which verdict a record gets: mostly compliant, the rest spread over the positions.
inline assessment::Verdict fixture_verdict(std::size_t position, const FixtureOptions& options) {
  using assessment::Verdict;
  const auto turn = (position * 7) % 31;
  if (turn == 3) return Verdict::not_applicable;
  if (turn == 5 && options.pending) return Verdict::pending;
  if (turn == 9 && options.problems) return Verdict::non_compliant;
  if ((turn == 11 || turn == 17) && options.problems) return Verdict::partial;
  return Verdict::compliant;
}

inline assessment::StoredRecord fixture_record(const assessment::AssessmentObject& object,
                                               const standard::Item& item,
                                               std::size_t position,
                                               const FixtureOptions& options) {
  using assessment::Verdict;
  assessment::StoredRecord record;
  record.object_id = object.id;
  record.code = item.code;
  record.clause = item.clause;
  record.verdict = fixture_verdict(position, options);
  const bool good = record.verdict == Verdict::compliant;
  record.text = "经核查，" + object.name + (good ? "已" : "未完全") + "落实“" + item.text + "”。";
  if (record.verdict == Verdict::not_applicable) record.reason = "该对象不具备此项所述的功能";
  if (record.verdict == Verdict::pending) record.reason = "需访谈管理员后确认";
  if (object.origin == "bundle") {
    assessment::PointAnswer answer;
    answer.point = 1;
    answer.status = good ? assessment::PointStatus::pass : assessment::PointStatus::fail;
    answer.source = assessment::SourceReference{"",
                                                "/etc/example/" + item.code + ".conf",
                                                static_cast<std::int64_t>(position % 90 + 1),
                                                "key = value"};
    record.points.push_back(std::move(answer));
  }
  return record;
}

inline std::map<std::string, std::string> fixture_facts() {
  return {{"report_number", "00000000000-00000-26-0000-01"},
          {"filing_number", "00000000000-00000"},
          {"client_name", "示例委托单位"},
          {"assessor_name", "示例测评机构"},
          {"author", "测评员甲"},
          {"reviewer", "测评员乙"},
          {"approver", "测评员丙"},
          {"report_date", "2026-11-20"},
          {"author_date", "2026-11-18"},
          {"site_begin", "2026-11-02"},
          {"site_end", "2026-11-06"},
          {"business", "为示例用户提供业务办理服务。"},
          {"network_description", "网络分为接入区、应用区和数据区。"},
          {"grading_description", "业务信息和系统服务受损将影响社会秩序，定为第三级。"}};
}

inline std::map<std::string, assessment::Table> fixture_tables() {
  return {
      {"process",
       {"process", {"阶段", "开始日期", "结束日期"}, {{{"现场测评", "2026-11-02", "2026-11-06"}}}}},
      {"threats",
       {"threats", {"编号", "名称", "说明"}, {{{"1", "恶意代码", "破坏数据或占用资源"}}}}}};
}

inline Result<assessment::Snapshot> snapshot(const assessment::Knowledge& knowledge,
                                             const FixtureOptions& options = {}) {
  using assessment::Verdict;
  assessment::SnapshotInput input;
  input.assessment.level = options.level;
  input.assessment.sag = options.sag;
  input.assessment.extensions = options.extensions;
  input.assessment.round = "初测";
  input.assessment.demo = options.demo;
  input.assessment.facts = fixture_facts();
  input.system.name = "示例业务系统";
  input.objects = fixture_objects(options.servers);
  input.tables = fixture_tables();
  TRY_ASSIGN(const auto grade, standard::parse_grade(options.level, options.sag));
  TRY_ASSIGN(const auto extensions, standard::parse_extensions(options.extensions));
  const auto items = knowledge.standard.select(grade, extensions);
  std::size_t position = 0;
  for (const auto& each : input.objects) {
    const auto* object_class = knowledge.standard.object_class(each.object_class);
    if (!each.selected || object_class == nullptr) continue;
    for (const standard::Item* item : items) {
      const auto applies = knowledge.standard.applicability(*object_class, *item).value;
      if (applies == standard::Applicability::no) continue;
      ++position;
      input.records.push_back(fixture_record(each, *item, position, options));
      const auto verdict = input.records.back().verdict;
      if (verdict != Verdict::partial && verdict != Verdict::non_compliant) continue;
      assessment::RiskJudgement risk;
      risk.problem = item->control_point + "措施不足";
      risk.code = item->code;
      risk.objects = {each.reference};
      risk.threat = "越权滥用";
      risk.asset = each.name;
      risk.analysis = "可能被利用，影响限于" + each.name + "。";
      risk.change = position % 5 == 0 ? "降低" : "不变";
      risk.mitigation = position % 5 == 0 ? "边界访问控制限制了可达的来源。" : "";
      risk.risk = position % 11 == 0 ? "高" : (position % 2 == 0 ? "中" : "低");
      risk.hazard = position % 11 == 0;
      risk.advice = "按要求补齐“" + item->text + "”的措施。";
      input.risks.push_back(std::move(risk));
    }
  }
  TRY_ASSIGN(auto made, assessment::build_snapshot(knowledge, std::move(input)));
  made.id = "00000000-0000-7000-8000-000000000001";
  made.taken = {1'795'000'000'000};
  return made;
}

}  // namespace dengce::report::test
