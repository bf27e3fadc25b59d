// SPDX-License-Identifier: Apache-2.0
#include "standard/scheme.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/yaml.h"
#include "standard/csv_rows.h"

namespace dengce::standard {

namespace {

constexpr std::string_view folder = "scheme/";
constexpr std::string_view extension = ".yaml";

// "90", "1/2"; none on other text, a negative or a zero denominator.
std::optional<Rational> rational_from(std::string_view text) {
  const auto parts = split(text, '/');
  if (parts.empty() || parts.size() > 2) return std::nullopt;
  const auto numerator = parse_int(trim(parts[0]));
  const auto denominator =
      parts.size() == 2 ? parse_int(trim(parts[1])) : std::optional(std::int64_t{1});
  constexpr std::int64_t limit = 1'000'000;
  if (!numerator || !denominator || *numerator < 0 || *denominator < 1 || *numerator > limit ||
      *denominator > limit) {
    return std::nullopt;
  }
  return Rational(*numerator, *denominator);
}

class SchemeReader {
 public:
  SchemeReader(std::string path, const SwitchChoice& choice)
      : path_(std::move(path)), choice_(choice) {}

  Result<Scheme> read(const YamlNode& root, std::string_view id) {
    check_keys(root,
               path_,
               {"id",
                "title",
                "form",
                "technical_share",
                "weights",
                "partial_value",
                "decimals",
                "conclusions",
                "switches"},
               problems_);
    if (!root.is_map()) return finish();
    scheme_.id = text(root, "id");
    scheme_.title = text(root, "title");
    if (scheme_.id != id) problem(root.line, "id", fmt::format("应与文件名一致：{}", id));
    const auto form = text(root, "form");
    if (form != "score" && form != "rate") problem(root.line, "form", "应为 score 或 rate");
    scheme_.form = form == "score" ? Scheme::Form::score : Scheme::Form::rate;
    read_switches(root.find("switches"), root.line);
    read_numbers(root);
    read_conclusions(root.find("conclusions"), root.line);
    apply_switches();
    return finish();
  }

 private:
  Result<Scheme> finish() {
    if (problems_.empty()) return std::move(scheme_);
    return fail(
        ErrorCode::data_corrupt, fmt::format("计分方案 {} 有误", path_), std::move(problems_));
  }

  void problem(std::int64_t line, std::string_view field, std::string reason) {
    problems_.push_back({path_, line, std::string(field), std::move(reason)});
  }

  // A scalar that must be there.
  std::string text(const YamlNode& map, std::string_view key) {
    const auto* node = map.find(key);
    if (node != nullptr && node->is_scalar() && !node->scalar.empty()) return node->scalar;
    problem(node == nullptr ? map.line : node->line, key, "应有非空的文字");
    return {};
  }

  std::vector<std::string> texts(const YamlNode& map, std::string_view key) {
    std::vector<std::string> values;
    const auto* node = map.find(key);
    if (node == nullptr) return values;
    if (!node->is_list()) problem(node->line, key, "应是列表");
    for (const auto& entry : node->list) {
      if (!entry.is_scalar()) problem(entry.line, key, "列表中只能是文字");
      values.push_back(entry.scalar);
    }
    return values;
  }

  std::optional<Rational> number(const YamlNode& node, std::string_view key, std::int64_t maximum) {
    const auto value = node.is_scalar() ? rational_from(node.scalar) : std::nullopt;
    if (!value || *value > Rational(maximum)) {
      problem(node.line, key, fmt::format("应是 0 到 {} 的整数或分数", maximum));
      return std::nullopt;
    }
    return value;
  }

  void read_numbers(const YamlNode& root) {
    const bool score = scheme_.form == Scheme::Form::score;
    for (const std::string_view key : {"technical_share", "weights", "partial_value"}) {
      if (score && root.find(key) == nullptr) problem(root.line, key, "综合得分方案应有此项");
      if (!score && root.find(key) != nullptr)
        problem(root.find(key)->line, key, "符合率方案没有此项");
    }
    if (const auto* node = root.find("technical_share")) {
      scheme_.technical_share = number(*node, "technical_share", 1).value_or(Rational(0));
    }
    if (const auto* node = root.find("partial_value")) {
      scheme_.partial_value = number(*node, "partial_value", 1).value_or(Rational(0));
    }
    if (const auto* node = root.find("weights")) {
      check_keys(*node, path_, {"一般", "重要", "关键"}, problems_);
      for (const std::string_view name : {"一般", "重要", "关键"}) {
        const auto* weight = node->find(name);
        if (weight == nullptr) {
          problem(node->line, "weights", fmt::format("缺少{}", name));
        } else if (const auto value = number(*weight, "weights", 100)) {
          scheme_.weights.emplace(name, *value);
        }
      }
    }
    const auto* decimals = root.find("decimals");
    const auto digits = decimals == nullptr ? std::nullopt : decimals->integer();
    if (!digits || *digits < 0 || *digits > 6) {
      problem(decimals == nullptr ? root.line : decimals->line, "decimals", "应是 0 到 6 的整数");
    } else {
      scheme_.decimals = static_cast<int>(*digits);
    }
  }

