// SPDX-License-Identifier: Apache-2.0
// Small forms that many configuration files share: words with quotes, keys and values, sections.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "evidence/parse_context.h"

namespace dengce::evidence {

// A text cell; null for an empty text. The text must live until the row is added.
inline FactCell or_null(std::string_view text) {
  return text.empty() ? FactCell{} : FactCell{text};
}

// Text before the first '#'.
std::string_view before_hash(std::string_view text);
// Without one pair of quotes around it.
std::string_view unquoted(std::string_view text);
// First word and the trimmed rest.
std::pair<std::string_view, std::string_view> first_word(std::string_view text);
// Words joined by single blanks.
std::string single_blanks(std::string_view text);
bool starts_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);
// The last component of a path.
std::string_view base_name(std::string_view path);
// Words with '…' and "…" taken together (quotes removed, backslash escapes inside "…"); a word that
// begins with # ends the text.
std::vector<std::string> quoted_words(std::string_view text);
// Octal digits (at most 6) as a number; none on anything else.
std::optional<std::int64_t> parse_octal(std::string_view text);
// 30, 90s, 10m, 2h, 1d, 1w, 1h30m in seconds; none on anything else.
std::optional<std::int64_t> parse_duration(std::string_view text);

// A logical line: continuation lines (backslash at the end) are joined by a blank; the number is
// that of the first one.
struct LogicalLine {
  std::int64_t number = 0;
  std::string text;
};

std::vector<LogicalLine> logical_lines(ParseContext& context, const Document& document);

struct IniItem {
  std::string section;  // empty before the first [section]
  std::string key;
  std::string value;
  std::int64_t line = 0;
};

// [section], key = value (or bare key: value "1"); # and ; begin comments at the start of a line.
std::vector<IniItem> read_ini(ParseContext& context, const Document& document);

// Fields of one line of a derived table, split at '|'; the last field keeps further bars.
std::vector<std::string_view> fields(std::string_view line, std::size_t count);

}  // namespace dengce::evidence
