// SPDX-License-Identifier: Apache-2.0
// Where parsers read from: a bundle in memory or the root of a file tree. Paths are absolute paths
// of the examined host; nothing outside the evidence can be reached through this interface.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace dengce::evidence {

enum class ReadState : std::uint8_t {
  ok,
  absent,         // looked for and not there: proven absence
  denied,         // there, but not readable (rights, another file system, a device, a link loop)
  too_large,      // over the bound
  not_installed,  // commands: the program is not on the host
  timeout,        // commands: no answer in time
  not_collected,  // the evidence says nothing about it
};

struct EvidenceText {
  ReadState state = ReadState::not_collected;
  std::string label;  // what a source pointer shows: "/etc/passwd", "command:sshd -T"
  std::string bytes;
  bool truncated = false;
  int exit_code = 0;

  [[nodiscard]] bool ok() const { return state == ReadState::ok; }
};

struct EvidenceName {
  std::string name;
  bool directory = false;
};

struct EvidenceList {
  ReadState state = ReadState::not_collected;
  std::vector<EvidenceName> names;  // sorted by byte value, without . and ..
};

enum class NodeKind : std::uint8_t { file, directory, link, other };

struct EvidenceStat {
  ReadState state = ReadState::not_collected;
  NodeKind kind = NodeKind::other;
  std::uint32_t mode = 0;  // permission bits with set-id and sticky
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t bytes = 0;
  std::int64_t modified_day = 0;
  std::string link_target;  // of a link, as written
};

struct EvidenceInfo {
  std::string target;                  // host name as the evidence gives it
  std::vector<std::string> addresses;  // of the host
  std::string platform = "linux";
  Day collected;           // civil day (UTC) of the collection
  bool tree = false;       // files only: no command could run
  std::string configures;  // bare configuration file: the program it is of, taken to be installed
};

class EvidenceSource {
 public:
  static constexpr std::uint64_t max_file_bytes = 16U << 20;

  EvidenceSource() = default;
  EvidenceSource(const EvidenceSource&) = delete;
  EvidenceSource& operator=(const EvidenceSource&) = delete;
  virtual ~EvidenceSource() = default;

  [[nodiscard]] virtual const EvidenceInfo& info() const = 0;
  // A file of the host; links are followed inside the evidence.
  [[nodiscard]] virtual EvidenceText read(std::string_view path,
                                          std::uint64_t max_bytes = max_file_bytes) const = 0;
  [[nodiscard]] virtual EvidenceList list(std::string_view directory) const = 0;
  // The object itself (a last link is not followed). Bundles know no modes: not_collected; their
  // modes stand in a derived table.
  [[nodiscard]] virtual EvidenceStat stat(std::string_view path) const = 0;
  // Output of a command by its id, and a table the collector derived. `words` begins the command
  // line ("sshd"): with it the reason why there is no output is found.
  [[nodiscard]] virtual EvidenceText command(std::string_view id, std::string_view words) const = 0;
  [[nodiscard]] virtual EvidenceText derived(std::string_view id) const = 0;
};

// Everything in memory: bundles, bare files, tests.
class MemorySource final : public EvidenceSource {
 public:
  explicit MemorySource(EvidenceInfo info) : info_(std::move(info)) {}

  void add_file(std::string path, std::string bytes, bool truncated = false);
  void add_command(std::string id,
                   std::string command_line,
                   std::string bytes,
                   int exit_code = 0,
                   bool truncated = false);
  void add_derived(std::string id, std::string bytes, bool truncated = false);
  // `source` as in a manifest: "file:/etc/x", "file:/etc/x.d/*.conf", "command:nft list ruleset".
  void add_absent(std::string source, ReadState reason);

  [[nodiscard]] const EvidenceInfo& info() const override { return info_; }

  [[nodiscard]] EvidenceText read(std::string_view path,
                                  std::uint64_t max_bytes = max_file_bytes) const override;
  [[nodiscard]] EvidenceList list(std::string_view directory) const override;
  [[nodiscard]] EvidenceStat stat(std::string_view path) const override;
  [[nodiscard]] EvidenceText command(std::string_view id, std::string_view words) const override;
  [[nodiscard]] EvidenceText derived(std::string_view id) const override;

 private:
  EvidenceInfo info_;
  std::map<std::string, EvidenceText, std::less<>> files_;
  std::map<std::string, EvidenceText, std::less<>> commands_;
  std::map<std::string, EvidenceText, std::less<>> derived_;
  std::map<std::string, ReadState, std::less<>> absent_;
};

// One path component against a shell pattern with * ? [set]; a leading dot is matched only by a
// dot.
bool glob_matches(std::string_view pattern, std::string_view name);

}  // namespace dengce::evidence
