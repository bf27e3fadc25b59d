// SPDX-License-Identifier: Apache-2.0
#include "db/postgres_connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <limits>
#include <map>

#include "base/text.h"
#include "db/postgres_values.h"

namespace dengce::db {
namespace {

constexpr std::size_t copy_chunk_bytes = 1U << 20;
constexpr std::size_t pipeline_rows = 256;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};

using Answer = std::unique_ptr<PGresult, ClearResult>;

struct Finish {
  void operator()(PGconn* handle) const { PQfinish(handle); }
};

std::string one_line(const char* words) {
  std::string out = words == nullptr ? "" : std::string(trim(words));
  for (char& c : out) {
    if (c == '\n') c = ' ';
  }
  return out;
}

// By SQLSTATE, its class where the class says enough.
ErrorCode code_of(std::string_view state) {
  static const std::map<std::string_view, ErrorCode> exact{
      {"08P01", ErrorCode::internal},  // a wrong number of parameters
      {"22021", ErrorCode::invalid_argument},
      {"23502", ErrorCode::invalid_argument},
      {"23503", ErrorCode::failed_precondition},
      {"23505", ErrorCode::already_exists},
      {"23514", ErrorCode::invalid_argument},
      {"25006", ErrorCode::permission_denied},
      {"42501", ErrorCode::permission_denied},
      {"55P03", ErrorCode::unavailable},
      {"58030", ErrorCode::unavailable},
  };
  static const std::map<std::string_view, ErrorCode> classes{
      {"08", ErrorCode::unavailable},
      {"22", ErrorCode::invalid_argument},
      {"23", ErrorCode::conflict},
      {"28", ErrorCode::permission_denied},
      {"40", ErrorCode::unavailable},
      {"53", ErrorCode::unavailable},
      {"54", ErrorCode::too_large},
      {"57", ErrorCode::unavailable},
      {"XX", ErrorCode::internal},
  };
  if (state == "XX001" || state == "XX002") return ErrorCode::data_corrupt;
  if (const auto found = exact.find(state); found != exact.end()) return found->second;
  const auto found = classes.find(state.substr(0, 2));
  return found == classes.end() ? ErrorCode::internal : found->second;
}

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(PGconn* handle, const DatabaseOptions& options)
      : handle_(handle), options_(options) {}

  Result<> prepare_connection();

  Result<> begin(Mode mode) override;
  Result<> commit() override;
  void rollback() override;

  [[nodiscard]] bool broken() const override {
    return broken_ || PQstatus(handle_.get()) != CONNECTION_OK;
  }

  Result<std::vector<Row>> query(const Query& query, std::span<const Value> values) override;
  Result<std::int64_t> execute(const Query& query, std::span<const Value> values) override;
  Result<> insert_many(const Query& query,
                       std::size_t width,
                       std::span<const Value> values) override;
  Result<std::vector<Row>> claim(const Query& query, std::span<const Value> values) override;
  Result<bool> has_table(std::string_view name) override;
  Result<std::int64_t> size_bytes() override;
  Result<std::vector<std::string>> defects() override;
  Result<> copy_to(const std::filesystem::path& path) override;

 private:
  // How COPY carries the rows of an INSERT; no types: it cannot.
  struct CopyPlan {
    std::string sql;
    std::vector<PostgresType> types;
  };

  Result<> run(const std::string& sql);
  Result<std::string> prepare(const Query& query);
  Result<Answer> ask(const Query& query, std::span<const Value> values);
  Result<const CopyPlan*> copy_plan(const Query& query);
  Result<> copy_rows(const Query& query, const CopyPlan& plan, std::span<const Value> values);
  Result<> pipeline_rows_of(const Query& query, std::size_t width, std::span<const Value> values);
  Result<> send_rows(const Query& query,
                     const std::string& statement,
                     std::size_t width,
                     std::span<const Value> values);
  tl::unexpected<Error> failure(std::string_view name, const PGresult* result);

