// SPDX-License-Identifier: Apache-2.0
#include "standard/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace dengce::standard {

std::optional<Extension> extension_from(std::string_view text) {
  for (std::size_t i = 0; i < extension_names.size(); ++i) {
    if (extension_names[i] == text) return static_cast<Extension>(i);
  }
  return std::nullopt;
}

int layer_index(std::string_view layer) {
  const auto* found = std::find(layer_names.begin(), layer_names.end(), layer);
  return found == layer_names.end() ? -1 : static_cast<int>(found - layer_names.begin());
}

std::string Grade::text() const {
  return fmt::format("S{}A{}", s, a);
}

namespace {

// "S2A3" or "S2A3G3": the digits in the order S, A, G (0 = not written); none on other text.
std::optional<std::array<int, 3>> grade_digits(std::string_view sag) {
  constexpr std::string_view letters = "SAG";
  if (sag.size() != 4 && sag.size() != 6) return std::nullopt;
  std::array<int, 3> digits{};
  for (std::size_t i = 0; i < sag.size(); i += 2) {
    const char letter = sag[i] >= 'a' ? static_cast<char>(sag[i] - 'a' + 'A') : sag[i];
    const char digit = sag[i + 1];
    if (letter != letters[i / 2] || digit < '1' || digit > '4') return std::nullopt;
    digits[i / 2] = digit - '0';
  }
  return digits;
}

}  // namespace

Result<Grade> parse_grade(int level, std::string_view sag) {
  if (level < 1 || level > 4) {
    return fail(ErrorCode::invalid_argument, fmt::format("等级应为 1 到 4，现为 {}", level));
  }
  if (sag.empty()) return Grade{level, level, level};
  const auto digits = grade_digits(sag);
  if (!digits) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("S/A/G 组合“{}”写法有误，应如 S2A3 或 S2A3G3", sag));
  }
  const auto [s, a, g] = *digits;
  // GB/T 22239-2019 appendix A: the general class follows the higher of the two.
  if (std::max(s, a) != level) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("S/A/G 组合“{}”与第 {} 级不符：S 与 A 中较高的一个应等于系统等级", sag, level));
  }
  if (g != 0 && g != level) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("S/A/G 组合“{}”与第 {} 级不符：G 应等于系统等级", sag, level));
  }
  return Grade{level, s, a};
}

Result<std::vector<Extension>> parse_extensions(std::string_view text) {
  std::array<bool, extension_names.size()> chosen{};
  for (const auto part : split(text, ',')) {
    const auto word = trim(part);
    if (word.empty()) continue;
    const auto extension = extension_from(word);
    if (word == "all") {
      chosen.fill(true);
    } else if (extension && *extension != Extension::general) {
      chosen[static_cast<std::size_t>(*extension)] = true;
    } else {
      return fail(
          ErrorCode::invalid_argument,
          fmt::format("没有名为“{}”的扩展要求，可用：cloud、mobile、iot、ics、bigdata", word));
    }
  }
  std::vector<Extension> extensions;
  for (std::size_t i = 1; i < chosen.size(); ++i) {
    if (chosen[i]) extensions.push_back(static_cast<Extension>(i));
  }
  return extensions;
}

std::vector<const Item*> Standard::find(std::string_view code) const {
  std::vector<const Item*> found;
  const auto entry = by_code_.find(std::string(code));
  if (entry == by_code_.end()) return found;
  for (const auto index : entry->second) found.push_back(&items_[index]);
  return found;
}

Result<const Item*> Standard::item(std::string_view code, std::string_view clause) const {
  auto found = find(code);
  if (found.empty()) {
    return fail(ErrorCode::not_found, fmt::format("没有编号为“{}”的测评项", code));
  }
  if (!clause.empty()) {
    std::erase_if(found, [&](const Item* item) { return item->clause != clause; });
    if (found.empty()) {
      return fail(ErrorCode::not_found, fmt::format("测评项“{}”不在条款 {} 之下", code, clause));
    }
  }
  if (found.size() > 1) {
    std::string clauses;
    for (const auto* item : found) clauses += (clauses.empty() ? "" : "、") + item->clause;
    return fail(ErrorCode::invalid_argument,
                fmt::format("编号“{}”在多个条款中出现（{}），需同时给出条款号", code, clauses));
  }
  return found.front();
}

