// SPDX-License-Identifier: Apache-2.0
#include "check/check_loader.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/yaml.h"
#include "check/setting_form.h"
#include "check/sql_tokens.h"
#include "check/statement.h"
#include "evidence/fact_schema.h"
#include "evidence/fact_tables.h"

namespace dengce::check {
namespace {

constexpr std::size_t max_examples = 200;
constexpr std::size_t max_sql_bytes = 16 << 10;
constexpr std::array<Status, 4> record_statuses{
    Status::pass, Status::partial, Status::fail, Status::not_applicable};

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 80 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Cuts a sentence at {column}; false if a brace does not match.
bool cut_sentence(Sentence& sentence) {
  std::string_view rest = sentence.text;
  while (true) {
    const std::size_t open = rest.find_first_of("{}");
    if (open == std::string_view::npos) break;
    if (rest[open] == '}') return false;
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) return false;
    const std::string_view column = rest.substr(open + 1, close - open - 1);
    if (column.empty() || column.find('{') != std::string_view::npos) return false;
    sentence.pieces.push_back({std::string(rest.substr(0, open)), std::string(column)});
    rest.remove_prefix(close + 1);
  }
  sentence.pieces.push_back({std::string(rest), {}});
  return true;
}

class CheckReader {
 public:
  CheckReader(const std::string& path,
              evidence::FactDatabase& database,
              std::vector<Problem>& problems)
      : path_(path), database_(database), problems_(problems) {}

  std::optional<Check> read(const YamlNode& node) {
    const std::size_t before = problems_.size();
    check_keys(node,
               path_,
               {"id",
                "title",
                "platform",
                "needs",
                "query",
                "setting",
                "record",
                "advice",
                "never",
                "examples"},
               problems_);
    if (!node.is_map()) return std::nullopt;
    check_.path = path_;
    read_names(node);
    read_needs(node);
    read_never(node);
    read_record(node);
    read_query(node);
    read_examples(node);
    if (!check_.sql.empty()) check_sql();
    if (problems_.size() != before) return std::nullopt;
    return std::move(check_);
  }

 private:
  void problem(const YamlNode& node, std::string field, std::string reason) {
    problems_.push_back({path_, node.line, std::move(field), std::move(reason)});
  }

  std::string text(const YamlNode& node, std::string_view key) {
    const YamlNode* found = node.find(key);
    if (found == nullptr) {
      problem(node, std::string(key), "缺少此键");
      return {};
    }
    if (!found->is_scalar() || trim(found->scalar).empty()) {
      problem(*found, std::string(key), "应为非空文字");
      return {};
    }
    return std::string(trim(found->scalar));
  }

  // A list of words; a single word counts as a list of one.
  std::vector<const YamlNode*> word_list(const YamlNode& node, std::string_view key) {
    std::vector<const YamlNode*> out;
    if (!node.is_list()) {
      problem(node, std::string(key), "应为列表");
      return out;
    }
    for (const YamlNode& entry : node.list) {
      if (entry.is_scalar()) {
        out.push_back(&entry);
      } else {
        problem(entry, std::string(key), "应为文字");
      }
    }
    return out;
  }

  // content/check/<platform>/<id>.yaml: id and platform follow from the path.
  void read_names(const YamlNode& node) {
    check_.id = text(node, "id");
    check_.title = text(node, "title");
    check_.advice = text(node, "advice");
    const std::string file = path_.substr(path_.rfind('/') + 1);
    if (!check_.id.empty() && !is_id(check_.id)) {
      problem(*node.find("id"), "id", "只能由小写字母、数字和连字符组成");
    } else if (!check_.id.empty() && file != check_.id + ".yaml") {
      problem(*node.find("id"), "id", fmt::format("应与文件名 {} 一致", file));
    }
    const YamlNode* platforms = node.find("platform");
    if (platforms == nullptr) {
      problem(node, "platform", "缺少此键");
      return;
    }
    for (const YamlNode* entry : word_list(*platforms, "platform")) {
      if (!is_id(entry->scalar)) {
        problem(*entry, "platform", "只能由小写字母、数字和连字符组成");
      } else if (check_.on_platform(entry->scalar)) {
        problem(*entry, "platform", fmt::format("{} 重复", entry->scalar));
      } else {
        check_.platforms.push_back(entry->scalar);
      }
    }
    if (check_.platforms.empty()) problem(*platforms, "platform", "至少一个平台");
  }

