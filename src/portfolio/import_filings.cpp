// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"
#include "base/text.h"
#include "portfolio/filing_store.h"
#include "portfolio/filings.h"
#include "portfolio/import_noun.h"

namespace dengce::portfolio {
namespace {

const http::PageRules filing_rules{{"number", "name", "level"}, {"q", "level", "system"}};

Values values_of(const Filing& filing) {
  Values values{{"level", std::to_string(filing.level)}};
  set_value(values, "number", filing.number);
  set_value(values, "name", filing.name);
  if (filing.filed) values["filed_day"] = format_day(*filing.filed);
  set_value(values, "systems", join({filing.systems.begin(), filing.systems.end()}, " "));
  return values;
}

void take_values(Filing& filing, const Values& values) {
  filing.number = value_of(values, "number");
  filing.name = value_of(values, "name");
  filing.level = parse_int(value_of(values, "level")).value_or(0);
  filing.filed = parse_day(value_of(values, "filed_day"));
  filing.systems = ids_of(values, "systems");
}

class Filings : public ImportNoun {
 public:
  [[nodiscard]] const http::PageRules& rules() const override { return filing_rules; }

  Result<> read(db::Transaction& transaction,
                const Visible& visible,
                const http::PageQuery& query,
                const RowSink& sink) const override {
    return walk_pages(
        query,
        filing_rules,
        [&](const http::PageQuery& part) { return select_filing_page(transaction, visible, part); },
        [&](const Filing& filing) {
          return sink({filing.id, filing.version, values_of(filing)});
        });
  }

  FieldFaults check(Values& values,
                    const ExistingRow* /*before*/,
                    const Visible& visible,
                    Day today) const override {
    Filing filing;
    take_values(filing, values);
    FieldFaults faults;
    if (const auto checked = check_filing(filing, today); !checked) {
      faults = faults_of(checked.error().problems);
    }
    if (filing.systems.empty() && !visible.everything) faults.emplace_back("systems", "必填");
    return faults;
  }

  Result<std::vector<WrittenRow>> create(const ImportWriter& writer,
                                         std::span<const Values> rows) const override {
    std::vector<WrittenRow> written;
    for (const Values& values : rows) {
      Filing filing;
      filing.id = new_id(writer.clock);
      take_values(filing, values);
      TRY(insert_filing(writer.transaction, writer.contract_id, filing));
      written.push_back({filing.id, filing.name, filing.version, {}, to_json(filing)});
    }
    return written;
  }

  Result<WrittenRow> change(const ImportWriter& writer,
                            const ExistingRow& before,
                            const Values& after) const override {
    TRY_ASSIGN(const Filing old, select_filing(writer.transaction, before.id));
    Filing filing = old;
    take_values(filing, after);
    filing.version = before.version;
    // Links out of the actor's sight stay.
    filing.systems.merge(writer.visible.hidden(old.systems));
    TRY(update_filing(writer.transaction, filing));
    ++filing.version;
    return WrittenRow{filing.id, filing.name, filing.version, to_json(old), to_json(filing)};
  }

  Result<WrittenRow> remove(const ImportWriter& writer, const ExistingRow& before) const override {
    TRY_ASSIGN(const Filing old, select_filing(writer.transaction, before.id));
    TRY(remove_filing(writer.transaction, old.id));
    return WrittenRow{old.id, old.name, old.version, to_json(old), {}};
  }
};

}  // namespace

std::unique_ptr<ImportNoun> filing_import() {
  return std::make_unique<Filings>();
}

}  // namespace dengce::portfolio
