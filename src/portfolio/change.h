// SPDX-License-Identifier: Apache-2.0
// What the use cases of this room share: how a change begins, how it ends in the audit chain, how
// it is refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/problems.h"
#include "base/result.h"
#include "db/database.h"
#include "http/conditional.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

// One change of one object; the states are JSON, of which the chain keeps digests. An empty state:
// there was none before, or there is none after.
struct Change {
  std::string action;  // "system.create"
  std::string type;    // "system"
  std::string id;
  std::string name;
  std::string before;
  std::string after;
  std::string detail;  // JSON or empty
};

// Appends the audit entry and commits: the last step of every use case that changes something.
Result<> commit_change(db::Transaction& transaction,
                       const access::Actor& actor,
                       const Change& change,
                       Clock clock);

// How the audit chain knows an object; a noun with persons in it has functions of its own.
template <class Noun>
std::string audit_name(const Noun& noun) {
  return noun.name;
}

template <class Noun>
std::string audit_state(const Noun& noun) {
  return to_json(noun);
}

// A change in the making: its transaction, what the actor sees in it, who and when. The actor
// outlives it.
struct Edit {
  db::Transaction transaction;
  Visible visible;
  const access::Actor& actor;
  Clock clock;
  Day today;          // when it began
  bool held = false;  // of a bulk call: its last step commits, not each row

  static Result<Edit> begin(db::Database& database, const access::Actor& actor, Clock clock);

  // commit_change of this transaction; while held, the audit entry only.
  Result<> commit(const Change& change);

  // The same for the three changes that most nouns know; `type` is their word in the chain.
  template <class Noun>
  Result<Noun> commit_created(const std::string& type, Noun noun) {
    TRY(commit({type + ".create", type, noun.id, audit_name(noun), {}, audit_state(noun), {}}));
    return noun;
  }

  // `after` was written with the version of `before`, which counted it up.
  template <class Noun>
  Result<Noun> commit_changed(const std::string& type,
                              const Noun& before,
                              Noun after,
                              const std::string& verb = "change") {
    ++after.version;
    TRY(commit({type + "." + verb,
                type,
                after.id,
                audit_name(after),
                audit_state(before),
                audit_state(after),
                {}}));
    return after;
  }

  template <class Noun>
  Result<> commit_deleted(const std::string& type, const Noun& noun) {
    return commit({type + ".delete", type, noun.id, audit_name(noun), audit_state(noun), {}, {}});
  }
};

// What was found, if it still has the version that the change was made from.
template <class Noun>
Result<Noun> of_version(Result<Noun> found, std::int64_t version) {
  if (found && found->version != version) return http::stale_version();
  return found;
}

// One problem of one field.
tl::unexpected<Error> bad_field(std::string_view field, std::string reason);

// What `write` writes of a noun.
template <class Noun>
std::string json_text(void (*write)(JsonWriter&, const Noun&), const Noun& noun) {
  std::string out;
  JsonWriter json(out);
  write(json, noun);
  return out;
}

}  // namespace dengce::portfolio
