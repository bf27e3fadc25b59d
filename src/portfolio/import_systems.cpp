// SPDX-License-Identifier: Apache-2.0
// Systems have a history: what a spreadsheet changes becomes events of today; taking a change back
// adds further ones. Only a system that an import created, and nobody used since, disappears.
#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "portfolio/import_noun.h"
#include "portfolio/import_store.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {
namespace {

constexpr std::string_view retired = "retired";  // no field: the system is not in the list today

Values values_of(const InformationSystem& system) {
  Values values{{"number", std::to_string(system.number)},
                {"name", system.name},
                {"team", system.team_id},
                {"level", std::to_string(system.level)}};
  set_value(values, "sag", system.sag);
  if (!system.present) set_value(values, retired, "1");
  return values;
}

std::int64_t level_of(const Values& values) {
  return parse_int(value_of(values, "level")).value_or(0);
}

SystemEvent join_of(const Values& values, Day today, const std::string& reason) {
  SystemEvent join;
  join.effective = parse_day(value_of(values, "from")).value_or(today);
  join.team_id = value_of(values, "team");
  join.level = level_of(values);
  join.sag = value_of(values, "sag");
  join.name = value_of(values, "name");
  join.reason = reason;
  join.confirmed_day = parse_day(value_of(values, "confirmed_day"));
  join.confirmed = join.confirmed_day.has_value();
  return join;
}

void sign(SystemEvent& event, const ImportWriter& writer, const std::string& system_id) {
  event.id = new_id(writer.clock);
  event.system_id = system_id;
  event.recorded_by = writer.login;
  event.recorded = writer.clock();
}

// The events that make `before` what `after` says.
std::vector<SystemEvent> events_between(const InformationSystem& before,
                                        const Values& after,
                                        const ImportWriter& writer) {
  std::vector<SystemEvent> events;
  const auto add = [&](EventKind kind) -> SystemEvent& {
    SystemEvent event;
    event.kind = kind;
    event.effective = writer.today();
    event.reason = writer.reason;
    sign(event, writer, before.id);
    return events.emplace_back(std::move(event));
  };
  if (value_of(after, "team") != before.team_id) {
    add(EventKind::transfer).team_id = value_of(after, "team");
  }
  if (level_of(after) != before.level || value_of(after, "sag") != before.sag) {
    SystemEvent& event = add(EventKind::level);
    event.level = level_of(after);
    event.sag = value_of(after, "sag");
  }
  return events;
}

class Systems : public ImportNoun {
 public:
  [[nodiscard]] const http::PageRules& rules() const override { return system_rules; }

  Result<> read(db::Transaction& transaction,
                const Visible& visible,
                const http::PageQuery& query,
                const RowSink& sink) const override {
    return walk_pages(
        query,
        system_rules,
        [&](const http::PageQuery& part) { return select_system_page(transaction, visible, part); },
        [&](const InformationSystem& system) {
          return sink({system.id, system.version, values_of(system)});
        });
  }

  // Names are unique over all systems: a refusal would tell of one out of sight.
  [[nodiscard]] std::string no_creation(const Visible& visible) const override {
    return visible.everything ? "" : "系统的登记由可见全部系统的人员办理";
  }

  FieldFaults check(Values& values,
                    const ExistingRow* before,
                    const Visible& /*visible*/,
                    Day today) const override {
    FieldFaults faults;
    if (before == nullptr) {
      const auto checked = check_event({}, join_of(values, today, "表格导入"), today);
      if (!checked) faults = faults_of(checked.error().problems);
      for (auto& fault : faults) {
        if (fault.first == "effective_day") fault.first = "from";
      }
      return faults;
    }
    if (before->values == values) return faults;
    if (values.contains(retired)) faults.emplace_back("name", "此系统不在清单内，不能由表格修改");
    if (!is_sag_of_level(value_of(values, "sag"), level_of(values))) {
      faults.emplace_back("sag", "须与等级相符，如三级 S3A2");
    }
    return faults;
  }

  Result<std::vector<WrittenRow>> create(const ImportWriter& writer,
                                         std::span<const Values> rows) const override {
    std::vector<WrittenRow> written;
    written.reserve(rows.size());
    TRY_ASSIGN(std::int64_t number, select_next_system_number(writer.transaction));
    for (const Values& values : rows) {
      SystemEvent join = join_of(values, writer.today(), writer.reason);
      InformationSystem system;
      system.id = new_id(writer.clock);
      sign(join, writer, system.id);
      const auto given = parse_int(value_of(values, "number"));
      system.number = given.value_or(number);
      number = std::max(number, system.number + 1);
      take_state(system, {join}, writer.today());
      TRY(insert_systems(writer.transaction, writer.contract_id, {system}));
      TRY(insert_events(writer.transaction, {join}));
      written.push_back({system.id, system.name, system.version, {}, to_json(system)});
    }
    return written;
  }

  Result<WrittenRow> change(const ImportWriter& writer,
                            const ExistingRow& before,
                            const Values& after) const override {
    TRY_ASSIGN(const InformationSystem old, select_system(writer.transaction, before.id));
    TRY_ASSIGN(std::vector<SystemEvent> history, select_events(writer.transaction, before.id));
    InformationSystem system = old;
    system.version = before.version;
    system.number = parse_int(value_of(after, "number")).value_or(old.number);
    const std::vector<SystemEvent> events = events_between(old, after, writer);
    for (const SystemEvent& event : events) {
      TRY(check_event(history, event, writer.today()));
      history.push_back(event);
      sort_events(history);
    }
    if (!events.empty()) TRY(insert_events(writer.transaction, events));
    take_state(system, history, writer.today());
    TRY(update_system(writer.transaction, system));
    ++system.version;
    return WrittenRow{system.id, system.name, system.version, to_json(old), to_json(system)};
  }

  Result<WrittenRow> remove(const ImportWriter& writer, const ExistingRow& before) const override {
    TRY_ASSIGN(const InformationSystem old, select_system(writer.transaction, before.id));
    TRY(remove_system(writer.transaction, old.id));
    return WrittenRow{old.id, old.name, old.version, to_json(old), {}};
  }

  Result<std::string> used_by(db::Transaction& transaction, const std::string& id) const override {
    TRY_ASSIGN(const auto events, select_events(transaction, id));
    if (events.size() > 1) return std::string("已有后续变动记录");
    return system_used_by(transaction, id);
  }
};

}  // namespace

std::unique_ptr<ImportNoun> system_import() {
  return std::make_unique<Systems>();
}

}  // namespace dengce::portfolio
