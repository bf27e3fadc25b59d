// SPDX-License-Identifier: Apache-2.0
// Paragraphs of a template before compilation: tags that Word split over runs are joined, block
// tags are cut out of their runs.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <vector>

#include "office/tags.h"

namespace dengce::office {

// A block, table or object tag stands in the tree as <mark t="…" n="…"/>.
inline constexpr const char* mark_name = "mark";

bool is_mark(pugi::xml_node node);
Tag mark_of(pugi::xml_node mark);

// Joins and cuts; gives the errors found in the paragraph's tags.
std::vector<std::string> normalise_paragraph(pugi::xml_node paragraph);

// The marks of a paragraph in order (not of text boxes inside it).
std::vector<pugi::xml_node> marks_of(pugi::xml_node paragraph);

// True if nothing is to be seen beside the marks.
bool holds_only_marks(pugi::xml_node paragraph);

std::string text_of(pugi::xml_node paragraph);

}  // namespace dengce::office
