// SPDX-License-Identifier: Apache-2.0
#include "portfolio/imports.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/audit.h"
#include "base/digest.h"
#include "base/id.h"
#include "base/problems.h"
#include "base/text.h"
#include "http/conditional.h"
#include "portfolio/import_json.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {
namespace {

constexpr std::int64_t abandoned_days = 30;
constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

// Without control characters, and not longer than a name is.
std::string tidy_name(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out += c;
  }
  return shorten(trim(out), 200);
}

Result<> check_version(const ImportRow& row, std::int64_t version) {
  if (row.version != version) return http::stale_version();
  return {};
}

Result<> check_open(const ImportRow& row) {
  if (row.state == "mapping" || row.state == "preview") return {};
  return fail(ErrorCode::failed_precondition,
              row.state == "applied" ? "此次导入已写入，不能再改" : "此次导入已撤销");
}

// A default names a thing in sight.
Result<> check_defaults(const ImportDefaults& defaults,
                        const ImportWorld& world,
                        const Catalogue& catalogue) {
  std::vector<Problem> problems;
  const auto among = [](const std::vector<NamedThing>& things, const std::string& id) {
    return std::any_of(things.begin(), things.end(), [&](const auto& one) { return one.id == id; });
  };
  for (const auto& [name, value] : defaults) {
    if (name == "team_id" && !among(world.teams, value)) {
      problems.push_back({{}, 0, "defaults." + name, "没有此团队"});
    } else if (name == "system_id" && !among(world.systems, value)) {
      problems.push_back({{}, 0, "defaults." + name, "没有此系统"});
    } else if (name == "class" && catalogue.asset_class(value) == nullptr) {
      problems.push_back({{}, 0, "defaults." + name, "没有此资产类别"});
    }
  }
  return fail_if_any("默认值有误", std::move(problems));
}

}  // namespace

struct ImportDesk::Loaded {
  ImportView view;
  Visible visible;
};

ImportDesk::ImportDesk(db::Database& database,
                       const access::Rights& rights,
                       const ImportForms& forms,
                       const Catalogue& catalogue,
                       const Vault& vault,
                       Clock clock)
    : database_(database),
      rights_(rights),
      forms_(forms),
      catalogue_(catalogue),
      vault_(vault),
      clock_(clock) {
  nouns_.emplace("system", system_import());
  nouns_.emplace("filing", filing_import());
  nouns_.emplace("asset", asset_import(catalogue));
  nouns_.emplace("data_item", data_item_import(catalogue));
  nouns_.emplace("contact", contact_import(vault));
}

Result<const ImportNoun*> ImportDesk::readable(const access::Actor& actor,
                                               const std::string& id) const {
  const auto found = nouns_.find(id);
  if (found == nouns_.end()) return fail(ErrorCode::not_found, "没有此类表格：" + shorten(id, 60));
  TRY(rights_.require(actor, {found->first, "read"}));
  return found->second.get();
}

Result<ImportView> ImportDesk::take_in(const access::Actor& actor, const NewImport& input) const {
  TRY_ASSIGN(const ImportForm* form, forms_.form(input.noun));
  TRY(readable(actor, input.noun));
  ImportView view;
  view.form = form;
  const std::string file_name = tidy_name(input.file_name);
  TRY_ASSIGN(view.table, read_import_table(*form, file_name, input.bytes, input.sheet));
  ImportRow& row = view.row;
  row.id = new_id(clock_);
  row.noun = input.noun;
  row.file_name = file_name;
  row.file_sm3 = sm3_hex(input.bytes);
  row.state = "mapping";
  row.rows = static_cast<std::int64_t>(view.table.rows.size());
  row.mapping = to_json(map_heads(*form, view.table.heads));
  row.defaults = "{}";
  row.account = actor.account;
  row.login = actor.login;
  row.created = clock_();
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY(remove_abandoned_imports(transaction, {row.created.milliseconds - abandoned_days * day_ms}));
  TRY(insert_import(transaction, row));
  TRY(write_import_part(transaction, vault_, row.id, "table", to_json(view.table)));
  TRY(audit_import(transaction, actor, row, "import.create", {}));
  TRY(transaction.commit());
  return view;
}

Result<ImportDesk::Loaded> ImportDesk::load(db::Transaction& transaction,
                                            const access::Actor& actor,
                                            const std::string& id) const {
  Loaded loaded;
  TRY_ASSIGN(loaded.visible, select_visible(transaction, actor));
  TRY_ASSIGN(loaded.view.row, select_import(transaction, actor, loaded.visible.everything, id));
  // The rows are the noun's: who may not read the one may not read the other.
  TRY(readable(actor, loaded.view.row.noun));
  TRY_ASSIGN(loaded.view.form, forms_.form(loaded.view.row.noun));
  TRY_ASSIGN(const std::string table, read_import_part(transaction, vault_, id, "table"));
  TRY_ASSIGN(loaded.view.table, table_from_json(table));
  return loaded;
}

