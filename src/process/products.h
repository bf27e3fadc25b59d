// SPDX-License-Identifier: Apache-2.0
// Use cases of work products: drafted, reviewed by somebody else, signed by the client, returned
// with a reason. Each step is an event that stays.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/actor.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "db/database.h"
#include "portfolio/visible.h"
#include "process/process_store.h"

namespace dengce::process {

struct ProductStep {
  ProductState to = ProductState::drafting;
  std::optional<Day> day;  // none: today
  std::string note;        // the reason of a return
  // A signature on paper: who signed, and the scan. Both empty: the actor signs.
  std::string signed_by;
  std::optional<std::string> file_id;
};

Result<ProductRow> step_product(db::Database& database,
                                const Process& process,
                                const access::Actor& actor,
                                const std::string& system_id,
                                const std::string& product,
                                std::int64_t version,
                                const ProductStep& step,
                                Clock clock = system_now);

Result<std::vector<ProductEvent>> product_history(db::Database& database,
                                                  const Process& process,
                                                  const access::Actor& actor,
                                                  const std::string& system_id,
                                                  const std::string& product);

void write_product_event(JsonWriter& json, const ProductEvent& event);

}  // namespace dengce::process