  void read_needs(const YamlNode& node) {
    const YamlNode* needs = node.find("needs");
    if (needs == nullptr) {
      // The short form needs its own table.
      const YamlNode* setting = node.find("setting");
      const YamlNode* table = setting == nullptr ? nullptr : setting->find("table");
      const int index = table == nullptr ? -1 : evidence::fact_table_index(table->scalar);
      if (index >= 0) check_.needs.push_back(index);
      if (setting == nullptr) problem(node, "needs", "缺少此键");
      return;
    }
    for (const YamlNode* entry : word_list(*needs, "needs")) {
      const int index = evidence::fact_table_index(entry->scalar);
      if (index < 0) {
        problem(*entry, "needs", fmt::format("没有事实表 {}", entry->scalar));
      } else if (std::count(check_.needs.begin(), check_.needs.end(), index) != 0) {
        problem(*entry, "needs", fmt::format("{} 重复", entry->scalar));
      } else {
        check_.needs.push_back(index);
      }
    }
    if (needs->is_list() && needs->list.empty()) problem(*needs, "needs", "至少一张事实表");
  }

  void read_never(const YamlNode& node) {
    const YamlNode* never = node.find("never");
    if (never == nullptr) return;
    for (const YamlNode* entry : word_list(*never, "never")) {
      if (entry->scalar == "not_applicable") {
        check_.never_not_applicable = true;
      } else {
        problem(*entry, "never", "只能是 not_applicable");
      }
    }
  }

  void read_record(const YamlNode& node) {
    const YamlNode* record = node.find("record");
    if (record == nullptr) {
      problem(node, "record", "缺少此键");
      return;
    }
    check_keys(*record, path_, {"pass", "partial", "fail", "not_applicable"}, problems_);
    for (const Status status : record_statuses) {
      const YamlNode* entry = record->find(name(status));
      const std::string field = fmt::format("record.{}", name(status));
      if (entry == nullptr) {
        if (status == Status::pass || status == Status::fail) problem(*record, field, "缺少此句");
        continue;
      }
      record_line_[static_cast<std::size_t>(status)] = entry->line;
      Sentence& sentence = check_.record[static_cast<std::size_t>(status)];
      if (!entry->is_scalar() || trim(entry->scalar).empty()) {
        problem(*entry, field, "应为非空文字");
        continue;
      }
      sentence.text = trim(entry->scalar);
      if (!cut_sentence(sentence)) problem(*entry, field, "花括号不成对");
    }
  }

  void read_query(const YamlNode& node) {
    const YamlNode* query = node.find("query");
    const YamlNode* setting = node.find("setting");
    if ((query == nullptr) == (setting == nullptr)) {
      problem(node, "query", "query 与 setting 应当恰有一个");
      return;
    }
    if (query != nullptr) {
      check_.sql = text(node, "query");
      // Lines of a block scalar begin below the key.
      const bool block = check_.sql.find('\n') != std::string::npos;
      check_.sql_line = query->line + (block ? 1 : 0);
      if (check_.sql.size() > max_sql_bytes) problem(*query, "query", "语句过长");
      return;
    }
    check_.sql_line = setting->line;
    const std::size_t before = problems_.size();
    check_.setting = parse_setting(*setting, path_, problems_);
    if (problems_.size() == before) check_.sql = expand_setting(*check_.setting);
  }

