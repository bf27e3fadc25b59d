// SPDX-License-Identifier: Apache-2.0
#include "office/paragraph.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace dengce::office {
namespace {

using pugi::xml_node;

bool named(xml_node node, std::string_view name) {
  return node.name() == name;
}

// Inner paragraphs (text boxes) are paragraphs of their own.
bool is_border(xml_node node) {
  return named(node, "w:p") || named(node, "w:tbl") || named(node, "w:txbxContent");
}

template <class Visit>
void walk(xml_node parent, const Visit& visit) {
  for (xml_node child = parent.first_child(); child;) {
    const xml_node next = child.next_sibling();
    if (!is_border(child)) {
      visit(child);
      walk(child, visit);
    }
    child = next;
  }
}

std::vector<xml_node> texts_of(xml_node paragraph) {
  std::vector<xml_node> found;
  walk(paragraph, [&](xml_node node) {
    if (named(node, "w:t")) found.push_back(node);
  });
  return found;
}

// Moves each tag wholly into the w:t in which it begins.
void join_tags(const std::vector<xml_node>& nodes, const std::vector<Tag>& tags) {
  std::vector<std::string> pieces;
  std::vector<std::size_t> starts;
  std::size_t length = 0;
  for (const auto& node : nodes) {
    pieces.emplace_back(node.text().get());
    starts.push_back(length);
    length += pieces.back().size();
  }
  std::vector<std::string> joined(pieces.size());
  std::size_t tag = 0;
  std::size_t owner = 0;  // node that gets the bytes of the tag being passed
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t k = 0; k < pieces[i].size(); ++k) {
      const std::size_t at = starts[i] + k;
      while (tag < tags.size() && at >= tags[tag].end) ++tag;
      const bool inside = tag < tags.size() && at >= tags[tag].begin;
      if (inside && at == tags[tag].begin) owner = i;
      joined[inside ? owner : i] += pieces[i][k];
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (joined[i] == pieces[i]) continue;
    xml_node node = nodes[i];
    node.text().set(joined[i].c_str());
  }
}

bool is_structural(const Tag& tag) {
  return tag.type != Tag::Type::text;
}

bool has_structural_tag(xml_node text) {
  const auto scan = scan_tags(text.text().get());
  return std::any_of(scan.tags.begin(), scan.tags.end(), is_structural);
}

// Cuts a run at its structural tags.
class RunCutter {
 public:
  explicit RunCutter(xml_node run) : run_(run), parent_(run.parent()) {}

  void cut() {
    for (const xml_node child : run_.children()) {
      if (named(child, "w:rPr")) continue;
      if (named(child, "w:t") && has_structural_tag(child)) {
        cut_text(child.text().get());
      } else {
        piece().append_copy(child);
      }
    }
    parent_.remove_child(run_);
  }

 private:
  xml_node piece() {
    if (!piece_) {
      piece_ = parent_.insert_child_before("w:r", run_);
      if (const auto properties = run_.child("w:rPr")) piece_.append_copy(properties);
    }
    return piece_;
  }

  void append_text(std::string_view text) {
    if (text.empty()) return;
    auto node = piece().append_child("w:t");
    node.append_attribute("xml:space") = "preserve";
    node.text().set(std::string(text).c_str());
  }

  void cut_text(std::string_view text) {
    std::size_t done = 0;
    for (const Tag& tag : scan_tags(text).tags) {
      if (!is_structural(tag)) continue;
      append_text(text.substr(done, tag.begin - done));
      piece_ = {};
      auto mark = parent_.insert_child_before(mark_name, run_);
      mark.append_attribute("t") = static_cast<int>(tag.type);
      mark.append_attribute("n") = tag.name.c_str();
      done = tag.end;
    }
    append_text(text.substr(done));
  }

  xml_node run_;
  xml_node parent_;
  xml_node piece_;
};

}  // namespace

bool is_mark(xml_node node) {
  return named(node, mark_name);
}

Tag mark_of(xml_node mark) {
  Tag tag;
  tag.type = static_cast<Tag::Type>(mark.attribute("t").as_int());
  tag.name = mark.attribute("n").value();
  return tag;
}

std::vector<std::string> normalise_paragraph(xml_node paragraph) {
  const auto nodes = texts_of(paragraph);
  std::string whole;
  for (const auto& node : nodes) whole += node.text().get();
  if (whole.find("{{") == std::string::npos) return {};
  auto scan = scan_tags(whole);
  join_tags(nodes, scan.tags);
  std::vector<xml_node> runs;
  for (const auto& node : nodes) {
    const auto run = node.parent();
    if (!named(run, "w:r") || !has_structural_tag(node)) continue;
    if (run.parent() != paragraph) {
      scan.errors.emplace_back("块、表格和图片标签不能放在超链接、域或修订之内：" +
                               std::string(node.text().get()));
    } else if (runs.empty() || runs.back() != run) {
      runs.push_back(run);
    }
  }
  for (const auto& run : runs) RunCutter(run).cut();
  return scan.errors;
}

std::vector<xml_node> marks_of(xml_node paragraph) {
  std::vector<xml_node> found;
  for (const xml_node child : paragraph.children(mark_name)) found.push_back(child);
  return found;
}

bool holds_only_marks(xml_node paragraph) {
  bool only = true;
  walk(paragraph, [&](xml_node node) {
    if (named(node, "w:t") && !trim(node.text().get()).empty()) only = false;
    if (named(node, "w:drawing") || named(node, "w:pict") || named(node, "w:object") ||
        named(node, "w:sectPr") || named(node, "w:br") || named(node, "w:instrText")) {
      only = false;
    }
  });
  return only;
}

std::string text_of(xml_node paragraph) {
  std::string whole;
  walk(paragraph, [&](xml_node node) {
    if (named(node, "w:t")) whole += node.text().get();
    if (is_mark(node)) whole += tag_text(mark_of(node));
  });
  return whole;
}

}  // namespace dengce::office
