// SPDX-License-Identifier: Apache-2.0
#include "db/where.h"

#include <gtest/gtest.h>

namespace dengce::db {
namespace {

using Values = std::vector<Value>;

TEST(Where, CountsValuesOverAllConditions) {
  Where where;
  EXPECT_EQ(where.sql(), "");
  where.add("a = ?", {std::int64_t{1}});
  where.add("b IS NULL");
  where.add_in("c IN (?)", {"x", "y", "z"});
  where.add("(d, e) > (?, ?)", {std::int64_t{2}, std::string("q")});
  EXPECT_EQ(where.sql(),
            " WHERE a = $1 AND b IS NULL AND c IN ($2, $3, $4, $5) AND (d, e) > ($6, $7)");
  EXPECT_EQ(where.values(),
            (Values{std::int64_t{1},
                    std::string("x"),
                    std::string("y"),
                    std::string("z"),
                    std::string("z"),
                    std::int64_t{2},
                    std::string("q")}));
}

TEST(Where, NothingIsInAnEmptyList) {
  Where where;
  where.add_in("c IN (?)", {});
  EXPECT_EQ(where.sql(), " WHERE 1 = 0");
  EXPECT_TRUE(where.values().empty());
}

TEST(Where, AnEmptyFilterIsNone) {
  Where where;
  where.add_equal("a", "");
  where.add_number("b", "");
  where.add_flag("c", "");
  where.add_contains("d", "");
  EXPECT_EQ(where.sql(), "");
  where.add_equal("a", "x");
  where.add_number("b", "3");
  where.add_number("b", "three");
  where.add_flag("c", "yes");
  where.add_flag("c", "no");
  EXPECT_EQ(where.sql(), " WHERE a = $1 AND b = $2 AND b = $3 AND c = $4 AND c = $5");
  EXPECT_EQ(
      where.values(),
      (Values{
          std::string("x"), std::int64_t{3}, std::int64_t{0}, std::int64_t{1}, std::int64_t{0}}));
}

TEST(Where, ATextIsLookedForAsItStands) {
  Where where;
  where.add_contains("lower(a)", "50%_A!");
  EXPECT_EQ(where.sql(), " WHERE lower(a) LIKE $1 ESCAPE '!'");
  EXPECT_EQ(where.values(), Values{std::string("%50!%!_a!!%")});
}

}  // namespace
}  // namespace dengce::db
