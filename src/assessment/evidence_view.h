// SPDX-License-Identifier: Apache-2.0
// Walking back from a record: the lines of a bundle's file around a source reference, with its
// digests and the collector that took it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/bundle.h"

namespace dengce::assessment {

struct EvidenceLine {
  std::int64_t number = 0;
  std::string text;
};

struct EvidenceView {
  std::string path;    // as a source reference shows it
  std::string sha256;  // of the entry, as the collector wrote it
  std::string sm3;     // of the entry, at intake
  std::int64_t bytes = 0;
  std::vector<EvidenceLine> lines;
  bool cut = false;  // there is more after the last line shown
};

// One unpacked and verified bundle.
class EvidenceReader {
 public:
  // Bytes as they were received.
  static Result<EvidenceReader> open(const std::string& name, std::string_view archive);

  [[nodiscard]] const evidence::Manifest& manifest() const { return bundle_.manifest; }

  // Up to `context` lines on either side of `line` (0: from the beginning); lines are cut at 2,000
  // bytes. not_found when the bundle has no such entry.
  [[nodiscard]] Result<EvidenceView> view(std::string_view path,
                                          std::int64_t line,
                                          std::int64_t context) const;
  // The one line, cut to 200 bytes; empty when there is none.
  [[nodiscard]] std::string excerpt(std::string_view path, std::int64_t line);

 private:
  explicit EvidenceReader(evidence::Bundle bundle) : bundle_(std::move(bundle)) {}

  [[nodiscard]] const evidence::BundleEntry* entry(std::string_view path) const;
  [[nodiscard]] std::string text_of(const evidence::BundleEntry& entry) const;

  evidence::Bundle bundle_;
  std::map<std::string, std::vector<std::string>, std::less<>> lines_;  // of files asked before
};

}  // namespace dengce::assessment
