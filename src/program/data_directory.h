// SPDX-License-Identifier: Apache-2.0
// Where an installation lies: its data directory, its database, its master key.
#pragma once

#include <filesystem>
#include <string>

#include "access/export_log.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"

namespace CLI {
class App;
}

namespace dengce::program {

enum class Missing { create, refuse };

struct Place {
  std::filesystem::path data;  // private to its owner
  std::string database;        // "postgres://…"; empty: dengce.db of the data directory
  std::filesystem::path key;   // of the vault; empty: as open_vault says
};

// Adds --data, --database and --key.
void add_place_options(CLI::App& command, Place& place);

// Adds --purpose and --recipient.
void add_export_options(CLI::App& command, access::ExportNote& note);

// Opens the database with the schema that it has. With Missing::refuse a place without one is
// not_found.
Result<db::Database> open_as_it_is(const Place& place, Missing missing);

// The same, and brings its schema up to date (upgrade.h).
Result<db::Database> open_data(const Place& place, Missing missing);
Result<db::Database> open_data(const std::filesystem::path& directory, Missing missing);

struct Installation {
  db::Database database;
  Vault vault;
};

// The database with the vault of its evidence; with Missing::create both are made.
Result<Installation> open_installation(const Place& place, Missing missing);

}  // namespace dengce::program
