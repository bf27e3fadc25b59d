// SPDX-License-Identifier: Apache-2.0
// Parsers: the first byte chooses one ('a' + its number; anything else: all), the second 't' makes
// the evidence a tree. Then pieces, each after a line "=== file:PATH", "=== command:ID",
// "=== derived:ID" or "=== absent:SOURCE".
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "evidence/fact_tables.h"
#include "evidence/linux_facts.h"

namespace {

using namespace std::string_view_literals;

void add_piece(dengce::evidence::MemorySource& source, std::string_view piece) {
  const std::size_t end = piece.find('\n');
  const std::string head{piece.substr(0, end)};
  std::string body{end == std::string_view::npos ? ""sv : piece.substr(end + 1)};
  const std::size_t colon = head.find(':');
  if (colon == std::string::npos) return;
  const std::string kind = head.substr(0, colon);
  const std::string name = head.substr(colon + 1);
  if (kind == "file") source.add_file(name, std::move(body));
  if (kind == "command") source.add_command(name, name, std::move(body));
  if (kind == "derived") source.add_derived(name, std::move(body));
  if (kind == "absent") source.add_absent(name, dengce::evidence::ReadState::absent);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view input{reinterpret_cast<const char*>(data) + 2, size - 2};
  dengce::evidence::EvidenceInfo info;
  info.tree = data[1] == 't';
  dengce::evidence::MemorySource source{info};
  constexpr std::string_view mark = "=== ";
  std::size_t at = input.find(mark);
  for (int pieces = 0; at != std::string_view::npos && pieces < 64; ++pieces) {
    const std::size_t next = input.find("\n=== ", at);
    add_piece(source, input.substr(at + mark.size(), next - at - mark.size()));
    at = next == std::string_view::npos ? next : next + 1;
  }
  const auto parsers = dengce::evidence::linux_parsers();
  const std::size_t chosen = static_cast<std::size_t>(data[0]) - 'a';
  const auto facts = chosen < parsers.size()
                         ? dengce::evidence::parse_linux_only(source, parsers[chosen])
                         : dengce::evidence::parse_linux(source);
  // Whatever the input is, it becomes facts and problems, never an error of the whole.
  if (!facts) std::abort();
  return 0;
}