  std::unique_ptr<PGconn, Finish> handle_;
  DatabaseOptions options_;
  bool broken_ = false;
  std::uint64_t statements_made_ = 0;
  std::map<std::string, std::string, std::less<>> statements_;  // SQL text → name
  std::map<std::string, CopyPlan, std::less<>> copy_plans_;     // by SQL text
};

bool good(const Answer& answer) {
  const ExecStatusType status = PQresultStatus(answer.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

tl::unexpected<Error> PostgresConnection::failure(std::string_view name, const PGresult* result) {
  const char* field = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  // Without a state the words come from the client: the connection is gone.
  const ErrorCode code = state.empty() ? ErrorCode::unavailable : code_of(state);
  broken_ = broken_ || PQstatus(handle_.get()) != CONNECTION_OK || state.starts_with("57P0");
  const char* words =
      result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  auto error = database_failure(
      code,
      name,
      fmt::format("{} ({})",
                  one_line(words == nullptr ? PQerrorMessage(handle_.get()) : words),
                  state.empty() ? "no state" : state));
  if (state == "53100")
    error.value().message = "数据库服务器磁盘已满，无法保存；请清理磁盘空间后再试";
  return error;
}

Result<> PostgresConnection::run(const std::string& sql) {
  const Answer answer(PQexec(handle_.get(), sql.c_str()));
  if (!good(answer)) return failure(sql, answer.get());
  return {};
}

Result<> PostgresConnection::prepare_connection() {
  PQsetNoticeProcessor(
      handle_.get(), [](void*, const char*) {}, nullptr);
  return run(
      fmt::format("SET client_min_messages = warning; SET statement_timeout = {};"
                  "SET lock_timeout = {}; SET idle_in_transaction_session_timeout = '15min'",
                  options_.statement_timeout.count(),
                  options_.lock_timeout.count()));
}

Result<> PostgresConnection::begin(Mode mode) {
  switch (mode) {
    case Mode::read: return run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    case Mode::write: return run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    case Mode::migration:
      // One migration at a time per schema; the lock ends with the transaction.
      return run(
          "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 0;"
          "SET LOCAL lock_timeout = '10min';"
          "SELECT pg_advisory_xact_lock(1684370791, hashtext(current_schema()));"
          "DO $$ BEGIN IF to_regtype('blob') IS NULL THEN CREATE DOMAIN blob AS bytea;"
          " END IF; END $$");
  }
  return {};
}

Result<> PostgresConnection::commit() {
  const Answer answer(PQexec(handle_.get(), "COMMIT"));
  if (!good(answer)) return failure("commit", answer.get());
  // The server answers ROLLBACK, and no error, when a statement before had failed.
  if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT") {
    return database_failure(ErrorCode::internal, "commit", "the transaction was rolled back");
  }
  return {};
}

void PostgresConnection::rollback() {
  if (!broken()) static_cast<void>(run("ROLLBACK"));
  if (PQtransactionStatus(handle_.get()) != PQTRANS_IDLE) broken_ = true;
}

Result<std::string> PostgresConnection::prepare(const Query& query) {
  if (const auto found = statements_.find(query.sql); found != statements_.end()) {
    return found->second;
  }
  if (statements_.size() >= max_cached_statements) {
    TRY(run("DEALLOCATE ALL"));
    statements_.clear();
  }
  std::string name = fmt::format("dengce_{}", ++statements_made_);
  const std::string sql(query.sql);
  const Answer answer(PQprepare(handle_.get(), name.c_str(), sql.c_str(), 0, nullptr));
  if (!good(answer)) return failure(query.name, answer.get());
  statements_.emplace(sql, name);
  return name;
}

// Lengths on the wire are 32 bits, and one field is 1 GB at most.
Result<> check_sizes(const Query& query, std::span<const Value> values) {
  constexpr std::size_t most = 1'000'000'000;
  for (const Value& value : values) {
    const auto* text = std::get_if<std::string>(&value);
    const auto* blob = std::get_if<Blob>(&value);
    if ((text != nullptr && text->size() > most) ||
        (blob != nullptr && blob->bytes.size() > most)) {
      return database_failure(ErrorCode::too_large, query.name, "a value of more than 1 GB");
    }
  }
  return {};
}

Result<Answer> PostgresConnection::ask(const Query& query, std::span<const Value> values) {
  TRY(check_sizes(query, values));
  TRY_ASSIGN(const std::string name, prepare(query));
  const Parameters parameters(values);
  Answer answer(PQexecPrepared(handle_.get(),
                               name.c_str(),
                               parameters.count(),
                               parameters.values(),
                               parameters.lengths(),
                               parameters.formats(),
                               1));
  if (!good(answer)) return failure(query.name, answer.get());
  return answer;
}

Result<std::vector<Row>> PostgresConnection::query(const Query& query,
                                                   std::span<const Value> values) {
  TRY_ASSIGN(const Answer answer, ask(query, values));
  const int columns = PQnfields(answer.get());
  const int count = PQntuples(answer.get());
  std::vector<Row> rows;
  rows.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    std::vector<Value> row;
    row.reserve(static_cast<std::size_t>(columns));
    for (int j = 0; j < columns; ++j) {
      if (PQgetisnull(answer.get(), i, j) != 0) {
        row.emplace_back(std::monostate{});
        continue;
      }
      const std::string_view bytes(PQgetvalue(answer.get(), i, j),
                                   static_cast<std::size_t>(PQgetlength(answer.get(), i, j)));
      auto value = decode_binary(static_cast<PostgresType>(PQftype(answer.get(), j)), bytes);
      if (!value) {
        return database_failure(
            ErrorCode::internal,
            query.name,
            fmt::format("column {} has type {} or a number that is not whole or too large",
                        PQfname(answer.get(), j),
                        PQftype(answer.get(), j)));
      }
      row.push_back(std::move(*value));
    }
    rows.emplace_back(std::move(row));
  }
  return rows;
}

