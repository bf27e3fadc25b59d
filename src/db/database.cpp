// SPDX-License-Identifier: Apache-2.0
#include "db/database.h"

#include <condition_variable>
#include <mutex>

#include "db/connection.h"

namespace dengce::db {

std::string Row::text(std::size_t column) const {
  return optional_text(column).value_or("");
}

std::int64_t Row::integer(std::size_t column) const {
  return optional_integer(column).value_or(0);
}

std::optional<std::int64_t> Row::optional_integer(std::size_t column) const {
  const auto* value = std::get_if<std::int64_t>(&values_.at(column));
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::string> Row::optional_text(std::size_t column) const {
  const auto* value = std::get_if<std::string>(&values_.at(column));
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string Row::bytes(std::size_t column) const {
  const auto* value = std::get_if<Blob>(&values_.at(column));
  return value == nullptr ? std::string() : value->bytes;
}

bool Row::is_null(std::size_t column) const {
  return std::holds_alternative<std::monostate>(values_.at(column));
}

// Connections that wait for their next transaction. An in-memory database has one only.
struct Pool {
  std::filesystem::path path;
  bool single = false;
  std::mutex mutex;
  std::condition_variable given_back;
  std::vector<std::unique_ptr<Connection>> idle;
};

struct Transaction::Lease {
  std::unique_ptr<Connection> connection;
  Pool* pool;
  bool open = true;

  Lease(std::unique_ptr<Connection> leased, Pool* owner)
      : connection(std::move(leased)), pool(owner) {}

  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  ~Lease() {
    if (open) static_cast<void>(connection->run("ROLLBACK"));
    const std::lock_guard lock(pool->mutex);
    pool->idle.push_back(std::move(connection));
    pool->given_back.notify_one();
  }
};

Transaction::Transaction(std::unique_ptr<Lease> lease) : lease_(std::move(lease)) {}

Transaction::Transaction(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Result<std::vector<Row>> Transaction::query(const Query& query, std::span<const Value> values) {
  return lease_->connection->query(query, values);
}

Result<std::int64_t> Transaction::execute(const Query& query, std::span<const Value> values) {
  return lease_->connection->execute(query, values);
}

Result<> Transaction::insert_many(const Query& query,
                                  std::size_t width,
                                  std::span<const Value> values) {
  return lease_->connection->insert_many(query, width, values);
}

Result<> Transaction::commit() {
  TRY(lease_->connection->run("COMMIT"));
  lease_->open = false;
  return {};
}

Database::Database(std::unique_ptr<Pool> state) : state_(std::move(state)) {}

Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& path) {
  auto state = std::make_unique<Pool>();
  state->path = path;
  state->single = path == ":memory:";
  TRY_ASSIGN(auto connection, Connection::open(path));
  state->idle.push_back(std::move(connection));
  return Database(std::move(state));
}

namespace {

Result<std::unique_ptr<Connection>> take(Pool& state) {
  std::unique_lock lock(state.mutex);
  if (state.single) state.given_back.wait(lock, [&] { return !state.idle.empty(); });
  if (state.idle.empty()) {
    lock.unlock();
    return Connection::open(state.path);
  }
  auto connection = std::move(state.idle.back());
  state.idle.pop_back();
  return connection;
}

}  // namespace

Result<Transaction> Database::read() {
  TRY_ASSIGN(auto connection, take(*state_));
  auto lease = std::make_unique<Transaction::Lease>(std::move(connection), state_.get());
  if (auto begun = lease->connection->run("BEGIN DEFERRED"); !begun) {
    lease->open = false;
    return tl::make_unexpected(begun.error());
  }
  return Transaction(std::move(lease));
}

Result<Transaction> Database::write() {
  TRY_ASSIGN(auto connection, take(*state_));
  auto lease = std::make_unique<Transaction::Lease>(std::move(connection), state_.get());
  if (auto begun = lease->connection->run("BEGIN IMMEDIATE"); !begun) {
    lease->open = false;
    return tl::make_unexpected(begun.error());
  }
  return Transaction(std::move(lease));
}

Result<> Database::verify() {
  static constexpr Query integrity{"db.integrity", "PRAGMA integrity_check"};
  TRY_ASSIGN(Transaction transaction, read());
  TRY_ASSIGN(const auto rows, transaction.query(integrity));
  if (rows.size() == 1 && rows.front().text(0) == "ok") return {};
  std::vector<Problem> problems;
  problems.reserve(rows.size());
  for (const Row& row : rows) problems.push_back({state_->path.string(), 0, {}, row.text(0)});
  return fail(ErrorCode::data_corrupt, "数据库文件损坏", std::move(problems));
}

}  // namespace dengce::db
