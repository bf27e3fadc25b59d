// SPDX-License-Identifier: Apache-2.0
#include "check/check_loader.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "check/example_runner.h"
#include "check/setting_form.h"
#include "evidence/fact_tables.h"

namespace dengce::check {
namespace {

constexpr const char* good = R"(id: sample
title: 样例
platform: [linux]
needs: [login_defs]
query: |
  SELECT CASE WHEN value = 'yes' THEN 'pass' ELSE 'fail' END AS status, '取值 ' || value AS reason, value, source
  FROM login_defs WHERE keyword = 'X'
  UNION ALL SELECT 'not_applicable', '无', NULL, NULL WHERE NOT EXISTS (SELECT 1 FROM login_defs)
record:
  pass: 经核查，X 为 {value}。
  fail: 经核查，X 为 {value}，未启用。
  not_applicable: 无 login.defs。
advice: 设为 yes。
examples:
  - {facts: {login_defs: [[X, "yes"]]}, expect: pass}
  - {facts: {login_defs: [[X, "no"]]}, expect: fail}
  - {facts: {login_defs: []}, expect: not_applicable}
  - {facts: {}, expect: unknown}
)";

std::vector<Problem> problems_of(const std::string& text, const std::string& id = "sample") {
  auto database = evidence::FactDatabase::create();
  EXPECT_TRUE(database);
  std::vector<Problem> problems;
  const auto check = load_check("check/linux/" + id + ".yaml", text, *database, problems);
  EXPECT_EQ(check.has_value(), problems.empty());
  return problems;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

bool names(const std::vector<Problem>& problems,
           std::int64_t line,
           std::string_view field,
           std::string_view part) {
  return std::any_of(problems.begin(), problems.end(), [&](const Problem& p) {
    return p.path == "check/linux/sample.yaml" && p.line == line && p.field == field &&
           p.reason.find(part) != std::string::npos;
  });
}

std::string shown(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += problem.text() + "\n";
  return out;
}

TEST(CheckLoader, LoadsAWholeCheck) {
  const auto problems = problems_of(good);
  EXPECT_TRUE(problems.empty()) << shown(problems);
}

TEST(CheckLoader, NamesEveryMistakeWithItsLine) {
  struct Case {
    std::string from, to;
    std::int64_t line;
    std::string field, part;
  };

  const std::vector<Case> cases{
      {"title: 样例", "titel: 样例", 2, "titel", "未知的键"},
      {"title: 样例", "title: ''", 2, "title", "非空"},
      {"id: sample", "id: other", 1, "id", "文件名"},
      {"id: sample", "id: Sample", 1, "id", "小写"},
      {"platform: [linux]", "platform: []", 3, "platform", "至少一个"},
      {"needs: [login_defs]", "needs: [login_def]", 4, "needs", "没有事实表 login_def"},
      {"needs: [login_defs]", "needs: []", 4, "needs", "至少一张"},
      {"FROM login_defs WHERE", "FROM login_defs WHER", 7, "query", "syntax error"},
      {"FROM login_defs WHERE", "FROM login_def WHERE", 6, "query", "login_def"},
      {"WHERE keyword = 'X'", "WHERE keywords = 'X'", 7, "query", "keywords"},
      {"value, source\n", "value, source AS origin\n", 6, "query", "source"},
      {"NULL, NULL WHERE", "NULL WHERE", 6, "query", "UNION"},
      {"X 为 {value}。", "X 为 {valu}。", 10, "record.pass", "没有结果列 valu"},
      {"X 为 {value}。", "X 为 {value。", 10, "record.pass", "花括号"},
      {"  pass: 经核查，X 为 {value}。\n", "", 10, "record.pass", "缺少此句"},
      {"  not_applicable: 无 login.defs。\n", "", 6, "record.not_applicable", "缺少对应的记录句"},
      {"advice: 设为 yes。", "advise: 设为 yes。", 13, "advise", "未知的键"},
      {"[[X, \"yes\"]]", "[[X]]", 15, "examples.facts.login_defs", "应有 2 列，实为 1 列"},
      {"[[X, \"yes\"]]", "[[X, [a]]]", 15, "examples.facts.login_defs", "单个值"},
      {"login_defs: [[X, \"yes\"]]",
       "logindefs: [[X, \"yes\"]]",
       15,
       "examples.facts.logindefs",
       "没有此事实表"},
      {"expect: pass", "expect: passed", 15, "examples.expect", "应为"},
      {"  - {facts: {login_defs: []}, expect: not_applicable}\n",
       "",
       15,
       "examples",
       "not_applicable"},
      {"  - {facts: {}, expect: unknown}\n", "", 15, "examples", "unknown"},
      {"  - {facts: {}, expect: unknown}\n",
       "  - {facts: {login_defs: []}, expect: unknown}\n",
       15,
       "examples",
       "未采集"},
      {"query: |", "query: |\n  SELECT 1; ", 6, "query", "只能有一条语句"},
      {"query: |\n  SELECT", "query: |\n  PRAGMA user_version; SELECT", 6, "query", "authorized"},
      {"'取值 ' ||", "?1 ||", 6, "query", "参数"},
      {"'取值 ' ||", "random() ||", 6, "query", "random"},
  };
  for (const Case& c : cases) {
    const auto problems = problems_of(with(good, c.from, c.to));
    EXPECT_TRUE(names(problems, c.line, c.field, c.part))
        << c.to << " expected line " << c.line << " [" << c.field << "] " << c.part << "\n"
        << shown(problems);
  }
}

TEST(CheckLoader, AllProblemsComeTogether) {
  std::string text = with(good, "needs: [login_defs]", "needs: [nothing]");
  text = with(text, "advice: 设为 yes。", "hint: x");
  text = with(text, "[[X, \"no\"]]", "[[X, \"no\", 3]]");
  const auto problems = problems_of(text);
  EXPECT_TRUE(names(problems, 4, "needs", "nothing"));
  EXPECT_TRUE(names(problems, 13, "hint", "未知的键"));
  EXPECT_TRUE(names(problems, 1, "advice", "缺少此键"));
  EXPECT_TRUE(names(problems, 16, "examples.facts.login_defs", "3 列"));
}

TEST(CheckLoader, YamlMistakes) {
  EXPECT_FALSE(problems_of("id: [").empty());
  EXPECT_FALSE(problems_of("").empty());
  EXPECT_FALSE(problems_of("- a").empty());
  const auto problems = problems_of(with(good, "title: 样例", "title: 样例\ntitle: 再次"));
  EXPECT_TRUE(names(problems, 3, "title", "键重复")) << shown(problems);
}

TEST(CheckLoader, ProblemsOfAllFilesComeTogether) {
  Content content = *Content::from_directory(DENGCE_SOURCE_DIR "/content/scheme");
  content.put("check/linux/a.yaml", "id: b\n");
  content.put("check/linux/c.yaml", "id: [\n");
  const auto result = load_checks(content);
  ASSERT_FALSE(result);
  std::vector<std::string> paths;
  for (const Problem& problem : result.error().problems) paths.push_back(problem.path);
  EXPECT_NE(std::find(paths.begin(), paths.end(), "check/linux/a.yaml"), paths.end());
  EXPECT_NE(std::find(paths.begin(), paths.end(), "check/linux/c.yaml"), paths.end());
}

constexpr const char* short_form = R"(id: sample
title: 口令最长使用期限
platform: [linux]
needs: [login_defs]
setting: {table: login_defs, key: {keyword: PASS_MAX_DAYS}, value: value, type: integer, pass: {min: 1, max: 90}, partial: {min: 91, max: 180}, absent: fail, when_absent_program: passwd}
record:
  pass: 经核查，{keyword} 为 {value}。
  partial: 经核查，{keyword} 为 {value}，偏长。
  fail: 经核查，{reason}。
  not_applicable: 无 passwd。
advice: 设为 90。
examples:
  - {facts: {login_defs: [[PASS_MAX_DAYS, "90"]]}, expect: pass}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "1"]]}, expect: pass}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "0"]]}, expect: fail}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "-1"]]}, expect: fail}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "30d"]]}, expect: fail}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "3-4"]]}, expect: fail}
  - {facts: {login_defs: [[PASS_MAX_DAYS, ""]]}, expect: fail}
  - {facts: {login_defs: [[PASS_MAX_DAYS, null]]}, expect: unknown}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "91"]]}, expect: partial}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "180"]]}, expect: partial}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "181"]]}, expect: fail}
  - {facts: {login_defs: [[PASS_MIN_DAYS, "30"]]}, expect: fail}
  - {facts: {login_defs: []}, expect: fail}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "90"]], program: [[passwd, 1, /usr/bin/passwd]]}, expect: pass}
  - {facts: {login_defs: [[PASS_MAX_DAYS, "99999"]], program: [[passwd, 0, null]]}, expect: not_applicable}
  - {facts: {login_defs: [], program: [[passwd, 0, null]]}, expect: not_applicable}
  - {facts: {}, expect: unknown}
)";