Result<std::int64_t> PostgresConnection::execute(const Query& query,
                                                 std::span<const Value> values) {
  TRY_ASSIGN(const Answer answer, ask(query, values));
  return parse_int(PQcmdTuples(answer.get())).value_or(0);
}

Result<std::vector<Row>> PostgresConnection::claim(const Query& query,
                                                   std::span<const Value> values) {
  const std::string sql = std::string(query.sql) + " FOR UPDATE SKIP LOCKED";
  return this->query({query.name, sql}, values);
}

Result<const PostgresConnection::CopyPlan*> PostgresConnection::copy_plan(const Query& query) {
  if (const auto found = copy_plans_.find(query.sql); found != copy_plans_.end()) {
    return &found->second;
  }
  CopyPlan plan;
  if (const auto insert = parse_plain_insert(query.sql)) {
    // A result's description names base types where a parameter's names domains.
    const std::string columns =
        fmt::format("SELECT {} FROM {} WHERE false", insert->columns, insert->table);
    const Answer prepared(PQprepare(handle_.get(), "", columns.c_str(), 0, nullptr));
    if (!good(prepared)) return failure(query.name, prepared.get());
    const Answer described(PQdescribePrepared(handle_.get(), ""));
    if (!good(described)) return failure(query.name, described.get());
    plan.sql =
        fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", insert->table, insert->columns);
    for (int i = 0; i < PQnfields(described.get()); ++i) {
      plan.types.push_back(static_cast<PostgresType>(PQftype(described.get(), i)));
    }
  }
  return &copy_plans_.emplace(query.sql, std::move(plan)).first->second;
}

Result<> PostgresConnection::insert_many(const Query& query,
                                         std::size_t width,
                                         std::span<const Value> values) {
  TRY(check_sizes(query, values));
  if (values.size() == width) {
    TRY(execute(query, values));
    return {};
  }
  TRY_ASSIGN(const CopyPlan* plan, copy_plan(query));
  bool by_copy = plan->types.size() == width;
  for (std::size_t i = 0; by_copy && i < values.size(); ++i) {
    by_copy = copyable(plan->types[i % width], values[i]);
  }
  return by_copy ? copy_rows(query, *plan, values) : pipeline_rows_of(query, width, values);
}