  void read_examples(const YamlNode& node) {
    const YamlNode* examples = node.find("examples");
    if (examples == nullptr || !examples->is_list() || examples->list.empty()) {
      problem(examples == nullptr ? node : *examples, "examples", "缺少样例");
      return;
    }
    if (examples->list.size() > max_examples) problem(*examples, "examples", "样例过多");
    std::set<Status> kinds;
    for (const YamlNode& entry : examples->list) {
      if (const auto status = read_example(entry)) kinds.insert(*status);
    }
    for (const Status status : {Status::pass, Status::fail, Status::unknown}) {
      if (!kinds.contains(status)) {
        problem(*examples, "examples", fmt::format("缺少 expect: {} 的样例", name(status)));
      }
    }
    const bool not_applicable = kinds.contains(Status::not_applicable);
    if (!check_.never_not_applicable && !not_applicable) {
      problem(*examples,
              "examples",
              "缺少 expect: not_applicable 的样例（不可能不适用的检查写 never: [not_applicable]）");
    }
    if (check_.never_not_applicable && not_applicable) {
      problem(*examples, "never", "写明不会不适用，样例却得出 not_applicable");
    }
    const bool missing =
        std::any_of(check_.examples.begin(), check_.examples.end(), [&](const Example& example) {
          return example.expect == Status::unknown &&
                 std::any_of(check_.needs.begin(), check_.needs.end(), [&](int need) {
                   return std::none_of(example.facts.begin(),
                                       example.facts.end(),
                                       [&](const ExampleTable& t) { return t.table == need; });
                 });
        });
    if (kinds.contains(Status::unknown) && !missing) {
      problem(*examples, "examples", "缺少“所需事实表未采集”得出 unknown 的样例");
    }
  }

  std::optional<Status> read_example(const YamlNode& node) {
    const std::size_t before = problems_.size();
    check_keys(node, path_, {"name", "facts", "expect"}, problems_);
    if (!node.is_map()) return std::nullopt;
    Example example;
    example.line = node.line;
    if (const YamlNode* given = node.find("name")) example.name = given->scalar;
    const YamlNode* expect = node.find("expect");
    const auto status = expect == nullptr ? std::nullopt : status_from(expect->scalar);
    if (!status || *status == Status::error) {
      problem(expect == nullptr ? node : *expect,
              "examples.expect",
              "应为 pass、partial、fail、not_applicable、unknown 之一");
    } else {
      example.expect = *status;
    }
    const YamlNode* facts = node.find("facts");
    if (facts == nullptr || !facts->is_map()) {
      problem(facts == nullptr ? node : *facts, "examples.facts", "应为“表: 行的列表”");
    } else {
      for (const auto& [table, rows] : facts->map) read_rows(table, rows, example);
    }
    if (problems_.size() != before) return std::nullopt;
    check_.examples.push_back(std::move(example));
    return status;
  }

  void read_rows(const std::string& table, const YamlNode& rows, Example& example) {
    const int index = evidence::fact_table_index(table);
    const std::string field = fmt::format("examples.facts.{}", table);
    if (index < 0) return problem(rows, field, "没有此事实表");
    if (!rows.is_list()) return problem(rows, field, "应为行的列表，无行写 []");
    const auto columns = evidence::fact_tables()[static_cast<std::size_t>(index)].columns;
    ExampleTable out{index, {}};
    for (const YamlNode& row : rows.list) {
      if (!row.is_list() || row.list.size() != columns.size()) {
        problem(
            row, field, fmt::format("一行应有 {} 列，实为 {} 列", columns.size(), row.list.size()));
        continue;
      }
      std::vector<ExampleCell> cells;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const YamlNode& cell = row.list[i];
        if (cell.is_null()) {
          cells.emplace_back();
        } else if (!cell.is_scalar()) {
          problem(cell, field, fmt::format("列 {} 应为单个值", columns[i].name));
        } else if (columns[i].type == evidence::ColumnType::integer &&
                   (cell.quoted || !parse_int(cell.scalar))) {
          problem(cell, field, fmt::format("列 {} 应为整数或 null", columns[i].name));
        } else {
          cells.emplace_back(cell.scalar);
        }
      }
      if (cells.size() == columns.size()) out.rows.push_back(std::move(cells));
    }
    example.facts.push_back(std::move(out));
  }

