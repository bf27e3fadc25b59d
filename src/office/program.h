// SPDX-License-Identifier: Apache-2.0
// What a template part is compiled to: literal XML between the places that values fill.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "office/model.h"

namespace dengce::office {

// A value: how many scopes outwards, and which one there.
struct Slot {
  std::size_t up = 0;
  std::size_t index = 0;
  Kind kind = Kind::text;
  bool negated = false;  // {{?no_x}}: once if x is empty
  bool once = false;     // {{?has_x}}: once if x is not empty, however long
};

struct Node {
  enum class Type : std::uint8_t {
    literal,        // literal
    text,           // slot, into an open w:t; number = characters a line of its cell holds, or 0
    block,          // slot; children once, or once a row
    table,          // slot; a whole table in place of a paragraph; number = width in twips
    object,         // slot; a picture or chart in place of a run
    row_table,      // head, then children; w:tbl stays open between them
    row,            // children; counted, a new table begins after row_limit rows; a long row may
                    // break over pages whatever the template says
    heading,        // literal = w:p up to its content, children = content; number = level
    contents,       // the table of contents
    section_pages,  // pages of the section, into an open w:t; number = section
    zone            // a bookmark where a section begins; number = section
  };
  Type type = Type::literal;
  std::string literal;
  Slot slot;
  std::int64_t number = 0;
  std::vector<Node> head;
  std::vector<Node> children;
};

using Program = std::vector<Node>;

// Han characters of 10.5 points that a line of a cell of this width (twips) holds; 0 if unknown.
constexpr std::int64_t characters_in(std::int64_t width) {
  constexpr std::int64_t margins = 140;
  constexpr std::int64_t character = 210;
  return width > margins + character ? (width - margins) / character : 0;
}

struct Section {
  std::int64_t text_width = 9000;  // twips
  std::string number_format = "decimal";
  int start = 0;  // 0 = numbers continue
};

// Style ids of a template, found by the style names.
struct Styles {
  std::vector<std::pair<std::string, int>> heading_levels;  // style id → 1…3
  std::string contents[3];                                  // toc 1 … toc 3
  std::string table, table_text, table_head;

  [[nodiscard]] int level_of(const std::string& style) const;  // 0 = no heading
};

}  // namespace dengce::office
