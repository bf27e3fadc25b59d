// SPDX-License-Identifier: Apache-2.0
// Forwards the audit chain to a log server, entry by entry, in order. An entry is sent again when
// it is not known to have arrived; none is left out. Of several servers on one database one
// forwards.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "access/audit_store.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "http/syslog_client.h"

namespace dengce::access {

// Sends what is new to one target through `send`, in batches; gives the number sent. `holder` names
// this process; 0 also when another one holds the target.
Result<std::int64_t> forward_entries(db::Database& database,
                                     const std::string& target,
                                     const std::string& holder,
                                     const std::function<Result<>(const AuditEntry&)>& send,
                                     Clock clock = system_now);

struct ForwarderOptions {
  http::SyslogServer server;
  std::string target;                       // as configured: the name of its place in the chain
  std::chrono::milliseconds pause{2'000};   // between two looks
  std::chrono::milliseconds retry{30'000};  // after a failure
  std::function<void(const Error& error)> failed;
};

// In the background of a server.
class AuditForwarder {
 public:
  // The database outlives the forwarder.
  AuditForwarder(db::Database& database, ForwarderOptions options);
  AuditForwarder(const AuditForwarder&) = delete;
  AuditForwarder& operator=(const AuditForwarder&) = delete;
  ~AuditForwarder();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dengce::access
