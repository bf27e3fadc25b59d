// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_json.h"

#include <boost/json.hpp>

#include "base/text.h"

namespace dengce::portfolio {
namespace {

namespace bj = boost::json;

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::data_corrupt, "导入的记录已损坏");
}

std::string text_of(const bj::object& object, std::string_view key) {
  const bj::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

std::int64_t number_of(const bj::object& object, std::string_view key) {
  const bj::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

// The texts of an object's members.
template <class Take>
void each_text(std::string_view json, Take take) {
  boost::system::error_code fault;
  const bj::value root = bj::parse(json.empty() ? "{}" : json, fault);
  if (fault || !root.is_object()) return;
  for (const auto& member : root.get_object()) {
    if (member.value().is_string()) {
      take(std::string_view(member.key()), std::string(member.value().get_string()));
    }
  }
}

// The objects of a list; none for a text that is no such list.
template <class Take>
Result<> each_object(std::string_view json, Take take) {
  if (json.empty()) return {};
  boost::system::error_code fault;
  const bj::value root = bj::parse(json, fault);
  if (fault || !root.is_array()) return damaged();
  for (const bj::value& one : root.get_array()) {
    if (!one.is_object()) return damaged();
    take(one.get_object());
  }
  return {};
}

}  // namespace

std::string to_json(const ImportMapping& mapping) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [column, field] : mapping) json.member(std::to_string(column), field);
  json.end_object();
  return out;
}

ImportMapping mapping_from_json(std::string_view json) {
  ImportMapping mapping;
  each_text(json, [&](std::string_view column, std::string field) {
    const auto index = parse_int(column);
    if (index && *index >= 0) mapping[static_cast<std::size_t>(*index)] = std::move(field);
  });
  return mapping;
}

std::string to_json(const ImportDefaults& defaults) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [name, value] : defaults) json.member(name, value);
  json.end_object();
  return out;
}

ImportDefaults defaults_from_json(std::string_view json) {
  ImportDefaults defaults;
  each_text(json, [&](std::string_view name, std::string value) {
    defaults[std::string(name)] = std::move(value);
  });
  return defaults;
}

std::string preview_json(const PlanCounts& counts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("rows", counts.rows).member("new", counts.created);
  json.member("changed", counts.changed).member("same", counts.same);
  json.member("duplicate", counts.duplicate).member("bad", counts.bad).end_object();
  return out;
}

std::string result_json(const PlanCounts& counts) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("created", counts.created).member("changed", counts.changed);
  json.member("skipped", counts.same + counts.duplicate);
  json.member("bad", counts.bad).end_object();
  return out;
}

void write_problem(JsonWriter& json, const RowProblem& problem) {
  json.begin_object().member("line", problem.line).member("field", problem.field);
  json.member("value", problem.value).member("reason", problem.reason).end_object();
}

std::string to_json(const std::vector<RowProblem>& problems) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const RowProblem& problem : problems) write_problem(json, problem);
  json.end_array();
  return out;
}

Result<std::vector<RowProblem>> problems_from_json(std::string_view json) {
  std::vector<RowProblem> problems;
  TRY(each_object(json, [&](const bj::object& one) {
    problems.push_back({number_of(one, "line"),
                        text_of(one, "field"),
                        text_of(one, "value"),
                        text_of(one, "reason")});
  }));
  return problems;
}

std::string to_json(const std::vector<ImportChange>& changes) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const ImportChange& change : changes) {
    json.begin_object().member("line", change.line);
    json.member("kind", change.created ? "created" : "changed");
    json.member("id", change.id).member("name", change.name).member("version", change.version);
    json.key("before").begin_object();
    for (const auto& [id, value] : change.before) json.member(id, value);
    json.end_object().end_object();
  }
  json.end_array();
  return out;
}

Result<std::vector<ImportChange>> changes_from_json(std::string_view json) {
  std::vector<ImportChange> changes;
  TRY(each_object(json, [&](const bj::object& one) {
    ImportChange change;
    change.line = number_of(one, "line");
    change.created = text_of(one, "kind") == "created";
    change.id = text_of(one, "id");
    change.name = text_of(one, "name");
    change.version = number_of(one, "version");
    const bj::value* before = one.if_contains("before");
    if (before != nullptr && before->is_object()) {
      for (const auto& member : before->get_object()) {
        change.before[member.key()] = text_of(before->get_object(), member.key());
      }
    }
    changes.push_back(std::move(change));
  }));
  return changes;
}

}  // namespace dengce::portfolio
