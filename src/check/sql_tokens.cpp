// SPDX-License-Identifier: Apache-2.0
#include "check/sql_tokens.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "check/status.h"

namespace dengce::check {
namespace {

using Kind = SqlToken::Kind;

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::string upper(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::size_t skip_blank(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (std::isspace(static_cast<unsigned char>(sql[at])) != 0) {
      ++at;
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*") {
      const std::size_t close = sql.find("*/", at + 2);
      at = close == std::string_view::npos ? sql.size() : close + 2;
    } else {
      break;
    }
  }
  return at;
}

SqlToken quoted(std::string_view sql, std::size_t at, char quote, Kind kind) {
  SqlToken token;
  token.kind = kind;
  token.begin = at;
  for (++at; at < sql.size(); ++at) {
    if (sql[at] == quote) {
      if (at + 1 >= sql.size() || sql[at + 1] != quote) break;
      ++at;
    }
    token.value += sql[at];
  }
  token.end = std::min(at + 1, sql.size());
  return token;
}

SqlToken next_token(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  if (c == '\'') return quoted(sql, at, '\'', Kind::text);
  if (c == '"' || c == '`') return quoted(sql, at, c, Kind::identifier);
  SqlToken token;
  token.begin = at;
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
    token.kind = Kind::number;
    while (at < sql.size() && (is_word_byte(sql[at]) || sql[at] == '.')) ++at;
    token.value = sql.substr(token.begin, at - token.begin);
  } else if (is_word_byte(c)) {
    token.kind = Kind::word;
    while (at < sql.size() && is_word_byte(sql[at])) ++at;
    token.value = upper(sql.substr(token.begin, at - token.begin));
  } else {
    constexpr std::array<std::string_view, 9> pairs{
        "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->"};
    const bool pair = std::find(pairs.begin(), pairs.end(), sql.substr(at, 2)) != pairs.end();
    at += pair ? 2 : 1;
    token.value = sql.substr(token.begin, at - token.begin);
  }
  token.end = at;
  return token;
}

bool is_comparison(const SqlToken& token) {
  constexpr std::array<std::string_view, 8> symbols{"=", "==", "<>", "!=", "<", "<=", ">", ">="};
  constexpr std::array<std::string_view, 8> operators{
      "IS", "LIKE", "GLOB", "REGEXP", "IN", "BETWEEN", "NOT", "MATCH"};
  if (token.kind == Kind::symbol) {
    return std::find(symbols.begin(), symbols.end(), token.value) != symbols.end();
  }
  return token.kind == Kind::word &&
         std::find(operators.begin(), operators.end(), token.value) != operators.end();
}

// Marks what each token is for.
class Annotator {
 public:
  explicit Annotator(std::vector<SqlToken>& tokens) : tokens_(tokens) {}

