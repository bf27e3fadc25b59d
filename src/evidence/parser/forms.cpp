// SPDX-License-Identifier: Apache-2.0
#include "evidence/parser/forms.h"

#include <limits>

namespace dengce::evidence {

std::string_view before_hash(std::string_view text) {
  return text.substr(0, text.find('#'));
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

std::pair<std::string_view, std::string_view> first_word(std::string_view text) {
  text = trim(text);
  const std::size_t end = text.find_first_of(" \t");
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), trim(text.substr(end))};
}

std::string single_blanks(std::string_view text) {
  std::string out;
  for (const std::string_view word : words(text)) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::vector<std::string> quoted_words(std::string_view text) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    if (text[i] == '#') break;
    std::string word;
    char quote = '\0';
    for (; i < text.size(); ++i) {
      const char c = text[i];
      if (quote != '\0') {
        if (c == quote) {
          quote = '\0';
        } else if (c == '\\' && quote == '"' && i + 1 < text.size()) {
          word += text[++i];
        } else {
          word += c;
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ' ' || c == '\t') {
        break;
      } else {
        word += c;
      }
    }
    out.push_back(std::move(word));
  }
  return out;
}

std::optional<std::int64_t> parse_octal(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + (c - '0');
  }
  return value;
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  if (text.empty() || text.size() > 24) return std::nullopt;
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
    const auto number = parse_int(text.substr(0, digits));
    if (digits == 0 || digits > 9 || !number) return std::nullopt;
    std::int64_t unit = 1;
    if (digits < text.size()) {
      switch (text[digits]) {
        case 's':
        case 'S': unit = 1; break;
        case 'm':
        case 'M': unit = 60; break;
        case 'h':
        case 'H': unit = 3600; break;
        case 'd':
        case 'D': unit = 86'400; break;
        case 'w':
        case 'W': unit = 604'800; break;
        default: return std::nullopt;
      }
      ++digits;
    }
    total += *number * unit;
    text.remove_prefix(digits);
  }
  return total;
}

std::vector<LogicalLine> logical_lines(ParseContext& context, const Document& document) {
  constexpr std::size_t most_bytes = 256 << 10;  // of one logical line
  std::vector<LogicalLine> out;
  bool open = false;
  context.lines(document, [&](const Line& line) {
    std::string_view text = line.text;
    const bool continues = !text.empty() && text.back() == '\\';
    if (continues) text.remove_suffix(1);
    if (open && out.back().text.size() + text.size() < most_bytes) {
      out.back().text.append(" ").append(text);
    } else {
      out.push_back({line.number, std::string{text}});
    }
    open = continues;
  });
  return out;
}

std::vector<IniItem> read_ini(ParseContext& context, const Document& document) {
  std::vector<IniItem> out;
  std::string section;
  context.lines(document, [&](const Line& line) {
    const std::string_view text = trim(line.text);
    if (text.empty() || text.front() == '#' || text.front() == ';') return;
    if (text.front() == '[') {
      const std::size_t end = text.find(']');
      if (end == std::string_view::npos) {
        context.problem(document, line.number, "段名没有右方括号", text);
        return;
      }
      section = text.substr(1, end - 1);
      return;
    }
    const std::size_t equal = text.find('=');
    if (equal == std::string_view::npos) {
      out.push_back({section, std::string{text}, "1", line.number});
      return;
    }
    out.push_back({section,
                   std::string{trim(text.substr(0, equal))},
                   std::string{trim(text.substr(equal + 1))},
                   line.number});
  });
  return out;
}

std::vector<std::string_view> fields(std::string_view line, std::size_t count) {
  std::vector<std::string_view> out;
  while (out.size() + 1 < count) {
    const std::size_t bar = line.find('|');
    if (bar == std::string_view::npos) break;
    out.push_back(line.substr(0, bar));
    line.remove_prefix(bar + 1);
  }
  out.push_back(line);
  return out;
}

}  // namespace dengce::evidence
