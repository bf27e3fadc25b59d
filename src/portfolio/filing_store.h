// SPDX-License-Identifier: Apache-2.0
// All SQL about filings and their links to systems.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/filings.h"
#include "portfolio/list_store.h"

namespace dengce::portfolio {

// By number, with all their systems.
Result<std::vector<Filing>> select_filings(db::Transaction& transaction);
// In the actor's sight, with all its systems; not_found otherwise.
Result<Filing> select_filing(db::Transaction& transaction,
                             const Visible& visible,
                             const std::string& id);
// The same with the systems in sight alone.
Result<Filing> select_visible_filing(db::Transaction& transaction,
                                     const Visible& visible,
                                     const std::string& id);
inline const http::PageRules filing_rules{{"number", "name", "level"}, {"q", "level", "system"}};
Result<Page<Filing>> select_filing_page(db::Transaction& transaction,
                                        const Visible& visible,
                                        const http::PageQuery& query);

Result<> insert_filing(db::Transaction& transaction,
                       const std::string& contract_id,
                       const Filing& filing);
// Row and links; counts its version up; conflict when it is stale.
Result<> update_filing(db::Transaction& transaction, const Filing& filing);
Result<> remove_filing(db::Transaction& transaction, const std::string& id);

}  // namespace dengce::portfolio
