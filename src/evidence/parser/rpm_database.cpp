// SPDX-License-Identifier: Apache-2.0
#include "evidence/parser/rpm_database.h"

#include <sqlite3.h>

#include <cstring>
#include <memory>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr std::uint64_t max_database_bytes = 512ULL << 20;
constexpr std::size_t max_packages = 50'000;
constexpr std::uint32_t max_header_bytes = 64U << 20;

constexpr std::uint32_t tag_name = 1000;
constexpr std::uint32_t tag_version = 1001;
constexpr std::uint32_t tag_release = 1002;
constexpr std::uint32_t tag_install_time = 1008;
constexpr std::uint32_t tag_architecture = 1022;
constexpr std::uint32_t type_int32 = 4;
constexpr std::uint32_t type_string = 6;

std::uint32_t big_endian(std::string_view blob, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(blob[at + i]);
  return value;
}

// Text up to NUL, bounded by the data section.
std::string text_at(std::string_view data, std::uint32_t offset) {
  if (offset >= data.size()) return {};
  const std::string_view rest = data.substr(offset);
  return decode_text(rest.substr(0, std::min<std::size_t>(rest.find('\0'), 1024))).text;
}

using Connection = std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)>;
using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

// The file is somebody else's: only a plain read of one table is let through.
int only_packages(void*, int action, const char* table, const char*, const char*, const char*) {
  if (action == SQLITE_SELECT) return SQLITE_OK;
  if (action == SQLITE_READ && table != nullptr && sqlite3_stricmp(table, "Packages") == 0) {
    return SQLITE_OK;
  }
  return SQLITE_DENY;
}

int stop_endless(void* steps) {
  auto* left = static_cast<std::int64_t*>(steps);
  return --*left < 0 ? 1 : 0;
}

bool read_rows(std::string bytes, std::vector<RpmPackage>& packages) {
  constexpr std::size_t header_size = 100;
  if (bytes.size() < header_size || bytes.compare(0, 15, "SQLite format 3") != 0) return false;
  // A database in WAL mode can not be opened in memory; what is in the log is not seen either way.
  bytes[18] = 1;
  bytes[19] = 1;
  sqlite3* raw = nullptr;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  const int opened = sqlite3_open_v2(":memory:", &raw, flags, nullptr);
  const Connection db{raw, sqlite3_close_v2};
  if (opened != SQLITE_OK) return false;
  const auto size = static_cast<sqlite3_int64>(bytes.size());
  if (sqlite3_deserialize(db.get(),
                          "main",
                          reinterpret_cast<unsigned char*>(bytes.data()),
                          size,
                          size,
                          SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
    return false;
  }
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_limit(db.get(), SQLITE_LIMIT_LENGTH, static_cast<int>(max_header_bytes));
  std::int64_t budget = 100'000;  // times 1,000 steps
  sqlite3_progress_handler(db.get(), 1000, stop_endless, &budget);
  sqlite3_set_authorizer(db.get(), only_packages, nullptr);
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite3_prepare_v2(db.get(), "SELECT blob FROM Packages", -1, &prepared, nullptr);
  const Statement statement{prepared, sqlite3_finalize};
  if (code != SQLITE_OK) return false;
  int step = SQLITE_ROW;
  while (packages.size() < max_packages && (step = sqlite3_step(statement.get())) == SQLITE_ROW) {
    const auto* blob = static_cast<const char*>(sqlite3_column_blob(statement.get(), 0));
    const int length = sqlite3_column_bytes(statement.get(), 0);
    RpmPackage package;
    if (blob != nullptr && read_rpm_header({blob, static_cast<std::size_t>(length)}, package)) {
      packages.push_back(std::move(package));
    }
  }
  return step == SQLITE_DONE || step == SQLITE_ROW;
}

}  // namespace

bool read_rpm_header(std::string_view blob, RpmPackage& package) {
  if (blob.size() < 8) return false;
  const std::uint64_t entries = big_endian(blob, 0);
  const std::uint64_t data_size = big_endian(blob, 4);
  constexpr std::uint64_t entry_size = 16;
  if (entries == 0 || entries > 65'536 || 8 + entries * entry_size + data_size > blob.size()) {
    return false;
  }
  const std::string_view data = blob.substr(8 + static_cast<std::size_t>(entries * entry_size),
                                            static_cast<std::size_t>(data_size));
  std::string version;
  std::string release;
  for (std::uint64_t i = 0; i < entries; ++i) {
    const auto at = static_cast<std::size_t>(8 + i * entry_size);
    const std::uint32_t tag = big_endian(blob, at);
    const std::uint32_t type = big_endian(blob, at + 4);
    const std::uint32_t offset = big_endian(blob, at + 8);
    if (type == type_string) {
      if (tag == tag_name) package.name = text_at(data, offset);
      if (tag == tag_version) version = text_at(data, offset);
      if (tag == tag_release) release = text_at(data, offset);
      if (tag == tag_architecture) package.architecture = text_at(data, offset);
    } else if (type == type_int32 && tag == tag_install_time && data.size() >= 4 &&
               offset <= data.size() - 4) {
      package.installed = big_endian(data, offset);
    }
  }
  package.version = release.empty() ? version : version + "-" + release;
  return !package.name.empty();
}

RpmDatabase read_rpm_database(ParseContext& context) {
  RpmDatabase database;
  for (const std::string_view folder : {"/var/lib/rpm", "/usr/lib/sysimage/rpm"}) {
    const std::string path = std::string{folder} + "/rpmdb.sqlite";
    EvidenceText file = context.read_bytes(path, max_database_bytes);
    if (file.ok()) {
      database.path = path;
      database.found = read_rows(std::move(file.bytes), database.packages);
      if (database.found) return database;
      database.reason = "RPM 数据库 " + path + " 已损坏，无法读取";
      continue;
    }
    if (file.state != ReadState::absent) {
      database.reason = missing_reason(file.state, path);
      continue;
    }
    for (const std::string_view old : {"Packages", "Packages.db"}) {
      if (context.stat(std::string{folder} + "/" + std::string{old}).state == ReadState::ok) {
        database.reason = "RPM 数据库为旧格式(" + std::string{folder} + "/" + std::string{old} +
                          ")，离线无法读取，请在主机上采集";
      }
    }
  }
  return database;
}

}  // namespace dengce::evidence
