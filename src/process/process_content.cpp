// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>

#include "base/csv.h"
#include "base/text.h"
#include "base/yaml.h"
#include "process/process.h"

namespace dengce::process {
namespace {

constexpr const char* process_path = "process/process.yaml";
constexpr const char* calendar_path = "process/calendar.csv";
constexpr std::int32_t longest_holiday = 31;

// Notes everything that is wrong with one file.
class Reader {
 public:
  explicit Reader(std::vector<Problem>& problems) : problems_(problems) {}

  void problem(const YamlNode& node, std::string_view field, std::string reason) {
    problems_.push_back({process_path, node.line, std::string(field), std::move(reason)});
  }

  void keys(const YamlNode& node, const std::vector<std::string_view>& known) {
    check_keys(node, process_path, known, problems_);
  }

  std::string text(const YamlNode& map, std::string_view key) {
    const YamlNode* node = map.find(key);
    if (node != nullptr && node->is_scalar() && !trim(node->scalar).empty()) return node->scalar;
    problem(node == nullptr ? map : *node, key, "应填写文字");
    return {};
  }

  std::string maybe_text(const YamlNode& map, std::string_view key) {
    return map.find(key) == nullptr ? std::string() : text(map, key);
  }

  Words words(const YamlNode& map, const std::string& key) {
    return {text(map, key), text(map, key + "_en")};
  }

