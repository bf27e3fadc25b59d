// SPDX-License-Identifier: Apache-2.0
// What a new installation begins with: the contract, the first accounts, for the demo a person.
#pragma once

#include "access/context.h"
#include "base/content.h"
#include "base/result.h"

namespace dengce::program {

// Loads the contract with its teams and systems, unless a contract is there.
Result<> load_contract(db::Database& database, const Content& content);

// Makes the three administrators when there is no account yet, and prints each generated password
// this once.
Result<> print_first_accounts(const access::AccessContext& context);

// A project manager with a made-up name who sees everything; only for demo data and tests.
Result<> print_example_person(const access::AccessContext& context);

}  // namespace dengce::program
