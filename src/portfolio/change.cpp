// SPDX-License-Identifier: Apache-2.0
#include "portfolio/change.h"

#include "access/audit.h"
#include "base/digest.h"
#include "portfolio/system_store.h"

namespace dengce::portfolio {

namespace {

Result<> append_change(db::Transaction& transaction,
                       const access::Actor& actor,
                       const Change& change,
                       Clock clock) {
  access::AuditEvent event;
  event.action = change.action;
  event.object_type = change.type;
  event.object_id = change.id;
  event.object_name = change.name;
  if (!change.before.empty()) event.before = sm3_hex(change.before);
  if (!change.after.empty()) event.after = sm3_hex(change.after);
  event.detail = change.detail;
  return access::append_audit(transaction, actor, event, clock);
}

}  // namespace

Result<> commit_change(db::Transaction& transaction,
                       const access::Actor& actor,
                       const Change& change,
                       Clock clock) {
  TRY(append_change(transaction, actor, change, clock));
  return transaction.commit();
}

Result<Edit> Edit::begin(db::Database& database, const access::Actor& actor, Clock clock) {
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY_ASSIGN(Visible visible, select_visible(transaction, actor));
  return Edit{std::move(transaction), std::move(visible), actor, clock, shanghai_day(clock())};
}

Result<> Edit::commit(const Change& change) {
  TRY(append_change(transaction, actor, change, clock));
  return held ? Result<>() : transaction.commit();
}

tl::unexpected<Error> bad_field(std::string_view field, std::string reason) {
  return fail(ErrorCode::invalid_argument,
              "输入有误",
              {Problem{{}, 0, std::string(field), std::move(reason)}});
}

}  // namespace dengce::portfolio
