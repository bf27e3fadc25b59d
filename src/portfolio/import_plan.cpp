// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/problems.h"
#include "base/text.h"
#include "portfolio/import_values.h"

namespace dengce::portfolio {
namespace {

// How an object is found again: its identity's values, blanks and width apart.
std::string key_of(const ImportForm& form, const Values& values) {
  std::string key;
  for (const std::string& id : form.identity) {
    const auto value = values.find(id);
    if (value != values.end()) key += plain_word(value->second);
    key += '\n';
  }
  return key;
}

std::string plain_value(const Values& values, const std::string& id) {
  const auto value = values.find(id);
  return value == values.end() ? std::string() : plain_word(value->second);
}

// The first of the place's values that is known: two of one name with the same are one.
std::string place_key(const ImportForm& form, const Values& values) {
  for (const std::string& id : form.place) {
    if (values.contains(id)) return id + '=' + plain_value(values, id);
  }
  return {};
}

// Nothing that both know tells them apart.
bool may_be_one(const ImportForm& form, const Values& one, const Values& other) {
  return std::all_of(form.place.begin(), form.place.end(), [&](const std::string& id) {
    return !one.contains(id) || !other.contains(id) ||
           plain_value(one, id) == plain_value(other, id);
  });
}

class Planner {
 public:
  Planner(const ImportForm& form,
          const ImportTable& table,
          const ImportMapping& mapping,
          const ImportDefaults& defaults,
          const ImportWorld& world,
          const RowCheck& check)
      : form_(form),
        table_(table),
        mapping_(mapping),
        defaults_(defaults),
        world_(world),
        check_(check) {
    for (const NamedThing& team : world.teams) names_.teams.add(team.name, team.id);
    for (const NamedThing& system : world.systems) names_.systems.add(system.name, system.id);
    for (std::size_t at = 0; at < world.rows.size(); ++at) {
      known_[key_of(form, world.rows[at].values)].push_back(at);
    }
  }

  ImportPlan plan() {
    for (const std::string& sentence : table_.left_out) {
      plan_.problems.push_back({0, {}, {}, sentence});
    }
    for (const TableRow& row : table_.rows) {
      PlannedRow planned = plan_row(row);
      count(planned.state);
      plan_.rows.push_back(std::move(planned));
    }
    plan_.counts.rows = static_cast<std::int64_t>(table_.rows.size());
    return std::move(plan_);
  }

 private:
  void problem(const TableRow& row, std::string field, std::string value, std::string reason) {
    plan_.problems.push_back({row.line, std::move(field), shorten(value, 200), std::move(reason)});
  }

  void count(RowState state) {
    switch (state) {
      case RowState::created: ++plan_.counts.created; break;
      case RowState::changed: ++plan_.counts.changed; break;
      case RowState::same: ++plan_.counts.same; break;
      case RowState::duplicate: ++plan_.counts.duplicate; break;
      case RowState::bad: ++plan_.counts.bad; break;
    }
  }

  // The head as the file has it, so that a person finds the column.
  [[nodiscard]] std::string head_of(std::string_view field) const {
    for (const auto& [column, id] : mapping_) {
      if (id == field && column < table_.heads.size()) return table_.heads[column];
    }
    const ImportField* known = form_.field(field);
    return known == nullptr ? std::string(field) : known->head;
  }

  // The values of the mapped cells that hold something; false when one of them cannot be read.
  bool read_cells(const TableRow& row, Values& values) {
    bool good = true;
    for (const auto& [column, id] : mapping_) {
      const ImportField* field = form_.field(id);
      if (field == nullptr || column >= row.cells.size()) continue;
      const std::string cell(without_apostrophe(row.cells[column]));
      if (trim(cell).empty()) continue;
      auto value = read_value(*field, cell, names_);
      if (!value) {
        problem(row, head_of(id), cell, value.error().message);
        good = false;
      } else if (!value->empty()) {
        values[id] = std::move(*value);
      }
    }
    return good;
  }

  void take_defaults(Values& values) const {
    for (const ImportField& field : form_.fields) {
      if (field.default_name.empty() || values.contains(field.id)) continue;
      const auto value = defaults_.find(field.default_name);
      if (value != defaults_.end() && !value->second.empty()) values[field.id] = value->second;
    }
  }

  PlannedRow plan_row(const TableRow& row) {
    PlannedRow planned{row.line, RowState::bad, {}, {}};
    if (!row.fault.empty()) {
      problem(row, {}, {}, row.fault);
      return planned;
    }
    // A field that cannot be read is named once, not again as a missing one.
    const std::size_t before = plan_.problems.size();
    bool good = read_cells(row, planned.values);
    const std::set<std::string> named = named_since(before);
    take_defaults(planned.values);
    for (const std::string& id : form_.identity) {
      const ImportField* field = form_.field(id);
      if (!field->required || planned.values.contains(id)) continue;
      if (!named.contains(head_of(id))) problem(row, head_of(id), {}, "必填");
      good = false;
    }
    if (!good) return planned;
    return match(row, std::move(planned));
  }

  std::set<std::string> named_since(std::size_t from) const {
    std::set<std::string> out;
    for (std::size_t at = from; at < plan_.problems.size(); ++at) {
      out.insert(plan_.problems[at].field);
    }
    return out;
  }

  // The objects a row may mean: those of the same place, else those that no place tells apart.
  [[nodiscard]] std::vector<std::size_t> candidates(const Values& values) const {
    const auto named = known_.find(key_of(form_, values));
    if (named == known_.end()) return {};
    std::vector<std::size_t> same;
    std::vector<std::size_t> possible;
    for (const std::size_t at : named->second) {
      const Values& other = world_.rows[at].values;
      if (place_key(form_, other) == place_key(form_, values)) same.push_back(at);
      if (may_be_one(form_, other, values)) possible.push_back(at);
    }
    return same.empty() ? possible : same;
  }

