// SPDX-License-Identifier: Apache-2.0
#include "office/renderer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "office/xml.h"

namespace dengce::office {
namespace {

constexpr int first_bookmark = 100'000;  // above what Word gives to bookmarks of the template
constexpr int first_object = 10'000;
constexpr double emu_per_cm = 360'000;

// Between two tables Word needs a paragraph; one point high it is not seen.
constexpr std::string_view thin_paragraph =
    "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>"
    "<w:ind w:firstLine=\"0\" w:firstLineChars=\"0\"/><w:rPr><w:sz "
    "w:val=\"2\"/></w:rPr></w:pPr></w:p>";

// A row that may not break and is higher than a page is cut off by LibreOffice.
constexpr std::int64_t max_unbroken_lines = 16;
constexpr std::string_view no_break = "<w:cantSplit/>";

// Lines that a text fills in a cell; Latin letters take half the width.
std::int64_t lines_of(std::string_view text, std::int64_t line_characters) {
  if (line_characters <= 0) return 0;
  std::int64_t halves = 0;
  std::int64_t lines = 1;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') ++lines;
    if (byte < 0x80) ++halves;
    if (byte >= 0xC0) halves += 2;
  }
  return lines + halves / (2 * line_characters);
}

void allow_break(std::string& out, std::size_t row_begin) {
  const auto at = out.find(no_break, row_begin);
  if (at != std::string::npos) out.erase(at, no_break.size());
}

std::string bookmark_name(std::size_t heading) {
  return fmt::format("_Toc{:06}", heading + 1);
}

std::vector<std::int64_t> column_widths(const Table& table, std::int64_t total) {
  double sum = 0;
  for (const auto& column : table.columns) sum += std::max(column.width, 0.1);
  std::vector<std::int64_t> widths;
  std::int64_t left = total;
  for (const auto& column : table.columns) {
    const double share = static_cast<double>(total) * std::max(column.width, 0.1) / sum;
    widths.push_back(std::min<std::int64_t>(left, std::llround(share)));
    left -= widths.back();
  }
  if (!widths.empty()) widths.back() += left;
  return widths;
}

// The XML of a table up to and behind each cell's text, made once a table.
struct TableFrame {
  std::string head;                // w:tbl … the head row
  std::vector<std::string> cells;  // start of each cell
  std::vector<std::int64_t> line_characters;
  std::string_view cell_end = "</w:t></w:r></w:p></w:tc>";
};

TableFrame frame_of(const Table& table, std::int64_t width, const Styles& styles) {
  TableFrame frame;
  const auto widths = column_widths(table, width);
  frame.head = fmt::format(
      "<w:tbl><w:tblPr><w:tblStyle w:val=\"{}\"/><w:tblW w:w=\"{}\" w:type=\"dxa\"/>"
      "<w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0020\" "
      "w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" "
      "w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr><w:tblGrid>",
      styles.table,
      width);
  for (const auto column : widths) frame.head += fmt::format("<w:gridCol w:w=\"{}\"/>", column);
  frame.head += "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>";
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string start = fmt::format(
        "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr><w:p><w:pPr>"
        "<w:pStyle w:val=\"",
        widths[i]);
    const std::string_view text = "<w:r><w:t xml:space=\"preserve\">";
    frame.head += start + styles.table_head + "\"/></w:pPr>" + std::string(text);
    append_run_text(frame.head, table.columns[i].title);
    frame.head += frame.cell_end;
    frame.line_characters.push_back(characters_in(widths[i]));
    frame.cells.push_back(start + styles.table_text + "\"/>" +
                          (table.columns[i].centred ? "<w:jc w:val=\"center\"/>" : "") +
                          "</w:pPr>" + std::string(text));
  }
  frame.head += "</w:tr>";
  return frame;
}

}  // namespace

Renderer::Renderer(const Record& values,
                   const Styles& styles,
                   const std::vector<Section>& sections,
                   const Pagination* pagination,
                   const RenderLimits& limits)
    : scopes_{&values.values()},
      styles_(styles),
      sections_(sections),
      pagination_(pagination),
      limits_(limits) {}

Result<RenderedBody> Renderer::document(const Program& program) {
  TRY_ASSIGN(auto whole, part(program));
  if (contents_at_ == std::string::npos) {
    body_.pieces.push_back(std::move(whole));
  } else {
    std::string front = whole.substr(0, contents_at_);
    whole.erase(0, contents_at_);
    body_.pieces = {std::move(front), contents(contents_width_), std::move(whole)};
  }
  return std::move(body_);
}

Result<std::string> Renderer::part(const Program& program) {
  out_.clear();
  run(program);
  if (too_large_) {
    return fail(ErrorCode::too_large,
                fmt::format("文档过大：超过 {} MiB 或 {} 行",
                            limits_.max_part_bytes >> 20,
                            limits_.max_iterations));
  }
  return std::move(out_);
}