  void read_switches(const YamlNode* node, std::int64_t line) {
    if (node == nullptr || !node->is_map()) {
      problem(node == nullptr ? line : node->line, "switches", "应是一组具名开关");
      return;
    }
    for (const auto& [name, entry] : node->map) {
      check_keys(entry, path_, {"value", "allowed", "confidence", "note"}, problems_);
      if (!entry.is_map()) continue;
      Switch item{name,
                  text(entry, "value"),
                  texts(entry, "allowed"),
                  text(entry, "confidence"),
                  text(entry, "note")};
      const auto words = confidence_words();
      if (std::find(words.begin(), words.end(), item.confidence) == words.end()) {
        problem(entry.line, name, "confidence 应为 certain、likely、unsure");
      }
      if (std::find(item.allowed.begin(), item.allowed.end(), item.value) == item.allowed.end()) {
        const auto* value = entry.find("value");
        problem(value == nullptr ? entry.line : value->line,
                name,
                fmt::format("取值“{}”不在 allowed 之中", item.value));
      }
      scheme_.switches.push_back(std::move(item));
    }
    for (const auto& [name, value] : choice_) choose(name, value);
  }

  void choose(const std::string& name, const std::string& value) {
    for (auto& item : scheme_.switches) {
      if (item.name != name) continue;
      if (std::find(item.allowed.begin(), item.allowed.end(), value) == item.allowed.end()) {
        problem(0, name, fmt::format("“{}”不是允许的取值：{}", value, join(item.allowed, "、")));
      }
      item.value = value;
      return;
    }
    problem(0, name, fmt::format("方案没有名为“{}”的开关", name));
  }

  void read_conclusions(const YamlNode* node, std::int64_t line) {
    if (node == nullptr || !node->is_list() || node->list.empty()) {
      problem(node == nullptr ? line : node->line, "conclusions", "应是非空列表");
      return;
    }
    for (const auto& entry : node->list) {
      check_keys(entry,
                 path_,
                 {"name", "minimum", "tie", "without_risks", "without_hazard", "clause"},
                 problems_);
      if (entry.is_map()) read_conclusion(entry);
    }
    const auto& last = scheme_.conclusions.back();
    if (last.minimum || !last.without_risks.empty() || last.without_hazard) {
      problem(node->list.back().line, "conclusions", "最后一条结论不能带条件");
    }
  }

  void read_conclusion(const YamlNode& entry) {
    ConclusionRule rule;
    rule.name = text(entry, "name");
    rule.clause = text(entry, "clause");
    if (const auto* minimum = entry.find("minimum"))
      rule.minimum = number(*minimum, "minimum", 100);
    if (const auto* tie = entry.find("tie")) {
      const auto value = scheme_.switch_value(tie->scalar);
      if (value.empty()) problem(tie->line, "tie", fmt::format("没有名为“{}”的开关", tie->scalar));
      rule.inclusive = value == rule.name;
    }
    rule.without_risks = texts(entry, "without_risks");
    for (const auto& risk : rule.without_risks) {
      if (risk != "高" && risk != "中" && risk != "低") {
        problem(entry.find("without_risks")->line,
                "without_risks",
                fmt::format("“{}”不是风险等级", risk));
      }
    }
    if (const auto* hazard = entry.find("without_hazard")) {
      const auto value = hazard->boolean();
      if (!value) problem(hazard->line, "without_hazard", "应为 true 或 false");
      rule.without_hazard = value.value_or(false);
    }
    if (!scheme_.conclusions.empty() && scheme_.conclusions.back().minimum && rule.minimum &&
        *rule.minimum >= *scheme_.conclusions.back().minimum) {
      problem(entry.find("minimum")->line, "minimum", "应低于上一条结论的分数线");
    }
    scheme_.conclusions.push_back(std::move(rule));
  }

  void apply_switches() {
    const auto is = [&](std::string_view name, std::string_view value) {
      return scheme_.switch_value(name) == value;
    };
    if (is("multi_object", "mean")) scheme_.multi_object = Scheme::MultiObject::mean;
    if (is("multi_object", "worst")) scheme_.multi_object = Scheme::MultiObject::worst;
    if (is("numerator", "partial_half")) scheme_.partial_value = Rational(1, 2);
    if (is("unit", "record")) scheme_.unit = Scheme::Unit::record;
    if (is("decide_on", "rounded")) scheme_.decide = Scheme::Decide::rounded;
    scheme_.overall_changes_value = is("overall_changes_value", "yes");
    scheme_.high_risk_items_are_key = is("high_risk_items_are_key", "yes");
    if (const auto value = scheme_.switch_value("weight_of_unnamed_item"); !value.empty()) {
      scheme_.unnamed_weight = std::string(value);
    }
  }

  std::string path_;
  const SwitchChoice& choice_;
  Scheme scheme_;
  std::vector<Problem> problems_;
};

}  // namespace

std::string_view Scheme::switch_value(std::string_view name) const {
  for (const auto& item : switches) {
    if (item.name == name) return item.value;
  }
  return {};
}

Result<Scheme> load_scheme(const Content& content,
                           std::string_view id,
                           const SwitchChoice& choice) {
  const auto ids = scheme_ids(content);
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
    return fail(ErrorCode::not_found,
                fmt::format("没有名为“{}”的计分方案，可用：{}", id, join(ids, "、")));
  }
  std::string path = std::string(folder) + std::string(id) + std::string(extension);
  TRY_ASSIGN(const auto bytes, content.read(path));
  TRY_ASSIGN(const auto root, parse_yaml(path, bytes));
  return SchemeReader(std::move(path), choice).read(root, id);
}

std::vector<std::string> scheme_ids(const Content& content) {
  std::vector<std::string> ids;
  for (const auto& path : content.list(folder)) {
    if (path.ends_with(extension)) {
      ids.push_back(path.substr(folder.size(), path.size() - folder.size() - extension.size()));
    }
  }
  return ids;
}

}  // namespace dengce::standard
