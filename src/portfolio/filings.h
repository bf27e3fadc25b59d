// SPDX-License-Identifier: Apache-2.0
// Filings with the police and the systems they stand for. One filing may stand for several
// systems, one system for several filings.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

struct Filing {
  std::string id;
  std::string number;
  std::string name;
  std::int64_t level = 0;
  std::optional<Day> filed;
  std::string certificate_name;  // file name; empty: none
  std::string certificate_sm3;   // of the file
  std::string certificate_file;  // id of the file handed in; empty: only its digest is known
  IdSet systems;                 // ids
  std::int64_t version = 1;
};

struct FilingPatch {
  std::optional<std::string> number;
  std::optional<std::string> name;
  std::optional<std::int64_t> level;
  std::optional<std::optional<Day>> filed;

  struct Certificate {
    std::string name;
    std::string sm3;
  };

  std::optional<Certificate> certificate;  // empty texts: no certificate
  std::optional<IdSet> systems;
};

// As the actor sees it: systems out of sight are left out.
Filing shown(Filing filing, const Visible& visible);

Result<> check_filing(const Filing& filing, Day today);

Result<Filing> create_filing(db::Database& database,
                             const access::Actor& actor,
                             Filing filing,
                             Clock clock = system_now);
// Links to systems out of the actor's sight stay as they are.
Result<Filing> change_filing(db::Database& database,
                             const access::Actor& actor,
                             const std::string& id,
                             std::int64_t version,
                             const FilingPatch& patch,
                             Clock clock = system_now);
Result<> delete_filing(db::Database& database,
                       const access::Actor& actor,
                       const std::string& id,
                       std::int64_t version,
                       Clock clock = system_now);

void write_filing(JsonWriter& json, const Filing& filing);
std::string to_json(const Filing& filing);

}  // namespace dengce::portfolio
