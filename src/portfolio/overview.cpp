// SPDX-License-Identifier: Apache-2.0
#include "portfolio/overview.h"

#include "portfolio/asset_store.h"
#include "portfolio/data_items.h"
#include "portfolio/filing_conflicts.h"
#include "portfolio/filing_store.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/risk_notices.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {

Result<Overview> overview_of(db::Database& database, const access::Actor& actor, Clock clock) {
  Overview overview;
  TRY_ASSIGN(overview.coverage, coverage_on(database, actor, shanghai_day(clock())));
  TRY_ASSIGN(db::Transaction transaction, read_today(database, clock));
  TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
  TRY_ASSIGN(overview.teams, select_teams(transaction, visible));
  TRY_ASSIGN(const auto filings, select_filings(transaction));
  TRY_ASSIGN(const auto systems, select_systems(transaction));
  for (const Filing& filing : filings) {
    if (visible.covers_any(filing.systems)) ++overview.filings;
  }
  for (const FilingConflict& conflict : find_conflicts(filings, systems, visible)) {
    ++overview.conflicts[std::string(name(conflict.kind))];
  }
  TRY_ASSIGN(overview.assets, count_assets(transaction, visible));
  TRY_ASSIGN(overview.data_items, count_data_items(transaction, visible));
  TRY_ASSIGN(overview.systems_untold, count_systems_untold(transaction, visible));
  return overview;
}

}  // namespace dengce::portfolio
