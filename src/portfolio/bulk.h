// SPDX-License-Identifier: Apache-2.0
// Bulk calls: one change, or the deletion, of many rows; all of them or none.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::portfolio {

struct Edit;

inline constexpr std::size_t max_bulk_rows = 500;

struct BulkRow {
  std::string id;
  std::int64_t version = 0;
};

// What happens to one row, within the edit that holds them all.
using RowEdit = std::function<Result<>(Edit& edit, const BulkRow& row)>;

// Every row with its own entry of the audit chain. When rows are refused nothing is changed, and
// each of them is named: line is its number, from 1.
Result<> edit_rows(db::Database& database,
                   const access::Actor& actor,
                   const std::vector<BulkRow>& rows,
                   const RowEdit& edit_row,
                   Clock clock = system_now);

}  // namespace dengce::portfolio
