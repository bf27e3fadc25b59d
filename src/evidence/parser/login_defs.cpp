// SPDX-License-Identifier: Apache-2.0
// /etc/login.defs → login_defs, by the rules of shadow's own reader: a comment only begins a line,
// a value may stand in double quotes, the last line of a keyword wins.
#include <map>

#include "evidence/parser/forms.h"

namespace dengce::evidence {

void parse_login_defs(ParseContext& context) {
  const Document document = context.read_first({"/etc/login.defs", "/usr/etc/login.defs"});
  context.cover(FactId::login_defs, document, "/etc/login.defs");
  if (!document.ok()) return;

  struct Item {
    std::string value;
    std::int64_t line = 0;
  };

  std::map<std::string, Item, std::less<>> items;
  context.lines(document, [&](const Line& line) {
    const auto [keyword, rest] = first_word(line.text);
    if (keyword.empty() || keyword.front() == '#') return;
    if (rest.empty()) {
      context.problem(document, line.number, "关键字没有取值", line.text);
      return;
    }
    std::string_view value = rest;
    const std::size_t begin = value.find_first_not_of(" \t\"");
    value = begin == std::string_view::npos ? std::string_view{} : value.substr(begin);
    value = trim(value.substr(0, value.find('"')));
    items.insert_or_assign(std::string{keyword}, Item{std::string{value}, line.number});
  });
  for (const auto& [keyword, item] : items) {
    context.add(FactId::login_defs, {keyword, item.value}, document.at(item.line));
  }
}

}  // namespace dengce::evidence
