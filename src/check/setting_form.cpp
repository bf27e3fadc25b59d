// SPDX-License-Identifier: Apache-2.0
#include "check/setting_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "evidence/fact_schema.h"

namespace dengce::check {
namespace {

using evidence::ColumnType;
using evidence::FactColumn;

const FactColumn* column_of(int table, std::string_view name) {
  if (table < 0) return nullptr;
  const auto columns = evidence::fact_tables()[static_cast<std::size_t>(table)].columns;
  const auto found = std::find_if(
      columns.begin(), columns.end(), [&](const FactColumn& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

class SettingReader {
 public:
  SettingReader(const std::string& path, std::vector<Problem>& problems)
      : path_(path), problems_(problems) {}

  Setting read(const YamlNode& node) {
    check_keys(node,
               path_,
               {"table",
                "key",
                "value",
                "type",
                "pass",
                "partial",
                "absent",
                "absent_reason",
                "when_absent_program"},
               problems_);
    Setting out;
    if (!node.is_map()) return out;
    out.table = text(node, "table", true);
    table_ = evidence::fact_table_index(out.table);
    if (!out.table.empty() && table_ < 0) {
      problem(*node.find("table"), "setting.table", fmt::format("没有事实表 {}", out.table));
    }
    read_key(node, out);
    out.value = text(node, "value", false);
    if (out.value.empty()) out.value = "value";
    if (table_ >= 0 && column_of(table_, out.value) == nullptr) {
      problem(node, "setting.value", fmt::format("表 {} 没有列 {}", out.table, out.value));
    }
    const std::string type = text(node, "type", false);
    if (!type.empty() && type != "integer" && type != "text") {
      problem(*node.find("type"), "setting.type", "只能是 integer 或 text");
    }
    out.integer = type == "integer";
    if (const YamlNode* pass = node.find("pass"))
      out.pass = match(*pass, "setting.pass", out.integer);
    if (!out.pass) problem(node, "setting.pass", "缺少 pass 的范围或取值表");
    if (const YamlNode* partial = node.find("partial")) {
      out.partial = match(*partial, "setting.partial", out.integer);
    }
    read_absent(node, out);
    return out;
  }

 private:
  void problem(const YamlNode& node, std::string field, std::string reason) {
    problems_.push_back({path_, node.line, std::move(field), std::move(reason)});
  }

  std::string text(const YamlNode& node, std::string_view key, bool required) {
    const YamlNode* found = node.find(key);
    if (found == nullptr) {
      if (required) problem(node, fmt::format("setting.{}", key), "缺少此键");
      return {};
    }
    if (!found->is_scalar() || found->scalar.empty()) {
      problem(*found, fmt::format("setting.{}", key), "应为文字");
      return {};
    }
    return found->scalar;
  }

  void read_key(const YamlNode& node, Setting& out) {
    const YamlNode* key = node.find("key");
    if (key == nullptr || !key->is_map() || key->map.empty()) {
      problem(key == nullptr ? node : *key, "setting.key", "应为“列: 常量”的键值表，至少一列");
      return;
    }
    for (const auto& [column, constant] : key->map) {
      const FactColumn* known = column_of(table_, column);
      if (table_ >= 0 && known == nullptr) {
        problem(constant, "setting.key", fmt::format("表 {} 没有列 {}", out.table, column));
      } else if (!constant.is_scalar()) {
        problem(constant, "setting.key", "常量应为文字或整数");
      } else if (known != nullptr && known->type == ColumnType::integer &&
                 !parse_int(constant.scalar)) {
        problem(constant, "setting.key", fmt::format("列 {} 是整数列", column));
      } else {
        out.key.emplace_back(column, constant.scalar);
      }
    }
  }

  std::optional<SettingMatch> match(const YamlNode& node, const std::string& field, bool integer) {
    check_keys(node, path_, {"min", "max", "in"}, problems_);
    if (!node.is_map()) return std::nullopt;
    SettingMatch out;
    out.min = bound(node, "min", field);
    out.max = bound(node, "max", field);
    if (const YamlNode* list = node.find("in")) read_list(*list, field, integer, out);
    const bool range = node.find("min") != nullptr || node.find("max") != nullptr;
    if (range == (node.find("in") != nullptr)) {
      problem(node, field, "应当给出范围（min、max）或取值表（in），两者取一");
    }
    if (range && !integer) problem(node, field, "范围要求 type: integer");
    if (out.min && out.max && *out.min > *out.max) problem(node, field, "min 大于 max");
    return out;
  }

  std::optional<std::int64_t> bound(const YamlNode& node,
                                    std::string_view key,
                                    const std::string& field) {
    const YamlNode* found = node.find(key);
    if (found == nullptr) return std::nullopt;
    const auto number = found->integer();
    if (!number) problem(*found, field, fmt::format("{} 应为整数", key));
    return number;
  }

  void read_list(const YamlNode& list, const std::string& field, bool integer, SettingMatch& out) {
    if (!list.is_list() || list.list.empty()) {
      problem(list, field, "in 应为非空的列表");
      return;
    }
    for (const YamlNode& entry : list.list) {
      if (!entry.is_scalar() || (integer && !parse_int(entry.scalar))) {
        problem(entry, field, integer ? "取值应为整数" : "取值应为文字");
      } else {
        out.in.push_back(entry.scalar);
      }
    }
  }

  void read_absent(const YamlNode& node, Setting& out) {
    const std::string word = text(node, "absent", true);
    const auto status = status_from(word);
    if (status && *status != Status::error) {
      out.absent = *status;
    } else if (!word.empty()) {
      problem(*node.find("absent"),
              "setting.absent",
              "只能是 pass、partial、fail、not_applicable、unknown");
    }
    out.absent_reason = text(node, "absent_reason", false);
    out.when_absent_program = text(node, "when_absent_program", false);
  }

  const std::string& path_;
  std::vector<Problem>& problems_;
  int table_ = -1;
};

std::string literal(const Setting& setting,
                    const std::string& column,
                    const std::string& constant) {
  const FactColumn* known = column_of(evidence::fact_table_index(setting.table), column);
  const bool integer = known != nullptr && known->type == ColumnType::integer;
  return integer ? constant : sql_text(constant);
}

std::string condition(const Setting& setting, const SettingMatch& match, bool text_column) {
  const std::string number =
      text_column ? fmt::format("CAST({} AS INTEGER)", setting.value) : setting.value;
  if (!match.in.empty()) {
    std::vector<std::string> members;
    members.reserve(match.in.size());
    for (const std::string& entry : match.in) {
      members.push_back(setting.integer ? entry : sql_text(entry));
    }
    return fmt::format("{} IN ({})", setting.integer ? number : setting.value, join(members, ", "));
  }
  std::vector<std::string> parts;
  if (match.min) parts.push_back(fmt::format("{} >= {}", number, *match.min));
  if (match.max) parts.push_back(fmt::format("{} <= {}", number, *match.max));
  return join(parts, " AND ");
}

}  // namespace

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

Setting parse_setting(const YamlNode& node,
                      const std::string& path,
                      std::vector<Problem>& problems) {
  return SettingReader(path, problems).read(node);
}

std::string expand_setting(const Setting& setting) {
  const int table = evidence::fact_table_index(setting.table);
  if (table < 0 || setting.key.empty() || !setting.pass) return {};
  const FactColumn* value = column_of(table, setting.value);
  if (value == nullptr) return {};
  const bool text_column = value->type == ColumnType::text;
  std::vector<std::string> columns;
  std::vector<std::string> nulls;
  for (const FactColumn& column :
       evidence::fact_tables()[static_cast<std::size_t>(table)].columns) {
    columns.emplace_back(column.name);
    nulls.emplace_back("NULL");
  }
  std::vector<std::string> keys;
  keys.reserve(setting.key.size());
  for (const auto& [column, constant] : setting.key) {
    keys.push_back(fmt::format("{} = {}", column, literal(setting, column, constant)));
  }
  const std::string where = join(keys, " AND ");
  const std::string& shown = setting.key.back().second;

  std::string cases = fmt::format("WHEN {} IS NULL THEN 'unknown' ", setting.value);
  if (setting.integer && text_column) {
    // A leading minus is a number; anything else that is no digit is not.
    cases += fmt::format(
        "WHEN ltrim({0}, '-') = '' OR ltrim({0}, '-') GLOB '*[^0-9]*' OR {0} GLOB '?*-*' THEN "
        "'fail' ",
        setting.value);
  }
  cases += fmt::format("WHEN {} THEN 'pass' ", condition(setting, *setting.pass, text_column));
  if (setting.partial) {
    cases +=
        fmt::format("WHEN {} THEN 'partial' ", condition(setting, *setting.partial, text_column));
  }
  std::string guard;
  if (!setting.when_absent_program.empty()) {
    guard = fmt::format(" AND NOT EXISTS (SELECT 1 FROM program WHERE name = {} AND present = 0)",
                        sql_text(setting.when_absent_program));
  }
  std::string out = fmt::format(
      "SELECT CASE {}ELSE 'fail' END AS status, {} || coalesce({}, '（未知）') AS reason, source, "
      "{} "
      "FROM {} WHERE {}{}",
      cases,
      sql_text(shown + " 取值为 "),
      setting.value,
      join(columns, ", "),
      setting.table,
      where,
      guard);
  const std::string absent =
      setting.absent_reason.empty() ? fmt::format("未设置 {}", shown) : setting.absent_reason;
  out += fmt::format(
      "\nUNION ALL SELECT '{}', {}, NULL, {} WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {}){}",
      name(setting.absent),
      sql_text(absent),
      join(nulls, ", "),
      setting.table,
      where,
      guard);
  if (!guard.empty()) {
    out += fmt::format(
        "\nUNION ALL SELECT 'not_applicable', {}, source, {} FROM program WHERE name = {} AND "
        "present "
        "= 0",
        sql_text(fmt::format("主机未安装 {}", setting.when_absent_program)),
        join(nulls, ", "),
        sql_text(setting.when_absent_program));
  }
  return out;
}

}  // namespace dengce::check
