// SPDX-License-Identifier: Apache-2.0
// Loads and validates the folder of the standard. Internal to the room: use Standard::load.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "standard/csv_rows.h"
#include "standard/standard.h"

namespace dengce::standard {

class StandardLoader {
 public:
  explicit StandardLoader(const Content& content) : content_(content) {}

  Result<Standard> load();

 private:
  void load_classes();
  void load_control_points();
  void load_items();
  void load_item(const CellReader& row);
  void load_applicability();
  void load_test_points();
  void load_test_point(const CellReader& row);
  void load_mappings();
  void load_mapping(const CellReader& row);

  // Rules over several rows (standard_rules.cpp).
  void check_totals();
  void check_control_points();
  void check_item(const Item& item, const CellReader& row);
  void check_applicability();
  void finish_test_points();
  void reuse_test_points();

  // Item of a row with level and code; a problem when there is not exactly one.
  Item* item_of(const CellReader& row);
  void read_classes(const CellReader& row, std::vector<std::string>& classes);
  void problem(std::string_view file,
               std::int64_t line,
               std::string_view field,
               std::string reason);

  [[nodiscard]] std::size_t index_of(const Item& item) const { return standard_.index_of(item); }

  const Content& content_;
  Standard standard_;
  std::vector<Problem> problems_;
  std::vector<std::int64_t> item_lines_;           // by index of the item
  std::vector<std::int64_t> control_point_lines_;  // by index of the control point
  std::vector<bool> points_in_file_;               // by index: the number of points is written
  std::vector<bool> rule_in_file_;                 // by index: the rule is written
};

}  // namespace dengce::standard
