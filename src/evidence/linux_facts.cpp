// SPDX-License-Identifier: Apache-2.0
#include "evidence/linux_facts.h"

#include <array>

#include "evidence/parse_context.h"

namespace dengce::evidence {

#define PARSER(name) void parse_##name(ParseContext& context);
#include "evidence/parser/parsers.def"
#undef PARSER

namespace {

constexpr std::array catalogue{
#define PARSER(name) LinuxParser{#name, parse_##name},
#include "evidence/parser/parsers.def"
#undef PARSER
};

Result<FactSet> run(const EvidenceSource& source, std::span<const LinuxParser> parsers) {
  FactSetBuilder facts;
  ParseContext context{source, facts};
  for (const LinuxParser& parser : parsers) parser.parse(context);
  context.finish();
  return facts.build();
}

}  // namespace

std::span<const LinuxParser> linux_parsers() {
  return catalogue;
}

Result<FactSet> parse_linux(const EvidenceSource& source) {
  return run(source, catalogue);
}

Result<FactSet> parse_linux_only(const EvidenceSource& source, const LinuxParser& parser) {
  return run(source, {&parser, 1});
}

}  // namespace dengce::evidence
