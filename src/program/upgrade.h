// SPDX-License-Identifier: Apache-2.0
// A newer program on older data: a copy of the database first, then the missing steps of the
// schema.
#pragma once

#include <filesystem>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::program {

// Brings the schema up to date. A SQLite database that holds data is copied into its directory
// before it is changed; gives that copy's path. PostgreSQL is saved by its own tools.
Result<std::optional<std::filesystem::path>> upgrade_schema(db::Database& database,
                                                            const std::filesystem::path& directory,
                                                            Clock clock = system_now);

}  // namespace dengce::program
