// SPDX-License-Identifier: Apache-2.0
// The directory of --data: one database file, private to its owner.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "db/database.h"

namespace dengce::program {

enum class Missing { create, refuse };

// Opens DIR/dengce.db and brings its schema up to date. With Missing::refuse a directory without a
// database is not_found.
Result<db::Database> open_data(const std::filesystem::path& directory, Missing missing);

}  // namespace dengce::program
