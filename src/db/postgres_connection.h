// SPDX-License-Identifier: Apache-2.0
// PostgreSQL behind Connection. Private to this room.
#pragma once

#include "db/connection.h"

namespace dengce::db {

Result<std::unique_ptr<Connection>> open_postgres(const std::string& location,
                                                  const DatabaseOptions& options);

// An error unless the database is in UTF-8 and sorts by bytes.
Result<> check_postgres(Connection& connection);

// "postgres://host:port/database" of a URI; an error, without a word of the URI, if it is none.
Result<std::string> shown_postgres_location(const std::string& location);

}  // namespace dengce::db
