// SPDX-License-Identifier: Apache-2.0
// All that is known of one system's year: stages, products, where it stands, which gates are open.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"
#include "db/database.h"
#include "portfolio/portfolio.h"
#include "portfolio/visible.h"
#include "process/process_store.h"

namespace dengce::process {

struct Sheet {
  portfolio::InformationSystem system;
  std::map<std::string, StageRow, std::less<>> stages;  // those touched
  std::map<std::string, ProductRow, std::less<>> products;
  Facts facts;

  // An untouched one when there is none.
  [[nodiscard]] StageRow stage(const std::string& id) const;
  [[nodiscard]] ProductRow product(const std::string& id) const;
};

Result<Facts> select_facts(db::Transaction& transaction, const std::string& system_id);

// not_found when the system is out of sight.
Result<Sheet> select_sheet(db::Transaction& transaction,
                           const portfolio::Visible& visible,
                           const std::string& system_id);

// failed_precondition with all that is missing, unless nothing is. For whoever makes a record or a
// test that a gate guards.
Result<> require_gate(db::Transaction& transaction,
                      const Process& process,
                      const std::string& system_id,
                      std::string_view gate);

// The same over what is missing already; `message` says what can not be done.
Result<> fail_if_missing(std::string message, const std::vector<Missing>& missing);

void write_stage(JsonWriter& json, const StageRow& row, Day today);
void write_product(JsonWriter& json, const Process& process, const ProductRow& row);
void write_sheet(JsonWriter& json, const Process& process, const Sheet& sheet, Day today);

}  // namespace dengce::process
