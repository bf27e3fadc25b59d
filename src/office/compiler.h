// SPDX-License-Identifier: Apache-2.0
// Turns one part of a template into a program, or names every error with its place.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "office/program.h"

namespace dengce::office {

struct CompiledPart {
  Program program;
  std::vector<Section> sections;                     // of the document part
  std::vector<std::vector<std::string>> references;  // per section: ids of its headers and footers
};

struct PartOptions {
  std::string path;          // "word/document.xml"
  bool is_document = false;  // contents, tables, charts and section breaks are allowed
  int section = 0;           // of a header or footer
};

// Appends to problems; the program is of use only if none was added.
CompiledPart compile_part(const std::string& xml,
                          const PartOptions& options,
                          const Shape& shape,
                          const Styles& styles,
                          std::vector<Problem>& problems);

Styles read_styles(const std::string& styles_xml);

}  // namespace dengce::office