  // Prepares the statement and holds its columns to the record sentences.
  void check_sql() {
    const std::string field = check_.setting ? "setting" : "query";
    auto prepared = Statement::prepare(database_.handle(), check_.sql);
    if (!prepared) {
      std::int64_t line = check_.sql_line;
      if (!check_.setting) line += prepared.error().line;
      problems_.push_back({path_, line, field, "SQL 有误：" + prepared.error().reason});
      return;
    }
    std::set<std::string, std::less<>> columns;
    for (int i = 0; i < prepared->column_count(); ++i) {
      if (!columns.emplace(prepared->column_name(i)).second) {
        problems_.push_back({path_,
                             check_.sql_line,
                             field,
                             fmt::format("结果列 {} 重复", prepared->column_name(i))});
      }
    }
    for (const std::string_view required : {"status", "reason", "source"}) {
      if (!columns.contains(required)) {
        problems_.push_back(
            {path_, check_.sql_line, field, fmt::format("缺少结果列 {}", required)});
      }
    }
    for (const Status status : record_statuses) {
      const Sentence& sentence = check_.record[static_cast<std::size_t>(status)];
      for (const Sentence::Piece& piece : sentence.pieces) {
        if (piece.column.empty() || columns.contains(piece.column)) continue;
        problems_.push_back({path_,
                             record_line_[static_cast<std::size_t>(status)],
                             fmt::format("record.{}", name(status)),
                             fmt::format("查询没有结果列 {}", piece.column)});
      }
    }
    check_status_words();
  }

  // Every status the query can give has a record sentence.
  void check_status_words() {
    std::set<Status> given;
    for (const Example& example : check_.examples) given.insert(example.expect);
    for (const SqlToken& token : sql_tokens(check_.sql)) {
      if (!token.status_word) continue;
      if (const auto status = status_from(token.value)) given.insert(*status);
    }
    for (const Status status : record_statuses) {
      if (given.contains(status) && check_.record[static_cast<std::size_t>(status)].text.empty()) {
        problems_.push_back({path_,
                             check_.sql_line,
                             fmt::format("record.{}", name(status)),
                             fmt::format("查询会得出 {}，缺少对应的记录句", name(status))});
      }
    }
  }

  const std::string& path_;
  evidence::FactDatabase& database_;
  std::vector<Problem>& problems_;
  std::array<std::int64_t, 4> record_line_{};
  Check check_;
};

}  // namespace

std::optional<Check> load_check(const std::string& path,
                                std::string_view text,
                                evidence::FactDatabase& database,
                                std::vector<Problem>& problems) {
  auto node = parse_yaml(path, text);
  if (!node) {
    const Error& error = node.error();
    if (error.problems.empty()) problems.push_back({path, 0, {}, error.message});
    problems.insert(problems.end(), error.problems.begin(), error.problems.end());
    return std::nullopt;
  }
  return CheckReader(path, database, problems).read(*node);
}

Result<CheckSet> load_checks(const Content& content) {
  TRY_ASSIGN(evidence::FactDatabase database, evidence::FactDatabase::create());
  std::vector<Problem> problems;
  std::vector<Check> checks;
  std::map<std::string, std::string> path_of;
  for (const std::string& path : content.list("check/")) {
    if (!path.ends_with(".yaml")) {
      if (!path.ends_with(".md")) problems.push_back({path, 0, {}, "检查目录中只能有 .yaml 文件"});
      continue;
    }
    TRY_ASSIGN(const std::string_view text, content.read(path));
    auto check = load_check(path, text, database, problems);
    if (!check) continue;
    const auto [found, fresh] = path_of.emplace(check->id, path);
    if (!fresh) {
      problems.push_back({path, 0, "id", fmt::format("与 {} 重复", found->second)});
      continue;
    }
    checks.push_back(std::move(*check));
  }
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "检查内容有误", std::move(problems));
  }
  return CheckSet(std::move(checks));
}

}  // namespace dengce::check
