// SPDX-License-Identifier: Apache-2.0
// Modules and domains inside a system, with what is in scope of the assessment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::portfolio {

struct SystemModule {
  std::string id;
  std::string system_id;
  std::string name;
  std::string kind;  // "module" or "domain"
  bool in_scope = true;
  std::string reason;  // why not; asked for when it is out of scope
  std::int64_t version = 1;
};

struct ModulePatch {
  std::optional<std::string> name;
  std::optional<std::string> kind;
  std::optional<bool> in_scope;
  std::optional<std::string> reason;
};

Result<> check_module(const SystemModule& module, const std::vector<SystemModule>& others);

Result<std::vector<SystemModule>> modules_of(db::Database& database,
                                             const access::Actor& actor,
                                             const std::string& system_id);
Result<SystemModule> create_module(db::Database& database,
                                   const access::Actor& actor,
                                   SystemModule module,
                                   Clock clock = system_now);
Result<SystemModule> change_module(db::Database& database,
                                   const access::Actor& actor,
                                   const std::string& id,
                                   std::int64_t version,
                                   const ModulePatch& patch,
                                   Clock clock = system_now);
Result<> delete_module(db::Database& database,
                       const access::Actor& actor,
                       const std::string& id,
                       std::int64_t version,
                       Clock clock = system_now);

std::string to_json(const SystemModule& module);

}  // namespace dengce::portfolio
