// SPDX-License-Identifier: Apache-2.0
// Use cases of imports: a file is taken in, its columns are mapped, the preview names every
// bad row, the good ones are written in one transaction, and what was done can be taken back.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "access/rights.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/vault.h"
#include "db/database.h"
#include "http/page_query.h"
#include "portfolio/catalogue.h"
#include "portfolio/import_form.h"
#include "portfolio/import_json.h"
#include "portfolio/import_noun.h"
#include "portfolio/import_plan.h"
#include "portfolio/import_store.h"
#include "portfolio/list_store.h"

namespace dengce::portfolio {

// An import with its table, as the page shows it.
struct ImportView {
  ImportRow row;
  ImportTable table;
  const ImportForm* form = nullptr;
};

struct KeptObject {
  std::string id;
  std::string name;
  std::string reason;
};

struct UndoneImport {
  std::int64_t removed = 0;
  std::int64_t restored = 0;
  std::vector<KeptObject> kept;  // changed since, or used by something: left alone
};

struct NewImport {
  std::string noun;
  std::string file_name;
  std::string sheet;  // empty: the one whose heads fit best
  std::string_view bytes;
};

// Safe to use from several threads.
class ImportDesk {
 public:
  // All of them outlive the desk.
  ImportDesk(db::Database& database,
             const access::Rights& rights,
             const ImportForms& forms,
             const Catalogue& catalogue,
             const Vault& vault,
             Clock clock = system_now);

  Result<ImportView> take_in(const access::Actor& actor, const NewImport& input) const;
  Result<ImportView> view(const access::Actor& actor, const std::string& id) const;
  Result<Page<ImportRow>> list(const access::Actor& actor, const http::PageQuery& query) const;
  // Plans the import anew; it can be applied then.
  Result<ImportView> map_columns(const access::Actor& actor,
                                 const std::string& id,
                                 std::int64_t version,
                                 const ImportMapping& mapping,
                                 const ImportDefaults& defaults) const;
  // What the last plan found wrong, by line.
  Result<std::vector<RowProblem>> problems(const access::Actor& actor, const std::string& id) const;
  // Plans against what is there now, and writes the good rows: all of them, or none.
  Result<ImportView> apply(const access::Actor& actor,
                           const std::string& id,
                           std::int64_t version) const;
  Result<UndoneImport> undo(const access::Actor& actor,
                            const std::string& id,
                            std::int64_t version) const;

  [[nodiscard]] const ImportForms& forms() const { return forms_; }

  [[nodiscard]] const Catalogue& catalogue() const { return catalogue_; }

  [[nodiscard]] const access::Rights& rights() const { return rights_; }

  // not_found for a noun without spreadsheets; permission_denied when the actor may not read it.
  Result<const ImportNoun*> readable(const access::Actor& actor, const std::string& noun) const;

 private:
  struct Loaded;

  [[nodiscard]] const ImportNoun& noun(const std::string& id) const { return *nouns_.at(id); }

  Result<Loaded> load(db::Transaction& transaction,
                      const access::Actor& actor,
                      const std::string& id) const;
  Result<ImportWorld> world(db::Transaction& transaction,
                            const access::Actor& actor,
                            const Visible& visible,
                            const std::string& noun) const;
  Result<ImportPlan> plan(const Loaded& loaded, const ImportWorld& world) const;
  Result<> keep_plan(db::Transaction& transaction, Loaded& loaded, const ImportPlan& plan) const;
  // `deed` stands before the file's name in histories.
  Result<ImportWriter> writer_of(db::Transaction& transaction,
                                 const access::Actor& actor,
                                 const Loaded& loaded,
                                 const char* deed) const;
  Result<std::vector<ImportChange>> write_rows(const ImportWriter& writer,
                                               const access::Actor& actor,
                                               const Loaded& loaded,
                                               const ImportPlan& plan,
                                               const ImportWorld& world) const;
  Result<> undo_change(const ImportWriter& writer,
                       const access::Actor& actor,
                       const ImportRow& row,
                       const ImportChange& change,
                       const std::map<std::string, const ExistingRow*>& rows,
                       UndoneImport& undone) const;
  Result<> audit_row(db::Transaction& transaction,
                     const access::Actor& actor,
                     const ImportRow& row,
                     std::string_view action,
                     const WrittenRow& written) const;
  Result<> audit_import(db::Transaction& transaction,
                        const access::Actor& actor,
                        const ImportRow& row,
                        std::string_view action,
                        const std::string& detail) const;

  db::Database& database_;
  const access::Rights& rights_;
  const ImportForms& forms_;
  const Catalogue& catalogue_;
  const Vault& vault_;
  Clock clock_;
  std::map<std::string, std::unique_ptr<ImportNoun>, std::less<>> nouns_;
};

// The list's default order with nothing filtered.
http::PageQuery whole_list(const http::PageRules& rules);

// Members of an import row; `view` adds columns, fields, mapping and defaults.
void write_import(JsonWriter& json, const ImportRow& row, const ImportView* view = nullptr);
std::string to_json(const UndoneImport& undone);

}  // namespace dengce::portfolio
