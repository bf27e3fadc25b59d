// SPDX-License-Identifier: Apache-2.0
// XLSX workbooks written row by row in constant memory; same rows → same bytes.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace dengce::office {

using Cell = std::variant<std::string, double>;

struct SheetColumn {
  std::string title;
  double width = 12;  // characters
};

struct WorkbookOptions {
  std::string title;
  std::string creator;
  Instant time{315'532'800'000};  // the file says that it was made then
  std::string banner;             // first row of every sheet, empty = none
  std::string page_header;        // over every printed page, empty = none
};

class Workbook {
 public:
  static Result<Workbook> create(const WorkbookOptions& options);

  Workbook(Workbook&& other) noexcept;
  Workbook& operator=(Workbook&& other) noexcept;
  ~Workbook();

  // Names have at most 31 characters. The head row is frozen and gets filters.
  Result<> begin_sheet(const std::string& name, const std::vector<SheetColumn>& columns);
  // Text is never read as a formula; above 32,767 characters it is cut, as the format demands.
  Result<> add_row(const std::vector<Cell>& cells);
  Result<std::string> finish();

 private:
  struct State;

  explicit Workbook(std::unique_ptr<State> state);
  void end_sheet();

  std::unique_ptr<State> state_;
};

}  // namespace dengce::office