Result<ImportView> ImportDesk::view(const access::Actor& actor, const std::string& id) const {
  TRY_ASSIGN(db::Transaction transaction, database_.read());
  TRY_ASSIGN(Loaded loaded, load(transaction, actor, id));
  return std::move(loaded.view);
}

Result<Page<ImportRow>> ImportDesk::list(const access::Actor& actor,
                                         const http::PageQuery& query) const {
  TRY_ASSIGN(db::Transaction transaction, database_.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  return select_import_page(transaction, actor, visible.everything, query);
}

Result<ImportWorld> ImportDesk::world(db::Transaction& transaction,
                                      const access::Actor& actor,
                                      const Visible& visible,
                                      const std::string& id) const {
  ImportWorld world;
  TRY_ASSIGN(const auto teams, select_teams(transaction, visible));
  for (const Team& team : teams) world.teams.push_back({team.id, team.name});
  TRY_ASSIGN(const auto systems, select_systems(transaction));
  for (const InformationSystem& system : systems) {
    if (visible.covers(system.id)) world.systems.push_back({system.id, system.name});
  }
  TRY(noun(id).read(transaction, visible, whole_list(noun(id).rules()), [&](ExistingRow row) {
    world.rows.push_back(std::move(row));
    return Result<>{};
  }));
  world.no_creation = noun(id).no_creation(visible);
  const auto refusal = [&](std::string_view action) {
    const auto allowed = rights_.require(actor, {id, action});
    return allowed ? std::string() : allowed.error().message;
  };
  if (world.no_creation.empty()) world.no_creation = refusal("create");
  world.no_change = refusal("change");
  return world;
}

Result<ImportPlan> ImportDesk::plan(const Loaded& loaded, const ImportWorld& world) const {
  const ImportMapping mapping = mapping_from_json(loaded.view.row.mapping);
  const ImportDefaults defaults = defaults_from_json(loaded.view.row.defaults);
  TRY(check_mapping(*loaded.view.form, loaded.view.table, mapping, defaults));
  TRY(check_defaults(defaults, world, catalogue_));
  const Day today = shanghai_day(clock_());
  return plan_import(
      *loaded.view.form,
      loaded.view.table,
      mapping,
      defaults,
      world,
      [&](Values& values, const ExistingRow* before) {
        return noun(loaded.view.row.noun).check(values, before, loaded.visible, today);
      });
}

Result<> ImportDesk::keep_plan(db::Transaction& transaction,
                               Loaded& loaded,
                               const ImportPlan& plan) const {
  ImportRow& row = loaded.view.row;
  row.preview = preview_json(plan.counts);
  TRY(update_import(transaction, row));
  ++row.version;
  return write_import_part(transaction, vault_, row.id, "problems", to_json(plan.problems));
}

Result<ImportView> ImportDesk::map_columns(const access::Actor& actor,
                                           const std::string& id,
                                           std::int64_t version,
                                           const ImportMapping& mapping,
                                           const ImportDefaults& defaults) const {
  Loaded loaded;
  ImportPlan planned;
  {
    // A large ledger takes its time: nobody else's writing waits for a preview.
    TRY_ASSIGN(db::Transaction reading, read_today(database_, clock_));
    TRY_ASSIGN(loaded, load(reading, actor, id));
    TRY(check_version(loaded.view.row, version));
    TRY(check_open(loaded.view.row));
    loaded.view.row.mapping = to_json(mapping);
    loaded.view.row.defaults = to_json(defaults);
    loaded.view.row.state = "preview";
    TRY_ASSIGN(const ImportWorld now, world(reading, actor, loaded.visible, loaded.view.row.noun));
    TRY_ASSIGN(planned, plan(loaded, now));
  }
  const ImportRow& row = loaded.view.row;
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY(keep_plan(transaction, loaded, planned));
  TRY(audit_import(transaction, actor, row, "import.map", row.preview));
  TRY(transaction.commit());
  return std::move(loaded.view);
}

Result<std::vector<RowProblem>> ImportDesk::problems(const access::Actor& actor,
                                                     const std::string& id) const {
  TRY_ASSIGN(db::Transaction transaction, database_.read());
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(const ImportRow row, select_import(transaction, actor, visible.everything, id));
  TRY(readable(actor, row.noun));
  TRY_ASSIGN(const std::string text, read_import_part(transaction, vault_, id, "problems"));
  return problems_from_json(text);
}

Result<ImportWriter> ImportDesk::writer_of(db::Transaction& transaction,
                                           const access::Actor& actor,
                                           const Loaded& loaded,
                                           const char* deed) const {
  const ImportRow& row = loaded.view.row;
  TRY_ASSIGN(const Contract contract, select_contract(transaction));
  return ImportWriter{transaction,
                      loaded.visible,
                      contract.id,
                      actor.login,
                      deed + row.file_name,
                      "import:" + row.id,
                      clock_};
}

Result<std::vector<ImportChange>> ImportDesk::write_rows(const ImportWriter& writer,
                                                         const access::Actor& actor,
                                                         const Loaded& loaded,
                                                         const ImportPlan& plan,
                                                         const ImportWorld& world) const {
  const ImportRow& row = loaded.view.row;
  const ImportNoun& writes = noun(row.noun);
  std::vector<ImportChange> changes;
  const auto note =
      [&](const PlannedRow& planned, const WrittenRow& written, const Values& before) {
        ImportChange change;
        change.line = planned.line;
        change.created = planned.state == RowState::created;
        change.id = written.id;
        change.name = written.name;
        change.version = written.version;
        change.before = before;
        changes.push_back(std::move(change));
      };
  std::vector<Values> fresh;
  std::vector<const PlannedRow*> fresh_rows;
  for (const PlannedRow& planned : plan.rows) {
    if (planned.state == RowState::created) {
      fresh.push_back(planned.values);
      fresh_rows.push_back(&planned);
    } else if (planned.state == RowState::changed) {
      const ExistingRow& before = world.rows[*planned.existing];
      TRY_ASSIGN(const WrittenRow written, writes.change(writer, before, planned.values));
      TRY(audit_row(writer.transaction, actor, row, "change", written));
      note(planned, written, before.values);
    }
  }
  TRY_ASSIGN(const auto created, writes.create(writer, fresh));
  for (std::size_t at = 0; at < created.size(); ++at) {
    TRY(audit_row(writer.transaction, actor, row, "create", created[at]));
    note(*fresh_rows[at], created[at], {});
  }
  return changes;
}

Result<ImportView> ImportDesk::apply(const access::Actor& actor,
                                     const std::string& id,
                                     std::int64_t version) const {
  TRY(apply_due_events(database_, clock_));
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY_ASSIGN(Loaded loaded, load(transaction, actor, id));
  ImportRow& row = loaded.view.row;
  TRY(check_version(row, version));
  TRY(check_open(row));
  if (row.state != "preview") {
    return fail(ErrorCode::failed_precondition, "请先确认各列的对应并查看预览");
  }
  TRY_ASSIGN(const ImportWorld now, world(transaction, actor, loaded.visible, row.noun));
  TRY_ASSIGN(const ImportPlan planned, plan(loaded, now));
  if (planned.counts.created + planned.counts.changed == 0) {
    return fail(ErrorCode::failed_precondition, "没有可写入的行");
  }
  row.state = "applied";
  row.result = result_json(planned.counts);
  // First of all, so that of two who apply at once one stops here.
  TRY(keep_plan(transaction, loaded, planned));
  TRY_ASSIGN(const ImportWriter writer, writer_of(transaction, actor, loaded, "表格导入："));
  TRY_ASSIGN(const auto changes, write_rows(writer, actor, loaded, planned, now));
  TRY(write_import_part(transaction, vault_, row.id, "changes", to_json(changes)));
  TRY(audit_import(transaction, actor, row, "import.apply", row.result));
  TRY(transaction.commit());
  return std::move(loaded.view);
}

Result<> ImportDesk::undo_change(const ImportWriter& writer,
                                 const access::Actor& actor,
                                 const ImportRow& row,
                                 const ImportChange& change,
                                 const std::map<std::string, const ExistingRow*>& rows,
                                 UndoneImport& undone) const {
  const ImportNoun& writes = noun(row.noun);
  const auto keep = [&](std::string reason) {
    undone.kept.push_back({change.id, change.name, std::move(reason)});
    return Result<>{};
  };
  const auto found = rows.find(change.id);
  if (found == rows.end()) return keep("已不在台账中");
  if (found->second->version != change.version) return keep("导入之后又有修改");
  if (change.created) {
    TRY_ASSIGN(std::string used, writes.used_by(writer.transaction, change.id));
    if (!used.empty()) return keep(std::move(used));
    TRY_ASSIGN(const WrittenRow removed, writes.remove(writer, *found->second));
    ++undone.removed;
    return audit_row(writer.transaction, actor, row, "delete", removed);
  }
  TRY_ASSIGN(const WrittenRow restored, writes.change(writer, *found->second, change.before));
  ++undone.restored;
  return audit_row(writer.transaction, actor, row, "change", restored);
}

Result<UndoneImport> ImportDesk::undo(const access::Actor& actor,
                                      const std::string& id,
                                      std::int64_t version) const {
  TRY(apply_due_events(database_, clock_));
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY_ASSIGN(Loaded loaded, load(transaction, actor, id));
  ImportRow& row = loaded.view.row;
  TRY(check_version(row, version));
  if (row.state != "applied") {
    return fail(ErrorCode::failed_precondition, "只有已写入的导入可以撤销");
  }
  row.state = "undone";
  TRY(update_import(transaction, row));
  ++row.version;
  TRY_ASSIGN(const ImportWorld now, world(transaction, actor, loaded.visible, row.noun));
  std::map<std::string, const ExistingRow*> rows;
  for (const ExistingRow& one : now.rows) rows.emplace(one.id, &one);
  TRY_ASSIGN(const std::string text, read_import_part(transaction, vault_, id, "changes"));
  TRY_ASSIGN(const auto changes, changes_from_json(text));
  TRY_ASSIGN(const ImportWriter writer, writer_of(transaction, actor, loaded, "撤销表格导入："));
  UndoneImport undone;
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    TRY(undo_change(writer, actor, row, *change, rows, undone));
  }
  const std::string detail = fmt::format(R"({{"removed":{},"restored":{},"kept":{}}})",
                                         undone.removed,
                                         undone.restored,
                                         undone.kept.size());
  TRY(audit_import(transaction, actor, row, "import.undo", detail));
  TRY(transaction.commit());
  return undone;
}

