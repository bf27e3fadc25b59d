// SPDX-License-Identifier: Apache-2.0
#include "evidence/fact_set.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>

namespace dengce::evidence {
namespace {

FactSetBuilder sample() {
  FactSetBuilder builder;
  const std::uint32_t file = builder.file("/etc/group");
  for (int i = 0; i < 2000; ++i) {
    builder.add(FactId::user_group,
                {"g" + std::to_string(i), i - 1000},
                {file, static_cast<std::uint32_t>(i + 1)});
  }
  builder.add(FactId::file_mode, {"/x", "file", 420, "root", "root", 5'000'000'000LL, nullptr});
  return builder;
}

TEST(FactSet, KeepsEveryCell) {
  const FactSet set = *sample().build();
  ASSERT_EQ(set.row_count(FactId::user_group), 2000U);
  for (std::uint32_t i = 0; i < 2000; ++i) {
    EXPECT_EQ(set.cell(FactId::user_group, i, 0).text, "g" + std::to_string(i));
    EXPECT_EQ(set.cell(FactId::user_group, i, 1).integer, static_cast<int>(i) - 1000);
    EXPECT_EQ(set.row_source(index_of(FactId::user_group), i).line, i + 1);
  }
  EXPECT_EQ(set.cell(FactId::file_mode, 0, 5).integer, 5'000'000'000LL);
  EXPECT_TRUE(set.cell(FactId::file_mode, 0, 6).is_null());
  EXPECT_TRUE(set.cell(FactId::file_mode, 1, 0).is_null());
  EXPECT_TRUE(set.cell(FactId::file_mode, 0, 99).is_null());
  EXPECT_EQ(set.encode_text("g77"), set.raw_cell(index_of(FactId::user_group), 77, 0));
  EXPECT_FALSE(set.encode_text("absent"));
  EXPECT_FALSE(set.encode_integer(6'000'000'000LL));
}

TEST(FactSet, CellsTakeTheTypeOfTheirColumn) {
  FactSetBuilder builder;
  EXPECT_TRUE(builder.add(FactId::user_group, {17, "42"}));
  EXPECT_TRUE(builder.add(FactId::user_group, {"a", "no number"}));
  EXPECT_FALSE(builder.add(FactId::user_group, {"a", 1, 2}));
  const FactSet set = *builder.build();
  EXPECT_EQ(set.cell(FactId::user_group, 0, 0).text, "17");
  EXPECT_EQ(set.cell(FactId::user_group, 0, 1).integer, 42);
  EXPECT_TRUE(set.cell(FactId::user_group, 1, 1).is_null());
}

TEST(FactSet, SameFactsGiveTheSameBytesAndOpenAgain) {
  const FactSet one = *sample().build();
  const FactSet two = *sample().build();
  EXPECT_EQ(one.serialize(), two.serialize());
  const auto again = FactSet::open(std::string{one.serialize()});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->cell(FactId::user_group, 5, 0).text, "g5");
}

TEST(FactSet, ManyStringsFilesAndLinesTakeTheWiderForms) {
  FactSetBuilder builder;
  for (int i = 0; i < 70'000; ++i) {
    const std::uint32_t file = builder.file("/file/" + std::to_string(i % 3000));
    builder.add(FactId::user_group,
                {"name-" + std::to_string(i), i % 2 == 0 ? FactCell{i} : FactCell{}},
                {file, i == 5 ? 4'000'000U : static_cast<std::uint32_t>(i)});
  }
  const FactSet set = *builder.build();
  for (std::uint32_t i = 0; i < 70'000; i += 7) {
    EXPECT_EQ(set.cell(FactId::user_group, i, 0).text, "name-" + std::to_string(i));
    EXPECT_EQ(set.cell(FactId::user_group, i, 1).is_null(), i % 2 == 1);
    EXPECT_EQ(set.encode_text("name-" + std::to_string(i)),
              set.raw_cell(index_of(FactId::user_group), i, 0));
    const auto source = set.source(set.cell(FactId::user_group, i, 2).integer);
    EXPECT_EQ(source->path, "/file/" + std::to_string(i % 3000));
  }
  EXPECT_EQ(set.row_source(index_of(FactId::user_group), 5).line, 4'000'000U);
  EXPECT_FALSE(set.encode_text("name-70000"));
}

TEST(FactSet, BordersOfShortCells) {
  FactSetBuilder builder;
  for (const std::int64_t value : {0, 32'766, 32'767, 32'768, -1}) {
    builder.add(FactId::process, {"p", "u", value});
    FactSetBuilder alone;
    alone.add(FactId::process, {"p", "u", value});
    alone.add(FactId::process, {"p", "u", nullptr});
    const FactSet set = *alone.build();
    EXPECT_EQ(set.cell(FactId::process, 0, 2).integer, value);
    EXPECT_FALSE(set.cell(FactId::process, 0, 2).is_null());
    EXPECT_TRUE(set.cell(FactId::process, 1, 2).is_null());
    EXPECT_EQ(set.encode_integer(value), set.raw_cell(index_of(FactId::process), 0, 2));
  }
  const FactSet together = *builder.build();
  EXPECT_EQ(together.cell(FactId::process, 3, 2).integer, 32'768);
  EXPECT_EQ(together.cell(FactId::process, 4, 2).integer, -1);
}

TEST(FactSet, LongTextsAreCutAndTablesAreBounded) {
  FactSetBuilder builder;
  builder.add(FactId::user_group, {std::string(1 << 20, 'x'), 1});
  EXPECT_LE(builder.cell(FactId::user_group, 0, 0).text.size(), FactSetBuilder::max_text_bytes + 4);
  for (std::uint32_t i = 1; i < FactSetBuilder::max_rows; ++i) {
    ASSERT_TRUE(builder.add(FactId::user_group, {"x", 1}));
  }
  EXPECT_FALSE(builder.add(FactId::user_group, {"x", 1}));
}

// Reads every cell of a set that may be damaged; only a sanitizer or a crash can complain.
void walk(const FactSet& set) {
  std::size_t seen = 0;
  for (int table = 0; table < fact_id_count; ++table) {
    const std::uint32_t rows = std::min<std::uint32_t>(set.row_count(table), 50);
    for (std::uint32_t row = 0; row < rows; ++row) {
      for (int column = 0; column < 12; ++column) {
        const FactCell cell = set.cell(table, row, column);
        seen += cell.text.size();
        if (cell.kind == FactCell::Kind::integer) (void)set.source(cell.integer);
      }
    }
  }
  (void)set.encode_text("g77");
  (void)set.encode_integer(5'000'000'000LL);
  EXPECT_GE(seen, 0U);
}

TEST(FactSet, DamagedBlobsAreRefusedOrReadInsideTheirBounds) {
  const std::string good{sample().build()->serialize()};
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{7}, std::size_t{63}, good.size() - 1}) {
    EXPECT_FALSE(FactSet::open(good.substr(0, length))) << length;
  }
  int refused = 0;
  for (std::size_t at = 0; at < 600; at += 4) {
    for (const std::uint32_t value : {0U, 1U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU, 0xFFFFFFF0U}) {
      std::string bad = good;
      std::memcpy(bad.data() + at, &value, 4);
      const auto set = FactSet::open(std::move(bad));
      if (set)
        walk(*set);
      else
        ++refused;
    }
  }
  EXPECT_GT(refused, 200);
  for (std::size_t at = 600; at + 4 < good.size(); at += 97) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0xFF);
    bad[at + 3] = static_cast<char>(0x7F);
    const auto set = FactSet::open(std::move(bad));
    if (set) walk(*set);
  }
}

TEST(FactSet, OpensFiveThousandHostsQuickly) {
  const FactSet set = *sample().build();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(FactSet::open_view(set.serialize()));
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  // The release figure is 0.25 s; debug and sanitizer builds get ten times that.
  EXPECT_LT(spent.count(), 2.5);
}

}  // namespace
}  // namespace dengce::evidence
