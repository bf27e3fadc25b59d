// SPDX-License-Identifier: Apache-2.0
#include "check/sql_mutation.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/text.h"
#include "check/setting_form.h"
#include "check/sql_tokens.h"

namespace dengce::check {
namespace {

using Kind = SqlToken::Kind;

std::string_view other_status(std::string_view word) {
  if (word == "fail") return "pass";
  if (word == "unknown" || word == "not_applicable") return "pass";
  return "fail";
}

class QueryMutator {
 public:
  explicit QueryMutator(const Check& check) : check_(check), tokens_(sql_tokens(check.sql)) {}

  std::vector<Mutant> run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const SqlToken& token = tokens_[i];
      if (token.message) continue;
      switch (token.kind) {
        case Kind::symbol: comparison(token); break;
        case Kind::word: word(i); break;
        case Kind::number: number(token); break;
        case Kind::text: text(token); break;
        case Kind::identifier: break;
      }
    }
    return std::move(out_);
  }

 private:
  void replace(std::size_t begin, std::size_t end, const std::string& with) {
    const std::string& sql = check_.sql;
    Mutant mutant;
    const std::size_t from = begin < 30 ? 0 : begin - 30;
    mutant.what = fmt::format("{} → {} in “{}”",
                              sql.substr(begin, end - begin),
                              with,
                              decode_text(sql.substr(from, end + 20 - from)).text);
    mutant.position = begin;
    mutant.line = check_.sql_line +
                  std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    mutant.sql = sql.substr(0, begin) + with + sql.substr(end);
    out_.push_back(std::move(mutant));
  }

  void comparison(const SqlToken& token) {
    struct Change {
      std::string_view from, to, also;
    };

    static constexpr std::array<Change, 8> changes{{{"=", "<>", ""},
                                                    {"==", "<>", ""},
                                                    {"<>", "=", ""},
                                                    {"!=", "=", ""},
                                                    {"<", "<=", ">="},
                                                    {"<=", "<", ">"},
                                                    {">", ">=", "<="},
                                                    {">=", ">", "<"}}};
    for (const Change& change : changes) {
      if (token.value != change.from) continue;
      replace(token.begin, token.end, std::string(change.to));
      if (!change.also.empty()) replace(token.begin, token.end, std::string(change.also));
    }
  }

  [[nodiscard]] bool word_at(std::size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].is(Kind::word, text);
  }

  void word(std::size_t i) {
    const SqlToken& token = tokens_[i];
    constexpr std::array<std::string_view, 5> negatable{"IN", "LIKE", "GLOB", "REGEXP", "BETWEEN"};
    if (std::find(negatable.begin(), negatable.end(), token.value) != negatable.end()) {
      const std::string plain = check_.sql.substr(token.begin, token.end - token.begin);
      if (i > 0 && word_at(i - 1, "NOT")) {
        replace(tokens_[i - 1].begin, token.end, plain);
      } else {
        replace(token.begin, token.end, "NOT " + plain);
      }
    } else if (token.value == "IS") {
      if (word_at(i + 1, "NOT")) {
        replace(token.begin, tokens_[i + 1].end, "IS");
      } else {
        replace(token.begin, token.end, "IS NOT");
      }
    }
  }

  void number(const SqlToken& token) {
    const auto value = parse_int(token.value);
    if (!value) return replace(token.begin, token.end, fmt::format("({} + 1)", token.value));
    replace(token.begin, token.end, fmt::format("{}", *value + 1));
    replace(token.begin, token.end, fmt::format("({})", *value - 1));
  }

  void text(const SqlToken& token) {
    if (token.status_word) {
      replace(token.begin, token.end, sql_text(other_status(token.value)));
    } else {
      // U+001F stands in no fact, so that neither equality nor a pattern can hit by chance.
      replace(token.begin, token.end, sql_text("\x1f"));
    }
  }

  const Check& check_;
  std::vector<SqlToken> tokens_;
  std::vector<Mutant> out_;
};

class SettingMutator {
 public:
  explicit SettingMutator(const Check& check) : check_(check) {}

  std::vector<Mutant> run() {
    const Setting& setting = *check_.setting;
    for (std::size_t i = 0; i < setting.key.size(); ++i) {
      const std::string& constant = setting.key[i].second;
      const auto number = parse_int(constant);
      add(fmt::format("key {} → 另一值", constant), [&](Setting& s) {
        s.key[i].second = number ? fmt::format("{}", *number + 1) : constant + "\x1f";
      });
    }
    match("pass", &Setting::pass);
    match("partial", &Setting::partial);
    add(fmt::format("absent {} → {}", name(setting.absent), other_status(name(setting.absent))),
        [&](Setting& s) { s.absent = *status_from(other_status(name(s.absent))); });
    if (!setting.when_absent_program.empty()) {
      add("when_absent_program → 另一程序", [](Setting& s) { s.when_absent_program += "\x1f"; });
    }
    return std::move(out_);
  }

 private:
  void add(std::string what, const std::function<void(Setting&)>& alter) {
    Setting altered = *check_.setting;
    alter(altered);
    out_.push_back({std::move(what), check_.sql_line, 0, expand_setting(altered)});
  }

  void match(std::string_view field, std::optional<SettingMatch> Setting::*member) {
    const std::optional<SettingMatch>& value = (*check_.setting).*member;
    if (!value) return;
    for (const std::int64_t step : {std::int64_t{1}, std::int64_t{-1}}) {
      if (value->min) {
        add(fmt::format("{}.min {} → {}", field, *value->min, *value->min + step),
            [&](Setting& s) { *(s.*member)->min += step; });
      }
      if (value->max) {
        add(fmt::format("{}.max {} → {}", field, *value->max, *value->max + step),
            [&](Setting& s) { *(s.*member)->max += step; });
      }
    }
    for (std::size_t i = 0; i < value->in.size(); ++i) {
      const auto number = parse_int(value->in[i]);
      add(fmt::format("{}.in {} → 另一值", field, value->in[i]), [&](Setting& s) {
        std::string& entry = (s.*member)->in[i];
        if (s.integer && number) {
          entry = fmt::format("{}", *number + 1'000'003);
        } else {
          entry += '\x1f';
        }
      });
    }
  }

  const Check& check_;
  std::vector<Mutant> out_;
};

}  // namespace

std::vector<Mutant> mutants(const Check& check) {
  return check.setting ? SettingMutator(check).run() : QueryMutator(check).run();
}

}  // namespace dengce::check