Result<> ImportDesk::audit_row(db::Transaction& transaction,
                               const access::Actor& actor,
                               const ImportRow& row,
                               std::string_view action,
                               const WrittenRow& written) const {
  access::AuditEvent event;
  event.action = fmt::format("{}.{}", row.noun, action);
  event.object_type = row.noun;
  event.object_id = written.id;
  event.object_name = written.name;
  if (!written.before.empty()) event.before = sm3_hex(written.before);
  if (!written.after.empty()) event.after = sm3_hex(written.after);
  event.detail = fmt::format(R"({{"import":"{}"}})", row.id);
  return access::append_audit(transaction, actor, event, clock_);
}

Result<> ImportDesk::audit_import(db::Transaction& transaction,
                                  const access::Actor& actor,
                                  const ImportRow& row,
                                  std::string_view action,
                                  const std::string& detail) const {
  access::AuditEvent event;
  event.action = action;
  event.object_type = "import";
  event.object_id = row.id;
  event.object_name = row.file_name;
  event.after = row.file_sm3;
  event.detail = detail;
  return access::append_audit(transaction, actor, event, clock_);
}

http::PageQuery whole_list(const http::PageRules& rules) {
  http::PageQuery query;
  query.sort = rules.sorts.front();
  query.descending = query.sort.starts_with('-');
  if (query.descending) query.sort.erase(0, 1);
  return query;
}