Result<> PostgresConnection::copy_rows(const Query& query,
                                       const CopyPlan& plan,
                                       std::span<const Value> values) {
  const Answer begun(PQexec(handle_.get(), plan.sql.c_str()));
  if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return failure(query.name, begun.get());
  std::string out = copy_head();
  bool sent = true;
  const auto flush = [&] {
    sent = sent && PQputCopyData(handle_.get(), out.data(), static_cast<int>(out.size())) == 1;
    out.clear();
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % plan.types.size() == 0) append_copy_row(out, plan.types.size());
    append_copy_value(out, values[i]);
    if (out.size() >= copy_chunk_bytes) flush();
  }
  out += copy_tail();
  flush();
  sent = PQputCopyEnd(handle_.get(), sent ? nullptr : "not sent") == 1 && sent;
  Result<> result;
  while (const Answer answer{PQgetResult(handle_.get())}) {
    if (!good(answer) && result) result = failure(query.name, answer.get());
  }
  if (result && !sent) return failure(query.name, nullptr);
  return result;
}

Result<> PostgresConnection::pipeline_rows_of(const Query& query,
                                              std::size_t width,
                                              std::span<const Value> values) {
  TRY_ASSIGN(const std::string statement, prepare(query));
  for (std::size_t at = 0; at < values.size(); at += width * pipeline_rows) {
    const std::size_t size = std::min(width * pipeline_rows, values.size() - at);
    if (PQenterPipelineMode(handle_.get()) != 1) return failure(query.name, nullptr);
    auto sent = send_rows(query, statement, width, values.subspan(at, size));
    if (PQexitPipelineMode(handle_.get()) != 1 && sent) sent = failure(query.name, nullptr);
    TRY(sent);
  }
  return {};
}

// Many executions in one round trip, then their answers up to the mark at the end.
Result<> PostgresConnection::send_rows(const Query& query,
                                       const std::string& statement,
                                       std::size_t width,
                                       std::span<const Value> values) {
  for (std::size_t at = 0; at < values.size(); at += width) {
    const Parameters parameters(values.subspan(at, width));
    if (PQsendQueryPrepared(handle_.get(),
                            statement.c_str(),
                            parameters.count(),
                            parameters.values(),
                            parameters.lengths(),
                            parameters.formats(),
                            1) != 1) {
      broken_ = true;  // what was sent can no longer be told from what was not
      return failure(query.name, nullptr);
    }
  }
  if (PQpipelineSync(handle_.get()) != 1) return failure(query.name, nullptr);
  Result<> result;
  // A null separates the answers of two executions; the mark comes after the last.
  for (;;) {
    const Answer answer(PQgetResult(handle_.get()));
    if (answer == nullptr) {
      if (PQstatus(handle_.get()) != CONNECTION_OK) {
        return result ? Result<>(failure(query.name, nullptr)) : result;
      }
      continue;
    }
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_PIPELINE_SYNC) return result;
    if (!good(answer) && status != PGRES_PIPELINE_ABORTED && result) {
      result = failure(query.name, answer.get());
    }
  }
}

Result<bool> PostgresConnection::has_table(std::string_view name) {
  static constexpr Query find{"postgres.table", "SELECT to_regclass($1) IS NOT NULL"};
  const Value wanted = std::string(name);
  TRY_ASSIGN(const auto rows, query(find, {&wanted, 1}));
  return rows.front().integer(0) == 1;
}

Result<std::int64_t> PostgresConnection::size_bytes() {
  TRY_ASSIGN(const auto rows,
             query({"postgres.size", "SELECT pg_database_size(current_database())"}, {}));
  return rows.front().integer(0);
}

