// SPDX-License-Identifier: Apache-2.0
#include "office/template.h"

#include <algorithm>
#include <array>
#include <set>

#include "office/chart.h"
#include "office/compiler.h"
#include "office/renderer.h"
#include "office/watermark.h"
#include "office/xml.h"
#include "office/zip.h"

namespace dengce::office {
namespace {

constexpr std::string_view document_part = "word/document.xml";

bool is_header_or_footer(std::string_view part) {
  return (part.rfind("word/header", 0) == 0 || part.rfind("word/footer", 0) == 0) &&
         part.size() > 4 && part.substr(part.size() - 4) == ".xml";
}

// The section that first shows a header or footer.
std::map<std::string, int> sections_of_parts(const Parts& parts, const CompiledPart& document) {
  std::map<std::string, std::string> targets;
  for (const auto& relationship : relationships_of(parts, document_part)) {
    targets[relationship.id] = "word/" + relationship.target;
  }
  std::map<std::string, int> found;
  for (std::size_t section = 0; section < document.references.size(); ++section) {
    for (const auto& id : document.references[section]) {
      found.emplace(targets[id], static_cast<int>(section));
    }
  }
  return found;
}

std::string roman(int number) {
  constexpr std::array<std::pair<int, std::string_view>, 9> digits{{{100, "C"},
                                                                    {90, "XC"},
                                                                    {50, "L"},
                                                                    {40, "XL"},
                                                                    {10, "X"},
                                                                    {9, "IX"},
                                                                    {5, "V"},
                                                                    {4, "IV"},
                                                                    {1, "I"}}};
  std::string out;
  for (const auto& [value, text] : digits) {
    for (; number >= value; number -= value) out += text;
  }
  return out;
}

std::string core_properties(const DocumentProperties& properties) {
  const std::string time = format_instant({properties.time.milliseconds / 1000 * 1000});
  std::string out =
      R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)"
      "\n"
      R"(<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties")"
      R"( xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/")"
      R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>)";
  append_escaped(out, properties.title);
  out += "</dc:title><dc:creator>";
  append_escaped(out, properties.creator);
  out += "</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">" + time +
         "</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">" + time +
         "</dcterms:modified></cp:coreProperties>";
  return out;
}

// Asks Word to compute fields when the document is opened; the element has its fixed place.
std::string with_field_update(std::string settings) {
  constexpr std::array<std::string_view, 12> behind{"<w:hdrShapeDefaults",
                                                    "<w:footnotePr",
                                                    "<w:endnotePr",
                                                    "<w:compat",
                                                    "<w:docVars",
                                                    "<w:rsids",
                                                    "<m:mathPr",
                                                    "<w:themeFontLang",
                                                    "<w:clrSchemeMapping",
                                                    "<w:shapeDefaults",
                                                    "<w:decimalSymbol",
                                                    "</w:settings"};
  if (settings.find("<w:updateFields") != std::string::npos) return settings;
  auto at = std::string::npos;
  for (const auto name : behind) at = std::min(at, settings.find(name));
  if (at != std::string::npos) settings.insert(at, "<w:updateFields w:val=\"true\"/>");
  return settings;
}

void check_styles(const Styles& styles, std::vector<Problem>& problems) {
  const auto need = [&](const std::string& id, const char* name) {
    if (id.empty()) {
      problems.push_back({"word/styles.xml", 0, {}, std::string("缺少样式“") + name + "”"});
    }
  };
  need(styles.table, "数据表格");
  need(styles.table_text, "表格正文");
  need(styles.table_head, "表头");
  for (int level = 1; level <= 3; ++level) {
    need(styles.contents[level - 1], ("toc " + std::to_string(level)).c_str());
  }
}

}  // namespace

Result<Template> Template::compile(const std::string& name,
                                   std::string_view bytes,
                                   const Shape& shape) {
  TRY_ASSIGN(auto parts, read_package(name, bytes));
  return compile(name, std::move(parts), shape);
}

