// SPDX-License-Identifier: Apache-2.0
// For tests: evidence written in place, and the facts of it asked by SQL.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <utility>

#include "evidence/fact_tables.h"
#include "evidence/linux_facts.h"

namespace dengce::evidence {

inline EvidenceInfo test_info(bool tree) {
  EvidenceInfo info;
  info.target = "host-a";
  info.collected = Day{20'000};
  info.tree = tree;
  return info;
}

class TestFacts {
 public:
  explicit TestFacts(const EvidenceSource& source)
      : facts_(*parse_linux(source)), database_(*FactDatabase::create()) {
    database_.bind(&facts_);
  }

  // Cells joined by '|', rows by ';', null as "null".
  std::string operator()(const std::string& sql) {
    database_.start_budget();
    sqlite3_stmt* prepared = nullptr;
    sqlite3_prepare_v2(database_.handle(), sql.c_str(), -1, &prepared, nullptr);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement{prepared,
                                                                               sqlite3_finalize};
    if (!statement) return sqlite3_errmsg(database_.handle());
    std::string out;
    while (sqlite3_step(statement.get()) == SQLITE_ROW) {
      if (!out.empty()) out += ';';
      for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
        if (i > 0) out += '|';
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), i));
        out += text == nullptr ? "null" : text;
      }
    }
    return out;
  }

  // "path:line" of the first row a query gives.
  std::string source(const std::string& sql) {
    const std::string packed = (*this)(sql);
    const auto found = facts_.source(packed.empty() || packed == "null" ? 0 : std::stoll(packed));
    return found ? std::string{found->path} + ":" + std::to_string(found->line) : "none";
  }

  [[nodiscard]] const FactSet& set() const { return facts_; }

 private:
  FactSet facts_;
  FactDatabase database_;
};

}  // namespace dengce::evidence
