// SPDX-License-Identifier: Apache-2.0
// The routes of spreadsheets: templates, imports, exports.
#pragma once

#include "access/doors.h"
#include "base/clock.h"
#include "base/vault.h"
#include "db/database.h"
#include "portfolio/catalogue.h"
#include "portfolio/import_form.h"

namespace dengce::portfolio {

// All of them outlive the doors.
void add_import_routes(access::Doors& doors,
                       db::Database& database,
                       const ImportForms& forms,
                       const Catalogue& catalogue,
                       const Vault& vault,
                       Clock clock = system_now);

}  // namespace dengce::portfolio
