// SPDX-License-Identifier: Apache-2.0
#include "program/data_directory.h"

namespace dengce::program {

Result<db::Database> open_data(const std::filesystem::path& directory, Missing missing) {
  namespace fs = std::filesystem;
  const fs::path file = directory / "dengce.db";
  std::error_code error;
  if (missing == Missing::refuse && !fs::exists(file, error)) {
    return fail(ErrorCode::not_found,
                "数据目录中没有数据库（可先运行 dengce demo --data 目录）",
                {Problem{directory.string(), 0, {}, "没有 dengce.db"}});
  }
  if (!fs::is_directory(directory, error)) {
    fs::create_directories(directory, error);
    if (!error) fs::permissions(directory, fs::perms::owner_all, error);
    if (error) {
      return fail(ErrorCode::permission_denied,
                  "数据目录无法建立",
                  {Problem{directory.string(), 0, {}, error.message()}});
    }
  }
  TRY_ASSIGN(db::Database database, db::Database::open(file));
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
  TRY(db::migrate(database, db::compiled_migrations()));
  return database;
}

}  // namespace dengce::program
