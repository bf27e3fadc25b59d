// SPDX-License-Identifier: Apache-2.0
#include "db/database.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "db/pool.h"
#include "db/postgres_connection.h"

namespace dengce::db {

std::string Row::text(std::size_t column) const {
  return optional_text(column).value_or("");
}

std::int64_t Row::integer(std::size_t column) const {
  return optional_integer(column).value_or(0);
}

double Row::real(std::size_t column) const {
  const auto* value = std::get_if<double>(&values_.at(column));
  return value == nullptr ? 0.0 : *value;
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

bool is_postgres_location(std::string_view location) {
  return location.starts_with("postgres://") || location.starts_with("postgresql://");
}

tl::unexpected<Error> database_failure(ErrorCode code, std::string_view name, std::string words) {
  const char* message = "数据库操作失败";
  switch (code) {
    case ErrorCode::already_exists: message = "数据已存在"; break;
    case ErrorCode::conflict: message = "与其他数据冲突"; break;
    case ErrorCode::failed_precondition: message = "所引用的数据不存在，或仍被其他数据引用"; break;
    case ErrorCode::invalid_argument: message = "数据不符合数据库的要求"; break;
    case ErrorCode::too_large: message = "数据过大，数据库无法保存"; break;
    case ErrorCode::unavailable: message = "数据库暂时不可用（繁忙或无法连接），请稍后再试"; break;
    case ErrorCode::data_corrupt: message = "数据库文件损坏或不是数据库"; break;
    case ErrorCode::permission_denied: message = "数据库不可写或没有权限"; break;
    default: break;
  }
  return fail(code, message, fmt::format("{}: {}", name, words));
}

namespace {

// What one of the two databases would refuse or alter is refused for both.
Result<> check_values(const Query& query, std::span<const Value> values) {
  for (const Value& value : values) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (text->find('\0') != std::string::npos || !is_valid_utf8(*text)) {
        return fail(ErrorCode::invalid_argument,
                    "文字含 NUL 或不是 UTF-8，无法保存",
                    std::string(query.name));
      }
    } else if (const auto* number = std::get_if<double>(&value);
               number != nullptr && std::isnan(*number)) {
      return fail(ErrorCode::invalid_argument, "数值不是数，无法保存", std::string(query.name));
    }
  }
  return {};
}

}  // namespace

struct Transaction::Lease {
  std::unique_ptr<Connection> connection;
  Pool* pool;
  Mode mode;
  bool open = true;
  bool failed = false;

  Lease(std::unique_ptr<Connection> leased, Pool* owner, Mode how)
      : connection(std::move(leased)), pool(owner), mode(how) {}

  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  ~Lease() {
    if (open) connection->rollback();
    pool->give_back(std::move(connection), mode);
  }
};

Transaction::Transaction(std::unique_ptr<Lease> lease) : lease_(std::move(lease)) {}

