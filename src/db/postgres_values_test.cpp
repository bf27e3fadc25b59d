// SPDX-License-Identifier: Apache-2.0
#include "db/postgres_values.h"

#include <gtest/gtest.h>

#include <limits>

namespace dengce::db {
namespace {

std::string numeric(std::uint16_t weight, std::uint16_t sign, std::vector<std::uint16_t> digits) {
  std::string out;
  const auto add = [&](std::uint16_t number) {
    out.push_back(static_cast<char>(number >> 8U));
    out.push_back(static_cast<char>(number & 0xFFU));
  };
  add(static_cast<std::uint16_t>(digits.size()));
  add(weight);
  add(sign);
  add(0);
  for (const std::uint16_t digit : digits) add(digit);
  return out;
}

std::optional<std::int64_t> whole(const std::string& bytes) {
  const auto value = decode_binary(PostgresType::numeric, bytes);
  return value ? std::optional(std::get<std::int64_t>(*value)) : std::nullopt;
}

TEST(Numeric, WholeNumbersOfTheRangeOnly) {
  constexpr std::uint16_t minus = 0x4000;
  EXPECT_EQ(whole(numeric(0, 0, {})), 0);
  EXPECT_EQ(whole(numeric(0, 0, {7})), 7);
  EXPECT_EQ(whole(numeric(2, 0, {3})), 300'000'000);  // zeros at the end are not sent
  EXPECT_EQ(whole(numeric(1, minus, {1, 2})), -10'002);
  EXPECT_EQ(whole(numeric(4, 0, {922, 3372, 368, 5477, 5807})),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(whole(numeric(4, 0, {922, 3372, 368, 5477, 5808})), std::nullopt);
  EXPECT_EQ(whole(numeric(4, minus, {922, 3372, 368, 5477, 5808})),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(whole(numeric(4, minus, {922, 3372, 368, 5477, 5809})), std::nullopt);
  EXPECT_EQ(whole(numeric(30000, 0, {1})), std::nullopt);
  EXPECT_EQ(whole(numeric(0, 0, {1, 5000})), std::nullopt);         // 1.5
  EXPECT_EQ(whole(numeric(0xFFFF, 0, {5000})), std::nullopt);       // 0.5
  EXPECT_EQ(whole(numeric(0, 0xC000, {})), std::nullopt);           // not a number
  EXPECT_EQ(whole(numeric(0, 0, {1}).substr(0, 9)), std::nullopt);  // cut off
}

TEST(PlainInsert, OnlyTheSimplestFormGoesByCopy) {
  const auto plain = parse_plain_insert(" insert into T_1 (a,\n b2) VALUES ($1 , $2) ");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->table, "T_1");
  EXPECT_EQ(plain->columns, "a, b2");
  EXPECT_EQ(plain->width, 2U);
  for (const char* other : {"INSERT INTO t (a) VALUES ($1) ON CONFLICT DO NOTHING",
                            "INSERT INTO t (a) VALUES ($1) RETURNING a",
                            "INSERT INTO t (a, b) VALUES ($2, $1)",
                            "INSERT INTO t (a, b) VALUES ($1, 0)",
                            "INSERT INTO t (a, b) VALUES ($1, $2 + 1)",
                            "INSERT INTO t (a) VALUES ($1, $2)",
                            "INSERT INTO t (a, b) VALUES ($1)",
                            "INSERT INTO t (a, b) VALUES ($1, $22)",
                            "INSERT INTO s.t (a) VALUES ($1)",
                            "INSERT INTO t (\"a\") VALUES ($1)",
                            "INSERT INTO t VALUES ($1)",
                            "INSERT INTO t (a) VALUES ($1), ($2)",
                            "INSERT INTO t (a) SELECT $1",
                            "UPDATE t SET a = $1",
                            "INSERT INTO t (a) VALUES ($1",
                            ""}) {
    EXPECT_FALSE(parse_plain_insert(other)) << other;
  }
}

TEST(CopyValue, GoesToColumnsOfItsOwnTypeOnly) {
  EXPECT_TRUE(copyable(PostgresType::int8, std::int64_t{1}));
  EXPECT_FALSE(copyable(PostgresType::int4, std::int64_t{1}));
  EXPECT_FALSE(copyable(PostgresType::text, std::int64_t{1}));
  EXPECT_FALSE(copyable(PostgresType::int8, std::string("1")));
  EXPECT_FALSE(copyable(PostgresType::numeric, 1.0));
  EXPECT_FALSE(copyable(PostgresType::text, Blob{"a"}));
  EXPECT_TRUE(copyable(PostgresType::int4, std::monostate{}));
}

}  // namespace
}  // namespace dengce::db
