// SPDX-License-Identifier: Apache-2.0
// Texts of one row that quote evidence: packed, compressed and sealed together.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"

namespace dengce::assessment {

// What a sealed row is bound to: "assessment/…/…".
std::string sealing_context(std::initializer_list<std::string_view> parts);

// `context` names the row: its bytes open nowhere else.
Result<db::Value> seal_texts(const Vault& vault,
                             const std::string& context,
                             const std::vector<std::string>& texts);
// data_corrupt when there are not `count` texts.
Result<std::vector<std::string>> open_texts(const Vault& vault,
                                            const std::string& context,
                                            const std::string& sealed,
                                            std::size_t count);

}  // namespace dengce::assessment
