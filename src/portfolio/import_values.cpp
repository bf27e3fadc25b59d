// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "office/xlsx_reader.h"
#include "portfolio/assets.h"

namespace dengce::portfolio {
namespace {

constexpr std::array<std::string_view, 8> yes_words{
    "是", "有", "共用", "true", "yes", "y", "1", "√"};
constexpr std::array<std::string_view, 8> no_words{"否", "无", "不", "false", "no", "n", "0", "×"};

constexpr std::array<std::string_view, 11> formula_starts{
    "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

bool starts_formula(std::string_view text) {
  return std::any_of(formula_starts.begin(), formula_starts.end(), [&](std::string_view start) {
    return text.starts_with(start);
  });
}

tl::unexpected<Error> bad(std::string reason) {
  return fail(ErrorCode::invalid_argument, std::move(reason));
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<std::string> read_text(const ImportField& field, std::string_view cell) {
  std::string out;
  for (const char c : cell) {
    if (c == '\r') continue;
    if (c == '\t' || (c == '\n' && field.type == FieldType::text)) {
      out += ' ';
    } else if (is_control(c) && c != '\n') {
      return bad("含控制字符");
    } else {
      out += c;
    }
  }
  if (count_characters(out) > static_cast<std::size_t>(field.max)) {
    return bad(fmt::format("超过 {} 字", field.max));
  }
  return std::string(trim(out));
}

// "3", "3.0", "1,234"
Result<std::string> read_integer(const ImportField& field, std::string_view cell) {
  std::string digits = plain_word(cell);
  std::erase(digits, ',');
  if (const auto point = digits.find('.');
      point != std::string::npos && digits.find_first_not_of('0', point + 1) == std::string::npos) {
    digits.erase(point);
  }
  const auto number = parse_int(digits);
  if (!number) return bad("应为整数");
  if (*number < field.min || *number > field.max) {
    return bad(fmt::format("应在 {} 与 {} 之间", field.min, field.max));
  }
  return std::to_string(*number);
}

Result<std::string> read_choice(const ImportField& field, std::string_view cell) {
  const std::string word = plain_word(cell);
  std::vector<std::string> shown;
  for (const FieldChoice& choice : field.choices) {
    for (const std::string& one : choice.words) {
      if (plain_word(one) == word) return choice.id;
    }
    // Of a number its word beside it: "3（三级）" is too much, "3.0" is what a number cell holds.
    if (word == choice.id + ".0") return choice.id;
    shown.push_back(choice.word);
  }
  return bad("应为以下之一：" + join(shown, "、"));
}

Result<std::string> read_flag(std::string_view cell) {
  const std::string word = plain_word(cell);
  if (std::find(yes_words.begin(), yes_words.end(), word) != yes_words.end())
    return std::string("1");
  if (std::find(no_words.begin(), no_words.end(), word) != no_words.end()) return std::string("0");
  return bad("应为“是”或“否”");
}

Result<std::string> read_name(const NameIndex& index, std::string_view cell, const char* what) {
  const std::string* id = index.find(cell);
  if (id == nullptr) return bad(fmt::format("没有此{}", what));
  return *id;
}

Result<std::string> read_systems(const NameIndex& index, std::string_view cell) {
  // A name may hold what parts names elsewhere.
  if (const std::string* id = index.find(cell)) return *id;
  std::set<std::string> ids;
  for (const std::string& name : split_names(cell)) {
    const std::string* id = index.find(name);
    if (id == nullptr) return bad("没有此系统：" + shorten(name, 100));
    ids.insert(*id);
  }
  return join({ids.begin(), ids.end()}, " ");
}

Result<std::string> read_addresses(std::string_view cell) {
  std::set<std::string> addresses;
  for (const std::string& part : split_names(cell)) {
    for (const std::string_view word : words(part)) {
      const std::string address = plain_word(word);
      if (!is_asset_address(address)) {
        return bad("不是 IP 地址、网段或地址范围：" + shorten(word, 60));
      }
      addresses.insert(address);
    }
  }
  if (addresses.size() > 100) return bad("超过 100 个地址");
  return join({addresses.begin(), addresses.end()}, " ");
}

}  // namespace

void NameIndex::add(std::string_view name, const std::string& id) {
  const auto [at, fresh] = ids_.emplace(plain_word(name), id);
  if (!fresh && at->second != id) at->second.clear();
}

const std::string* NameIndex::find(std::string_view name) const {
  const auto found = ids_.find(plain_word(name));
  return found == ids_.end() || found->second.empty() ? nullptr : &found->second;
}

std::optional<Day> parse_written_day(std::string_view text) {
  std::string plain = plain_word(text.substr(0, text.find_first_of(" T")));
  if (plain.size() == 8 && plain.find_first_not_of("0123456789") == std::string::npos) {
    return parse_day(plain.substr(0, 4) + "-" + plain.substr(4, 2) + "-" + plain.substr(6));
  }
  std::vector<std::string> parts(1);
  for (std::size_t at = 0; at < plain.size(); ++at) {
    const std::string_view rest = std::string_view(plain).substr(at);
    if (rest[0] >= '0' && rest[0] <= '9') {
      parts.back() += rest[0];
    } else if (rest[0] == '-' || rest[0] == '/' || rest[0] == '.') {
      parts.emplace_back();
    } else if (rest.starts_with("年") || rest.starts_with("月")) {
      parts.emplace_back();
      at += 2;
    } else if (rest == "日" || rest == "号") {
      break;
    } else {
      return {};
    }
  }
  if (parts.size() != 3 || parts[0].size() != 4) return {};
  for (std::size_t part = 1; part < 3; ++part) {
    if (parts[part].empty() || parts[part].size() > 2) return {};
    if (parts[part].size() == 1) parts[part].insert(0, 1, '0');
  }
  return parse_day(join(parts, "-"));
}

std::vector<std::string> split_names(std::string_view text) {
  constexpr std::array<std::string_view, 8> separators{"、", "，", "；", ";", ",", "\n", "\r", "|"};
  std::vector<std::string> out(1);
  while (!text.empty()) {
    const auto* separator = std::find_if(separators.begin(),
                                         separators.end(),
                                         [&](const auto& one) { return text.starts_with(one); });
    if (separator != separators.end()) {
      out.emplace_back();
      text.remove_prefix(separator->size());
    } else {
      out.back() += text.front();
      text.remove_prefix(1);
    }
  }
  for (std::string& name : out) name = std::string(trim(name));
  std::erase_if(out, [](const std::string& name) { return name.empty(); });
  return out;
}

Result<std::string> read_value(const ImportField& field,
                               const std::string& cell,
                               const Names& names) {
  if (office::is_cell_error(cell)) return bad("单元格是错误值");
  switch (field.type) {
    case FieldType::text:
    case FieldType::lines: return read_text(field, cell);
    case FieldType::integer: return read_integer(field, cell);
    case FieldType::day: {
      const auto day = parse_written_day(cell);
      if (!day) return bad("应为日期，如 2026-07-01");
      return format_day(*day);
    }
    case FieldType::choice: return read_choice(field, cell);
    case FieldType::flag: return read_flag(cell);
    case FieldType::team: return read_name(names.teams, cell, "团队");
    case FieldType::system: return read_name(names.systems, cell, "系统");
    case FieldType::systems: return read_systems(names.systems, cell);
    case FieldType::addresses: return read_addresses(cell);
  }
  return bad("未知的字段类型");
}

std::string harmless_cell(std::string_view text) {
  return (starts_formula(text) ? "'" : "") + std::string(text);
}

std::string_view without_apostrophe(std::string_view text) {
  if (text.starts_with('\'') && starts_formula(text.substr(1))) text.remove_prefix(1);
  return text;
}

}  // namespace dengce::portfolio
