// SPDX-License-Identifier: Apache-2.0
// The workbook reader: a package as it comes (zip), or the bytes cut at NUL into the sheet, the
// shared strings, the styles and the workbook of a package. What is read keeps the limits.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "office/xlsx_reader.h"
#include "office/zip.h"

namespace {

constexpr std::string_view relations =
    R"(<Relationships><Relationship Id="a" Type="/worksheet" Target="s.xml"/>)"
    R"(<Relationship Id="b" Type="/styles" Target="y.xml"/>)"
    R"(<Relationship Id="c" Type="/sharedStrings" Target="t.xml"/></Relationships>)";
constexpr std::string_view workbook =
    R"(<workbook><sheets><sheet name="a" id="a"/></sheets></workbook>)";

std::string package_of(std::string_view input) {
  std::array<std::string_view, 4> parts{"<a/>", "<a/>", "<a/>", workbook};
  std::size_t part = 0;
  for (const std::string_view piece : dengce::split(input, '\0')) {
    if (part == parts.size()) break;
    if (!piece.empty()) parts[part] = piece;
    ++part;
  }
  dengce::office::ZipWriter zip;
  zip.add("xl/s.xml", parts[0]);
  zip.add("xl/t.xml", parts[1]);
  zip.add("xl/y.xml", parts[2]);
  zip.add("xl/workbook.xml", parts[3]);
  zip.add("xl/_rels/workbook.xml.rels", relations);
  return zip.finish().value_or("");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  dengce::office::XlsxLimits limits;
  limits.max_unpacked_bytes = 1U << 20;
  limits.max_columns = 64;
  limits.max_cells = 5'000;
  limits.max_text_bytes = 100'000;
  const std::string input = bytes.starts_with("PK") ? std::string(bytes) : package_of(bytes);
  const auto sheets = dengce::office::read_xlsx("fuzz.xlsx", input, limits);
  if (!sheets) {
    if (sheets.error().message.empty()) std::abort();
    return 0;
  }
  std::size_t cells = 0;
  for (const auto& sheet : *sheets) {
    std::int64_t before = 0;
    for (const auto& row : sheet.rows) {
      if (row.number <= before || row.cells.empty() || row.cells.size() > 64) std::abort();
      before = row.number;
      cells += row.cells.size();
      for (const auto& cell : row.cells) {
        if (!dengce::is_valid_utf8(cell)) std::abort();
      }
    }
  }
  if (cells > limits.max_cells) std::abort();
  return 0;
}
