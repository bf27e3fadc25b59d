// SPDX-License-Identifier: Apache-2.0
// The whole project as plain files: tables as CSV, assessments as CSV and JSON, evidence as
// it came, the audit chain as JSON lines, a manifest of digests. Readable without the product, and
// not encrypted.
#pragma once

#include <cstdint>
#include <filesystem>

#include "access/export_log.h"
#include "base/clock.h"
#include "base/result.h"
#include "program/data_directory.h"

namespace dengce::program {

struct ArchiveSummary {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::int64_t assessments = 0;
  std::int64_t bundles = 0;
};

// One state of the database: what is changed meanwhile is not in it. The export is an entry of the
// audit chain, which is in the archive.
Result<ArchiveSummary> write_archive(Installation& installation,
                                     const std::filesystem::path& file,
                                     const access::ProtectionClass& kept,
                                     const access::ExportNote& note,
                                     Clock clock = system_now);

}  // namespace dengce::program
