// SPDX-License-Identifier: Apache-2.0
// passwd, group, the state of passwords and last logins. A hash is looked at here and nowhere kept.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "base/clock.h"
#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr std::int64_t nobody_uid = 65534;

// Numbers of passwd and shadow: digits, or a sign before them; anything else is no number.
std::optional<std::int64_t> number(std::string_view text) {
  return parse_int(text);
}

bool real_shell(std::string_view shell) {
  constexpr std::array<std::string_view, 5> closed{"nologin", "false", "sync", "shutdown", "halt"};
  return std::find(closed.begin(), closed.end(), base_name(shell)) == closed.end();
}

std::int64_t uid_min(const ParseContext& context) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::login_defs); ++row) {
    if (context.text(FactId::login_defs, row, 0) != "UID_MIN") continue;
    const auto value = parse_int(context.text(FactId::login_defs, row, 1));
    if (value && *value > 0) return *value;
  }
  return 1000;
}

// One password field in the words of the fact table.
struct PasswordState {
  std::string_view state;
  std::string_view scheme;  // empty = none
};

std::string_view scheme_of(std::string_view hash) {
  struct Prefix {
    std::string_view text;
    std::string_view scheme;
  };

  constexpr std::array prefixes{
      Prefix{"$1$", "md5"},
      Prefix{"$2$", "blowfish"},
      Prefix{"$2a$", "blowfish"},
      Prefix{"$2b$", "blowfish"},
      Prefix{"$2x$", "blowfish"},
      Prefix{"$2y$", "blowfish"},
      Prefix{"$5$", "sha256"},
      Prefix{"$6$", "sha512"},
      Prefix{"$y$", "yescrypt"},
      Prefix{"$gy$", "gost-yescrypt"},
      Prefix{"$sm3$", "sm3"},
      Prefix{"$", "other"},
  };
  for (const Prefix& prefix : prefixes) {
    if (starts_with(hash, prefix.text)) return prefix.scheme;
  }
  if (hash.size() == 20 && hash.front() == '_') return "des";
  const bool plain = std::all_of(hash.begin(), hash.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '/';
  });
  return hash.size() == 13 && plain ? "des" : std::string_view{};
}

PasswordState classify(std::string_view field) {
  if (field.empty()) return {"empty", {}};
  if (field.front() == '!' || field.front() == '*') {
    const std::size_t begin = field.find_first_not_of("!*");
    const std::string_view rest = begin == std::string_view::npos ? "" : field.substr(begin);
    const std::string_view scheme = rest.empty() ? std::string_view{} : scheme_of(rest);
    if (field.front() == '!' && !scheme.empty()) return {"locked", scheme};
    return {"none", {}};
  }
  const std::string_view scheme = scheme_of(field);
  if (!scheme.empty()) return {"set", scheme};
  if (field == "x" || field == "NP" || field == "LK") return {"none", {}};
  return {"unknown", {}};
}

void read_passwd(ParseContext& context, const Document& document) {
  const std::int64_t first_human = uid_min(context);
  context.lines(document, [&](const Line& line) {
    if (line.text.empty() || line.text.front() == '#') return;
    if (line.text.front() == '+' || line.text.front() == '-') {
      context.problem(document, line.number, "引用目录服务的行，不含本地账户", line.text);
      return;
    }
    const auto part = split(line.text, ':');
    const auto uid = part.size() == 7 ? number(part[2]) : std::nullopt;
    const auto gid = part.size() == 7 ? number(part[3]) : std::nullopt;
    if (!uid || !gid || part[0].empty()) {
      context.problem(document, line.number, "不是正确的 passwd 行", part.empty() ? "" : part[0]);
      return;
    }
    const std::string_view kind = *uid == 0                                  ? "root"
                                  : *uid < first_human || *uid == nobody_uid ? "system"
                                                                             : "human";
    const std::string_view shell = trim(part[6]);
    context.add(FactId::account,
                {part[0], *uid, *gid, part[5], shell, real_shell(shell) ? 1 : 0, kind},
                document.at(line.number));
  });
}

void read_group(ParseContext& context, const Document& document) {
  context.lines(document, [&](const Line& line) {
    if (line.text.empty() || line.text.front() == '#' || line.text.front() == '+') return;
    const auto part = split(line.text, ':');
    const auto gid = part.size() == 4 ? number(part[2]) : std::nullopt;
    if (!gid || part[0].empty()) {
      context.problem(document, line.number, "不是正确的 group 行", part.empty() ? "" : part[0]);
      return;
    }
    context.add(FactId::user_group, {part[0], *gid}, document.at(line.number));
    for (const std::string_view member : split(part[3], ',')) {
      if (trim(member).empty()) continue;
      context.add(FactId::group_member, {part[0], trim(member)}, document.at(line.number));
    }
  });
}

