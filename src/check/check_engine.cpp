// SPDX-License-Identifier: Apache-2.0
#include "check/check_engine.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/text.h"

namespace dengce::check {
namespace {

using evidence::FactId;

constexpr std::size_t max_reason_bytes = 2000;

std::string_view column_text(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

// Ends a run whichever way it goes, so that no statement keeps pointers into the facts.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}

  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

  ~Reset() { sqlite3_reset(statement_); }

 private:
  sqlite3_stmt* statement_;
};

Finding error_finding(std::string reason) {
  return {Status::error, std::move(reason), std::nullopt, {}};
}

}  // namespace

Result<CheckEngine> CheckEngine::create(const CheckSet& checks, EngineOptions options) {
  // Counting memory takes a lock at each allocation, a seventh of an evaluation. Refused,
  // harmlessly, if another room has opened a database before.
  static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(uncounted);
  TRY_ASSIGN(evidence::FactDatabase database, evidence::FactDatabase::create());
  CheckEngine engine(checks, options, std::move(database));
  TRY(engine.prepare());
  return engine;
}

Result<> CheckEngine::prepare() {
  for (const Check& check : checks_->checks()) {
    auto statement = Statement::prepare(database_.handle(), check.sql);
    if (!statement) {
      return fail(ErrorCode::invalid_argument,
                  "检查内容有误",
                  {Problem{check.path, check.sql_line, "query", statement.error().reason}});
    }
    Prepared prepared{std::move(*statement), 0, 0, 0, {}};
    prepared.status = prepared.statement.column("status");
    prepared.reason = prepared.statement.column("reason");
    prepared.source = prepared.statement.column("source");
    if (prepared.status < 0 || prepared.reason < 0 || prepared.source < 0) {
      return fail(ErrorCode::invalid_argument,
                  "检查内容有误",
                  {Problem{check.path, check.sql_line, "query", "缺少结果列"}});
    }
    for (std::size_t i = 0; i < check.record.size(); ++i) {
      for (const Sentence::Piece& piece : check.record[i].pieces) {
        prepared.record_columns[i].push_back(
            piece.column.empty() ? -1 : prepared.statement.column(piece.column));
      }
    }
    prepared_.push_back(std::move(prepared));
  }
  return {};
}

void CheckEngine::bind(const evidence::FactSet& facts) {
  facts_ = &facts;
  database_.bind(&facts);
  // A table without a coverage row counts as covered only if it has rows.
  for (std::size_t i = 0; i < covered_.size(); ++i) {
    covered_[i] = facts.row_count(static_cast<int>(i)) > 0;
  }
  covered_[static_cast<std::size_t>(FactId::coverage)] = true;
  covered_[static_cast<std::size_t>(FactId::parse_problem)] = true;
  for (std::uint32_t row = 0; row < facts.row_count(FactId::coverage); ++row) {
    const int table = evidence::fact_table_index(facts.cell(FactId::coverage, row, 0).text);
    if (table < 0) continue;
    covered_[static_cast<std::size_t>(table)] =
        facts.cell(FactId::coverage, row, 1).text == "covered";
  }
}

void CheckEngine::unbind() {
  facts_ = nullptr;
  database_.bind(nullptr);
}

std::optional<std::string> CheckEngine::missing_facts(const Check& check) const {
  std::optional<std::string> reason;
  for (const int need : check.needs) {
    if (covered_[static_cast<std::size_t>(need)]) continue;
    const std::string_view table = evidence::fact_tables()[static_cast<std::size_t>(need)].name;
    std::string_view why;
    for (std::uint32_t row = 0; row < facts_->row_count(FactId::coverage); ++row) {
      if (facts_->cell(FactId::coverage, row, 0).text == table) {
        why = facts_->cell(FactId::coverage, row, 2).text;
      }
    }
    if (reason) *reason += "；";
    if (!reason) reason.emplace();
    *reason += why.empty() ? fmt::format("未采集到 {} 的事实", table)
                           : fmt::format("未采集到 {} 的事实：{}", table, why);
  }
  return reason;
}

void CheckEngine::take_row(const Check& check,
                           const Prepared& prepared,
                           Detail detail,
                           Finding& worst) const {
  sqlite3_stmt* row = prepared.statement.get();
  const std::string_view word = column_text(row, prepared.status);
  const auto status = status_from(word);
  if (!status || *status == Status::error) {
    worst = error_finding(fmt::format("检查给出的状态“{}”无效", shorten(word, 60)));
    return;
  }
  worst.status = *status;
  worst.reason = shorten(column_text(row, prepared.reason), max_reason_bytes);
  worst.source.reset();
  if (sqlite3_column_type(row, prepared.source) == SQLITE_INTEGER) {
    worst.source = sqlite3_column_int64(row, prepared.source);
  }
  worst.record.clear();
  if (detail == Detail::without_record || *status == Status::unknown) return;
  const auto kind = static_cast<std::size_t>(*status);
  const Sentence& sentence = check.record[kind];
  if (sentence.text.empty()) worst.record = worst.reason;
  for (std::size_t i = 0; i < sentence.pieces.size(); ++i) {
    worst.record += sentence.pieces[i].text;
    const int column = prepared.record_columns[kind][i];
    if (column < 0) continue;
    const bool null = sqlite3_column_type(row, column) == SQLITE_NULL;
    worst.record += null ? std::string("—") : shorten(column_text(row, column), max_reason_bytes);
  }
}

Finding CheckEngine::run(int check, Detail detail) {
  const auto position = static_cast<std::size_t>(check);
  const Check& about = checks_->checks()[position];
  if (facts_ == nullptr) return error_finding("没有可用的事实");
  if (auto missing = missing_facts(about)) {
    return {Status::unknown, std::move(*missing), std::nullopt, {}};
  }
  const Prepared& prepared = prepared_[position];
  sqlite3_stmt* statement = prepared.statement.get();
  const Reset reset(statement);
  database_.start_budget(options_.budget);
  Finding worst;
  int rows = 0;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    if (++rows > options_.max_rows) {
      return error_finding(fmt::format("结果超过 {} 行", options_.max_rows));
    }
    const auto status = status_from(column_text(statement, prepared.status));
    const bool worse = rows == 1 || !status || severity(*status) > severity(worst.status);
    if (!worse) continue;
    take_row(about, prepared, detail, worst);
    if (worst.status == Status::error) return worst;
  }
  if (code == SQLITE_INTERRUPT) return error_finding("计算量超出上限");
  if (code != SQLITE_DONE) {
    return error_finding(fmt::format("查询运行出错：{}", sqlite3_errmsg(database_.handle())));
  }
  if (rows == 0) worst.reason = "没有可据以判断的事实";
  return worst;
}

}  // namespace dengce::check
