// SPDX-License-Identifier: Apache-2.0
#include "program/upgrade.h"

#include <algorithm>

namespace dengce::program {
namespace {

namespace fs = std::filesystem;

// "2026-07-01T08:00:00.000Z" → "20260701T080000000Z": fits into a file name everywhere.
std::string file_time(Instant now) {
  std::string out = format_instant(now);
  std::erase_if(out, [](char c) { return c == '-' || c == ':' || c == '.'; });
  return out;
}

Result<fs::path> copy_before(db::Database& database,
                             const fs::path& directory,
                             const std::string& step,
                             Instant now) {
  const fs::path copy = directory / ("dengce.db.before-" + step + "." + file_time(now));
  const fs::path unfinished = copy.string() + ".part";
  auto copied = database.copy_to(unfinished);
  std::error_code error;
  if (copied) {
    fs::permissions(unfinished, fs::perms::owner_read | fs::perms::owner_write, error);
    if (!error) fs::rename(unfinished, copy, error);
  }
  if (copied && !error) return copy;
  std::error_code ignored;
  fs::remove(unfinished, ignored);
  std::string reason = copied ? error.message() : copied.error().text();
  return fail(ErrorCode::unavailable,
              "升级前的数据库副本无法写入，结构未作改动",
              {Problem{unfinished.string(), 0, {}, std::move(reason)}});
}

}  // namespace

Result<std::optional<fs::path>> upgrade_schema(db::Database& database,
                                               const fs::path& directory,
                                               Clock clock) {
  const auto steps = db::compiled_migrations();
  TRY_ASSIGN(const auto pending, db::pending_migrations(database, steps));
  std::optional<fs::path> copy;
  const bool holds_data = pending.size() < steps.size();
  if (!pending.empty() && holds_data && database.kind() == db::DatabaseKind::sqlite) {
    TRY_ASSIGN(copy, copy_before(database, directory, pending.front(), clock()));
  }
  TRY(db::migrate(database, steps));
  return copy;
}

}  // namespace dengce::program
