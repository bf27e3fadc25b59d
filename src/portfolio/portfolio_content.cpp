// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "base/csv.h"
#include "base/id.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "base/yaml.h"
#include "portfolio/portfolio.h"

namespace dengce::portfolio {
namespace {

constexpr const char* contract_path = "portfolio/contract.yaml";
constexpr const char* teams_path = "portfolio/teams.csv";
constexpr const char* systems_path = "portfolio/systems.csv";

void write_json(JsonWriter& json, const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null: json.null(); break;
    case YamlNode::Kind::scalar:
      if (const auto number = node.integer()) {
        json.integer(*number);
      } else if (const auto flag = node.boolean()) {
        json.boolean(*flag);
      } else {
        json.string(node.scalar);
      }
      break;
    case YamlNode::Kind::list:
      json.begin_array();
      for (const YamlNode& item : node.list) write_json(json, item);
      json.end_array();
      break;
    case YamlNode::Kind::map:
      json.begin_object();
      for (const auto& [key, value] : node.map) {
        json.key(key);
        write_json(json, value);
      }
      json.end_object();
      break;
  }
}

// Reads typed fields of the contract file and notes what is missing or of the wrong type.
class ContractReader {
 public:
  ContractReader(const YamlNode& root, std::vector<Problem>& problems)
      : root_(root), problems_(problems) {}

  std::optional<std::string> text(std::string_view section, std::string_view key, bool required) {
    const YamlNode* node = find(section, key);
    if (node != nullptr && node->is_scalar()) return node->scalar;
    missing(node, section, key, required, "应填写文字");
    return std::nullopt;
  }

  std::optional<std::int64_t> integer(std::string_view section,
                                      std::string_view key,
                                      bool required) {
    const YamlNode* node = find(section, key);
    if (node != nullptr && node->integer() && *node->integer() >= 0) return node->integer();
    missing(node, section, key, required, "应为非负整数");
    return std::nullopt;
  }

  std::optional<Day> day(std::string_view section, std::string_view key, bool required) {
    const YamlNode* node = find(section, key);
    if (node != nullptr && node->is_scalar() && parse_day(node->scalar)) {
      return parse_day(node->scalar);
    }
    missing(node, section, key, required, "应为日期 YYYY-MM-DD");
    return std::nullopt;
  }

 private:
  const YamlNode* find(std::string_view section, std::string_view key) const {
    const YamlNode* parent = section.empty() ? &root_ : root_.find(section);
    return parent == nullptr ? nullptr : parent->find(key);
  }

  void missing(const YamlNode* node,
               std::string_view section,
               std::string_view key,
               bool required,
               std::string reason) {
    if (!required && (node == nullptr || node->is_null())) return;
    std::string field =
        section.empty() ? std::string(key) : std::string(section) + "." + std::string(key);
    problems_.push_back(
        {contract_path, node == nullptr ? 0 : node->line, std::move(field), std::move(reason)});
  }

  const YamlNode& root_;
  std::vector<Problem>& problems_;
};

Contract read_contract(const YamlNode& root, std::vector<Problem>& problems) {
  ContractReader reader(root, problems);
  Contract contract;
  contract.id = new_id();
  contract.name = reader.text({}, "name", true).value_or("");
  contract.buyer = reader.text({}, "buyer", true).value_or("");
  contract.provider = reader.text({}, "provider", false);
  contract.signed_on = reader.day("period", "signed", false);
  contract.start = reader.day("period", "start", false);
  contract.end = reader.day("period", "end", true).value_or(Day{});
  contract.ceiling_fen = reader.integer("money", "ceiling_fen", true).value_or(0);
  contract.price_fen = reader.integer("money", "price_fen", false);
  if (contract.price_fen.value_or(0) > contract.ceiling_fen) {
    problems.push_back({contract_path, 0, "money.price_fen", "合同价高于最高限价"});
  }
  JsonWriter json(contract.terms);
  write_json(json, root);
  return contract;
}

std::vector<Team> read_teams(const CsvTable& table, std::vector<Problem>& problems) {
  std::vector<Team> teams;
  std::set<std::string> names;
  for (const CsvRow& row : table.rows) {
    const auto number = parse_int(row.cells[0]);
    if (!number) problems.push_back({table.path, row.line, "no", "应为整数"});
    if (row.cells[1].empty() || !names.insert(row.cells[1]).second) {
      problems.push_back({table.path, row.line, "name", "名称为空或重复"});
    }
    teams.push_back({new_id(), number.value_or(0), row.cells[1]});
  }
  return teams;
}

std::vector<InformationSystem> read_systems(const CsvTable& table,
                                            const std::vector<Team>& teams,
                                            std::vector<Problem>& problems) {
  std::vector<InformationSystem> systems;
  std::set<std::string> names;
  for (const CsvRow& row : table.rows) {
    const auto number = parse_int(row.cells[0]);
    const auto level = parse_int(row.cells[3]);
    const auto team = std::find_if(teams.begin(), teams.end(), [&](const Team& candidate) {
      return candidate.name == row.cells[1];
    });
    if (!number) problems.push_back({table.path, row.line, "no", "应为整数"});
    if (!level || *level < 1 || *level > 4) {
      problems.push_back({table.path, row.line, "level", "等级应为 1 到 4"});
    }
    if (row.cells[2].empty() || !names.insert(row.cells[2]).second) {
      problems.push_back({table.path, row.line, "name", "名称为空或重复"});
    }
    if (team == teams.end()) {
      problems.push_back({table.path, row.line, "team", "团队不在 teams.csv 中：" + row.cells[1]});
      continue;
    }
    systems.push_back(
        {new_id(), team->id, team->name, number.value_or(0), row.cells[2], level.value_or(0)});
  }
  return systems;
}

Result<CsvTable> read_table(const Content& content,
                            const char* path,
                            std::vector<std::string> columns) {
  TRY_ASSIGN(const std::string_view bytes, content.read(path));
  CsvOptions options;
  options.required = std::move(columns);
  TRY_ASSIGN(CsvTable table, parse_csv(path, bytes, options));
  if (table.header != options.required) {
    return fail(ErrorCode::invalid_argument,
                std::string(path) + " 列顺序不符",
                {Problem{path, 1, {}, "列顺序应为 " + join(options.required, ",")}});
  }
  return table;
}

}  // namespace

Result<Portfolio> load_portfolio(const Content& content) {
  TRY_ASSIGN(const std::string_view contract_text, content.read(contract_path));
  TRY_ASSIGN(const YamlNode root, parse_yaml(contract_path, contract_text));
  TRY_ASSIGN(const CsvTable teams, read_table(content, teams_path, {"no", "name"}));
  TRY_ASSIGN(const CsvTable systems,
             read_table(content, systems_path, {"no", "team", "name", "level"}));
  std::vector<Problem> problems;
  Portfolio portfolio;
  portfolio.contract = read_contract(root, problems);
  portfolio.teams = read_teams(teams, problems);
  portfolio.systems = read_systems(systems, portfolio.teams, problems);
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "项目清单有误", std::move(problems));
  }
  return portfolio;
}

}  // namespace dengce::portfolio
