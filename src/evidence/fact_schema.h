// SPDX-License-Identifier: Apache-2.0
// The fact tables: the public contract between collectors, parsers and checks.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace dengce::evidence {

// Raised whenever a table or column is added, renamed or changes its meaning.
inline constexpr int fact_schema_version = 1;

enum class ColumnType : std::uint8_t { text, integer };

struct FactColumn {
  std::string_view name;
  ColumnType type;
  std::string_view meaning;  // English, with unit and allowed words
};

struct FactTable {
  std::string_view name;
  std::string_view meaning;             // English: what one row is
  std::span<const FactColumn> columns;  // without the last column `source`, which every table has
};

// All tables in documented order.
std::span<const FactTable> fact_tables();

// The position of a table in fact_tables(), or -1.
int fact_table_index(std::string_view name);

}  // namespace dengce::evidence
