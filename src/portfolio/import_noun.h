// SPDX-License-Identifier: Apache-2.0
// The nouns that spreadsheets bring in and take out, behind one interface: values ↔ rows.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/catalogue.h"
#include "portfolio/import_plan.h"
#include "portfolio/visible.h"

namespace dengce::portfolio {

// A transaction in which rows are written, and in whose name.
struct ImportWriter {
  db::Transaction& transaction;
  const Visible& visible;
  std::string contract_id;
  std::string login;
  std::string reason;  // for histories: "表格导入：x.xlsx"
  std::string origin;  // "import:<id>"
  Clock clock = system_now;

  [[nodiscard]] Day today() const { return shanghai_day(clock()); }
};

// One row that was written, as the audit chain and an undo want it.
struct WrittenRow {
  std::string id;
  std::string name;
  std::int64_t version = 0;  // after it
  std::string before;        // state as JSON, empty: none
  std::string after;
};

using RowSink = std::function<Result<>(ExistingRow row)>;

// Safe to use from several threads.
class ImportNoun {
 public:
  ImportNoun() = default;
  ImportNoun(const ImportNoun&) = delete;
  ImportNoun& operator=(const ImportNoun&) = delete;
  virtual ~ImportNoun() = default;

  // The filters of the noun's list.
  [[nodiscard]] virtual const http::PageRules& rules() const = 0;
  // The rows in sight that a filter lets through, in the order of the list.
  virtual Result<> read(db::Transaction& transaction,
                        const Visible& visible,
                        const http::PageQuery& query,
                        const RowSink& sink) const = 0;
  // Why the actor may not add any; empty: may.
  [[nodiscard]] virtual std::string no_creation(const Visible& visible) const;
  // Brings the values into the form in which they will be read again; what is wrong with them.
  virtual FieldFaults check(Values& values,
                            const ExistingRow* before,
                            const Visible& visible,
                            Day today) const = 0;

  // Rows that the plan found good, in its order.
  virtual Result<std::vector<WrittenRow>> create(const ImportWriter& writer,
                                                 std::span<const Values> rows) const = 0;
  // The object gets exactly these values; conflict when its version is another by now.
  virtual Result<WrittenRow> change(const ImportWriter& writer,
                                    const ExistingRow& before,
                                    const Values& after) const = 0;
  // Takes back what was created by an import and not changed since.
  virtual Result<WrittenRow> remove(const ImportWriter& writer,
                                    const ExistingRow& before) const = 0;
  // What else refers to an object by now, so that it cannot be taken back; empty: nothing.
  virtual Result<std::string> used_by(db::Transaction& transaction, const std::string& id) const;
};

std::unique_ptr<ImportNoun> system_import();
std::unique_ptr<ImportNoun> filing_import();
std::unique_ptr<ImportNoun> asset_import(const Catalogue& catalogue);
std::unique_ptr<ImportNoun> data_item_import(const Catalogue& catalogue);
std::unique_ptr<ImportNoun> contact_import(const Vault& vault);

// Helpers of the nouns.

// Empty without one.
std::string value_of(const Values& values, std::string_view id);
// Sets a value that is not empty.
void set_value(Values& values, std::string_view id, std::string value);
IdSet ids_of(const Values& values, std::string_view id);
FieldFaults faults_of(const std::vector<Problem>& problems);

// Walks all pages of a list: `select(query)` gives one.
template <class Select, class Take>
Result<> walk_pages(http::PageQuery query, const http::PageRules& rules, Select select, Take take) {
  query.limit = 500;  // SQLite looks each of the ids of a page up among all others
  for (;;) {
    TRY_ASSIGN(const auto page, select(query));
    for (const auto& item : page.items) TRY(take(item));
    if (!page.next) return {};
    // The cursor is read as that of any list.
    http::Request request;
    request.query["after"] = *page.next;
    request.query["sort"] = (query.descending ? "-" : "") + query.sort;
    TRY_ASSIGN(const http::PageQuery next, http::page_query(request, rules));
    query.after = next.after;
  }
}

}  // namespace dengce::portfolio
