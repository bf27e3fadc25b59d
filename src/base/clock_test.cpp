// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <gtest/gtest.h>

namespace dengce {
namespace {

TEST(Clock, InstantsAreWrittenInUtc) {
  EXPECT_EQ(format_instant({0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_instant({1'767'323'045'678}), "2026-01-02T03:04:05Z");
  EXPECT_EQ(format_instant({-1}), "1969-12-31T23:59:59Z");
}

TEST(Clock, InstantsAreReadWithFractionsAndOffsets) {
  EXPECT_EQ(parse_instant("2026-01-02T03:04:05Z")->milliseconds, 1'767'323'045'000);
  EXPECT_EQ(parse_instant("2026-01-02 03:04:05Z")->milliseconds, 1'767'323'045'000);
  EXPECT_EQ(parse_instant("2026-01-02T03:04:05.6789Z")->milliseconds, 1'767'323'045'678);
  EXPECT_EQ(parse_instant("2026-01-02T11:04:05+08:00")->milliseconds, 1'767'323'045'000);
  EXPECT_EQ(parse_instant("2026-01-01T22:34:05-04:30")->milliseconds, 1'767'323'045'000);
}

TEST(Clock, WhatIsNoInstantIsRefused) {
  for (const char* bad : {"",
                          "2026-01-02",
                          "2026-01-02T03:04:05",
                          "2026-01-02T24:00:00Z",
                          "2026-01-02T03:60:00Z",
                          "2026-02-30T03:04:05Z",
                          "2026-01-02T03:04:05.Z",
                          "2026-01-02T03:04:05Zx",
                          "2026-01-02T03:04:05+8:00",
                          "2026-01-02T03:04:05+24:00",
                          "2026-01-02T03:04:05+08:60",
                          "2026-01-02T03:04:05*08:00",
                          "2026-01-02X03:04:05Z"}) {
    EXPECT_FALSE(parse_instant(bad).has_value()) << bad;
  }
}

TEST(Clock, DaysThatDoNotExistAreRefused) {
  EXPECT_EQ(parse_day("1970-01-02")->number, 1);
  EXPECT_EQ(format_day(*parse_day("2024-02-29")), "2024-02-29");
  for (const char* bad : {"2026-02-29",
                          "2026-13-01",
                          "2026-00-10",
                          "2026-04-31",
                          "2026-1-2",
                          "2026/01/02",
                          "2026-01-020",
                          ""}) {
    EXPECT_FALSE(parse_day(bad).has_value()) << bad;
  }
  EXPECT_EQ(format_day_chinese(*parse_day("2026-01-02")), "2026年1月2日");
}

TEST(Clock, TheDayOfShanghaiBeginsAt16UtcBefore) {
  EXPECT_EQ(format_day(shanghai_day(*parse_instant("2026-01-02T15:59:59Z"))), "2026-01-02");
  EXPECT_EQ(format_day(shanghai_day(*parse_instant("2026-01-02T16:00:00Z"))), "2026-01-03");
  EXPECT_EQ(format_day(shanghai_day({-1})), "1970-01-01");
}

TEST(Clock, SystemTimeIsOfToday) {
  EXPECT_GT(system_now().milliseconds, 1'700'000'000'000) << "milliseconds, not seconds";
}

}  // namespace
}  // namespace dengce
