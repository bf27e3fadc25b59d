// SPDX-License-Identifier: Apache-2.0
#include "portfolio/bulk.h"

#include <fmt/format.h>

#include "portfolio/change.h"

namespace dengce::portfolio {
namespace {

// A fault of the row, not of the server.
bool is_refusal(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
    case ErrorCode::already_exists:
    case ErrorCode::failed_precondition:
    case ErrorCode::permission_denied:
    case ErrorCode::conflict: return true;
    default: return false;
  }
}

void add_problems(std::vector<Problem>& problems, int line, const Error& error) {
  if (error.problems.empty()) problems.push_back({{}, line, {}, error.message});
  for (const Problem& one : error.problems) problems.push_back({{}, line, one.field, one.reason});
}

}  // namespace

Result<> edit_rows(db::Database& database,
                   const access::Actor& actor,
                   const std::vector<BulkRow>& rows,
                   const RowEdit& edit_row,
                   Clock clock) {
  TRY_ASSIGN(Edit edit, Edit::begin(database, actor, clock));
  edit.held = true;
  std::vector<Problem> problems;
  int line = 0;
  int refused = 0;
  for (const BulkRow& row : rows) {
    ++line;
    const auto done = edit_row(edit, row);
    if (done) continue;
    if (!is_refusal(done.error().code)) return tl::make_unexpected(done.error());
    ++refused;
    add_problems(problems, line, done.error());
  }
  if (refused == 0) return edit.transaction.commit();
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} 行中有 {} 行不能处理，全部没有改动", rows.size(), refused),
              std::move(problems));
}

}  // namespace dengce::portfolio
