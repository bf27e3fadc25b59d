// SPDX-License-Identifier: Apache-2.0
#include "assessment/knowledge.h"

#include <algorithm>

#include "assessment/test_support.h"

namespace dengce::assessment {
namespace {

TEST(Knowledge, TheContentHoldsTogether) {
  const auto loaded = Knowledge::load(test::real_content());
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_EQ(loaded->schemes.size(), 2U);
  EXPECT_EQ(loaded->catalog.hazards().size(), 32U);
  for (const char* part : {"standard", "check", "scheme", "risk"}) {
    EXPECT_EQ(loaded->versions.at(part).size(), 64U) << part;
  }
}

TEST(Knowledge, AChangedPartHasAnotherVersion) {
  Content content = test::real_content();
  std::string scheme(content.read("scheme/2025.yaml").value());
  content.put("scheme/2025.yaml", scheme + "# more\n");
  const auto changed = Knowledge::load(content).value();
  const auto& versions = test::real_knowledge().versions;
  EXPECT_NE(changed.versions.at("scheme"), versions.at("scheme"));
  EXPECT_EQ(changed.versions.at("check"), versions.at("check"));
}

TEST(Knowledge, ProblemsOfAllPartsComeTogether) {
  Content content = test::real_content();
  const auto spoil = [&](const std::string& path, const std::string& from, const std::string& to) {
    std::string text(content.read(path).value());
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << path;
    content.put(path, text.replace(at, from.size(), to));
  };
  spoil("check/linux/linux-account-uid-unique.yaml", "query:", "question:");
  spoil("scheme/2025.yaml", "form: rate", "form: guess");
  spoil("risk/major-hazard-2025.csv", "L3-PES1-03", "L3-PES1-99");
  const auto loaded = Knowledge::load(content);
  ASSERT_FALSE(loaded);
  for (const char* path : {"check/linux/linux-account-uid-unique.yaml",
                           "scheme/2025.yaml",
                           "risk/major-hazard-2025.csv"}) {
    const auto& problems = loaded.error().problems;
    const bool named = std::any_of(problems.begin(), problems.end(), [&](const Problem& one) {
      return one.path == path && one.line > 0 && !one.reason.empty();
    });
    EXPECT_TRUE(named) << path << "\n" << loaded.error().text();
  }
}

TEST(Knowledge, AMappingToACheckThatIsNotThere) {
  Content content = test::real_content();
  const std::string path = "standard/gbt22239-2019/mapping.csv";
  std::string text(content.read(path).value());
  text += "3,L3-CES1-01,1,服务器,linux,linux-no-such-check,auto\n";
  const auto line = std::count(text.begin(), text.end(), '\n');
  content.put(path, text);
  const auto loaded = Knowledge::load(content);
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().problems.size(), 1U);
  EXPECT_EQ(loaded.error().problems[0].path, path);
  EXPECT_EQ(loaded.error().problems[0].line, line);
  EXPECT_NE(loaded.error().problems[0].reason.find("linux-no-such-check"), std::string::npos);
}

TEST(Knowledge, UnknownSchemesNameThoseThereAre) {
  EXPECT_EQ((*test::real_knowledge().scheme("2021"))->id, "2021");
  const auto none = test::real_knowledge().scheme("2019");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("2025"), std::string::npos);
}

}  // namespace
}  // namespace dengce::assessment