const Value& Renderer::value(const Slot& slot) const {
  static const Value nothing;
  if (slot.up >= scopes_.size()) return nothing;
  const auto& scope = *scopes_[scopes_.size() - 1 - slot.up];
  return slot.index < scope.size() ? scope[slot.index] : nothing;
}

void Renderer::run(const Program& program) {
  for (const Node& node : program) {
    if (too_large_) return;
    step(node);
  }
}

void Renderer::step(const Node& node) {
  switch (node.type) {
    case Node::Type::literal: out_ += node.literal; break;
    case Node::Type::text:
      if (const auto* text = std::get_if<std::string>(&value(node.slot))) {
        append_run_text(out_, *text);
        if (node.number > 0) row_lines_ = std::max(row_lines_, lines_of(*text, node.number));
      }
      break;
    case Node::Type::block: block(node); break;
    case Node::Type::table: table(node); break;
    case Node::Type::object: object(node); break;
    case Node::Type::row_table: row_table(node); break;
    case Node::Type::row: row(node); break;
    case Node::Type::heading: heading(node); break;
    case Node::Type::contents:
      contents_at_ = out_.size();
      contents_width_ = node.number;
      break;
    case Node::Type::section_pages: section_pages(node); break;
    case Node::Type::zone: zone(node); break;
  }
  if (out_.size() > limits_.max_part_bytes) too_large_ = true;
}

bool Renderer::count_iteration() {
  if (++iterations_ > limits_.max_iterations) too_large_ = true;
  return !too_large_;
}

void Renderer::block(const Node& node) {
  const Value& subject = value(node.slot);
  const auto* list = std::get_if<std::shared_ptr<const List>>(&subject);
  if (node.slot.negated || node.slot.once || !list) {
    if (is_present(subject) != node.slot.negated && count_iteration()) run(node.children);
    return;
  }
  if (!*list) return;
  for (const Record& record : (*list)->rows) {
    if (!count_iteration()) return;
    scopes_.push_back(&record.values());
    run(node.children);
    scopes_.pop_back();
  }
}

void Renderer::row_table(const Node& node) {
  tables_.push_back({&node, 0, scopes_.size()});
  run(node.head);
  run(node.children);
  out_ += "</w:tbl>";
  tables_.pop_back();
}

void Renderer::row(const Node& node) {
  if (!tables_.empty() && tables_.back().rows >= limits_.rows_per_table) break_table();
  const std::size_t begin = out_.size();
  row_lines_ = 0;
  run(node.children);
  if (row_lines_ > max_unbroken_lines) allow_break(out_, begin);
  if (!tables_.empty()) ++tables_.back().rows;
}

// Ends the open table and begins it anew with its head.
void Renderer::break_table() {
  auto& state = tables_.back();
  out_ += "</w:tbl>";
  out_ += thin_paragraph;
  const std::vector<const std::vector<Value>*> inner(
      scopes_.begin() + static_cast<std::ptrdiff_t>(state.scopes), scopes_.end());
  scopes_.resize(state.scopes);
  state.rows = 0;
  run(state.node->head);
  scopes_.insert(scopes_.end(), inner.begin(), inner.end());
}

void Renderer::bookmark(const std::string& name) {
  const int id = first_bookmark + bookmarks_++;
  out_ += fmt::format(
      "<w:bookmarkStart w:id=\"{0}\" w:name=\"{1}\"/><w:bookmarkEnd w:id=\"{0}\"/>", id, name);
}

void Renderer::heading(const Node& node) {
  const std::size_t number = body_.headings.size();
  run(node.head);
  bookmark(bookmark_name(number));
  const std::size_t begin = out_.size();
  body_.headings.push_back({static_cast<int>(node.number), {}, 0});
  run(node.children);
  body_.headings[number].text = plain_text(std::string_view(out_).substr(begin));
  body_.headings[number].section = section_;
  out_ += "</w:p>";
}

void Renderer::zone(const Node& node) {
  section_ = static_cast<std::size_t>(node.number);
  bookmark(fmt::format("_Zone{:03}", section_ + 1));
}

void Renderer::section_pages(const Node& node) {
  const int pages =
      pagination_ ? section_length(*pagination_, static_cast<std::size_t>(node.number)) : 0;
  out_ += pages > 0 ? std::to_string(pages) : "–";
}