void read_password_table(ParseContext& context, const Document& document) {
  context.lines(document, [&](const Line& line) {
    const auto part = fields(line.text, 9);
    if (part.size() != 9 || part[0].empty()) {
      context.problem(document, line.number, "口令状态行字段数不对", part[0]);
      return;
    }
    context.add(FactId::account_password,
                {part[0],
                 part[1],
                 or_null(part[2]),
                 number(part[3]),
                 number(part[4]),
                 number(part[5]),
                 number(part[6]),
                 number(part[7]),
                 number(part[8])},
                document.at(line.number));
  });
}

// In a tree the files themselves are read: shadow, and passwd for accounts that shadow lacks.
void read_shadow(ParseContext& context, const Document& passwd) {
  const Document shadow = context.read("/etc/shadow");
  context.cover(FactId::account_password, shadow, "/etc/shadow");
  if (!shadow.ok()) return;
  std::map<std::string, bool, std::less<>> seen;
  context.lines(shadow, [&](const Line& line) {
    if (line.text.empty() || line.text.front() == '+' || line.text.front() == '-') return;
    const auto part = split(line.text, ':');
    if (part.size() < 2 || part[0].empty()) {
      context.problem(shadow, line.number, "不是正确的 shadow 行", "");
      return;
    }
    const auto at = [&](std::size_t i) -> std::optional<std::int64_t> {
      return i < part.size() ? number(part[i]) : std::nullopt;
    };
    const PasswordState state = classify(part[1]);
    seen.insert_or_assign(std::string{part[0]}, true);
    context.add(
        FactId::account_password,
        {part[0], state.state, or_null(state.scheme), at(2), at(3), at(4), at(5), at(6), at(7)},
        shadow.at(line.number));
  });
  if (!passwd.ok()) return;
  context.lines(passwd, [&](const Line& line) {
    const auto part = split(line.text, ':');
    if (part.size() != 7 || part[0].empty() || seen.count(part[0]) > 0) return;
    if (part[0].front() == '+' || part[0].front() == '-') return;
    const PasswordState state = classify(part[1]);
    context.add(FactId::account_password,
                {part[0], state.state, or_null(state.scheme)},
                passwd.at(line.number));
  });
}

std::optional<int> month_number(std::string_view name) {
  constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (months[i] == name) return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

// "… Mon Jun 24 08:15:03 +0000 2024" at the end of a lastlog line.
std::optional<std::int64_t> last_day(const std::vector<std::string_view>& word,
                                     std::size_t& first) {
  for (std::size_t i = 1; i + 1 < word.size(); ++i) {
    const auto month = month_number(word[i]);
    const auto day = parse_int(word[i + 1]);
    const auto year = parse_int(word.back());
    if (!month || !day || !year || *year < 1970 || *year > 9999 || *day < 1 || *day > 31) continue;
    std::string text = std::to_string(*year) + (*month < 10 ? "-0" : "-") + std::to_string(*month) +
                       (*day < 10 ? "-0" : "-") + std::to_string(*day);
    const auto parsed = parse_day(text);
    if (!parsed) continue;
    first = i - 1;  // the name of the week day
    return parsed->number;
  }
  return std::nullopt;
}

void read_lastlog(ParseContext& context) {
  const Document document = context.command("lastlog", "lastlog");
  context.cover(FactId::last_login, document, "command:lastlog");
  if (!document.ok()) return;
  context.lines(document, [&](const Line& line) {
    const auto word = words(line.text);
    if (word.size() < 2 || (line.number == 1 && word[0] == "Username")) return;
    if (line.text.find("**Never logged in**") != std::string_view::npos) {
      context.add(FactId::last_login, {word[0], nullptr, nullptr}, document.at(line.number));
      return;
    }
    std::size_t date = 0;
    const auto day = last_day(word, date);
    if (!day) {
      context.problem(document, line.number, "登录时间无法识别", line.text);
      return;
    }
    // name, terminal, address (may be missing), date
    const std::string_view origin = date >= 3 ? word[2] : date >= 2 ? word[1] : std::string_view{};
    context.add(FactId::last_login, {word[0], *day, or_null(origin)}, document.at(line.number));
  });
}

}  // namespace

void parse_accounts(ParseContext& context) {
  const Document passwd = context.read("/etc/passwd");
  context.cover(FactId::account, passwd);
  if (passwd.ok()) read_passwd(context, passwd);
  const Document group = context.read("/etc/group");
  context.cover(FactId::user_group, group);
  context.cover(FactId::group_member, group);
  if (group.ok()) read_group(context, group);
  if (context.tree()) {
    read_shadow(context, passwd);
    context.missing(FactId::last_login, "文件树中没有登录记录");
    return;
  }
  const Document table = context.derived("password-state");
  context.cover(FactId::account_password, table, "/etc/shadow（口令状态表）");
  if (table.ok()) read_password_table(context, table);
  read_lastlog(context);
}

}  // namespace dengce::evidence
