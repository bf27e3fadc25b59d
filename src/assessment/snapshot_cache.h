// SPDX-License-Identifier: Apache-2.0
// Parsed snapshots kept in memory: a page asks many times for the same one. Thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "assessment/snapshot.h"
#include "base/vault.h"
#include "db/database.h"

namespace dengce::assessment {

class SnapshotCache {
 public:
  // Both outlive the cache.
  SnapshotCache(db::Database& database, const Vault& vault, std::size_t capacity = 4)
      : database_(database), vault_(vault), capacity_(capacity) {}

  // By id, or the newest of the assessment when `snapshot_id` is empty; not_found if there is none.
  Result<std::shared_ptr<const Snapshot>> get(const std::string& assessment_id,
                                              const std::string& snapshot_id = {});

 private:
  db::Database& database_;
  const Vault& vault_;
  std::size_t capacity_;
  std::mutex mutex_;
  // With the id of its assessment; newest use first.
  std::list<std::pair<std::string, std::shared_ptr<const Snapshot>>> recent_;
};

}  // namespace dengce::assessment
