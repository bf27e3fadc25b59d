// SPDX-License-Identifier: Apache-2.0
#include "program/data_directory.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "program/upgrade.h"

namespace dengce::program {
namespace {

namespace fs = std::filesystem;

Result<> make_private_directory(const fs::path& directory) {
  std::error_code error;
  if (fs::is_directory(directory, error)) return {};
  fs::create_directories(directory, error);
  if (!error) fs::permissions(directory, fs::perms::owner_all, error);
  if (!error) return {};
  return fail(ErrorCode::permission_denied,
              "数据目录无法建立",
              {Problem{directory.string(), 0, {}, error.message()}});
}

}  // namespace

void add_place_options(CLI::App& command, Place& place) {
  command.add_option("--data", place.data, "数据目录");
  command.add_option(
      "--database", place.database, "数据库地址（postgres://…），默认用数据目录中的 dengce.db");
  command.add_option(
      "--key",
      place.key,
      "主密钥：文件，或 PKCS#11 令牌的地址（pkcs11:…）；默认为数据目录旁的 目录名.key");
}

void add_export_options(CLI::App& command, access::ExportNote& note) {
  command.add_option("--purpose", note.purpose, "导出的用途，记入审计链");
  command.add_option("--recipient", note.recipient, "接收人，记入审计链");
}

Result<db::Database> open_as_it_is(const Place& place, Missing missing) {
  if (place.data.empty()) {
    return fail(ErrorCode::invalid_argument, "缺少数据目录：请加 --data 目录");
  }
  std::string location = place.database;
  std::error_code error;
  if (location.empty()) {
    const fs::path file = place.data / "dengce.db";
    if (missing == Missing::refuse && !fs::exists(file, error)) {
      return fail(ErrorCode::not_found,
                  "数据目录中没有数据库（可先运行 dengce init --data 目录）",
                  {Problem{place.data.string(), 0, {}, "没有 dengce.db"}});
    }
    location = file.string();
  }
  TRY(make_private_directory(place.data));
  TRY_ASSIGN(db::Database database, db::Database::open(location));
  if (place.database.empty()) {
    fs::permissions(location, fs::perms::owner_read | fs::perms::owner_write, error);
  }
  return database;
}

Result<db::Database> open_data(const Place& place, Missing missing) {
  TRY_ASSIGN(db::Database database, open_as_it_is(place, missing));
  TRY_ASSIGN(const auto copy, upgrade_schema(database, place.data));
  if (copy) fmt::print(stderr, "数据库结构已升级，升级前的副本：{}\n", copy->string());
  return database;
}

Result<db::Database> open_data(const fs::path& directory, Missing missing) {
  return open_data(Place{directory, {}, {}}, missing);
}

Result<Installation> open_installation(const Place& place, Missing missing) {
  TRY_ASSIGN(db::Database database, open_data(place, missing));
  const bool create = missing == Missing::create;
  TRY_ASSIGN(Vault vault,
             open_vault(place.data, place.key, create ? MissingKey::create : MissingKey::refuse));
  return Installation{std::move(database), std::move(vault)};
}

}  // namespace dengce::program