Result<std::vector<std::string>> PostgresConnection::defects() {
  static constexpr Query indexes{
      "postgres.indexes",
      "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1"};
  static constexpr Query checksums{"postgres.checksums",
                                   "SELECT COALESCE(checksum_failures, 0) FROM pg_stat_database"
                                   " WHERE datname = current_database()"};
  std::vector<std::string> out;
  TRY_ASSIGN(const auto unusable, query(indexes, {}));
  out.reserve(unusable.size());
  for (const Row& row : unusable) out.push_back(fmt::format("索引 {} 不可用", row.text(0)));
  TRY_ASSIGN(const auto failures, query(checksums, {}));
  if (!failures.empty() && failures.front().integer(0) > 0) {
    out.push_back(fmt::format("数据页校验和出错 {} 次", failures.front().integer(0)));
  }
  return out;
}

Result<> PostgresConnection::copy_to(const std::filesystem::path& /*path*/) {
  return fail(ErrorCode::unsupported,
              "PostgreSQL 数据库不能由本程序复制成一个文件，请使用 pg_dump",
              "copy_to");
}

// keyword → value of a URI; nothing if it is none. Its error words quote the URI: they are dropped.
std::optional<std::map<std::string, std::string>> parse_location(const std::string& location) {
  PQconninfoOption* options = PQconninfoParse(location.c_str(), nullptr);
  if (options == nullptr) return std::nullopt;
  std::map<std::string, std::string> out;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) out[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  return out;
}

}  // namespace

Result<std::string> shown_postgres_location(const std::string& location) {
  const auto parts = parse_location(location);
  if (!parts) {
    return fail(ErrorCode::invalid_argument,
                "PostgreSQL 地址写法有误，应如 postgres://用户@主机:5432/数据库名");
  }
  const auto part = [&](const char* key, std::string_view otherwise) {
    const auto found = parts->find(key);
    return found == parts->end() ? std::string(otherwise) : found->second;
  };
  return fmt::format("postgres://{}:{}/{}",
                     part("host", part("hostaddr", "localhost")),
                     part("port", "5432"),
                     part("dbname", ""));
}

Result<std::unique_ptr<Connection>> open_postgres(const std::string& location,
                                                  const DatabaseOptions& options) {
  TRY_ASSIGN(const std::string shown, shown_postgres_location(location));
  // What the URI says comes later and wins, but for the encoding.
  const std::array<const char*, 8> keys{"fallback_application_name",
                                        "connect_timeout",
                                        "keepalives_idle",
                                        "tcp_user_timeout",
                                        "gssencmode",
                                        "dbname",
                                        "client_encoding",
                                        nullptr};
  const std::array<const char*, 8> values{
      "dengce", "10", "30", "30000", "disable", location.c_str(), "UTF8", nullptr};
  PGconn* handle = PQconnectdbParams(keys.data(), values.data(), 1);
  auto connection = std::make_unique<PostgresConnection>(handle, options);
  if (PQstatus(handle) != CONNECTION_OK) {
    const std::string words = one_line(PQerrorMessage(handle));
    return fail(ErrorCode::unavailable, "无法连接 PostgreSQL 数据库", {{shown, 0, {}, words}});
  }
  TRY(connection->prepare_connection());
  return connection;
}

Result<> check_postgres(Connection& connection) {
  // 'B' stands before 'a' by bytes only, whatever the provider of the collation is.
  static constexpr Query fit{
      "postgres.fit",
      "SELECT current_setting('server_encoding') = 'UTF8', 'B' < 'a' AND 'a' < 'é'"};
  TRY(connection.begin(Mode::read));
  const auto rows = connection.query(fit, {});
  connection.rollback();
  TRY(rows);
  std::vector<Problem> problems;
  if (rows->front().integer(0) != 1) problems.push_back({"encoding", 0, {}, "数据库编码不是 UTF8"});
  if (rows->front().integer(1) != 1) {
    problems.push_back({"collation", 0, {}, "数据库不按字节排序（LC_COLLATE 应为 'C'）"});
  }
  if (problems.empty()) return {};
  return fail(
      ErrorCode::failed_precondition,
      "PostgreSQL 数据库的设置不符，请用 CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' "
      "LC_COLLATE 'C' LC_CTYPE 'C' 重新建库",
      std::move(problems));
}

}  // namespace dengce::db
