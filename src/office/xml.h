// SPDX-License-Identifier: Apache-2.0
// XML text: escaping of values that go into a part, plain text of a fragment.
#pragma once

#include <string>
#include <string_view>

namespace dengce::office {

// Appends text for an element or attribute value; bytes XML forbids become U+FFFD.
void append_escaped(std::string& out, std::string_view text);

// Appends the value of a w:t that is open: line feeds become w:br, tabs w:tab.
void append_run_text(std::string& out, std::string_view text);

// The text of all elements of a fragment, entities resolved; w:br and w:tab become a blank.
std::string plain_text(std::string_view xml);

}  // namespace dengce::office
