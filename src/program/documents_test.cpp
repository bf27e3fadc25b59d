// SPDX-License-Identifier: Apache-2.0
#include "program/documents.h"

#include <gtest/gtest.h>

namespace dengce::program {
namespace {

TEST(Documents, TheEndingTellsTheFormat) {
  EXPECT_EQ(format_of("a.docx").value(), DocumentFormat::docx);
  EXPECT_EQ(format_of("/tmp/目录/报告.XLSX").value(), DocumentFormat::xlsx);
  EXPECT_EQ(format_of("a.b.pdf").value(), DocumentFormat::pdf);
  for (const char* path : {"a", "docx", ".docx/a", "a.doc", "a.docx.zip", "", "a.docx "}) {
    const auto format = format_of(path);
    ASSERT_FALSE(format) << path;
    EXPECT_EQ(format.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(format.error().message.find(path), std::string::npos);
  }
}

TEST(Documents, NamesSaySchemeKindAndSystem) {
  assessment::Snapshot snapshot;
  EXPECT_EQ(document_name(snapshot, "2025", DocumentFormat::pdf), "2025版等级测评报告-系统.pdf");
  snapshot.facts["system_name"] = "示例系统";
  EXPECT_EQ(document_name(snapshot, "2021", DocumentFormat::docx),
            "2021版等级测评报告-示例系统.docx");
  EXPECT_EQ(document_name(snapshot, "2021", DocumentFormat::xlsx),
            "2021版等级测评记录-示例系统.xlsx");
}

TEST(Documents, NamesNeverLeaveTheirFolder) {
  assessment::Snapshot snapshot;
  snapshot.facts["system_name"] = "../../etc/甲\\乙\n";
  const std::string name = document_name(snapshot, "2025", DocumentFormat::docx);
  EXPECT_EQ(name.find('/'), std::string::npos) << name;
  EXPECT_EQ(name.find('\\'), std::string::npos) << name;
  EXPECT_EQ(name.find('\n'), std::string::npos) << name;
}

}  // namespace
}  // namespace dengce::program