void Renderer::table(const Node& node) {
  const auto* held = std::get_if<std::shared_ptr<const Table>>(&value(node.slot));
  if (!held || !*held || (*held)->rows.empty() || (*held)->columns.empty()) {
    out_ += thin_paragraph;
    return;
  }
  const Table& table = **held;
  const auto frame = frame_of(table, node.number, styles_);
  for (std::size_t i = 0; i < table.rows.size() && count_iteration(); ++i) {
    if (i % limits_.rows_per_table == 0) {
      if (i > 0) out_.append("</w:tbl>").append(thin_paragraph);
      out_ += frame.head;
    }
    std::int64_t lines = 0;
    for (std::size_t column = 0; column < frame.cells.size() && column < table.rows[i].size();
         ++column) {
      lines = std::max(lines, lines_of(table.rows[i][column], frame.line_characters[column]));
    }
    out_ += lines > max_unbroken_lines ? "<w:tr>" : "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
    for (std::size_t column = 0; column < frame.cells.size(); ++column) {
      out_ += frame.cells[column];
      if (column < table.rows[i].size()) append_run_text(out_, table.rows[i][column]);
      out_ += frame.cell_end;
    }
    out_ += "</w:tr>";
    if (out_.size() > limits_.max_part_bytes) too_large_ = true;
  }
  out_.append("</w:tbl>").append(thin_paragraph);
}

void Renderer::object(const Node& node) {
  const Value& subject = value(node.slot);
  const auto* chart = std::get_if<std::shared_ptr<const Chart>>(&subject);
  const auto* picture = std::get_if<std::shared_ptr<const Picture>>(&subject);
  const bool is_chart = chart && *chart;
  if (!is_chart && !(picture && *picture)) return;
  const std::size_t number = is_chart ? body_.charts.size() : body_.pictures.size();
  const double width = is_chart ? (*chart)->width_cm : (*picture)->width_cm;
  const double height = is_chart ? (*chart)->height_cm : (*picture)->height_cm;
  const auto cx = std::llround(width * emu_per_cm);
  const auto cy = std::llround(height * emu_per_cm);
  const auto id = first_object + static_cast<int>(body_.charts.size() + body_.pictures.size());
  out_ += fmt::format(
      "<w:r><w:drawing><wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/"
      "wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent "
      "cx=\"{}\" cy=\"{}\"/><wp:docPr id=\"{}\" name=\"Object {}\" descr=\"",
      cx,
      cy,
      id,
      id);
  append_escaped(out_, is_chart ? (*chart)->title : (*picture)->description);
  out_ +=
      "\"/><wp:cNvGraphicFramePr/>"
      "<a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">";
  if (is_chart) {
    body_.charts.push_back(*chart);
    out_ += fmt::format(
        "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">"
        "<c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
        "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
        "r:id=\"rIdChart{}\"/>",
        number + 1);
  } else {
    body_.pictures.push_back(*picture);
    out_ += fmt::format(
        "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">"
        "<pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">"
        "<pic:nvPicPr><pic:cNvPr id=\"{0}\" name=\"Picture {0}\"/><pic:cNvPicPr/></pic:nvPicPr>"
        "<pic:blipFill><a:blip xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
        "relationships\" r:embed=\"rIdPicture{1}\"/><a:stretch><a:fillRect/></a:stretch>"
        "</pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{2}\" cy=\"{3}\"/>"
        "</a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>",
        id,
        number + 1,
        cx,
        cy);
  }
  out_ += "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>";
}

std::string Renderer::contents(std::int64_t width) const {
  constexpr std::string_view begin = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>";
  constexpr std::string_view separate = "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>";
  constexpr std::string_view end = "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>";
  constexpr std::string_view code = "<w:r><w:instrText xml:space=\"preserve\">";
  std::string out;
  for (std::size_t i = 0; i < body_.headings.size(); ++i) {
    const Heading& heading = body_.headings[i];
    const std::string name = bookmark_name(i);
    const auto style = styles_.contents[std::clamp(heading.level, 1, 3) - 1];
    out += fmt::format(
        "<w:p><w:pPr><w:pStyle w:val=\"{}\"/><w:tabs><w:tab w:val=\"right\" w:leader=\"dot\" "
        "w:pos=\"{}\"/></w:tabs></w:pPr>",
        style,
        width);
    if (i == 0) {
      out.append(begin).append(code).append(" TOC \\o \"1-3\" \\h \\z \\u </w:instrText></w:r>");
      out += separate;
    }
    out +=
        "<w:hyperlink w:anchor=\"" + name + "\" w:history=\"1\"><w:r><w:t xml:space=\"preserve\">";
    append_run_text(out, heading.text);
    out.append("</w:t></w:r><w:r><w:tab/></w:r>").append(begin).append(code);
    out.append(" PAGEREF " + name + " \\h </w:instrText></w:r>").append(separate);
    out += "<w:r><w:t>";
    if (pagination_ && i < pagination_->headings.size()) {
      out += page_label(sections_, *pagination_, heading.section, pagination_->headings[i]);
    }
    out.append("</w:t></w:r>").append(end).append("</w:hyperlink></w:p>");
  }
  if (!body_.headings.empty()) out.append("<w:p>").append(end).append("</w:p>");
  return out;
}

}  // namespace dengce::office
