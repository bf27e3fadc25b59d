// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "evidence/fact_set.h"

namespace dengce::evidence {

// Why a fact table says nothing; empty where it had a readable source.
std::string missing_reason(const FactSet& facts, std::string_view table);

}  // namespace dengce::evidence
