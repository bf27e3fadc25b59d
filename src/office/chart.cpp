// SPDX-License-Identifier: Apache-2.0
#include "office/chart.h"

#include <fmt/format.h>

#include "office/workbook.h"
#include "office/xml.h"

namespace dengce::office {
namespace {

constexpr std::string_view relationship_base =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

constexpr std::string_view text_properties =
    "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz=\"900\"/></a:pPr>"
    "<a:endParaRPr lang=\"zh-CN\"/></a:p></c:txPr>";

std::string number(double value) {
  return fmt::format("{:g}", value);
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

void append_title(std::string& out, const std::string& title) {
  out +=
      "<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz=\"1050\" "
      "b=\"1\"/></a:pPr><a:r><a:rPr lang=\"zh-CN\" sz=\"1050\" b=\"1\"/><a:t>" +
      escaped(title) + "</a:t></a:r></a:p></c:rich></c:tx><c:overlay val=\"0\"/></c:title>";
}

void append_colors(std::string& out, const Chart& chart) {
  for (std::size_t i = 0; i < chart.points.size(); ++i) {
    if (chart.points[i].color.empty()) continue;
    out += fmt::format("<c:dPt><c:idx val=\"{}\"/>", i);
    out += chart.type == Chart::Type::bar ? "<c:invertIfNegative val=\"0\"/>" : "";
    out += "<c:bubble3D val=\"0\"/><c:spPr><a:solidFill><a:srgbClr val=\"" +
           escaped(chart.points[i].color) + "\"/></a:solidFill></c:spPr></c:dPt>";
  }
}

void append_labels(std::string& out, const Chart& chart) {
  const bool bar = chart.type == Chart::Type::bar;
  out += "<c:dLbls><c:numFmt formatCode=\"" + escaped(chart.number_format) +
         "\" sourceLinked=\"0\"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>";
  out += text_properties;
  if (bar) out += "<c:dLblPos val=\"outEnd\"/>";
  out +=
      "<c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/><c:showCatName val=\"0\"/>"
      "<c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/>"
      "</c:dLbls>";
}

void append_series(std::string& out, const Chart& chart) {
  const auto last = chart.points.size() + 1;
  out +=
      "<c:ser><c:idx val=\"0\"/><c:order val=\"0\"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f>"
      "<c:strCache><c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>" +
      escaped(chart.series) + "</c:v></c:pt></c:strCache></c:strRef></c:tx>";
  if (chart.type == Chart::Type::bar) {
    out +=
        "<c:spPr><a:solidFill><a:srgbClr val=\"2F75B5\"/></a:solidFill></c:spPr>"
        "<c:invertIfNegative val=\"0\"/>";
  }
  append_colors(out, chart);
  append_labels(out, chart);
  out += fmt::format(
      "<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${}</c:f><c:strCache><c:ptCount "
      "val=\"{}\"/>",
      last,
      chart.points.size());
  for (std::size_t i = 0; i < chart.points.size(); ++i) {
    out += fmt::format("<c:pt idx=\"{}\"><c:v>", i) + escaped(chart.points[i].category) +
           "</c:v></c:pt>";
  }
  out += fmt::format(
      "</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$B$2:$B${}"
      "</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val=\"{}\"/>",
      last,
      chart.points.size());
  for (std::size_t i = 0; i < chart.points.size(); ++i) {
    out += fmt::format("<c:pt idx=\"{}\"><c:v>{}</c:v></c:pt>", i, number(chart.points[i].value));
  }
  out += "</c:numCache></c:numRef></c:val></c:ser>";
}

void append_axes(std::string& out, const Chart& chart) {
  out +=
      "<c:catAx><c:axId val=\"1001\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling>"
      "<c:delete val=\"0\"/><c:axPos val=\"b\"/><c:numFmt formatCode=\"General\" "
      "sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>"
      "<c:tickLblPos val=\"nextTo\"/>";
  out += text_properties;
  out +=
      "<c:crossAx val=\"1002\"/><c:crosses val=\"autoZero\"/><c:auto val=\"1\"/>"
      "<c:lblAlgn val=\"ctr\"/><c:lblOffset val=\"100\"/><c:noMultiLvlLbl val=\"0\"/></c:catAx>"
      "<c:valAx><c:axId val=\"1002\"/><c:scaling><c:orientation val=\"minMax\"/>";
  if (chart.maximum > 0) out += "<c:max val=\"" + number(chart.maximum) + "\"/>";
  out +=
      "<c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"l\"/><c:majorGridlines>"
      "<c:spPr><a:ln w=\"6350\"><a:solidFill><a:srgbClr val=\"D9D9D9\"/></a:solidFill></a:ln>"
      "</c:spPr></c:majorGridlines><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/>"
      "<c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>"
      "<c:tickLblPos val=\"nextTo\"/>";
  out += text_properties;
  out +=
      "<c:crossAx val=\"1001\"/><c:crosses val=\"autoZero\"/><c:crossBetween "
      "val=\"between\"/></c:valAx>";
}

Result<std::string> data_workbook(const Chart& chart) {
  TRY_ASSIGN(auto workbook, Workbook::create({}));
  TRY(workbook.begin_sheet("Sheet1", {{"", 24}, {chart.series, 12}}));
  for (const auto& point : chart.points) {
    TRY(workbook.add_row({Cell{point.category}, Cell{point.value}}));
  }
  return workbook.finish();
}

std::string extension_of(const Picture& picture) {
  return picture.bytes.rfind("\x89PNG", 0) == 0 ? "png" : "jpeg";
}

}  // namespace

std::string chart_xml(const Chart& chart) {
  const bool bar = chart.type == Chart::Type::bar;
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
      "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
      "<c:roundedCorners val=\"0\"/><c:chart>";
  append_title(out, chart.title);
  out += "<c:autoTitleDeleted val=\"0\"/><c:plotArea><c:layout/>";
  out += bar ? "<c:barChart><c:barDir val=\"col\"/><c:grouping val=\"clustered\"/>"
               "<c:varyColors val=\"0\"/>"
             : "<c:doughnutChart><c:varyColors val=\"1\"/>";
  append_series(out, chart);
  out += bar ? "<c:gapWidth val=\"60\"/><c:axId val=\"1001\"/><c:axId val=\"1002\"/></c:barChart>"
             : "<c:firstSliceAng val=\"0\"/><c:holeSize val=\"50\"/></c:doughnutChart>";
  if (bar) append_axes(out, chart);
  out += "</c:plotArea>";
  if (!bar) {
    out += "<c:legend><c:legendPos val=\"r\"/><c:overlay val=\"0\"/>";
    out += text_properties;
    out += "</c:legend>";
  }
  out +=
      "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart>"
      "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
      "<c:externalData r:id=\"rId1\"><c:autoUpdate val=\"0\"/></c:externalData>"
      "</c:chartSpace>";
  return out;
}

Result<> add_objects(const RenderedBody& body,
                     Parts& parts,
                     std::vector<Relationship>& relationships,
                     std::map<std::string, std::string>& defaults,
                     std::map<std::string, std::string>& overrides) {
  const std::string base(relationship_base);
  for (std::size_t i = 0; i < body.charts.size(); ++i) {
    const std::string name = std::to_string(i + 1);
    const std::string path = "word/charts/chart" + name + ".xml";
    parts[path] = chart_xml(*body.charts[i]);
    TRY_ASSIGN(parts["word/embeddings/chart" + name + ".xlsx"], data_workbook(*body.charts[i]));
    parts[relationships_path(path)] = with_relationships(
        {}, path, {{"rId1", base + "package", "../embeddings/chart" + name + ".xlsx"}});
    relationships.push_back({"rIdChart" + name, base + "chart", "charts/chart" + name + ".xml"});
    overrides["/" + path] = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
    defaults["xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  }
  for (std::size_t i = 0; i < body.pictures.size(); ++i) {
    const std::string extension = extension_of(*body.pictures[i]);
    const std::string file = "media/picture" + std::to_string(i + 1) + "." + extension;
    parts["word/" + file] = body.pictures[i]->bytes;
    relationships.push_back({"rIdPicture" + std::to_string(i + 1), base + "image", file});
    defaults[extension] = "image/" + extension;
  }
  return {};
}

}  // namespace dengce::office
