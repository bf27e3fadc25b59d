// SPDX-License-Identifier: Apache-2.0
#include "standard/standard_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"

namespace dengce::standard {

namespace {

constexpr std::array<std::string_view, 3> method_words{"访谈", "核查", "测试"};
constexpr int max_points = 20;

std::string path_of(std::string_view file) {
  return std::string(Standard::folder) + std::string(file);
}

bool is_slug(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

void read_methods(const CellReader& row, std::string_view column, std::vector<std::string>& out) {
  out = row.list(column, '/');
  for (const auto& method : out) {
    if (std::find(method_words.begin(), method_words.end(), method) == method_words.end()) {
      row.problem(column, fmt::format("“{}”不是测评方法，应为访谈、核查、测试", method));
    }
  }
}

}  // namespace

Result<Standard> Standard::load(const Content& content) {
  return StandardLoader(content).load();
}

Result<Standard> StandardLoader::load() {
  load_classes();
  load_control_points();
  load_items();
  check_totals();
  check_control_points();
  load_applicability();
  check_applicability();
  load_test_points();
  finish_test_points();
  reuse_test_points();
  load_mappings();
  if (!problems_.empty()) {
    auto message = fmt::format("标准数据有 {} 处问题", problems_.size());
    return fail(ErrorCode::data_corrupt, std::move(message), std::move(problems_));
  }
  return std::move(standard_);
}

void StandardLoader::problem(std::string_view file,
                             std::int64_t line,
                             std::string_view field,
                             std::string reason) {
  problems_.push_back({path_of(file), line, std::string(field), std::move(reason)});
}

void StandardLoader::load_classes() {
  const auto table = read_table(content_,
                                path_of("object-classes.csv"),
                                {"id", "name", "aliases", "layers", "asset_table"},
                                problems_);
  if (!table) return;
  for (const auto& csv_row : table->rows) {
    const CellReader row(*table, csv_row, problems_);
    ObjectClass entry;
    entry.id = row.required("id");
    entry.name = row.required("name");
    entry.aliases = row.list("aliases", '|');
    entry.layers = row.list("layers", '|');
    entry.asset_table = std::string(row.text("asset_table"));
    for (const auto& layer : entry.layers) {
      if (layer_index(layer) < 0) row.problem("layers", fmt::format("没有名为“{}”的层面", layer));
    }
    const std::size_t index = standard_.classes_.size();
    std::vector<std::string> names{entry.id, entry.name};
    names.insert(names.end(), entry.aliases.begin(), entry.aliases.end());
    for (const auto& name : names) {
      if (!name.empty() && !standard_.class_by_text_.emplace(name, index).second) {
        row.problem("name", fmt::format("“{}”已用作对象类别的编号、名称或别名", name));
      }
    }
    standard_.classes_.push_back(std::move(entry));
  }
}

void StandardLoader::load_control_points() {
  const auto table = read_table(
      content_,
      path_of("control-points.csv"),
      {"level", "clause", "layer", "control_point", "extension", "items", "sag", "confidence"},
      problems_);
  if (!table) return;
  std::set<std::tuple<int, std::string, Extension>> seen;
  for (const auto& csv_row : table->rows) {
    const CellReader row(*table, csv_row, problems_);
    const auto level = row.integer("level", 1, 4);
    const auto layer = row.word("layer", layer_names);
    const auto extension = row.word("extension", extension_names);
    const auto items = row.integer("items", 1, 99);
    const auto sag = row.word("sag", sag_names);
    row.word("confidence", confidence_words());
    ControlPoint entry;
    entry.clause = row.required("clause");
    entry.name = row.required("control_point");
    if (!level || !layer || !extension || !items || !sag) continue;
    entry.level = *level;
    entry.layer = layer_names[*layer];
    entry.extension = static_cast<Extension>(*extension);
    entry.items = *items;
    entry.sag = static_cast<Sag>(*sag);
    if (!seen.emplace(entry.level, entry.clause, entry.extension).second) {
      row.problem("clause", fmt::format("第 {} 级条款 {} 重复", entry.level, entry.clause));
      continue;
    }
    standard_.control_points_.push_back(std::move(entry));
    control_point_lines_.push_back(row.line());
  }
}

void StandardLoader::read_classes(const CellReader& row, std::vector<std::string>& classes) {
  classes = row.list("object_classes", '|');
  for (auto& name : classes) {
    const auto* found = standard_.object_class(name);
    if (found == nullptr) {
      row.problem("object_classes", fmt::format("没有名为“{}”的对象类别", name));
    } else {
      name = found->name;
    }
  }
}

void StandardLoader::load_items() {
  const auto table = read_table(content_,
                                path_of("items.csv"),
                                {"level",
                                 "code",
                                 "clause",
                                 "letter",
                                 "layer",
                                 "control_point",
                                 "extension",
                                 "sag",
                                 "kind",
                                 "methods",
                                 "points",
                                 "rule",
                                 "partial_allowed",
                                 "object_classes",
                                 "text",
                                 "confidence"},
                                problems_);
  if (!table) return;
  standard_.items_.reserve(table->rows.size());
  for (const auto& csv_row : table->rows) load_item(CellReader(*table, csv_row, problems_));
}

void StandardLoader::load_item(const CellReader& row) {
  const std::size_t before = problems_.size();
  Item item;
  item.level = row.integer("level", 1, 4).value_or(0);
  item.code = row.required("code");
  item.clause = row.required("clause");
  item.letter = row.required("letter");
  item.layer = layer_names[row.word("layer", layer_names).value_or(0)];
  item.control_point = row.required("control_point");
  item.extension = static_cast<Extension>(row.word("extension", extension_names).value_or(0));
  item.sag = static_cast<Sag>(row.word("sag", sag_names).value_or(2));
  item.kind = static_cast<Kind>(row.word("kind", kind_names).value_or(0));
  read_methods(row, "methods", item.methods);
  const bool points_written = !row.text("points").empty();
  if (points_written) item.points = row.integer("points", 1, max_points).value_or(1);
  item.points_known = points_written;
  const bool rule_written = !row.text("rule").empty();
  if (rule_written) item.rule = static_cast<Rule>(row.word("rule", rule_names).value_or(0));
  constexpr std::array<std::string_view, 3> yes_no{"yes", "no", ""};
  item.partial_allowed = row.word("partial_allowed", yes_no).value_or(1) == 0;
  read_classes(row, item.object_classes);
  item.text = row.required("text");
  item.confidence = std::string(row.text("confidence"));
  row.word("confidence", confidence_words());
  if (problems_.size() != before) return;
  check_item(item, row);
  standard_.by_code_[item.code].push_back(standard_.items_.size());
  standard_.items_.push_back(std::move(item));
  item_lines_.push_back(row.line());
  points_in_file_.push_back(points_written);
  rule_in_file_.push_back(rule_written);
}

Item* StandardLoader::item_of(const CellReader& row) {
  const auto level = row.integer("level", 1, 4);
  const auto code = row.required("code");
  if (!level || code.empty()) return nullptr;
  const auto found = standard_.item(code, row.text("clause"));
  if (!found) {
    row.problem("code", found.error().message);
    return nullptr;
  }
  if ((*found)->level != *level) {
    row.problem("level", fmt::format("测评项 {} 属于第 {} 级", code, (*found)->level));
    return nullptr;
  }
  return &standard_.items_[index_of(**found)];
}

void StandardLoader::load_applicability() {
  const auto table = read_table(
      content_,
      path_of("applicability.csv"),
      {"level", "code", "clause", "letter", "object_class", "applicable", "note", "confidence"},
      problems_);
  if (!table) return;
  constexpr std::array<std::string_view, 3> words{"Y", "N", "C"};
  for (const auto& csv_row : table->rows) {
    const CellReader row(*table, csv_row, problems_);
    const auto* item = item_of(row);
    const auto value = row.word("applicable", words);
    const auto* object_class = standard_.object_class(row.text("object_class"));
    row.word("confidence", confidence_words());
    if (object_class == nullptr) {
      row.problem("object_class", fmt::format("没有名为“{}”的对象类别", row.text("object_class")));
    }
    if (item == nullptr || !value || object_class == nullptr) continue;
    if (item->letter != row.text("letter")) {
      row.problem("letter", fmt::format("测评项 {} 的字母是 {}", item->code, item->letter));
      continue;
    }
    if (item->layer != layer_names[3]) {
      row.problem("code", "适用性表只用于安全计算环境的测评项");
      continue;
    }
    const Standard::Cell cell{static_cast<Applicability>(*value), std::string(row.text("note"))};
    if (!standard_.cells_[index_of(*item)].emplace(object_class->name, cell).second) {
      row.problem("object_class",
                  fmt::format("{} 对{}的适用性重复", item->code, object_class->name));
    }
  }
}

void StandardLoader::load_test_points() {
  for (const auto* file : {"test-points.csv", "test-points-management.csv"}) {
    const auto table = read_table(
        content_, path_of(file), {"level", "code", "point", "method", "text"}, problems_);
    if (!table) continue;
    for (const auto& csv_row : table->rows) load_test_point(CellReader(*table, csv_row, problems_));
  }
}

void StandardLoader::load_test_point(const CellReader& row) {
  auto* item = item_of(row);
  const auto number = row.integer("point", 1, max_points);
  TestPoint point;
  point.method = row.required("method");
  point.text = row.required("text");
  std::vector<std::string> methods;
  read_methods(row, "method", methods);
  if (item == nullptr || !number) return;
  const auto next = static_cast<int>(item->test_points.size()) + 1;
  if (*number != next) {
    row.problem("point",
                fmt::format("{} 的测评点应从 1 起连续编号，此处应为 {}", item->code, next));
    return;
  }
  for (const auto& method : methods) {
    const auto& allowed = item->methods;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), method) == allowed.end()) {
      row.problem("method", fmt::format("{} 不采用{}", item->code, method));
    }
  }
  point.number = *number;
  item->test_points.push_back(std::move(point));
}

