// SPDX-License-Identifier: Apache-2.0
#include "office/compiler.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <pugixml.hpp>
#include <set>
#include <string_view>

#include "base/text.h"
#include "office/paragraph.h"
#include "office/xml.h"

namespace dengce::office {
namespace {

using pugi::xml_node;

constexpr std::size_t max_part_bytes = 32U << 20;
constexpr int max_depth = 120;         // of elements
constexpr std::size_t max_blocks = 8;  // inside one another
constexpr std::size_t max_problems = 200;
constexpr std::string_view contents_name = "contents";

bool named(xml_node node, std::string_view name) {
  return node.name() == name;
}

bool is_container(xml_node node) {
  return node.child("w:p") || node.child("w:tbl");
}

bool is_row_head(xml_node row) {
  return static_cast<bool>(row.child("w:trPr").child("w:tblHeader"));
}

void append_start(std::string& out, xml_node node, bool empty) {
  out += '<';
  out += node.name();
  for (const auto attribute : node.attributes()) {
    out += ' ';
    out += attribute.name();
    out += "=\"";
    append_escaped(out, attribute.value());
    out += '"';
  }
  out += empty ? "/>" : ">";
}

void append_end(std::string& out, xml_node node) {
  out += "</";
  out += node.name();
  out += '>';
}

bool is_too_deep(xml_node root) {
  int depth = 0;
  for (xml_node node = root; node;) {
    if (depth > max_depth) return true;
    if (node.first_child()) {
      node = node.first_child();
      ++depth;
      continue;
    }
    while (node && node != root && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (!node || node == root) break;
    node = node.next_sibling();
  }
  return false;
}

Section section_of(xml_node properties) {
  Section section;
  const auto page = properties.child("w:pgSz");
  const auto margin = properties.child("w:pgMar");
  const auto width = page.attribute("w:w").as_llong(11906) -
                     margin.attribute("w:left").as_llong(1440) -
                     margin.attribute("w:right").as_llong(1440);
  section.text_width = std::clamp<std::int64_t>(width, 1000, 100'000);
  const auto numbers = properties.child("w:pgNumType");
  section.number_format = numbers.attribute("w:fmt").as_string("decimal");
  section.start = numbers.attribute("w:start").as_int(0);
  return section;
}

class Compiler {
 public:
  Compiler(const PartOptions& options,
           const Shape& shape,
           const Styles& styles,
           std::vector<Problem>& problems)
      : options_(options), styles_(styles), problems_(problems), scopes_{&shape} {}

  CompiledPart compile(const std::string& xml) {
    pugi::xml_document document;
    if (!parse(xml, document)) return std::move(part_);
    const auto root = document.document_element();
    if (options_.is_document) collect_sections(root.child("w:body"));
    targets_.push_back(&part_.program);
    literal("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    element(root);
    return std::move(part_);
  }

 private:
  struct OpenBlock {
    std::string name;
    std::string place;
    Node node;
    bool is_list = false;
    std::size_t container = 0;
  };

  bool parse(const std::string& xml, pugi::xml_document& document) {
    if (xml.size() > max_part_bytes) return complain("超过 32 MiB");
    if (xml.find("<!DOCTYPE") != std::string::npos) return complain("含有 DOCTYPE，不接受");
    if (xml.find("<mark") != std::string::npos)
      return complain("含有不属于 WordprocessingML 的元素 mark");
    if (!is_valid_utf8(xml)) return complain("不是有效的 UTF-8");
    const auto parsed = document.load_buffer(xml.data(),
                                             xml.size(),
                                             pugi::parse_default | pugi::parse_ws_pcdata_single,
                                             pugi::encoding_utf8);
    if (!parsed) return complain(std::string("XML 有误：") + parsed.description());
    if (is_too_deep(document)) return complain("元素嵌套过深");
    if (!document.document_element()) return complain("没有内容");
    return true;
  }

  bool complain(const std::string& reason) {
    if (problems_.size() < max_problems) problems_.push_back({options_.path, 0, place(), reason});
    return false;
  }

  std::string place() const {
    std::string where;
    if (!tables_.empty()) {
      const auto& at = tables_.back();
      where = "第" + std::to_string(at.number) + "个表格第" + std::to_string(at.row) + "行第" +
              std::to_string(at.cell) + "格";
    } else if (paragraphs_ > 0) {
      where = "第" + std::to_string(paragraphs_) + "段";
    }
    if (!excerpt_.empty()) where += "“" + shorten(excerpt_, 60) + "”";
    return where;
  }

  void collect_sections(xml_node body) {
    const auto add = [&](xml_node properties) {
      part_.sections.push_back(section_of(properties));
      auto& ids = part_.references.emplace_back();
      for (const xml_node child : properties.children()) {
        if (named(child, "w:headerReference") || named(child, "w:footerReference")) {
          ids.emplace_back(child.attribute("r:id").value());
        }
      }
    };
    for (const xml_node child : body.children()) {
      if (const auto properties = child.child("w:pPr").child("w:sectPr")) add(properties);
    }
    add(body.child("w:sectPr"));
  }

  void literal(std::string_view text) {
    auto& target = *targets_.back();
    if (target.empty() || target.back().type != Node::Type::literal) target.emplace_back();
    target.back().literal += text;
  }

  std::string& literal() {
    literal({});
    return targets_.back()->back().literal;
  }

  void emit(Node node) { targets_.back()->push_back(std::move(node)); }

  // Finds a name from the innermost scope outwards; no_x and has_x ask about x.
  bool resolve(std::string_view name, Slot& slot, const Shape** rows = nullptr) {
    if (find(name, slot, rows)) return true;
    slot.negated = name.substr(0, 3) == "no_";
    slot.once = name.substr(0, 4) == "has_";
    if (!slot.negated && !slot.once) return false;
    return find(name.substr(slot.negated ? 3 : 4), slot, nullptr);
  }

  bool find(std::string_view name, Slot& slot, const Shape** rows) {
    for (std::size_t up = 0; up < scopes_.size(); ++up) {
      const Shape* shape = scopes_[scopes_.size() - 1 - up];
      const int index = shape->find(name);
      if (index < 0) continue;
      const Field& field = shape->fields()[static_cast<std::size_t>(index)];
      slot.up = up;
      slot.index = static_cast<std::size_t>(index);
      slot.kind = field.kind;
      if (rows) *rows = field.rows.get();
      return true;
    }
    return false;
  }

  bool resolve_tag(const Tag& tag, Slot& slot, const Shape** rows = nullptr) {
    if (!resolve(tag.name, slot, rows)) return complain("未知的标签 " + tag_text(tag));
    const Kind kind = slot.kind;
    const bool plain = !slot.negated && !slot.once;
    const auto wrong = [&] { return complain("标签种类不对 " + tag_text(tag)); };
    switch (tag.type) {
      case Tag::Type::text: return kind == Kind::text && plain ? true : wrong();
      case Tag::Type::table: return kind == Kind::table && plain ? true : wrong();
      case Tag::Type::object:
        return (kind == Kind::picture || kind == Kind::chart) && plain ? true : wrong();
      case Tag::Type::open:
      case Tag::Type::close: return true;
    }
    return true;
  }

  void open_block(const Tag& tag) {
    if (blocks_.size() >= max_blocks) {
      complain("块嵌套超过 " + std::to_string(max_blocks) + " 层 " + tag_text(tag));
    }
    OpenBlock block{tag.name, place(), {}, false, containers_};
    block.node.type = Node::Type::block;
    const Shape* rows = nullptr;
    if (resolve_tag(tag, block.node.slot, &rows) && rows) {
      block.is_list = true;
      scopes_.push_back(rows);
    }
    blocks_.push_back(std::make_unique<OpenBlock>(std::move(block)));
    targets_.push_back(&blocks_.back()->node.children);
  }

  void close_block(const Tag& tag) {
    if (blocks_.empty() || blocks_.back()->container != containers_) {
      complain("没有对应的开始标签 " + tag_text(tag));
      return;
    }
    if (blocks_.back()->name != tag.name) {
      complain("块标签交叉：" + tag_text(tag) + " 应先结束 {{?" + blocks_.back()->name + "}}");
      return;
    }
    finish_block();
  }

  void finish_block() {
    auto block = std::move(blocks_.back());
    blocks_.pop_back();
    targets_.pop_back();
    if (block->is_list) scopes_.pop_back();
    emit(std::move(block->node));
  }

  void close_unfinished() {
    while (!blocks_.empty() && blocks_.back()->container == containers_) {
      if (problems_.size() < max_problems) {
        problems_.push_back({options_.path,
                             0,
                             blocks_.back()->place,
                             "块没有结束标签 {{?" + blocks_.back()->name + "}}"});
      }
      finish_block();
    }
  }

  void element(xml_node node) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      append_escaped(literal(), node.value());
      return;
    }
    if (node.type() != pugi::node_element) return;
    if (named(node, "w:p")) return paragraph(node);
    if (named(node, "w:tbl")) return table(node);
    if (named(node, "w:t")) return text(node);
    follow_field(node);
    if (!node.first_child()) return append_start(literal(), node, true);
    append_start(literal(), node, false);
    if (is_container(node)) {
      container(node);
    } else {
      for (const xml_node child : node.children()) element(child);
    }
    if (named(node, "w:fldSimple")) field_ = FieldState::none;
    append_end(literal(), node);
  }

  // Blocks whose tags stand alone in paragraphs.
  void container(xml_node node) {
    ++containers_;
    for (const xml_node child : node.children()) {
      if (named(child, "w:p") && boundary(child)) continue;
      element(child);
    }
    close_unfinished();
    --containers_;
  }

  // True if the paragraph was a block boundary, a table or the contents.
  bool boundary(xml_node paragraph) {
    prepare(paragraph);
    const auto marks = marks_of(paragraph);
    if (marks.size() != 1) return false;
    const Tag tag = mark_of(marks.front());
    if (!holds_only_marks(paragraph)) {
      if (tag.type != Tag::Type::object) {
        complain("标签要独占一段，或在同一段内结束 " + tag_text(tag));
        return true;
      }
      return false;
    }
    switch (tag.type) {
      case Tag::Type::open: open_block(tag); return true;
      case Tag::Type::close: close_block(tag); return true;
      case Tag::Type::table: table_tag(tag); return true;
      default: return false;
    }
  }

  void prepare(xml_node paragraph) {
    if (!prepared_.insert(paragraph.internal_object()).second) return;
    if (tables_.empty()) ++paragraphs_;
    for (const auto& error : normalise_paragraph(paragraph)) complain(error);
    excerpt_ = text_of(paragraph);
  }

  void table_tag(const Tag& tag) {
    Node node;
    if (tag.name == contents_name) {
      if (!options_.is_document || !blocks_.empty() || !tables_.empty() || has_contents_) {
        complain("目录标签只能在正文中出现一次，且不在块和表格之内");
      }
      has_contents_ = true;
      node.type = Node::Type::contents;
    } else {
      if (!options_.is_document) complain("表格标签只能放在正文中 " + tag_text(tag));
      if (!resolve_tag(tag, node.slot)) return;
      node.type = Node::Type::table;
    }
    const auto& sections = part_.sections;
    node.number = section_ < sections.size() ? sections[section_].text_width : 9000;
    emit(std::move(node));
  }

  void paragraph(xml_node paragraph) {
    prepare(paragraph);
    excerpt_ = text_of(paragraph);
    const auto properties = paragraph.child("w:pPr");
    const std::string style = properties.child("w:pStyle").attribute("w:val").value();
    Node heading;
    heading.type = Node::Type::heading;
    heading.number = options_.is_document && tables_.empty() ? styles_.level_of(style) : 0;
    const bool is_heading = heading.number > 0;
    if (is_heading) targets_.push_back(&heading.head);
    append_start(literal(), paragraph, false);
    if (properties) element(properties);
    if (is_heading) targets_.back() = &heading.children;
    begin_zone();
    content(paragraph);
    if (is_heading) {
      targets_.pop_back();
      emit(std::move(heading));
    } else {
      append_end(literal(), paragraph);
    }
    if (properties.child("w:sectPr")) end_section();
  }

  // The runs of a paragraph with the blocks that begin and end inside it.
  void content(xml_node paragraph) {
    ++containers_;
    for (const xml_node child : paragraph.children()) {
      if (named(child, "w:pPr")) continue;
      if (!is_mark(child)) {
        element(child);
        continue;
      }
      const Tag tag = mark_of(child);
      switch (tag.type) {
        case Tag::Type::open: open_block(tag); break;
        case Tag::Type::close: close_block(tag); break;
        case Tag::Type::object: object_tag(tag); break;
        default: complain("表格标签要独占一段 " + tag_text(tag)); break;
      }
    }
    close_unfinished();
    --containers_;
  }

  void object_tag(const Tag& tag) {
    if (!options_.is_document) complain("图片标签只能放在正文中 " + tag_text(tag));
    Node node;
    node.type = Node::Type::object;
    if (resolve_tag(tag, node.slot)) emit(std::move(node));
  }

  void begin_zone() {
    if (!options_.is_document || !pending_zone_ || !tables_.empty() || !blocks_.empty()) return;
    pending_zone_ = false;
    Node zone;
    zone.type = Node::Type::zone;
    zone.number = static_cast<std::int64_t>(section_);
    emit(std::move(zone));
  }

  void end_section() {
    if (!blocks_.empty() || !tables_.empty()) complain("分节符不能放在块或表格之内");
    ++section_;
    pending_zone_ = true;
  }

  void text(xml_node node) {
    if (field_ == FieldState::done) return;
    const std::string value = node.text().get();
    literal("<w:t xml:space=\"preserve\">");
    if (field_ == FieldState::result) {
      Node pages;
      pages.type = Node::Type::section_pages;
      pages.number = options_.is_document ? static_cast<std::int64_t>(section_) : options_.section;
      emit(std::move(pages));
      field_ = FieldState::done;
    } else {
      text_with_tags(value);
    }
    literal("</w:t>");
  }

  void text_with_tags(std::string_view value) {
    std::size_t done = 0;
    for (const Tag& tag : scan_tags(value).tags) {
      append_escaped(literal(), value.substr(done, tag.begin - done));
      done = tag.end;
      if (tag.type != Tag::Type::text) continue;  // already complained about
      Node node;
      node.type = Node::Type::text;
      node.number = tables_.empty() ? 0 : tables_.back().line_characters;
      if (resolve_tag(tag, node.slot)) emit(std::move(node));
    }
    append_escaped(literal(), value.substr(done));
  }

  // The cached result of a SECTIONPAGES field is ours to write: not every program computes it.
  void follow_field(xml_node node) {
    const auto asks = [](const char* code) { return std::strstr(code, "SECTIONPAGES") != nullptr; };
    if (named(node, "w:fldSimple") && asks(node.attribute("w:instr").value())) {
      field_ = FieldState::result;
    } else if (named(node, "w:instrText") && asks(node.text().get())) {
      field_ = FieldState::instruction;
    } else if (named(node, "w:fldChar")) {
      const std::string_view type = node.attribute("w:fldCharType").value();
      if (type == "separate" && field_ == FieldState::instruction) field_ = FieldState::result;
      if (type == "end") field_ = FieldState::none;
    }
  }

  void table(xml_node table) {
    tables_.push_back({++table_count_, 0, 0, 0});
    ++containers_;
    Node node;
    node.type = Node::Type::row_table;
    targets_.push_back(&node.head);
    append_start(literal(), table, false);
    bool in_head = true;
    for (const xml_node child : table.children()) {
      if (!named(child, "w:tr")) {
        element(child);
        continue;
      }
      const auto marks = hoist(child);
      if (in_head && (!marks.empty() || !is_row_head(child))) {
        in_head = false;
        targets_.back() = &node.children;
      }
      rows(child, marks, in_head);
    }
    close_unfinished();
    targets_.pop_back();
    --containers_;
    tables_.pop_back();
    emit(std::move(node));
  }

  void rows(xml_node row, const std::vector<Tag>& marks, bool in_head) {
    for (const Tag& mark : marks) {
      if (mark.type == Tag::Type::open) open_block(mark);
    }
    Node node;
    node.type = Node::Type::row;
    if (!in_head) targets_.push_back(&node.children);
    append_start(literal(), row, false);
    tables_.back().cell = 0;
    for (const xml_node child : row.children()) {
      if (named(child, "w:tc")) {
        ++tables_.back().cell;
        const auto width = child.child("w:tcPr").child("w:tcW").attribute("w:w").as_llong(0);
        tables_.back().line_characters = characters_in(width);
      }
      element(child);
    }
    append_end(literal(), row);
    if (!in_head) {
      targets_.pop_back();
      emit(std::move(node));
    }
    for (const Tag& mark : marks) {
      if (mark.type == Tag::Type::close) close_block(mark);
    }
  }

  // Takes the block tags out of a row that begin or end outside their cell.
  std::vector<Tag> hoist(xml_node row) {
    std::vector<Tag> hoisted;
    ++tables_.back().row;
    tables_.back().cell = 0;
    for (const xml_node cell : row.children("w:tc")) {
      ++tables_.back().cell;
      std::vector<xml_node> open;
      for (const xml_node paragraph : cell.children("w:p")) {
        prepare(paragraph);
        for (const xml_node mark : marks_of(paragraph)) {
          const Tag tag = mark_of(mark);
          const bool closes = tag.type == Tag::Type::close;
          if (!closes && tag.type != Tag::Type::open) continue;
          if (closes && !open.empty() && mark_of(open.back()).type == Tag::Type::open &&
              mark_of(open.back()).name == tag.name) {
            open.pop_back();
          } else {
            open.push_back(mark);
          }
        }
      }
      for (xml_node mark : open) {
        hoisted.push_back(mark_of(mark));
        remove_mark(cell, mark);
      }
    }
    return hoisted;
  }

  static void remove_mark(xml_node cell, xml_node mark) {
    xml_node paragraph = mark.parent();
    const bool alone = holds_only_marks(paragraph) && marks_of(paragraph).size() == 1;
    paragraph.remove_child(mark);
    const auto paragraphs = cell.children("w:p");
    if (alone && std::distance(paragraphs.begin(), paragraphs.end()) > 1) {
      cell.remove_child(paragraph);
    }
  }

  struct TablePlace {
    int number = 0, row = 0, cell = 0;
    std::int64_t line_characters = 0;  // of the cell
  };
  enum class FieldState { none, instruction, result, done };

  PartOptions options_;
  const Styles& styles_;
  std::vector<Problem>& problems_;
  std::vector<const Shape*> scopes_;
  CompiledPart part_;
  std::vector<Program*> targets_;
  std::vector<std::unique_ptr<OpenBlock>> blocks_;
  std::size_t containers_ = 0;  // depth: a block ends in the container in which it began
  std::vector<TablePlace> tables_;
  int table_count_ = 0;
  int paragraphs_ = 0;
  std::string excerpt_;
  std::set<const void*> prepared_;
  std::size_t section_ = 0;
  bool pending_zone_ = true;
  bool has_contents_ = false;
  FieldState field_ = FieldState::none;
};

int heading_level(const pugi::xml_document& document, xml_node style) {
  for (int hops = 0; hops < 16 && style; ++hops) {
    if (const auto level = style.child("w:pPr").child("w:outlineLvl")) {
      return level.attribute("w:val").as_int(9) + 1;
    }
    const std::string_view base = style.child("w:basedOn").attribute("w:val").value();
    if (base.empty()) return 0;
    style = document.document_element().find_child([&](xml_node other) {
      return named(other, "w:style") && base == other.attribute("w:styleId").value();
    });
  }
  return 0;
}

}  // namespace

int Styles::level_of(const std::string& style) const {
  for (const auto& [id, level] : heading_levels) {
    if (id == style) return level;
  }
  return 0;
}

Styles read_styles(const std::string& styles_xml) {
  Styles styles;
  pugi::xml_document document;
  if (styles_xml.size() > max_part_bytes ||
      !document.load_buffer(styles_xml.data(), styles_xml.size())) {
    return styles;
  }
  for (const xml_node style : document.document_element().children("w:style")) {
    const std::string id = style.attribute("w:styleId").value();
    const std::string name = lower(style.child("w:name").attribute("w:val").value());
    for (int level = 1; level <= 3; ++level) {
      if (name == "toc " + std::to_string(level)) styles.contents[level - 1] = id;
    }
    if (name == "数据表格") styles.table = id;
    if (name == "表格正文") styles.table_text = id;
    if (name == "表头") styles.table_head = id;
    const int level = heading_level(document, style);
    if (level >= 1 && level <= 3) styles.heading_levels.emplace_back(id, level);
  }
  return styles;
}

CompiledPart compile_part(const std::string& xml,
                          const PartOptions& options,
                          const Shape& shape,
                          const Styles& styles,
                          std::vector<Problem>& problems) {
  return Compiler(options, shape, styles, problems).compile(xml);
}

}  // namespace dengce::office
