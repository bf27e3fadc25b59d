// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/yaml.h"
#include "evidence/collection_difference.h"

namespace dengce::evidence {
namespace {

class ComparisonReader {
 public:
  ComparisonReader(std::string path, const YamlNode& root) : path_(std::move(path)), root_(root) {}

  Result<Comparison> read() {
    check_keys(root_, path_, {"reviews", "tables"}, problems_);
    read_reviews();
    const YamlNode* tables = root_.find("tables");
    if (tables == nullptr || !tables->is_list() || tables->list.empty()) {
      problem(tables, "tables", "应列出要比较的事实表");
    } else {
      out_.tables.reserve(tables->list.size());
      for (const YamlNode& node : tables->list) read_table(node);
    }
    if (problems_.empty()) return std::move(out_);
    return fail(ErrorCode::invalid_argument, "采集对比的配置有误", std::move(problems_));
  }

 private:
  void problem(const YamlNode* node, std::string field, std::string reason) {
    problems_.push_back(
        {path_, node == nullptr ? root_.line : node->line, std::move(field), std::move(reason)});
  }

  std::string text(const YamlNode& parent, const char* key) {
    const YamlNode* node = parent.find(key);
    if (node != nullptr && node->is_scalar() && !node->scalar.empty()) return node->scalar;
    problem(node == nullptr ? &parent : node, key, "应为文字");
    return {};
  }

  void read_reviews() {
    const YamlNode* reviews = root_.find("reviews");
    if (reviews == nullptr || !reviews->is_map() || reviews->map.empty()) {
      problem(reviews, "reviews", "应列出复核类别");
      return;
    }
    out_.reviews.reserve(reviews->map.size());
    for (const auto& [id, node] : reviews->map) {
      check_keys(node, path_, {"name", "name_en"}, problems_);
      out_.reviews.push_back({id, text(node, "name"), text(node, "name_en")});
    }
  }

  std::vector<int> columns(const YamlNode& parent, const char* key, int table) {
    std::vector<int> out;
    const YamlNode* node = parent.find(key);
    if (node == nullptr || !node->is_list()) {
      problem(node == nullptr ? &parent : node, key, "应为列名的列表");
      return out;
    }
    if (table < 0) return out;
    const auto known = fact_tables()[static_cast<std::size_t>(table)].columns;
    out.reserve(node->list.size());
    for (const YamlNode& column : node->list) {
      const auto found = std::find_if(known.begin(), known.end(), [&](const FactColumn& one) {
        return column.is_scalar() && one.name == column.scalar;
      });
      if (found == known.end()) {
        problem(&column, key, fmt::format("没有此列：{}", column.scalar));
        continue;
      }
      out.push_back(static_cast<int>(found - known.begin()));
    }
    return out;
  }

  void read_table(const YamlNode& node) {
    check_keys(node,
               path_,
               {"table", "review", "title", "title_en", "key", "compare", "except"},
               problems_);
    if (!node.is_map()) return;
    ComparedTable table;
    const std::string fact_table = text(node, "table");
    table.table = fact_table_index(fact_table);
    if (table.table < 0) problem(&node, "table", fmt::format("没有此事实表：{}", fact_table));
    table.review = text(node, "review");
    if (std::none_of(out_.reviews.begin(), out_.reviews.end(), [&](const ReviewKind& review) {
          return review.id == table.review;
        })) {
      problem(&node, "review", fmt::format("没有此复核类别：{}", table.review));
    }
    table.title = text(node, "title");
    table.title_en = text(node, "title_en");
    table.key = columns(node, "key", table.table);
    table.compare = columns(node, "compare", table.table);
    if (const YamlNode* except = node.find("except")) {
      table.except.reserve(except->list.size());
      for (const YamlNode& beginning : except->list) table.except.push_back(beginning.scalar);
    }
    const bool twice =
        std::any_of(out_.tables.begin(), out_.tables.end(), [&](const ComparedTable& other) {
          return other.table == table.table;
        });
    if (twice) problem(&node, "table", "同一事实表列出了两次");
    out_.tables.push_back(std::move(table));
  }

  std::string path_;
  const YamlNode& root_;
  Comparison out_;
  std::vector<Problem> problems_;
};

}  // namespace

Result<Comparison> Comparison::load(const Content& content, std::string_view platform) {
  const std::string path = fmt::format("comparison/{}.yaml", platform);
  TRY_ASSIGN(const std::string_view text, content.read(path));
  TRY_ASSIGN(const YamlNode root, parse_yaml(path, text));
  return ComparisonReader(path, root).read();
}

}  // namespace dengce::evidence
