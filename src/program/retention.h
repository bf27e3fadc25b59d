// SPDX-License-Identifier: Apache-2.0
// What the retention periods of content/access/protection.yaml say of what is stored. It lists;
// destruction is ordered by people (destroy.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "access/protection.h"
#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::program {

// What is destroyed as one.
struct KeptThing {
  enum class Kind : std::uint8_t { system, import_file };

  Kind kind = Kind::system;
  std::string id;
  std::string name;
  std::string classes;  // names of its classes, Chinese
  Day due;              // the first day on which it may be destroyed
};

// Everything with a period, the earliest first. Evidence and documents of a system go together, on
// the later of their days.
Result<std::vector<KeptThing>> list_kept(db::Transaction& transaction,
                                         const access::Protection& protection);
// The part that is due on that day.
Result<std::vector<KeptThing>> list_due(db::Transaction& transaction,
                                        const access::Protection& protection,
                                        Day day);

}  // namespace dengce::program