void StandardLoader::load_mappings() {
  const auto table =
      read_table(content_,
                 path_of("mapping.csv"),
                 {"level", "code", "point", "object_classes", "platform", "check", "mode"},
                 problems_);
  if (!table) return;
  for (const auto& csv_row : table->rows) load_mapping(CellReader(*table, csv_row, problems_));
  for (std::size_t i = 0; i < standard_.mappings_.size(); ++i) {
    standard_.mapping_by_code_[standard_.mappings_[i].code].push_back(i);
  }
  for (auto& [code, indices] : standard_.mapping_by_code_) {
    std::sort(indices.begin(), indices.end(), [&](std::size_t a, std::size_t b) {
      return std::pair{standard_.mappings_[a].point, a} <
             std::pair{standard_.mappings_[b].point, b};
    });
  }
}

void StandardLoader::load_mapping(const CellReader& row) {
  const std::size_t before = problems_.size();
  const auto* item = item_of(row);
  constexpr std::array<std::string_view, 2> modes{"auto", "assist"};
  const auto mode = row.word("mode", modes);
  Mapping mapping;
  read_classes(row, mapping.object_classes);
  if (mapping.object_classes.empty()) row.problem("object_classes", "不能为空");
  mapping.platform = row.required("platform");
  mapping.check = row.required("check");
  if (!is_slug(mapping.platform)) row.problem("platform", "只能用小写字母、数字、- 和 _");
  if (!is_slug(mapping.check)) row.problem("check", "只能用小写字母、数字、- 和 _");
  const int points = item == nullptr ? max_points : item->points;
  const auto point = row.integer("point", 1, points);
  if (item == nullptr || problems_.size() != before) return;
  for (const auto& name : mapping.object_classes) {
    if (standard_.applicability(*standard_.object_class(name), *item).value == Applicability::no) {
      row.problem("object_classes", fmt::format("{} 不适用于{}", item->code, name));
    }
  }
  mapping.level = item->level;
  mapping.code = item->code;
  mapping.point = *point;
  mapping.mode = static_cast<MappingMode>(*mode);
  mapping.path = row.path();
  mapping.line = row.line();
  for (const auto& other : standard_.mappings_) {
    if (other.code != mapping.code || other.point != mapping.point ||
        other.platform != mapping.platform || other.check != mapping.check) {
      continue;
    }
    for (const auto& name : mapping.object_classes) {
      const auto& classes = other.object_classes;
      if (std::find(classes.begin(), classes.end(), name) != classes.end()) {
        row.problem("check",
                    fmt::format("{} 第 {} 点对{}已映射到检查 {}",
                                mapping.code,
                                mapping.point,
                                name,
                                mapping.check));
      }
    }
  }
  standard_.mappings_.push_back(std::move(mapping));
}

}  // namespace dengce::standard
