// SPDX-License-Identifier: Apache-2.0
#include "check/check.h"

#include <algorithm>
#include <set>

namespace dengce::check {

bool Check::on_platform(std::string_view platform) const {
  return std::find(platforms.begin(), platforms.end(), platform) != platforms.end();
}

CheckSet::CheckSet(std::vector<Check> checks) : checks_(std::move(checks)) {
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    index_.emplace(checks_[i].id, static_cast<int>(i));
  }
}

const Check* CheckSet::find(std::string_view id) const {
  const int position = index(id);
  return position < 0 ? nullptr : &checks_[static_cast<std::size_t>(position)];
}

int CheckSet::index(std::string_view id) const {
  const auto found = index_.find(id);
  return found == index_.end() ? -1 : found->second;
}

std::vector<std::string> CheckSet::platforms() const {
  std::set<std::string> names;
  for (const Check& check : checks_) names.insert(check.platforms.begin(), check.platforms.end());
  return {names.begin(), names.end()};
}

}  // namespace dengce::check
