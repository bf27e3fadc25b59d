// SPDX-License-Identifier: Apache-2.0
// An OOXML package in memory: parts by name, relationships, content types.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dengce::office {

using Parts = std::map<std::string, std::string, std::less<>>;  // "word/document.xml" → bytes

// Reads a .docx or .xlsx; refuses bombs, odd names and archives that are no OOXML package.
Result<Parts> read_package(const std::string& name, std::string_view bytes);

struct Relationship {
  std::string id, type, target;  // target as written, relative to the part's folder
};

// Relationships of a part ("word/document.xml"); empty if it has none.
std::vector<Relationship> relationships_of(const Parts& parts, std::string_view part);
// The part's .rels bytes with further relationships at the end.
std::string with_relationships(const Parts& parts,
                               std::string_view part,
                               const std::vector<Relationship>& added);
// "word/_rels/document.xml.rels" of "word/document.xml".
std::string relationships_path(std::string_view part);

// [Content_Types].xml with further defaults (extension → type) and overrides (part → type).
std::string with_content_types(std::string_view content_types,
                               const std::map<std::string, std::string>& defaults,
                               const std::map<std::string, std::string>& overrides);

}  // namespace dengce::office
