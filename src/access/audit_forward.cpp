// SPDX-License-Identifier: Apache-2.0
#include "access/audit_forward.h"

#include <unistd.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "access/audit_forward_store.h"
#include "access/audit_lines.h"
#include "base/id.h"

namespace dengce::access {
namespace {

constexpr std::int64_t batch = 200;
constexpr std::int64_t hold_milliseconds = 120'000;  // longer than a batch may take

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// One entry: the line of an export, without its end.
std::string message_of(const AuditEntry& entry) {
  std::string line = audit_line(entry);
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

Result<std::optional<std::int64_t>> hold(db::Database& database,
                                         const std::string& target,
                                         const std::string& holder,
                                         Instant now) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  const Instant until{now.milliseconds + hold_milliseconds};
  TRY_ASSIGN(const auto last, hold_forward(transaction, target, holder, now, until));
  TRY(transaction.commit());
  return last;
}

Result<std::vector<AuditEntry>> entries_after(db::Database& database, std::int64_t last) {
  TRY_ASSIGN(db::Transaction transaction, database.read());
  return select_entries(transaction, last, batch);
}

}  // namespace

Result<std::int64_t> forward_entries(db::Database& database,
                                     const std::string& target,
                                     const std::string& holder,
                                     const std::function<Result<>(const AuditEntry&)>& send,
                                     Clock clock) {
  std::int64_t sent = 0;
  for (;;) {
    TRY_ASSIGN(const auto last, hold(database, target, holder, clock()));
    if (!last) return sent;
    TRY_ASSIGN(const auto entries, entries_after(database, *last));
    if (entries.empty()) return sent;
    Result<> done;
    std::int64_t reached = *last;
    for (const AuditEntry& entry : entries) {
      done = send(entry);
      if (!done) break;
      reached = entry.sequence;
      ++sent;
    }
    TRY_ASSIGN(db::Transaction transaction, database.write());
    TRY_ASSIGN(const bool kept, move_forward(transaction, target, holder, reached));
    if (!done) TRY(release_forward(transaction, target, holder));
    TRY(transaction.commit());
    if (!done) return tl::make_unexpected(done.error());
    if (!kept) return sent;
  }
}

struct AuditForwarder::State {
  State(db::Database& database_, ForwarderOptions options_)
      : database(database_), options(std::move(options_)) {}

  Result<> send(const AuditEntry& entry) {
    if (!client) {
      auto connected = http::SyslogClient::connect(options.server);
      if (!connected) return tl::make_unexpected(connected.error());
      client.emplace(std::move(*connected));
    }
    auto done = client->send(
        http::syslog_line(Instant{entry.at_ms}, host, "dengce", entry.action, message_of(entry)));
    if (!done) client.reset();
    return done;
  }

  void run() {
    std::unique_lock lock(mutex);
    while (!stopping) {
      lock.unlock();
      const auto done =
          forward_entries(database, options.target, holder, [this](const AuditEntry& entry) {
            return send(entry);
          });
      if (!done && options.failed) options.failed(done.error());
      lock.lock();
      changed.wait_for(lock, done ? options.pause : options.retry, [this] { return stopping; });
    }
    if (const auto released = release(); !released && options.failed) {
      options.failed(released.error());
    }
  }

  Result<> release() {
    TRY_ASSIGN(db::Transaction transaction, database.write());
    TRY(release_forward(transaction, options.target, holder));
    return transaction.commit();
  }

  db::Database& database;
  ForwarderOptions options;
  const std::string holder = new_id();
  const std::string host = host_name();
  std::optional<http::SyslogClient> client;
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  std::thread thread;
};

AuditForwarder::AuditForwarder(db::Database& database, ForwarderOptions options)
    : state_(std::make_unique<State>(database, std::move(options))) {
  state_->thread = std::thread([this] { state_->run(); });
}

AuditForwarder::~AuditForwarder() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

}  // namespace dengce::access
