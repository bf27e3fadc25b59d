// SPDX-License-Identifier: Apache-2.0
#include "access/protection.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <utility>

#include "base/yaml.h"

namespace dengce::access {
namespace {

constexpr const char* protection_path = "access/protection.yaml";
constexpr std::int64_t max_months = 600;
constexpr std::int64_t audit_months = 6;  // Cybersecurity Law, article 21
constexpr std::array<std::string_view, 7> known_classes{protected_class::evidence,
                                                        protected_class::document,
                                                        protected_class::ledger,
                                                        protected_class::exported,
                                                        protected_class::audit,
                                                        protected_class::import,
                                                        protected_class::upload};
constexpr std::array<std::string_view, 3> from_words{"none", "contract_end", "made"};
constexpr std::array<std::string_view, 3> then_words{"destroy", "expires", "keep"};

class ProtectionReader {
 public:
  explicit ProtectionReader(const YamlNode& root) : root_(root) {}

  void read() {
    check_keys(root_, protection_path, {"levels", "classes"}, problems_);
    read_levels();
    const YamlNode* list = root_.find("classes");
    if (list == nullptr || !list->is_list()) {
      problem(root_, "classes", "应为列表");
      return;
    }
    classes_.reserve(list->list.size());
    for (const YamlNode& node : list->list) read_class(node);
    for (const std::string_view id : known_classes) {
      const auto found = std::count_if(
          classes_.begin(), classes_.end(), [&](const auto& one) { return one.id == id; });
      if (found != 1) problem(*list, id, found == 0 ? "缺少此类别" : "此类别重复");
    }
    check_assessment_data(*list);
  }

  std::vector<Problem>& problems() { return problems_; }

  std::vector<ProtectionClass>& classes() { return classes_; }

 private:
  void problem(const YamlNode& node, std::string_view field, std::string reason) {
    problems_.push_back({protection_path, node.line, std::string(field), std::move(reason)});
  }

  std::string text(const YamlNode& node, std::string_view key) {
    const YamlNode* value = node.find(key);
    if (value != nullptr && value->is_scalar() && !value->scalar.empty()) return value->scalar;
    problem(value == nullptr ? node : *value, key, "应为文字");
    return {};
  }

  bool flag(const YamlNode& node, std::string_view key) {
    const YamlNode* value = node.find(key);
    const auto found = value == nullptr ? std::nullopt : value->boolean();
    if (!found) problem(value == nullptr ? node : *value, key, "应为 true 或 false");
    return found.value_or(true);
  }

  template <std::size_t count>
  std::size_t word(const YamlNode& node,
                   std::string_view key,
                   const std::array<std::string_view, count>& words) {
    const std::string found = text(node, key);
    const auto at = std::find(words.begin(), words.end(), found);
    if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
    if (!found.empty()) problem(node, key, "没有此选项：" + found);
    return 0;
  }

  void read_levels() {
    const YamlNode* levels = root_.find("levels");
    if (levels == nullptr || !levels->is_map()) {
      problem(root_, "levels", "应为密级的表");
      return;
    }
    for (const auto& [id, node] : levels->map) {
      check_keys(node, protection_path, {"name", "name_en"}, problems_);
      if (node.is_map()) levels_[id] = {text(node, "name"), text(node, "name_en")};
    }
  }

  void read_class(const YamlNode& node) {
    check_keys(node,
               protection_path,
               {"id",
                "name",
                "name_en",
                "holds",
                "holds_en",
                "level",
                "retention",
                "reason",
                "reason_en",
                "then",
                "export"},
               problems_);
    if (!node.is_map()) return;
    ProtectionClass out;
    out.id = text(node, "id");
    if (std::find(known_classes.begin(), known_classes.end(), out.id) == known_classes.end()) {
      problem(node, "id", "程序没有此类别");
    }
    out.name = text(node, "name");
    out.name_en = text(node, "name_en");
    out.holds = text(node, "holds");
    out.holds_en = text(node, "holds_en");
    const auto level = levels_.find(text(node, "level"));
    if (level == levels_.end()) {
      problem(node, "level", "没有此密级");
    } else {
      std::tie(out.level, out.level_en) = level->second;
    }
    out.reason = text(node, "reason");
    out.reason_en = text(node, "reason_en");
    out.then = static_cast<AfterRetention>(word(node, "then", then_words));
    read_retention(node, out);
    read_export(node, out);
    classes_.push_back(std::move(out));
  }

