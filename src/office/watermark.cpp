// SPDX-License-Identifier: Apache-2.0
#include "office/watermark.h"

#include <fmt/format.h>

#include <array>

#include "office/xml.h"

namespace dengce::office {
namespace {

constexpr std::string_view header_start = "word/header";
constexpr std::string_view shape_type = "_x0000_t136";  // text along a line, in Word's own numbers
constexpr std::array<int, 3> heights{110, 340, 570};    // points below the upper margin

// Word wants the type of a shape in the same part.
constexpr std::string_view type_xml =
    R"(<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800")"
    R"( path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>)"
    R"(<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>)"
    R"(<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>)"
    R"(<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>)"
    R"(<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800")"
    R"( o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/></v:shapetype>)";

std::string shapes(std::string_view text, bool has_type) {
  std::string escaped;
  append_escaped(escaped, text);
  std::string out;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    out += R"(<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml")"
           R"( xmlns:o="urn:schemas-microsoft-com:office:office">)";
    if (!has_type && i == 0) out += type_xml;
    out += fmt::format(
        R"(<v:shape id="DengceExport{0}" o:spid="_x0000_s{1}" type="#{2}" style="position:absolute;)"
        R"(margin-left:0;margin-top:{3}pt;width:300pt;height:15pt;rotation:330;z-index:-251650000;)"
        R"(mso-position-horizontal:center;mso-position-horizontal-relative:margin;)"
        R"(mso-position-vertical:absolute;mso-position-vertical-relative:margin" o:allowincell="f")"
        R"( fillcolor="#a6a6a6" stroked="f"><v:fill opacity=".35"/><v:textpath)"
        R"( style="font-family:&quot;黑体&quot;;font-size:1pt" string="{4}"/></v:shape>)",
        i + 1,
        2081 + i,
        shape_type,
        heights.at(i),
        escaped);
    out += "</w:pict></w:r>";
  }
  return out;
}

}  // namespace

Result<> add_watermark(Parts& parts, std::string_view text) {
  std::size_t marked = 0;
  for (auto& [name, bytes] : parts) {
    if (!name.starts_with(header_start)) continue;
    const auto end = bytes.rfind("</w:p>");
    if (end == std::string::npos) continue;
    const bool has_type = bytes.find(shape_type) != std::string::npos;
    bytes.insert(end, shapes(text, has_type));
    ++marked;
  }
  if (marked > 0) return {};
  return fail(ErrorCode::failed_precondition, "文档模板没有页眉，无法加水印");
}

}  // namespace dengce::office
