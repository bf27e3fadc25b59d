// SPDX-License-Identifier: Apache-2.0
// What a parser works with: documents of the evidence on one side, fact rows, coverage and problems
// on the other.
#pragma once

#include <array>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "evidence/evidence_source.h"
#include "evidence/fact_set.h"

namespace dengce::evidence {

// One decoded text of the evidence.
struct Document {
  ReadState state = ReadState::not_collected;
  std::string label;
  std::string text;  // UTF-8
  std::uint32_t file = 0;
  int exit_code = 0;
  bool truncated = false;

  [[nodiscard]] bool ok() const { return state == ReadState::ok; }

  [[nodiscard]] FactSource at(std::int64_t line) const {
    return {.file = file, .line = static_cast<std::uint32_t>(line)};
  }
};

class ParseContext {
 public:
  static constexpr std::size_t max_line_bytes = 64 << 10;
  static constexpr std::int64_t max_lines = 500'000;  // of one document
  static constexpr std::uint32_t max_problems = 1000;
  static constexpr int max_documents = 20'000;
  static constexpr std::size_t max_total_bytes = 256U << 20;  // of all documents together

  ParseContext(const EvidenceSource& source, FactSetBuilder& facts);

  [[nodiscard]] const EvidenceInfo& info() const { return source_.info(); }

  [[nodiscard]] bool tree() const { return source_.info().tree; }

  [[nodiscard]] const FactSetBuilder& facts() const { return facts_; }

  Document read(std::string_view path);

  // Bytes of a binary file as they are.
  [[nodiscard]] EvidenceText read_bytes(std::string_view path, std::uint64_t max_bytes) const {
    return source_.read(path, max_bytes);
  }

  // The first of several places that is not absent; the last one's answer if all are.
  Document read_first(std::initializer_list<std::string_view> paths);
  Document command(std::string_view id, std::string_view words);
  Document derived(std::string_view id);

  [[nodiscard]] EvidenceList list(std::string_view directory) const {
    return source_.list(directory);
  }

  [[nodiscard]] EvidenceStat stat(std::string_view path) const { return source_.stat(path); }

  // Absolute paths that match a pattern with * ? [] in any component, sorted; bounded. `state`
  // tells about the first directory that could not be listed (absent counts as listed).
  std::vector<std::string> glob(std::string_view pattern, ReadState* state = nullptr);
  // *.suffix files of several directories, the most important directory first: a name in an earlier
  // one hides the same name in a later one; sorted by name. The rule of systemd and sysctl.
  std::vector<std::string> drop_ins(std::initializer_list<std::string_view> directories,
                                    std::string_view suffix);

  // Every line of a document; lines that are too long are cut and noted as a problem.
  void lines(const Document& document, const std::function<void(const Line&)>& visit);

  bool add(FactId table, std::initializer_list<FactCell> cells, FactSource source = {});
  // The table had a readable source. Wins over missing.
  void covered(FactId table);
  void missing(FactId table, std::string reason);
  // covered if the document could be read, else missing with the reason.
  void cover(FactId table, const Document& document, std::string_view what = {});
  [[nodiscard]] bool is_covered(FactId table) const;

  // A place as a source, without reading it: a link, a program.
  FactSource place(std::string_view path) { return {.file = facts_.file(path), .line = 0}; }

  void problem(const Document& document,
               std::int64_t line,
               std::string_view reason,
               std::string_view text);
  // Writes the coverage table; called once, last.
  void finish();

  // Text cells of rows that earlier parsers added.
  [[nodiscard]] std::string_view text(FactId table, std::uint32_t row, int column) const;
  // 1 / 0 from the program table, none if it says nothing.
  [[nodiscard]] std::optional<bool> program_present(std::string_view name) const;
  // login name of a uid, group name of a gid; the number if there is none.
  [[nodiscard]] std::string owner_name(std::uint32_t uid) const;
  [[nodiscard]] std::string group_name(std::uint32_t gid) const;

 private:
  Document opened(EvidenceText text);
  std::string named(std::unordered_map<std::uint32_t, std::string>& names,
                    FactId table,
                    std::uint32_t id) const;

  const EvidenceSource& source_;
  FactSetBuilder& facts_;
  std::array<std::uint8_t, fact_id_count> covered_{};
  std::array<std::vector<std::string>, fact_id_count> reasons_;
  int documents_ = 0;
  std::size_t total_bytes_ = 0;
  mutable std::unordered_map<std::uint32_t, std::string> owners_;  // filled at first use
  mutable std::unordered_map<std::uint32_t, std::string> groups_;
};

// "无权读取 /etc/shadow", "没有 sshd -T 的输出" …
std::string missing_reason(ReadState state, std::string_view what);

}  // namespace dengce::evidence