  // They are destroyed together, so one day counts for both.
  void check_assessment_data(const YamlNode& list) {
    for (const ProtectionClass& one : classes_) {
      const bool together =
          one.id == protected_class::evidence || one.id == protected_class::document;
      if (together && one.from == RetentionFrom::made) {
        problem(list, one.id, "测评证据与文档的期限自合同期满起算，或不计期限");
      }
    }
  }

  void read_retention(const YamlNode& node, ProtectionClass& out) {
    const YamlNode* retention = node.find("retention");
    if (retention == nullptr || !retention->is_map()) {
      problem(node, "retention", "应为保存期限");
      return;
    }
    check_keys(*retention, protection_path, {"from", "months"}, problems_);
    out.from = static_cast<RetentionFrom>(word(*retention, "from", from_words));
    const YamlNode* months = retention->find("months");
    const bool counts = out.from != RetentionFrom::none;
    if (counts != (months != nullptr)) {
      problem(*retention, "months", counts ? "缺少月数" : "不计期限的类别没有月数");
    } else if (counts) {
      out.months = months->integer().value_or(0);
      if (out.months < 1 || out.months > max_months) {
        problem(*months, "months", "应为 1 至 600 的整数");
      }
    }
    if (counts != (out.then == AfterRetention::destroy)) {
      problem(*retention, "from", "有期限的类别到期销毁，其他类别不计期限");
    }
    if (out.id == protected_class::audit && counts && out.months < audit_months) {
      problem(*retention, "months", "审计记录至少保存六个月");
    }
  }

  void read_export(const YamlNode& node, ProtectionClass& out) {
    const YamlNode* given = node.find("export");
    if (given == nullptr || !given->is_map()) {
      problem(node, "export", "应为导出要求");
      return;
    }
    check_keys(*given, protection_path, {"purpose", "watermark"}, problems_);
    const std::string purpose = text(*given, "purpose");
    if (purpose != "asked" && purpose != "free") problem(*given, "purpose", "应为 asked 或 free");
    out.asks_purpose = purpose != "free";
    out.watermark = flag(*given, "watermark");
  }

  const YamlNode& root_;
  std::map<std::string, std::pair<std::string, std::string>, std::less<>> levels_;
  std::vector<Problem> problems_;
  std::vector<ProtectionClass> classes_;
};

}  // namespace

std::string_view name(RetentionFrom from) {
  return from_words.at(static_cast<std::size_t>(from));
}

std::string_view name(AfterRetention then) {
  return then_words.at(static_cast<std::size_t>(then));
}

// The same day of a later month, or the last day of that month; the day after it is the first free
// one.
std::optional<Day> ProtectionClass::due(std::optional<Day> begin) const {
  namespace chrono = std::chrono;
  if (from == RetentionFrom::none || !begin) return std::nullopt;
  const chrono::year_month_day first{chrono::sys_days{chrono::days{begin->number}}};
  const chrono::year_month later = first.year() / first.month() + chrono::months{months};
  const chrono::year_month_day last{later.year(), later.month(), first.day()};
  const chrono::sys_days end =
      last.ok() ? chrono::sys_days{last} : chrono::sys_days{later / chrono::last};
  return Day{static_cast<std::int32_t>(end.time_since_epoch().count() + 1)};
}

Result<Protection> Protection::load(const Content& content) {
  TRY_ASSIGN(const std::string_view text, content.read(protection_path));
  TRY_ASSIGN(const YamlNode root, parse_yaml(protection_path, text));
  ProtectionReader reader(root);
  reader.read();
  if (!reader.problems().empty()) {
    return fail(ErrorCode::invalid_argument, "保护类别无法使用", std::move(reader.problems()));
  }
  Protection out;
  out.classes_ = std::move(reader.classes());
  return out;
}

const ProtectionClass& Protection::of(std::string_view id) const {
  const auto found =
      std::find_if(classes_.begin(), classes_.end(), [&](const auto& one) { return one.id == id; });
  return found == classes_.end() ? classes_.front() : *found;
}

}  // namespace dengce::access
