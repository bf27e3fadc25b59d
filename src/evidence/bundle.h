// SPDX-License-Identifier: Apache-2.0
// Evidence bundles: unpacked within bounds, held against their manifest, given SM3 digests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "base/clock.h"
#include "base/result.h"
#include "evidence/evidence_source.h"

namespace dengce::evidence {

inline constexpr std::string_view bundle_format = "dengce-bundle/1";

struct BundleEntry {
  std::string path;    // in the bundle: "data/files/etc/passwd"
  std::string source;  // "file:/etc/passwd", "command:sshd -T", "derived:password-state"
  int exit_code = 0;
  bool truncated = false;
  std::uint64_t size = 0;
  std::string sha256;
  std::string sm3;
};

struct BundleAbsent {
  std::string source;
  std::string reason;  // absent, denied, timeout, too_large, not_installed
};

// What is known of a bundle once it is verified; the bytes are with the source.
struct Manifest {
  std::string collector_name;
  std::string collector_version;
  std::string platform;
  std::string target;
  std::vector<std::string> addresses;
  Instant started;
  Instant ended;
  std::vector<BundleEntry> entries;
  std::vector<BundleAbsent> absent;
};

struct Bundle {
  Manifest manifest;
  std::string sha256;  // of the archive; of a plain directory: of its manifest.json
  std::string sm3;
  std::unique_ptr<MemorySource> source;
};

// The manifest alone: syntax, types, bounds. `name` is the name of the bundle in messages.
Result<Manifest> parse_manifest(std::string_view name, std::string_view json);

// An archive in memory (tar, tar.gz or zip). data_corrupt names every entry whose size or digest
// differs, that lacks, or that the manifest does not know.
Result<Bundle> read_bundle(const std::string& name, std::string_view bytes);

// A directory that holds manifest.json and data/; links in it are refused.
Result<Bundle> read_bundle_directory(const std::filesystem::path& directory);

}  // namespace dengce::evidence
