// SPDX-License-Identifier: Apache-2.0
// The template reader: a package as it comes (zip), or the bytes as word/document.xml of a minimal
// package. Whatever compiles must render, within its bounds, to something the zip reader takes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/archive.h"
#include "office/package.h"
#include "office/template.h"

namespace {

using dengce::office::List;
using dengce::office::Parts;
using dengce::office::Record;
using dengce::office::Shape;
using dengce::office::Template;

const Shape& shape() {
  static const Shape made{
      dengce::office::text("name"),
      dengce::office::flag("demo"),
      dengce::office::table("grid"),
      dengce::office::list("rows",
                           {dengce::office::text("value"),
                            dengce::office::list("inner", {dengce::office::text("x")})})};
  return made;
}

const Record& values() {
  static const Record made = [] {
    Record record(shape());
    const Shape& row_shape = dengce::office::rows_of(shape(), "rows");
    List rows;
    for (int i = 0; i < 3; ++i) {
      Record row(row_shape);
      Record inner(dengce::office::rows_of(row_shape, "inner"));
      inner.set("x", "</w:t>{{name}}\n");
      List list;
      list.rows.push_back(inner);
      row.set("value", "<&>").set("inner", std::move(list));
      rows.rows.push_back(std::move(row));
    }
    record.set("name", "\x01名").set_flag("demo", true).set("rows", std::move(rows));
    record.set("grid", dengce::office::Table{{{"甲", 1, false}}, {{"1"}, {"2"}}});
    return record;
  }();
  return made;
}

Parts minimal(std::string_view document) {
  constexpr std::string_view styles =
      R"(<w:styles><w:style w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>)"
      R"(<w:style w:styleId="A"><w:name w:val="toc 1"/></w:style><w:style w:styleId="B"><w:name w:val="toc 2"/></w:style>)"
      R"(<w:style w:styleId="C"><w:name w:val="toc 3"/></w:style><w:style w:styleId="D"><w:name w:val="数据表格"/></w:style>)"
      R"(<w:style w:styleId="E"><w:name w:val="表格正文"/></w:style><w:style w:styleId="F"><w:name w:val="表头"/></w:style></w:styles>)";
  return {{"[Content_Types].xml", "<Types></Types>"},
          {"word/styles.xml", std::string(styles)},
          {"word/document.xml", std::string(document)}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool packed = bytes.substr(0, 2) == "PK";
  const auto made = packed ? Template::compile("fuzz.docx", bytes, shape())
                           : Template::compile("fuzz.docx", minimal(bytes), shape());
  if (!made) {
    if (made.error().message.empty()) std::abort();
    return 0;
  }
  dengce::office::RenderLimits limits;
  limits.max_part_bytes = 1U << 20;
  limits.max_iterations = 1'000;
  limits.rows_per_table = 2;
  const dengce::office::Pagination pages{{1, 2}, {1}, 3};
  for (const auto* known : {&pages, static_cast<const dengce::office::Pagination*>(nullptr)}) {
    const auto document = made->render(values(), {"t", "c", {0}}, known, limits);
    if (document && !dengce::read_archive("made", document->bytes)) std::abort();
  }
  return 0;
}
