// SPDX-License-Identifier: Apache-2.0
// What must hold over several rows of the standard: totals, counts, completeness of test points.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "standard/standard_loader.h"

namespace dengce::standard {

namespace {

constexpr std::string_view items_file = "items.csv";

// Items of GB/T 22239-2019 by level: general, cloud, mobile, IoT, ICS, big data (appendix H).
constexpr std::array<std::array<int, 6>, 4> totals{{{55, 11, 5, 4, 9, 3},
                                                    {135, 29, 14, 7, 15, 12},
                                                    {211, 46, 19, 20, 21, 24},
                                                    {228, 49, 21, 21, 22, 25}}};
// Control points of the general requirements by level.
constexpr std::array<int, 4> general_control_points{42, 68, 71, 71};

// "8." for level 3; big data items stand in appendix H.(level+1).
std::string clause_prefix(const Item& item) {
  if (item.extension == Extension::bigdata) return fmt::format("H.{}.", item.level + 1);
  return fmt::format("{}.{}.", item.level + 5, static_cast<int>(item.extension) + 1);
}

std::string code_prefix(const Item& item) {
  if (item.extension == Extension::bigdata) return fmt::format("BDS-L{}-", item.level);
  return fmt::format("L{}-", item.level);
}

using RequirementKey = std::tuple<Extension, std::string, std::string, std::string, int>;

RequirementKey requirement_key(const Item& item) {
  return {item.extension, item.layer, item.control_point, item.text, item.points};
}

}  // namespace

void StandardLoader::check_item(const Item& item, const CellReader& row) {
  if (!item.code.starts_with(code_prefix(item))) {
    row.problem("code",
                fmt::format("第 {} 级测评项的编号应以 {} 开头", item.level, code_prefix(item)));
  }
  if (!item.clause.starts_with(clause_prefix(item))) {
    row.problem("clause", fmt::format("条款号应以 {} 开头", clause_prefix(item)));
  }
  if (item.letter.size() != 1 || item.letter[0] < 'a' || item.letter[0] > 'z') {
    row.problem("letter", "应是一个小写字母");
  }
  if (!row.text("rule").empty() && item.points_known) {
    if (item.rule == Rule::single && item.points != 1)
      row.problem("rule", "single 只用于一个测评点");
    if (item.rule == Rule::all && item.points == 1) row.problem("rule", "一个测评点应为 single");
  }
  for (const auto index : standard_.by_code_[item.code]) {
    const auto& other = standard_.items_[index];
    if (item.extension != Extension::bigdata || other.clause == item.clause) {
      row.problem("code", fmt::format("编号 {} 与第 {} 行重复", item.code, item_lines_[index]));
    }
  }
  for (std::size_t i = 0; i < standard_.items_.size(); ++i) {
    const auto& other = standard_.items_[i];
    if (other.level == item.level && other.clause == item.clause && other.letter == item.letter) {
      row.problem(
          "letter",
          fmt::format("条款 {} {} 与第 {} 行重复", item.clause, item.letter, item_lines_[i]));
    }
  }
}

void StandardLoader::check_totals() {
  std::array<std::array<int, 6>, 4> counted{};
  for (const auto& item : standard_.items_) {
    ++counted[static_cast<std::size_t>(item.level - 1)][static_cast<std::size_t>(item.extension)];
  }
  for (std::size_t level = 0; level < 4; ++level) {
    for (std::size_t extension = 0; extension < 6; ++extension) {
      if (counted[level][extension] == totals[level][extension]) continue;
      problem(items_file,
              0,
              "",
              fmt::format("第 {} 级{}应有 {} 项，现有 {} 项",
                          level + 1,
                          extension_titles[extension],
                          totals[level][extension],
                          counted[level][extension]));
    }
  }
}

void StandardLoader::check_control_points() {
  std::map<std::tuple<int, std::string, Extension>, std::size_t> index;
  std::array<int, 4> general{};
  const auto& points = standard_.control_points_;
  for (std::size_t i = 0; i < points.size(); ++i) {
    index.emplace(std::tuple{points[i].level, points[i].clause, points[i].extension}, i);
    if (points[i].extension == Extension::general) {
      ++general[static_cast<std::size_t>(points[i].level - 1)];
    }
  }
  for (std::size_t i = 0; i < general.size(); ++i) {
    if (general[i] == general_control_points[i]) continue;
    problem("control-points.csv",
            0,
            "",
            fmt::format("第 {} 级安全通用要求应有 {} 个控制点，现有 {} 个",
                        i + 1,
                        general_control_points[i],
                        general[i]));
  }
  std::vector<int> counted(points.size());
  for (std::size_t i = 0; i < standard_.items_.size(); ++i) {
    const auto& item = standard_.items_[i];
    const auto found = index.find(std::tuple{item.level, item.clause, item.extension});
    if (found == index.end()) {
      problem(items_file,
              item_lines_[i],
              "clause",
              fmt::format("control-points.csv 中没有第 {} 级条款 {}", item.level, item.clause));
      continue;
    }
    const auto& point = points[found->second];
    ++counted[found->second];
    if (point.name != item.control_point || point.layer != item.layer) {
      problem(items_file,
              item_lines_[i],
              "control_point",
              fmt::format("条款 {} 的控制点是{}（{}）", item.clause, point.name, point.layer));
    }
    if (point.sag != item.sag) {
      problem(items_file,
              item_lines_[i],
              "sag",
              fmt::format("控制点{}属于 {} 类", point.name, name(point.sag)));
    }
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (counted[i] == points[i].items) continue;
    problem("control-points.csv",
            control_point_lines_[i],
            "items",
            fmt::format("条款 {} 应有 {} 项，items.csv 中有 {} 项",
                        points[i].clause,
                        points[i].items,
                        counted[i]));
  }
}

void StandardLoader::check_applicability() {
  std::set<std::string_view> classes;
  for (const auto& [item, row] : standard_.cells_) {
    for (const auto& [object_class, cell] : row) classes.insert(object_class);
  }
  for (std::size_t i = 0; i < standard_.items_.size(); ++i) {
    const auto& item = standard_.items_[i];
    if (item.extension != Extension::general || item.layer != layer_names[3]) continue;
    const auto row = standard_.cells_.find(i);
    for (const auto object_class : classes) {
      if (row != standard_.cells_.end() && row->second.contains(object_class)) continue;
      problem("applicability.csv",
              0,
              "object_class",
              fmt::format("缺少 {} 对{}的适用性", item.code, object_class));
    }
  }
}

void StandardLoader::finish_test_points() {
  for (std::size_t i = 0; i < standard_.items_.size(); ++i) {
    auto& item = standard_.items_[i];
    const auto rows = static_cast<int>(item.test_points.size());
    const bool complete =
        item.extension == Extension::general && (item.level == 2 || item.level == 3);
    if (rows == 0 && complete) {
      problem(items_file, item_lines_[i], "points", fmt::format("{} 没有测评点文字", item.code));
    }
    if (rows > 0 && !points_in_file_[i]) {
      item.points = rows;
      item.points_known = true;
    }
    if (rows > 0 && rows != item.points) {
      problem(
          items_file,
          item_lines_[i],
          "points",
          fmt::format("{} 应有 {} 个测评点，测评点文件中有 {} 个", item.code, item.points, rows));
    }
    if (!rule_in_file_[i]) {
      item.rule = item.points == 1 ? Rule::single : Rule::all;
      item.partial_allowed = item.points > 1;
    }
  }
}

void StandardLoader::reuse_test_points() {
  std::map<RequirementKey, std::size_t> sources;
  for (const int level : {3, 2}) {
    for (std::size_t i = 0; i < standard_.items_.size(); ++i) {
      const auto& item = standard_.items_[i];
      if (item.level == level && !item.test_points.empty()) {
        sources.emplace(requirement_key(item), i);
      }
    }
  }
  for (auto& item : standard_.items_) {
    if (!item.test_points.empty() || !item.points_known) continue;
    const auto found = sources.find(requirement_key(item));
    if (found != sources.end()) item.test_points = standard_.items_[found->second].test_points;
  }
}

}  // namespace dengce::standard
