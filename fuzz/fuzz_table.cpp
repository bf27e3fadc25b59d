// SPDX-License-Identifier: Apache-2.0
// The CSV reader: what it accepts, written and read again, is the same table; and JSON strings made
// of any bytes are valid UTF-8.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/csv.h"
#include "base/json_writer.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string json;
  dengce::append_json_string(json, input);
  if (!dengce::is_valid_utf8(json)) std::abort();
  const auto table = dengce::parse_csv("x", input);
  if (!table) return 0;
  std::string text;
  dengce::append_csv_row(text, table->header);
  for (const auto& row : table->rows) {
    if (row.cells.size() != table->header.size()) std::abort();
    dengce::append_csv_row(text, row.cells);
  }
  const auto again = dengce::parse_csv("x", text);
  // A first cell that begins with a byte order mark loses it; rows of empty cells are blank lines.
  if (!again && text.find("\xEF\xBB\xBF") == std::string::npos) std::abort();
  if (again && again->header.size() != table->header.size()) std::abort();
  return 0;
}
