// SPDX-License-Identifier: Apache-2.0
// SQLite behind Connection. Private to this room.
#pragma once

#include "db/connection.h"

namespace dengce::db {

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path,
                                                const DatabaseOptions& options);

}  // namespace dengce::db