Result<Template> Template::compile(const std::string& name, Parts parts, const Shape& shape) {
  const auto document = parts.find(document_part);
  if (document == parts.end()) {
    return fail(ErrorCode::data_corrupt, name + " 不是 Word 文档：缺少 word/document.xml");
  }
  Template made;
  std::vector<Problem> problems;
  const auto styles = parts.find("word/styles.xml");
  if (styles != parts.end()) made.styles_ = read_styles(styles->second);
  check_styles(made.styles_, problems);
  auto compiled = compile_part(
      document->second, {std::string(document_part), true, 0}, shape, made.styles_, problems);
  const auto sections = sections_of_parts(parts, compiled);
  for (const auto& [part, bytes] : parts) {
    if (!is_header_or_footer(part)) continue;
    const auto section = sections.find(part);
    const int number = section == sections.end() ? 0 : section->second;
    made.programs_[part] =
        compile_part(bytes, {part, false, number}, shape, made.styles_, problems).program;
  }
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "模板 " + name + " 有误", std::move(problems));
  }
  made.programs_[std::string(document_part)] = std::move(compiled.program);
  made.sections_ = std::move(compiled.sections);
  made.parts_ = std::move(parts);
  return made;
}

Result<Document> Template::render(const Record& values,
                                  const DocumentProperties& properties,
                                  const Pagination* pagination,
                                  const RenderLimits& limits) const {
  Renderer renderer(values, styles_, sections_, pagination, limits);
  TRY_ASSIGN(auto body, renderer.document(programs_.at(std::string(document_part))));
  Document document;
  document.headings = body.headings;
  document.sections = sections_.size();

  Parts parts;  // those that differ from the template's, but the document itself
  for (const auto& [part, program] : programs_) {
    if (part == document_part) continue;
    TRY_ASSIGN(parts[part], renderer.part(program));
  }
  std::vector<Relationship> added;
  std::map<std::string, std::string> defaults;
  std::map<std::string, std::string> overrides;
  TRY(add_objects(body, parts, added, defaults, overrides));
  parts["docProps/core.xml"] = core_properties(properties);
  parts[relationships_path(document_part)] = with_relationships(parts_, document_part, added);
  parts["[Content_Types].xml"] =
      with_content_types(parts_.at("[Content_Types].xml"), defaults, overrides);
  const auto settings = parts_.find("word/settings.xml");
  if (!pagination && settings != parts_.end()) {
    parts[settings->first] = with_field_update(settings->second);
  }
  for (const auto& [part, bytes] : parts_) parts.emplace(part, bytes);
  parts.erase(std::string(document_part));
  if (!properties.watermark.empty()) TRY(add_watermark(parts, properties.watermark));

  ZipWriter zip;
  constexpr std::array<std::string_view, 2> first{"[Content_Types].xml", "_rels/.rels"};
  for (const auto part : first) {
    const auto at = parts.find(part);
    if (at == parts.end()) continue;
    zip.add(at->first, at->second);
    parts.erase(at);
  }
  zip.begin(document_part);
  for (const auto& piece : body.pieces) zip.write(piece);
  zip.end();
  for (const auto& [part, bytes] : parts) zip.add(part, bytes);
  TRY_ASSIGN(document.bytes, zip.finish());
  return document;
}

int section_length(const Pagination& pagination, std::size_t section) {
  if (section >= pagination.sections.size()) return 0;
  const int next = section + 1 < pagination.sections.size() ? pagination.sections[section + 1]
                                                            : pagination.pages + 1;
  return next - pagination.sections[section];
}

std::string page_label(const std::vector<Section>& sections,
                       const Pagination& pagination,
                       std::size_t section,
                       int page) {
  if (section >= sections.size() || section >= pagination.sections.size()) return {};
  int first = 1;
  for (std::size_t i = 0; i <= section; ++i) {
    if (sections[i].start > 0) first = sections[i].start;
    if (i < section) first += section_length(pagination, i);
  }
  const int number = page - pagination.sections[section] + first;
  const std::string& format = sections[section].number_format;
  if (format == "upperRoman") return roman(number);
  if (format == "lowerRoman") {
    std::string text = roman(number);
    for (char& c : text) c = static_cast<char>(c + ('a' - 'A'));
    return text;
  }
  return std::to_string(number);
}

}  // namespace dengce::office
