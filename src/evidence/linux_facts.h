// SPDX-License-Identifier: Apache-2.0
// All facts of a Linux host: runs every parser of parser/parsers.def over one piece of evidence.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "evidence/evidence_source.h"
#include "evidence/fact_set.h"

namespace dengce::evidence {

class ParseContext;

struct LinuxParser {
  std::string_view name;
  void (*parse)(ParseContext&);
};

// In running order: later parsers look at rows of earlier ones.
std::span<const LinuxParser> linux_parsers();

Result<FactSet> parse_linux(const EvidenceSource& source);

// One parser alone, for tests and fuzzing.
Result<FactSet> parse_linux_only(const EvidenceSource& source, const LinuxParser& parser);

}  // namespace dengce::evidence