std::vector<const Item*> Standard::select(const Grade& grade,
                                          const std::vector<Extension>& extensions) const {
  // Control points keep the order they have at the system's own level.
  std::map<std::tuple<Extension, std::string_view, std::string_view>, std::size_t> rank;
  for (const auto& point : control_points_) {
    if (point.level == grade.level) {
      rank.emplace(
          std::tuple{point.extension, std::string_view(point.layer), std::string_view(point.name)},
          rank.size());
    }
  }
  const auto rank_of = [&](const Item& item) {
    const auto found = rank.find(std::tuple{
        item.extension, std::string_view(item.layer), std::string_view(item.control_point)});
    return found == rank.end() ? rank.size() : found->second;
  };
  std::vector<const Item*> selected;
  for (const auto& item : items_) {
    const bool general = item.extension == Extension::general;
    if (!general &&
        std::find(extensions.begin(), extensions.end(), item.extension) == extensions.end()) {
      continue;
    }
    const int level = item.sag == Sag::s ? grade.s : item.sag == Sag::a ? grade.a : grade.level;
    if (item.level == level) selected.push_back(&item);
  }
  // Items of one control point keep the order of the file.
  std::sort(selected.begin(), selected.end(), [&](const Item* a, const Item* b) {
    return std::tuple{a->extension, layer_index(a->layer), rank_of(*a), a} <
           std::tuple{b->extension, layer_index(b->layer), rank_of(*b), b};
  });
  return selected;
}

const ObjectClass* Standard::object_class(std::string_view text) const {
  const auto found = class_by_text_.find(std::string(text));
  return found == class_by_text_.end() ? nullptr : &classes_[found->second];
}

std::size_t Standard::index_of(const Item& item) const {
  return static_cast<std::size_t>(&item - items_.data());
}

ApplicabilityAnswer Standard::applicability(const ObjectClass& object_class,
                                            const Item& item) const {
  const auto& layers = object_class.layers;
  if (std::find(layers.begin(), layers.end(), item.layer) == layers.end()) return {};
  if (item.layer != layer_names[3]) return {Applicability::yes, {}};
  if (const auto row = cells_.find(index_of(item)); row != cells_.end()) {
    if (const auto cell = row->second.find(object_class.name); cell != row->second.end()) {
      return {cell->second.value, cell->second.note};
    }
  }
  const auto& named = item.object_classes;
  const bool listed = std::find(named.begin(), named.end(), object_class.name) != named.end();
  return {listed ? Applicability::yes : Applicability::no, {}};
}

std::vector<const Mapping*> Standard::mappings(const Item& item,
                                               std::string_view platform,
                                               const ObjectClass& object_class) const {
  std::vector<const Mapping*> found;
  const auto entry = mapping_by_code_.find(item.code);
  if (entry == mapping_by_code_.end()) return found;
  for (const auto index : entry->second) {
    const auto& mapping = mappings_[index];
    const auto& classes = mapping.object_classes;
    if (mapping.platform == platform &&
        std::find(classes.begin(), classes.end(), object_class.name) != classes.end()) {
      found.push_back(&mapping);
    }
  }
  return found;
}

std::size_t Standard::missing_texts(int level, Extension extension) const {
  return static_cast<std::size_t>(
      std::count_if(items_.begin(), items_.end(), [&](const Item& item) {
        return item.level == level && item.extension == extension && item.test_points.empty();
      }));
}

void Standard::set_official(const Item& item, Official official) {
  items_[index_of(item)].official = std::move(official);
}

}  // namespace dengce::standard
