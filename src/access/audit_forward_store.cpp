// SPDX-License-Identifier: Apache-2.0
#include "access/audit_forward_store.h"

#include <vector>

namespace dengce::access {
namespace {

constexpr db::Query hold_target{
    "audit_forward.hold",
    "INSERT INTO audit_forward (target, sequence, holder, held_until) VALUES ($1, 0, $2, $4)"
    " ON CONFLICT (target) DO UPDATE SET holder = $2, held_until = $4"
    " WHERE audit_forward.holder = $2 OR audit_forward.held_until <= $3"
    " RETURNING sequence"};
constexpr db::Query move_target{
    "audit_forward.move",
    "UPDATE audit_forward SET sequence = $3 WHERE target = $1 AND holder = $2"};
constexpr db::Query release_target{
    "audit_forward.release",
    "UPDATE audit_forward SET held_until = 0 WHERE target = $1 AND holder = $2"};

}  // namespace

Result<std::optional<std::int64_t>> hold_forward(db::Transaction& transaction,
                                                 const std::string& target,
                                                 const std::string& holder,
                                                 Instant now,
                                                 Instant until) {
  const std::vector<db::Value> values{target, holder, now.milliseconds, until.milliseconds};
  TRY_ASSIGN(const auto rows, transaction.query(hold_target, values));
  return rows.empty() ? std::optional<std::int64_t>() : std::optional(rows.front().integer(0));
}

Result<bool> move_forward(db::Transaction& transaction,
                          const std::string& target,
                          const std::string& holder,
                          std::int64_t sequence) {
  const std::vector<db::Value> values{target, holder, sequence};
  TRY_ASSIGN(const std::int64_t changed, transaction.execute(move_target, values));
  return changed == 1;
}

Result<> release_forward(db::Transaction& transaction,
                         const std::string& target,
                         const std::string& holder) {
  const std::vector<db::Value> values{target, holder};
  TRY(transaction.execute(release_target, values));
  return {};
}

}  // namespace dengce::access