  // Names by which the two were found to be one: other blanks in them are no difference.
  void take_names(const Values& from, Values& to) const {
    for (const std::string& id : form_.identity) {
      const auto name = from.find(id);
      const bool text = form_.field(id)->type == FieldType::text;
      if (text && name != from.end()) to[id] = name->second;
    }
  }

  PlannedRow match(const TableRow& row, PlannedRow planned) {
    const std::vector<std::size_t> meant = candidates(planned.values);
    std::string key = key_of(form_, planned.values) + place_key(form_, planned.values);
    const ExistingRow* existing = nullptr;
    if (meant.size() > 1) {
      problem(row, {}, {}, "台账中有多条与此行相符，无法确定更新哪一条");
      return planned;
    }
    if (meant.size() == 1) {
      planned.existing = meant.front();
      existing = &world_.rows[meant.front()];
      key = existing->id;
      Values merged = existing->values;
      for (auto& [id, value] : planned.values) {
        if (!form_.field(id)->only_new) merged[id] = value;
      }
      take_names(existing->values, merged);
      planned.values = std::move(merged);
    } else if (!world_.no_creation.empty()) {
      problem(row, {}, {}, world_.no_creation);
      return planned;
    }
    if (!check(row, planned, existing)) return planned;
    const bool same = existing != nullptr && existing->values == planned.values;
    if (existing != nullptr && !same && !world_.no_change.empty()) {
      problem(row, {}, {}, world_.no_change);
      return planned;
    }
    const auto [first, fresh] = seen_.emplace(key, plan_.rows.size());
    if (!fresh) {
      const PlannedRow& other = plan_.rows[first->second];
      planned.state = RowState::duplicate;
      Values alike = planned.values;
      take_names(other.values, alike);
      const char* end = other.values == alike ? "，不再导入" : "而内容不同，未导入";
      problem(row, {}, {}, fmt::format("与第 {} 行重复{}", other.line, end));
      return planned;
    }
    planned.state = existing == nullptr ? RowState::created : RowState::changed;
    if (same) planned.state = RowState::same;
    return planned;
  }

  bool check(const TableRow& row, PlannedRow& planned, const ExistingRow* existing) {
    bool good = true;
    for (const ImportField& field : form_.fields) {
      if (!field.required || planned.values.contains(field.id)) continue;
      problem(row, head_of(field.id), {}, "必填");
      good = false;
    }
    if (!good) return false;
    for (auto& [field, reason] : check_(planned.values, existing)) {
      const auto value = planned.values.find(field);
      problem(row,
              field.empty() ? std::string() : head_of(field),
              value == planned.values.end() ? std::string() : shown(field, value->second),
              reason);
      good = false;
    }
    return good;
  }

  // A value as a person wrote it, roughly: no ids.
  [[nodiscard]] std::string shown(std::string_view id, const std::string& value) const {
    const ImportField* field = form_.field(id);
    if (field == nullptr) return value;
    if (field->type == FieldType::team || field->type == FieldType::system ||
        field->type == FieldType::systems) {
      return {};
    }
    return shown_word(*field, value);
  }

  const ImportForm& form_;
  const ImportTable& table_;
  const ImportMapping& mapping_;
  const ImportDefaults& defaults_;
  const ImportWorld& world_;
  const RowCheck& check_;
  Names names_;
  std::map<std::string, std::vector<std::size_t>> known_;  // key → existing rows
  std::map<std::string, std::size_t> seen_;  // key, or id of what is there → row of the plan
  ImportPlan plan_;
};

}  // namespace

ImportPlan plan_import(const ImportForm& form,
                       const ImportTable& table,
                       const ImportMapping& mapping,
                       const ImportDefaults& defaults,
                       const ImportWorld& world,
                       const RowCheck& check) {
  return Planner(form, table, mapping, defaults, world, check).plan();
}

Result<> check_mapping(const ImportForm& form,
                       const ImportTable& table,
                       const ImportMapping& mapping,
                       const ImportDefaults& defaults) {
  std::vector<Problem> problems;
  std::set<std::string> taken;
  const auto problem = [&](std::string field, std::string reason) {
    problems.push_back({{}, 0, "mapping." + std::move(field), std::move(reason)});
  };
  for (const auto& [column, id] : mapping) {
    if (column >= table.heads.size()) {
      problem(std::to_string(column), "没有此列");
    } else if (form.field(id) == nullptr) {
      problem(std::to_string(column), "没有此字段：" + shorten(id, 60));
    } else if (!taken.insert(id).second) {
      problem(std::to_string(column), "一个字段只能对应一列：" + form.field(id)->head);
    }
  }
  for (const std::string& id : form.identity) {
    const ImportField& field = *form.field(id);
    const bool has_default = !field.default_name.empty() && defaults.contains(field.default_name);
    if (field.required && !taken.contains(field.id) && !has_default) {
      problems.push_back({{}, 0, "mapping", "必填字段没有对应的列：" + field.head});
    }
  }
  for (const auto& [name, value] : defaults) {
    const bool known = std::any_of(form.fields.begin(), form.fields.end(), [&](const auto& field) {
      return field.default_name == name;
    });
    if (!known) problems.push_back({{}, 0, "defaults." + name, "此类导入不用该默认值"});
  }
  return fail_if_any("列的对应有误", std::move(problems));
}

}  // namespace dengce::portfolio
