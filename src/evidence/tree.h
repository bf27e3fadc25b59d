// SPDX-License-Identifier: Apache-2.0
// The root of a file tree as evidence: links resolve inside the tree, other file systems are not
// entered, devices, pipes and sockets are never opened.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "evidence/evidence_source.h"

namespace dengce::evidence {

class TreeSource final : public EvidenceSource {
 public:
  static constexpr std::size_t max_names = 20'000;  // of one directory
  static constexpr int max_links = 40;              // on one path

  // `collected` is the "today" of the evidence.
  static Result<std::unique_ptr<TreeSource>> open(const std::filesystem::path& root, Day collected);
  ~TreeSource() override;

  [[nodiscard]] const EvidenceInfo& info() const override { return info_; }

  [[nodiscard]] EvidenceText read(std::string_view path,
                                  std::uint64_t max_bytes = max_file_bytes) const override;
  [[nodiscard]] EvidenceList list(std::string_view directory) const override;
  [[nodiscard]] EvidenceStat stat(std::string_view path) const override;
  [[nodiscard]] EvidenceText command(std::string_view id, std::string_view words) const override;
  [[nodiscard]] EvidenceText derived(std::string_view id) const override;

 private:
  TreeSource(int root, std::uint64_t mount, EvidenceInfo info)
      : root_(root), mount_(mount), info_(std::move(info)) {}

  int root_ = -1;
  std::uint64_t mount_ = 0;  // objects in other mounts are not entered
  EvidenceInfo info_;
};

}  // namespace dengce::evidence