  // Small letters and '_': it becomes part of addresses and of rows; each once.
  std::string id(const YamlNode& map, std::set<std::string>& seen) {
    std::string out = text(map, "id");
    const bool plain = std::all_of(
        out.begin(), out.end(), [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
    if (!plain) problem(map, "id", "只能由小写字母和下划线组成：" + out);
    if (!out.empty() && !seen.insert(out).second) problem(map, "id", "重复：" + out);
    return out;
  }

  std::int64_t number(const YamlNode& map, std::string_view key, std::int64_t max) {
    const YamlNode* node = map.find(key);
    const auto value = node == nullptr ? std::nullopt : node->integer();
    if (value && *value >= 1 && *value <= max) return *value;
    problem(node == nullptr ? map : *node, key, "应为 1 到 " + std::to_string(max) + " 的整数");
    return 1;
  }

  Party party(const YamlNode& map, std::string_view key, const std::vector<Party>& allowed) {
    const std::string word = text(map, key);
    for (const Party one : allowed) {
      if (word == party_name(one)) return one;
    }
    if (!word.empty()) problem(map, key, "未知的一方：" + word);
    return allowed.front();
  }

  const std::vector<YamlNode>& list(const YamlNode& map, std::string_view key) {
    static const std::vector<YamlNode> none;
    const YamlNode* node = map.find(key);
    if (node != nullptr && node->is_list() && !node->list.empty()) return node->list;
    problem(node == nullptr ? map : *node, key, "应为不为空的列表");
    return none;
  }

 private:
  std::vector<Problem>& problems_;
};

Product read_product(Reader& reader, const YamlNode& node, std::set<std::string>& seen) {
  reader.keys(node, {"id", "name", "name_en", "maker", "signer", "required"});
  Product product;
  product.id = reader.id(node, seen);
  product.name = reader.words(node, "name");
  product.maker = reader.party(node, "maker", {Party::provider, Party::client, Party::both});
  product.signer = reader.party(node, "signer", {Party::none, Party::client, Party::both});
  const YamlNode* required = node.find("required");
  const auto flag = required == nullptr ? std::nullopt : required->boolean();
  if (!flag) reader.problem(node, "required", "应为 true 或 false");
  product.required = flag.value_or(true);
  return product;
}

void read_stages(Reader& reader, const YamlNode& root, Process& process) {
  std::set<std::string> stages;
  std::set<std::string> products;
  for (const YamlNode& node : reader.list(root, "stages")) {
    reader.keys(node, {"id", "name", "name_en", "clause", "working_days", "tasks", "products"});
    Stage stage;
    stage.id = reader.id(node, stages);
    stage.name = reader.words(node, "name");
    stage.clause = reader.maybe_text(node, "clause");
    stage.working_days = reader.number(node, "working_days", 250);
    for (const YamlNode& task : reader.list(node, "tasks")) {
      reader.keys(task, {"name", "name_en", "clause"});
      stage.tasks.push_back({reader.words(task, "name"), reader.maybe_text(task, "clause")});
    }
    for (const YamlNode& product : reader.list(node, "products")) {
      stage.products.push_back(read_product(reader, product, products));
    }
    process.stages.push_back(std::move(stage));
  }
}

// Whether stage or product exists, and a stage that must be finished or begun can be.
void check_need(Reader& reader,
                const YamlNode& node,
                const Process& process,
                const Gate& gate,
                const Need& need) {
  if (need.kind == NeedKind::product && process.product(need.id) == nullptr) {
    reader.problem(node, "needs", "没有此工作产品：" + need.id);
  }
  const bool of_stage = need.kind == NeedKind::finished || need.kind == NeedKind::begun;
  if (!of_stage || need.id.empty()) return;
  if (process.stage(need.id) == nullptr) {
    reader.problem(node, "needs", "没有此阶段：" + need.id);
  } else if (!gate.before.empty() && process.position(need.id) >= process.position(gate.before)) {
    reader.problem(node, "needs", "所需阶段不在其前：" + need.id);
  }
}

Need read_need(Reader& reader, const YamlNode& node) {
  constexpr std::array<NeedKind, 5> kinds{NeedKind::finished,
                                          NeedKind::begun,
                                          NeedKind::product,
                                          NeedKind::risk_notice,
                                          NeedKind::internet_test};
  if (!node.is_map() || node.map.size() != 1) {
    reader.problem(node, "needs", "每项应只有一个条件");
    return {};
  }
  const std::string& word = node.map.front().first;
  for (const NeedKind kind : kinds) {
    if (word != need_name(kind)) continue;
    const std::string value = reader.text(node, word);
    if (kind == NeedKind::risk_notice && value != "confirmed") {
      reader.problem(node, word, "应为 confirmed");
    }
    if (kind == NeedKind::internet_test && value != "approved") {
      reader.problem(node, word, "应为 approved");
    }
    const bool named = kind != NeedKind::risk_notice && kind != NeedKind::internet_test;
    return {kind, named ? value : std::string()};
  }
  reader.problem(node, "needs", "未知的条件：" + word);
  return {};
}

void read_gates(Reader& reader, const YamlNode& root, Process& process) {
  std::set<std::string> gates;
  std::set<std::string> guarded;
  for (const YamlNode& node : reader.list(root, "gates")) {
    reader.keys(node,
                {"id", "before", "name", "name_en", "reason", "reason_en", "source", "needs"});
    Gate gate;
    gate.id = reader.id(node, gates);
    gate.before = reader.maybe_text(node, "before");
    gate.name = reader.words(node, "name");
    gate.reason = reader.words(node, "reason");
    gate.source = reader.text(node, "source");
    if (!gate.before.empty() && process.stage(gate.before) == nullptr) {
      reader.problem(node, "before", "没有此阶段：" + gate.before);
    }
    if (!gate.before.empty() && !guarded.insert(gate.before).second) {
      reader.problem(node, "before", "此阶段已有门禁：" + gate.before);
    }
    for (const YamlNode& need : reader.list(node, "needs")) {
      gate.needs.push_back(read_need(reader, need));
      check_need(reader, need, process, gate, gate.needs.back());
    }
    process.gates.push_back(std::move(gate));
  }
}

void read_process(const Content& content, Process& process, std::vector<Problem>& problems) {
  const auto bytes = content.read(process_path);
  if (!bytes) {
    problems.push_back({process_path, 0, {}, bytes.error().message});
    return;
  }
  const auto root = parse_yaml(process_path, *bytes);
  if (!root) {
    const auto& found = root.error().problems;
    problems.insert(problems.end(), found.begin(), found.end());
    if (found.empty()) problems.push_back({process_path, 0, {}, root.error().message});
    return;
  }
  Reader reader(problems);
  reader.keys(*root, {"stages", "gates", "internet_test", "person_systems_a_day"});
  read_stages(reader, *root, process);
  read_gates(reader, *root, process);
  process.person_systems_a_day = reader.number(*root, "person_systems_a_day", 100);
  const YamlNode* tests = root->find("internet_test");
  if (tests == nullptr) {
    reader.problem(*root, "internet_test", "缺少此项");
    return;
  }
  reader.keys(*tests, {"close_within_days", "report_within_days"});
  process.close_within_days = reader.number(*tests, "close_within_days", 365);
  process.report_within_days = reader.number(*tests, "report_within_days", 365);
}

void read_calendar(const Content& content, Process& process, std::vector<Problem>& problems) {
  const auto bytes = content.read(calendar_path);
  if (!bytes) {
    problems.push_back({calendar_path, 0, {}, bytes.error().message});
    return;
  }
  const auto table = parse_csv(calendar_path, *bytes, {{"from", "to", "kind", "name"}, {}});
  if (!table) {
    const auto& found = table.error().problems;
    problems.insert(problems.end(), found.begin(), found.end());
    if (found.empty()) problems.push_back({calendar_path, 0, {}, table.error().message});
    return;
  }
  const auto cell = [&](const CsvRow& row, std::string_view column) {
    return row.cells[static_cast<std::size_t>(table->column(column))];
  };
  for (const CsvRow& row : table->rows) {
    const auto problem = [&](const char* field, const char* reason) {
      problems.push_back({calendar_path, row.line, field, reason});
    };
    const auto from = parse_day(cell(row, "from"));
    const auto to = parse_day(cell(row, "to"));
    const std::string kind = cell(row, "kind");
    if (kind != "off" && kind != "work") problem("kind", "应为 off 或 work");
    if (!from) problem("from", "应为日期");
    if (!to) problem("to", "应为日期");
    if (!from || !to) continue;
    if (*to < *from || to->number - from->number > longest_holiday) {
      problem("to", "应不早于起始日，且不超过一个月");
      continue;
    }
    for (Day day = *from; day <= *to; ++day.number) {
      if (process.calendar.is_listed(day)) problem("from", "日期重复");
      kind == "off" ? process.calendar.set_off(day) : process.calendar.set_work(day);
    }
  }
}

}  // namespace

Result<Process> load_process(const Content& content) {
  Process process;
  std::vector<Problem> problems;
  read_process(content, process, problems);
  read_calendar(content, process, problems);
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "测评过程数据有误", std::move(problems));
  }
  return process;
}

}  // namespace dengce::process
