// SPDX-License-Identifier: Apache-2.0
// From a finished upload to a file of a system, and back out again. Every step in and out is an
// entry of the audit chain.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "access/actor.h"
#include "access/export_log.h"
#include "base/vault.h"
#include "db/database.h"
#include "file/file.h"
#include "http/message.h"
#include "job/job.h"
#include "job/runner.h"

namespace dengce::file {

struct HandIn {
  std::string upload;
  std::string system_id;
  std::string kind;
  std::string name;
  std::string note;
  std::string filing_id;  // whose certificate it becomes; empty: none's
};

// Puts the intake of a finished upload into the queue: digests, a look by the kind's own inspector,
// then the file stands. failed_precondition while bytes are missing.
Result<job::Job> submit_file(db::Database& database,
                             const access::Actor& actor,
                             const HandIn& input,
                             Clock clock = system_now);

struct Inspected {
  std::string told;  // JSON: what is worth telling of the file
  // What else becomes of it, in the transaction that keeps the file; may be empty.
  std::function<Result<>(db::Transaction&, const access::Actor&, const File&)> keep;
};

// Reads a whole file of its kind; its error refuses the file. Files of other kinds are never in
// memory as a whole.
using Inspector = std::function<Result<Inspected>(const std::string& name, std::string bytes)>;
// Of certificates: PDF, JPEG and PNG.
Result<Inspected> inspect_certificate(const std::string& name, const std::string& bytes);
inline constexpr std::int64_t max_inspected_bytes = 512LL * 1024 * 1024;

// The work of the jobs that submit_file queues, kind `file_job`. All arguments outlive it.
inline constexpr const char* file_job = "file";
job::Work file_work(db::Database& database,
                    const Vault& vault,
                    std::map<std::string, Inspector> inspectors,
                    Clock clock = system_now);

// In the actor's sight; not_found otherwise.
Result<File> find_file(db::Transaction& transaction,
                       const access::Actor& actor,
                       const std::string& id);

// What a file leaves for, and the class that asks.
struct Purpose {
  const access::ProtectionClass& kept;
  access::ExportNote note;
};

// The same for the certificate of a filing, kept with the first of its systems in the actor's
// sight.
Result<job::Job> submit_certificate(db::Database& database,
                                    const access::Actor& actor,
                                    const std::string& filing_id,
                                    HandIn input,
                                    Clock clock = system_now);
// For whoever sees the filing; not_found when it has no file.
Result<http::Response> download_certificate(db::Database& database,
                                            const Vault& vault,
                                            const access::Actor& actor,
                                            const std::string& filing_id,
                                            const Purpose& purpose,
                                            Clock clock = system_now);

// The content, opened piece by piece while it is sent; an entry of the log of exports.
Result<http::Response> download_file(db::Database& database,
                                     const Vault& vault,
                                     const access::Actor& actor,
                                     const std::string& id,
                                     const Purpose& purpose,
                                     Clock clock = system_now);

Result<> delete_file(db::Database& database,
                     const access::Actor& actor,
                     const std::string& id,
                     std::int64_t version,
                     Clock clock = system_now);

}  // namespace dengce::file