TEST(CheckLoader, ShortFormMeansWhatItSays) {
  auto database = evidence::FactDatabase::create();
  std::vector<Problem> problems;
  const auto check = load_check("check/linux/sample.yaml", short_form, *database, problems);
  ASSERT_TRUE(check) << shown(problems);
  const auto results = run_examples(*check);
  ASSERT_TRUE(results);
  for (const ExampleResult& result : *results) {
    EXPECT_TRUE(result.holds()) << "line " << result.example->line << ": "
                                << name(result.finding.status) << " " << result.finding.reason;
  }
  EXPECT_EQ((*results)[0].finding.reason, "PASS_MAX_DAYS 取值为 90");
  EXPECT_EQ((*results)[0].finding.record, "经核查，PASS_MAX_DAYS 为 90。");
  EXPECT_EQ((*results)[11].finding.record, "经核查，未设置 PASS_MAX_DAYS。");
  ASSERT_TRUE((*results)[0].finding.source);
  EXPECT_FALSE((*results)[11].finding.source);
}

TEST(CheckLoader, ShortFormMistakes) {
  struct Case {
    std::string from, to, field, part;
  };

  const std::vector<Case> cases{
      {"table: login_defs, ", "table: login_deffs, ", "setting.table", "没有事实表"},
      {"{keyword: PASS_MAX_DAYS}", "{keywort: PASS_MAX_DAYS}", "setting.key", "没有列"},
      {"value: value, ", "value: wert, ", "setting.value", "没有列"},
      {"type: integer, ", "type: float, ", "setting.type", "只能是"},
      {"type: integer, ", "", "setting.pass", "type: integer"},
      {"pass: {min: 1, max: 90}", "pass: {min: 90, max: 1}", "setting.pass", "min 大于 max"},
      {"pass: {min: 1, max: 90}", "pass: {min: 1, in: [3]}", "setting.pass", "两者取一"},
      {"pass: {min: 1, max: 90}", "pass: {in: []}", "setting.pass", "非空"},
      {"pass: {min: 1, max: 90}", "pass: {in: [x]}", "setting.pass", "整数"},
      {"absent: fail", "absent: failed", "setting.absent", "只能是"},
      {"absent: fail, ", "", "setting.absent", "缺少此键"},
  };
  for (const Case& c : cases) {
    const auto problems = problems_of(with(short_form, c.from, c.to));
    EXPECT_TRUE(names(problems, 5, c.field, c.part)) << c.to << "\n" << shown(problems);
  }
}

TEST(CheckLoader, TextsAreQuoted) {
  EXPECT_EQ(sql_text("a'b"), "'a''b'");
}

}  // namespace
}  // namespace dengce::check
