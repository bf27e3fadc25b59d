// SPDX-License-Identifier: Apache-2.0
#include "portfolio/filings.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/filing_store.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {
namespace {

bool is_sm3(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void take_patch(Filing& filing, const FilingPatch& patch) {
  if (patch.number) filing.number = *patch.number;
  if (patch.name) filing.name = *patch.name;
  if (patch.level) filing.level = *patch.level;
  if (patch.filed) filing.filed = *patch.filed;
  if (!patch.certificate) return;
  // What is told by hand is not the file that was handed in.
  if (patch.certificate->sm3 != filing.certificate_sm3) filing.certificate_file.clear();
  filing.certificate_name = patch.certificate->name;
  filing.certificate_sm3 = patch.certificate->sm3;
}

}  // namespace

Filing shown(Filing filing, const Visible& visible) {
  filing.systems = visible.seen(filing.systems);
  return filing;
}

Result<> check_filing(const Filing& filing, Day today) {
  std::vector<Problem> problems;
  if (trim(filing.number).empty()) problems.push_back({{}, 0, "number", "应填写备案编号"});
  if (trim(filing.name).empty()) problems.push_back({{}, 0, "name", "应填写备案名称"});
  if (filing.level < 1 || filing.level > 4) {
    problems.push_back({{}, 0, "level", "等级应为 1 到 4"});
  }
  if (filing.filed && *filing.filed > today) {
    problems.push_back({{}, 0, "filed_day", "备案日期不能晚于今天"});
  }
  if (filing.certificate_name.empty() != filing.certificate_sm3.empty() ||
      (!filing.certificate_sm3.empty() && !is_sm3(filing.certificate_sm3))) {
    problems.push_back(
        {{}, 0, "certificate", "应有文件名与 64 位小写十六进制的 SM3 摘要，或都不填"});
  }
  return fail_if_any("备案有误", std::move(problems));
}

Result<Filing> create_filing(db::Database& database,
                             const access::Actor& actor,
                             Filing filing,
                             Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const Contract contract, select_contract(edit.transaction));
  TRY(check_links(edit.transaction, edit.visible, filing.systems));
  filing.id = new_id(clock);
  filing.version = 1;
  TRY(check_filing(filing, edit.today));
  TRY(insert_filing(edit.transaction, contract.id, filing));
  return edit.commit_created("filing", std::move(filing));
}

Result<Filing> change_filing(db::Database& database,
                             const access::Actor& actor,
                             const std::string& id,
                             std::int64_t version,
                             const FilingPatch& patch,
                             Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const Filing before,
             of_version(select_filing(edit.transaction, edit.visible, id), version));
  Filing after = before;
  take_patch(after, patch);
  if (patch.systems) {
    TRY(check_links(edit.transaction, edit.visible, *patch.systems));
    after.systems = edit.visible.relinked(before.systems, *patch.systems);
  }
  TRY(check_filing(after, edit.today));
  TRY(update_filing(edit.transaction, after));
  TRY_ASSIGN(after, edit.commit_changed("filing", before, std::move(after)));
  return shown(std::move(after), edit.visible);
}

Result<> delete_filing(db::Database& database,
                       const access::Actor& actor,
                       const std::string& id,
                       std::int64_t version,
                       Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY_ASSIGN(const Filing before,
             of_version(select_filing(edit.transaction, edit.visible, id), version));
  if (!edit.visible.covers_all(before.systems)) {
    return fail(ErrorCode::permission_denied, "此备案由可见全部系统的人员删除");
  }
  TRY(remove_filing(edit.transaction, id));
  return edit.commit_deleted("filing", before);
}

void write_filing(JsonWriter& json, const Filing& filing) {
  json.begin_object().member("id", filing.id).member("number", filing.number);
  json.member("name", filing.name).member("level", filing.level);
  write_day(json, "filed_day", filing.filed);
  json.key("certificate");
  if (filing.certificate_name.empty()) {
    json.null();
  } else {
    json.begin_object().member("file_name", filing.certificate_name);
    json.member("sm3", filing.certificate_sm3).key("file");
    filing.certificate_file.empty() ? json.null() : json.string(filing.certificate_file);
    json.end_object();
  }
  json.key("systems").begin_array();
  for (const std::string& id : filing.systems) json.string(id);
  json.end_array().member("version", filing.version).end_object();
}

std::string to_json(const Filing& filing) {
  return json_text(write_filing, filing);
}

}  // namespace dengce::portfolio