  void run() {
    find_groups();
    in_list_.assign(tokens_.size(), false);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].is(Kind::word, "SELECT")) select_list(i);
      if (tokens_[i].is(Kind::word, "ORDER") || tokens_[i].is(Kind::word, "LIMIT")) tail(i);
    }
    for (std::size_t i = 0; i < tokens_.size(); ++i) literal(i);
  }

 private:
  [[nodiscard]] const SqlToken* at(std::size_t i) const {
    return i < tokens_.size() ? &tokens_[i] : nullptr;
  }

  [[nodiscard]] bool is(std::size_t i, Kind kind, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].is(kind, text);
  }

  void find_groups() {
    std::vector<int> open;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].is(Kind::symbol, ")") && !open.empty()) open.pop_back();
      tokens_[i].group = open.empty() ? -1 : open.back();
      if (tokens_[i].is(Kind::symbol, "(")) open.push_back(static_cast<int>(i));
    }
  }

  // Whether token i lies inside the brackets of `group`, at any depth.
  [[nodiscard]] bool inside(std::size_t i, int group) const {
    for (int g = tokens_[i].group;; g = tokens_[static_cast<std::size_t>(g)].group) {
      if (g == group) return true;
      if (g < 0) return false;
    }
  }

  [[nodiscard]] bool ends_list(std::size_t i, int group) const {
    const SqlToken& token = tokens_[i];
    if (!inside(i, group)) return true;
    if (token.group != group || token.kind != Kind::word) return false;
    constexpr std::array<std::string_view, 9> words{
        "FROM", "WHERE", "GROUP", "HAVING", "UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT"};
    return std::find(words.begin(), words.end(), token.value) != words.end();
  }

  // The columns of a SELECT; all but `status` are wording if the SELECT gives a status at all.
  void select_list(std::size_t select) {
    const int group = tokens_[select].group;
    std::vector<std::pair<std::size_t, std::size_t>> columns;
    std::size_t i = select + 1;
    if (is(i, Kind::word, "DISTINCT") || is(i, Kind::word, "ALL")) ++i;
    std::size_t begin = i;
    for (; i < tokens_.size() && !ends_list(i, group); ++i) {
      if (tokens_[i].group == group && tokens_[i].is(Kind::symbol, ",")) {
        columns.emplace_back(begin, i);
        begin = i + 1;
      }
    }
    columns.emplace_back(begin, i);
    for (std::size_t k = select; k < tokens_.size() && inside(k, group); ++k) in_list_[k] = k < i;
    auto [known, first] = names_.try_emplace(group);
    if (first) {
      for (const auto& [from, to] : columns) {
        known->second.push_back(to > from ? upper(tokens_[to - 1].value) : std::string{});
      }
    }
    const std::vector<std::string>& names = known->second;
    const auto status = std::find(names.begin(), names.end(), "STATUS");
    // EXISTS (SELECT 1 …): the constant is never looked at.
    if (columns.size() == 1 && begin + 1 == i && select >= 2 &&
        is(select - 2, Kind::word, "EXISTS")) {
      tokens_[begin].message = true;
    }
    if (status == names.end()) return;
    const auto position = static_cast<std::size_t>(status - names.begin());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c == position) continue;
      for (std::size_t k = columns[c].first; k < columns[c].second; ++k) tokens_[k].message = true;
    }
  }

  // ORDER BY … LIMIT … to the end of its SELECT.
  void tail(std::size_t from) {
    const int group = tokens_[from].group;
    for (std::size_t i = from; i < tokens_.size() && inside(i, group); ++i) {
      if (i > from && tokens_[i].group == group && tokens_[i].is(Kind::word, "UNION")) break;
      tokens_[i].message = true;
    }
  }

  void literal(std::size_t i) {
    SqlToken& token = tokens_[i];
    if (token.kind != Kind::text) return;
    const bool compared = is_compared(i);
    const bool concatenated =
        in_list_[i] && ((i > 0 && is(i - 1, Kind::symbol, "||")) || is(i + 1, Kind::symbol, "||"));
    const bool chinese = std::any_of(token.value.begin(), token.value.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0x80U) != 0;
    });
    if (concatenated || is_separator(i) || (chinese && in_list_[i] && !compared))
      token.message = true;
    if (!token.message && status_from(token.value) && !compared) token.status_word = true;
  }

  [[nodiscard]] bool is_separator(std::size_t i) const {
    if (token_function(i) != "GROUP_CONCAT") return false;
    return i > 0 && is(i - 1, Kind::symbol, ",");
  }

  [[nodiscard]] std::string_view token_function(std::size_t i) const {
    const int group = tokens_[i].group;
    if (group < 1) return {};
    return tokens_[static_cast<std::size_t>(group) - 1].value;
  }

  // An operand of a comparison, or a member of an IN list.
  [[nodiscard]] bool is_compared(std::size_t i) const {
    const SqlToken* next = at(i + 1);
    if (i > 0 && is_comparison(tokens_[i - 1])) return true;
    if (next != nullptr && is_comparison(*next)) return true;
    return token_function(i) == "IN";
  }

  std::vector<SqlToken>& tokens_;
  std::vector<bool> in_list_;                      // in the columns of its nearest SELECT
  std::map<int, std::vector<std::string>> names_;  // of the first SELECT in each bracket
};

}  // namespace

std::vector<SqlToken> sql_tokens(std::string_view sql) {
  std::vector<SqlToken> tokens;
  for (std::size_t at = skip_blank(sql, 0); at < sql.size();
       at = skip_blank(sql, tokens.back().end)) {
    tokens.push_back(next_token(sql, at));
  }
  Annotator(tokens).run();
  return tokens;
}

}  // namespace dengce::check
