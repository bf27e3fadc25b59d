// SPDX-License-Identifier: Apache-2.0
// Fact blobs and SQL: the first byte chooses an untrusted blob that is opened and queried, or an
// untrusted query over a small sound set.
#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "evidence/fact_tables.h"

namespace {

using dengce::evidence::FactDatabase;
using dengce::evidence::FactId;
using dengce::evidence::FactSet;
using dengce::evidence::FactSetBuilder;

void run(const FactDatabase& database, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  sqlite3_prepare_v2(
      database.handle(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement{prepared,
                                                                             sqlite3_finalize};
  if (!statement) return;
  for (int rows = 0; rows < 1000 && sqlite3_step(statement.get()) == SQLITE_ROW; ++rows) {
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
      (void)sqlite3_column_text(statement.get(), i);
    }
  }
}

void walk(const FactSet& set) {
  for (int table = 0; table < dengce::evidence::fact_id_count; ++table) {
    for (std::uint32_t row = 0; row < set.row_count(table) && row < 100; ++row) {
      for (int column = 0; column < 12; ++column) {
        const auto cell = set.cell(table, row, column);
        if (!cell.text.empty()) (void)set.encode_text(cell.text);
        (void)set.source(cell.integer);
      }
    }
  }
}

FactSet sound_set() {
  FactSetBuilder builder;
  const std::uint32_t file = builder.file("/etc/passwd");
  builder.add(FactId::account, {"root", 0, 0, "/root", "/bin/bash", 1, "root"}, {file, 1});
  builder.add(
      FactId::account, {"user", 1000, 1000, "/home/user", "/bin/sh", 1, "human"}, {file, 2});
  builder.add(FactId::setting, {"auditd", nullptr, "num_logs", "5"}, {file, 3});
  return *builder.build();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static FactDatabase database = *FactDatabase::create();
  static const FactSet sound = sound_set();
  if (size == 0) return 0;
  const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
  database.start_budget(20'000);
  if (data[0] % 2 == 0) {
    const auto set = FactSet::open(std::string{input});
    if (!set) return 0;
    walk(*set);
    database.bind(&*set);
    run(database, "SELECT * FROM account WHERE name = 'root' OR uid = 1000");
    run(database, "SELECT count(*), max(value), min(source) FROM setting WHERE program = 'auditd'");
    database.bind(nullptr);
  } else {
    database.bind(&sound);
    run(database, input);
    database.bind(nullptr);
  }
  return 0;
}
