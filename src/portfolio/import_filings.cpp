// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "portfolio/filing_store.h"
#include "portfolio/filings.h"
#include "portfolio/import_parts.h"

namespace dengce::portfolio {
namespace {

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

}  // namespace

std::unique_ptr<ImportNoun> filing_import() {
  return import_of<Filing>({
      .rules = filing_rules,
      .page = select_filing_page,
      .find = select_filing,
      .values = values_of,
      .take = take_values,
      .faults =
          [](const Filing& filing, const ExistingRow*, const Visible& visible, Day today) {
            FieldFaults faults;
            if (const auto checked = check_filing(filing, today); !checked) {
              faults = faults_of(checked.error().problems);
            }
            if (filing.systems.empty() && !visible.everything) {
              faults.emplace_back("systems", "必填");
            }
            return faults;
          },
      .insert = [](const ImportWriter& writer, std::span<Filing> filings) -> Result<> {
        for (const Filing& filing : filings) {
          TRY(insert_filing(writer.transaction, writer.contract_id, filing));
        }
        return {};
      },
      .update = [](const ImportWriter& writer,
                   const Filing& filing) { return update_filing(writer.transaction, filing); },
      .remove = remove_filing,
  });
}

}  // namespace dengce::portfolio
