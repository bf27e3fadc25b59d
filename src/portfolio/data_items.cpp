// SPDX-License-Identifier: Apache-2.0
#include "portfolio/data_items.h"

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "portfolio/change.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {
namespace {

// Its name is unused in its system, and nothing is wrong with it.
Result<> check_item(db::Transaction& transaction, const DataItem& item) {
  auto problems = data_item_problems(item);
  TRY_ASSIGN(const auto same, select_data_item_named(transaction, item.system_id, item.name));
  if (same && same->id != item.id) problems.push_back({{}, 0, "name", "此系统已有同名数据"});
  return fail_if_any("数据项有误", std::move(problems));
}

void take_patch(DataItem& item, const DataItemPatch& patch) {
  if (patch.system_id) item.system_id = *patch.system_id;
  if (patch.name) item.name = *patch.name;
  if (patch.category) item.category = *patch.category;
  if (patch.data_class) item.data_class = *patch.data_class;
  if (patch.personal) item.personal = *patch.personal;
  if (patch.secret) item.secret = *patch.secret;
  if (patch.location) item.location = *patch.location;
  if (patch.volume) item.volume = *patch.volume;
  if (patch.measures) item.measures = *patch.measures;
}

}  // namespace

std::string measures_of(const DataItem& item, const Catalogue& catalogue) {
  std::vector<std::string> all;
  const auto add = [&](std::string_view id) {
    const DataClass* one = catalogue.data_class(id);
    if (one == nullptr) return;
    for (const std::string& measure : one->measures) {
      if (std::find(all.begin(), all.end(), measure) == all.end()) all.push_back(measure);
    }
  };
  add(item.data_class);
  if (item.personal != "none") add("personal");
  if (item.personal == "sensitive") add("sensitive");
  if (item.secret) add("secret");
  return join(all, "；");
}

std::vector<Problem> data_item_problems(const DataItem& item) {
  std::vector<Problem> problems;
  if (trim(item.name).empty()) problems.push_back({{}, 0, "name", "应填写数据名称"});
  if (item.data_class != "一般" && item.data_class != "重要" && item.data_class != "核心") {
    problems.push_back({{}, 0, "data_class", "应为一般、重要或核心"});
  }
  if (item.personal != "none" && item.personal != "personal" && item.personal != "sensitive") {
    problems.push_back({{}, 0, "personal", "应为 none、personal 或 sensitive"});
  }
  const bool plain = item.data_class == "一般" && item.personal == "none" && !item.secret;
  if (!plain && trim(item.measures).empty()) {
    problems.push_back({{}, 0, "measures", "此类数据须写明保护措施"});
  }
  return problems;
}

Result<DataItem> create_data_item(db::Database& database,
                                  const access::Actor& actor,
                                  const Catalogue& catalogue,
                                  DataItem item,
                                  Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  TRY(check_system(edit.transaction, edit.visible, item.system_id));
  item.id = new_id(clock);
  item.version = 1;
  if (trim(item.measures).empty()) item.measures = measures_of(item, catalogue);
  TRY(check_item(edit.transaction, item));
  TRY(insert_data_item(edit.transaction, item));
  return edit.commit_created("data_item", std::move(item));
}

Result<DataItem> change_data_item_in(Edit& edit,
                                     const Catalogue& catalogue,
                                     const BulkRow& row,
                                     const DataItemPatch& patch) {
  TRY_ASSIGN(const DataItem before,
             of_version(select_data_item(edit.transaction, edit.visible, row.id), row.version));
  DataItem after = before;
  take_patch(after, patch);
  if (patch.system_id) TRY(check_system(edit.transaction, edit.visible, after.system_id));
  // Measures that were the classes' own follow a change of class.
  const bool own = !patch.measures && before.measures == measures_of(before, catalogue);
  if (own || trim(after.measures).empty()) after.measures = measures_of(after, catalogue);
  TRY(check_item(edit.transaction, after));
  TRY(update_data_item(edit.transaction, after));
  return edit.commit_changed("data_item", before, std::move(after));
}

Result<DataItem> change_data_item(db::Database& database,
                                  const access::Actor& actor,
                                  const Catalogue& catalogue,
                                  const std::string& id,
                                  std::int64_t version,
                                  const DataItemPatch& patch,
                                  Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  return change_data_item_in(edit, catalogue, {id, version}, patch);
}

Result<> delete_data_item_in(Edit& edit, const BulkRow& row) {
  TRY_ASSIGN(const DataItem before,
             of_version(select_data_item(edit.transaction, edit.visible, row.id), row.version));
  TRY(remove_data_item(edit.transaction, row.id));
  return edit.commit_deleted("data_item", before);
}

Result<> delete_data_item(db::Database& database,
                          const access::Actor& actor,
                          const std::string& id,
                          std::int64_t version,
                          Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  return delete_data_item_in(edit, {id, version});
}

void write_data_item(JsonWriter& json, const DataItem& item) {
  json.begin_object().member("id", item.id).member("system_id", item.system_id);
  json.member("name", item.name).member("category", item.category);
  json.member("data_class", item.data_class).member("personal", item.personal);
  json.member_boolean("secret", item.secret).member("location", item.location);
  json.member("volume", item.volume).member("measures", item.measures);
  json.member("version", item.version).end_object();
}

std::string to_json(const DataItem& item) {
  return json_text(write_data_item, item);
}

}  // namespace dengce::portfolio