Transaction::Transaction(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Result<> Transaction::usable(const Query& query, std::span<const Value> values) const {
  // PostgreSQL refuses what follows an error; SQLite would go on with half of the work.
  if (!lease_->open || lease_->failed) {
    return database_failure(ErrorCode::internal,
                            query.name,
                            lease_->open ? "an earlier statement of this transaction failed"
                                         : "the transaction has ended");
  }
  return check_values(query, values);
}

template <class T>
Result<T> Transaction::noted(Result<T> result) {
  if (!result) lease_->failed = true;
  return result;
}

Result<std::vector<Row>> Transaction::query(const Query& query, std::span<const Value> values) {
  TRY(noted(usable(query, values)));
  return noted(lease_->connection->query(query, values));
}

Result<std::int64_t> Transaction::execute(const Query& query, std::span<const Value> values) {
  TRY(noted(usable(query, values)));
  return noted(lease_->connection->execute(query, values));
}

Result<> Transaction::insert_many(const Query& query,
                                  std::size_t width,
                                  std::span<const Value> values) {
  TRY(noted(usable(query, values)));
  if (width == 0 || values.size() % width != 0) {
    return noted(Result<>(
        database_failure(ErrorCode::internal, query.name, "values do not fill the last row")));
  }
  if (values.empty()) return {};
  return noted(lease_->connection->insert_many(query, width, values));
}

Result<std::vector<Row>> Transaction::claim(const Query& query, std::span<const Value> values) {
  TRY(noted(usable(query, values)));
  return noted(lease_->connection->claim(query, values));
}

Result<bool> Transaction::has_table(std::string_view name) {
  return noted(lease_->connection->has_table(name));
}

Result<> Transaction::commit() {
  TRY(usable({"commit", {}}, {}));
  TRY(noted(lease_->connection->commit()));
  lease_->open = false;
  return {};
}

Database::Database(std::unique_ptr<Pool> state) : state_(std::move(state)) {}

Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& location, const DatabaseOptions& options) {
  auto state = std::make_unique<Pool>(location, options);
  if (state->kind == DatabaseKind::postgresql) {
    TRY_ASSIGN(state->shown, shown_postgres_location(location));
  }
  // The first connection is made now, so that a wrong location is told at once.
  TRY_ASSIGN(Pool::Taken first, state->take(Mode::read));
  if (state->kind == DatabaseKind::postgresql) {
    auto fit = check_postgres(*first.connection);
    state->give_back(std::move(first.connection), Mode::read);
    TRY(fit);
  } else {
    state->give_back(std::move(first.connection), Mode::read);
  }
  return Database(std::move(state));
}

DatabaseKind Database::kind() const {
  return state_->kind;
}

const std::string& Database::shown_location() const {
  return state_->shown;
}

namespace {

// A connection on which the transaction has begun; connections lost while they waited are dropped.
Result<std::unique_ptr<Connection>> begun(Pool& pool, Mode mode) {
  for (;;) {
    TRY_ASSIGN(Pool::Taken taken, pool.take(mode));
    auto result = taken.connection->begin(mode);
    if (result) return std::move(taken.connection);
    const bool again = taken.pooled && taken.connection->broken();
    pool.give_back(std::move(taken.connection), mode);
    if (!again) return tl::make_unexpected(std::move(result).error());
  }
}

}  // namespace

Result<Transaction> Database::read() {
  TRY_ASSIGN(auto connection, begun(*state_, Mode::read));
  return Transaction(
      std::make_unique<Transaction::Lease>(std::move(connection), state_.get(), Mode::read));
}

Result<Transaction> Database::write() {
  TRY_ASSIGN(auto connection, begun(*state_, Mode::write));
  return Transaction(
      std::make_unique<Transaction::Lease>(std::move(connection), state_.get(), Mode::write));
}

Result<Transaction> Database::begin_migration() {
  TRY_ASSIGN(auto connection, begun(*state_, Mode::migration));
  return Transaction(
      std::make_unique<Transaction::Lease>(std::move(connection), state_.get(), Mode::migration));
}

Result<> Database::verify() {
  TRY_ASSIGN(Transaction transaction, read());
  TRY_ASSIGN(const auto defects, transaction.lease_->connection->defects());
  if (defects.empty()) return {};
  std::vector<Problem> problems;
  problems.reserve(defects.size());
  for (const std::string& defect : defects) problems.push_back({state_->shown, 0, {}, defect});
  return fail(ErrorCode::data_corrupt, "数据库损坏", std::move(problems));
}

Result<> Database::copy_to(const std::filesystem::path& path) {
  TRY_ASSIGN(Pool::Taken taken, state_->take(Mode::read));
  auto copied = taken.connection->copy_to(path);
  state_->give_back(std::move(taken.connection), Mode::read);
  return copied;
}

Result<std::int64_t> Database::size_bytes() {
  TRY_ASSIGN(Transaction transaction, read());
  return transaction.lease_->connection->size_bytes();
}

}  // namespace dengce::db