void write_import(JsonWriter& json, const ImportRow& row, const ImportView* view) {
  const auto raw = [&](const char* key, const std::string& text) {
    json.key(key);
    text.empty() ? json.null() : json.raw_number(text);
  };
  json.begin_object().member("id", row.id).member("version", row.version);
  json.member("noun", row.noun).member("file_name", row.file_name).member("state", row.state);
  json.member("rows", row.rows).member("created", format_instant(row.created));
  json.member("created_by", row.login);
  raw("preview", row.preview);
  raw("result", row.result);
  if (view != nullptr) {
    json.member("sheet", view->table.sheet).member("head_line", view->table.head_line);
    const ImportMapping mapping = mapping_from_json(row.mapping);
    json.key("columns").begin_array();
    for (std::size_t at = 0; at < view->table.heads.size(); ++at) {
      json.begin_object().member("index", static_cast<std::int64_t>(at));
      json.member("head", view->table.heads[at]).key("sample").begin_array();
      std::size_t shown = 0;
      for (const TableRow& one : view->table.rows) {
        if (shown == 3) break;
        if (at >= one.cells.size() || one.cells[at].empty()) continue;
        json.string(shorten(one.cells[at], 120));
        ++shown;
      }
      json.end_array().end_object();
    }
    json.end_array().key("fields").begin_array();
    for (const ImportField& field : view->form->fields) {
      json.begin_object().member("id", field.id).member("label", field.head);
      json.member_boolean("required", field.required).end_object();
    }
    json.end_array().key("mapping").begin_object();
    for (std::size_t at = 0; at < view->table.heads.size(); ++at) {
      json.key(std::to_string(at));
      const auto field = mapping.find(at);
      field == mapping.end() ? json.null() : json.string(field->second);
    }
    json.end_object();
    raw("defaults", row.defaults);
  }
  json.end_object();
}

std::string to_json(const UndoneImport& undone) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("removed", undone.removed).member("restored", undone.restored);
  json.key("kept").begin_array();
  for (const KeptObject& kept : undone.kept) {
    json.begin_object().member("id", kept.id).member("name", kept.name);
    json.member("reason", kept.reason).end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace dengce::portfolio
