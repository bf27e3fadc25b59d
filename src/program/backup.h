// SPDX-License-Identifier: Apache-2.0
// A backup: one tar file with a copy of the database and a manifest of digests. What is sealed
// stays sealed; the master key is not in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "access/audit_verify.h"
#include "base/clock.h"
#include "base/result.h"
#include "program/data_directory.h"

namespace dengce::program {

struct BackupSummary {
  std::string taken;  // instant
  std::string key;    // name of the master key that opens it
  std::uint64_t bytes = 0;
  access::AuditHead head;
};

// While others write. The copy is checked before it counts. SQLite only: a PostgreSQL database is
// copied by its own tools.
Result<BackupSummary> write_backup(Installation& installation,
                                   const std::filesystem::path& file,
                                   Clock clock = system_now);

// Into a directory that does not exist or is empty. Digests, the database and its audit chain are
// verified before the database gets its name; on any failure nothing of it stays. The restored
// chain gets an entry that says so.
Result<BackupSummary> restore_backup(const std::filesystem::path& file,
                                     const std::filesystem::path& directory,
                                     Clock clock = system_now);

// The audit chain of a database held to itself; data_corrupt with its first problems.
Result<access::AuditHead> require_whole_chain(db::Database& database);

}  // namespace dengce::program
