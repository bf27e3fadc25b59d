// SPDX-License-Identifier: Apache-2.0
#include "portfolio/change.h"

#include "access/audit.h"
#include "base/digest.h"

namespace dengce::portfolio {

Result<> commit_change(db::Transaction& transaction,
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
  TRY(access::append_audit(transaction, actor, event, clock));
  return transaction.commit();
}

tl::unexpected<Error> bad_field(std::string_view field, std::string reason) {
  return fail(ErrorCode::invalid_argument,
              "输入有误",
              {Problem{{}, 0, std::string(field), std::move(reason)}});
}

}  // namespace dengce::portfolio
