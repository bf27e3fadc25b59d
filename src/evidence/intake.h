// SPDX-License-Identifier: Apache-2.0
// One PATH of the command line becomes evidence: a bundle (archive or directory), the root of a
// file tree, or a bare configuration file whose name tells what it is.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "evidence/bundle.h"
#include "evidence/evidence_source.h"
#include "evidence/fact_set.h"

namespace dengce::evidence {

enum class EvidenceForm : std::uint8_t { bundle, tree, file };

struct Evidence {
  EvidenceForm form = EvidenceForm::bundle;
  std::unique_ptr<EvidenceSource> source;
  std::optional<Manifest> manifest;  // of a bundle
  std::string sha256;                // of a bundle
  std::string sm3;
};

struct IntakeOptions {
  std::string platform;  // --platform; empty = the evidence says
  Day today;             // the day of the collection of trees and bare files
};

// Errors: not_found and permission_denied name the path; failed_precondition: an empty directory
// (nothing to evaluate); invalid_argument: neither bundle nor tree, or a bare file without
// --platform; unsupported: unknown platform or file name; data_corrupt, too_large: bad bundle.
Result<Evidence> open_evidence(const std::filesystem::path& path, const IntakeOptions& options);

// Parses everything the evidence holds.
Result<FactSet> parse_evidence(const EvidenceSource& source);

bool platform_known(std::string_view platform);

}  // namespace dengce::evidence
