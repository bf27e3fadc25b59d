// SPDX-License-Identifier: Apache-2.0
// What has changed between two collections of one host: the rows of the fact tables that
// content/comparison/<platform>.yaml names, found again by their key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/result.h"
#include "evidence/fact_set.h"

namespace dengce {
class JsonWriter;
}

namespace dengce::evidence {

// account, permission, service, port, software, setting: what a review looks at.
struct ReviewKind {
  std::string id;
  std::string name;
  std::string name_en;
};

struct ComparedTable {
  int table = 0;  // position in fact_tables()
  std::string review;
  std::string title;
  std::string title_en;
  std::vector<int> key;             // columns; none: rows are compared in their order
  std::vector<int> compare;         // columns whose change is reported
  std::vector<std::string> except;  // beginnings of the first key column that are left out
};

struct Comparison {
  std::vector<ReviewKind> reviews;
  std::vector<ComparedTable> tables;

  // Every problem of the file comes back at once, with its line.
  static Result<Comparison> load(const Content& content, std::string_view platform);
};

enum class DifferenceKind : std::uint8_t { added, removed, changed };

std::string_view name(DifferenceKind kind);

struct ValueDifference {
  std::string_view column;
  std::optional<std::string> before;  // none: no such row, or null
  std::optional<std::string> after;
};

struct DifferenceSource {
  std::string path;
  std::int64_t line = 0;
};

struct RowDifference {
  DifferenceKind kind = DifferenceKind::changed;
  std::vector<std::pair<std::string_view, std::string>> key;
  std::vector<ValueDifference> values;  // of a changed row only what differs
  std::optional<DifferenceSource> before;
  std::optional<DifferenceSource> after;
};

struct TableDifference {
  const ComparedTable* compared = nullptr;
  std::string unknown;  // why it could not be compared: a side without a readable source
  std::vector<RowDifference> rows;
};

struct CollectionDifference {
  std::string host_before;
  std::string host_after;
  std::int64_t day_before = 0;  // days since 1970-01-01
  std::int64_t day_after = 0;
  std::vector<TableDifference> tables;  // all of the comparison, in its order

  [[nodiscard]] std::size_t changes() const;
  [[nodiscard]] bool nothing_compared() const;
};

// Modes are given in octal, days as dates. The comparison must outlive the answer.
CollectionDifference compare_collections(const Comparison& comparison,
                                         const FactSet& before,
                                         const FactSet& after);

// An object with `reviews` and `tables`, of which only those with changes or an unknown side carry
// rows.
void write_difference(JsonWriter& json,
                      const Comparison& comparison,
                      const CollectionDifference& difference);

}  // namespace dengce::evidence
