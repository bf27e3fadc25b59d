// SPDX-License-Identifier: Apache-2.0
#include "assessment/snapshot_cache.h"

#include <algorithm>

#include "assessment/assessment_store.h"

namespace dengce::assessment {

Result<std::shared_ptr<const Snapshot>> SnapshotCache::get(const std::string& assessment_id,
                                                           const std::string& snapshot_id) {
  TRY_ASSIGN(db::Transaction transaction, database_.read());
  std::string id = snapshot_id;
  if (id.empty()) {
    TRY_ASSIGN(const auto heads, list_snapshots(transaction, assessment_id));
    if (heads.empty()) return fail(ErrorCode::not_found, "此测评尚无快照");
    id = heads.front().id;
  }
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(recent_.begin(), recent_.end(), [&](const auto& one) {
      return one.first == assessment_id && one.second->id == id;
    });
    if (found != recent_.end()) {
      recent_.splice(recent_.begin(), recent_, found);
      return recent_.front().second;
    }
  }
  TRY_ASSIGN(Snapshot snapshot, select_snapshot(transaction, vault_, assessment_id, id));
  auto shared = std::make_shared<const Snapshot>(std::move(snapshot));
  const std::lock_guard lock(mutex_);
  recent_.emplace_front(assessment_id, shared);
  if (recent_.size() > capacity_) recent_.pop_back();
  return shared;
}

}  // namespace dengce::assessment
