// SPDX-License-Identifier: Apache-2.0
// What the number format of a cell says about its value: a date, a time, leading zeros.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dengce::office {

struct NumberFormat {
  bool date = false;
  bool time = false;
  std::size_t digits = 0;  // "000000": filled up with zeros to so many; 0: as it is
};

NumberFormat read_number_format(std::string_view code);
// One of those a workbook names by number only.
NumberFormat builtin_number_format(std::int64_t id);

// The formats of cellXfs in order; `fault` is set when the part cannot be read.
std::vector<NumberFormat> read_styles(std::string_view xml, const char*& fault);

// The text of a number with its format: "2026-07-01", "2026-07-01 08:30", "08:30:00", "000123",
// "13800000000" for "1.38E10", else as written.
std::string number_text(std::string_view written, const NumberFormat& format, bool since_1904);

}  // namespace dengce::office
