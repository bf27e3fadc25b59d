// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "portfolio/data_items.h"
#include "portfolio/import_parts.h"

namespace dengce::portfolio {
namespace {

Values values_of(const DataItem& item) {
  Values values{{"personal", item.personal}, {"secret", item.secret ? "1" : "0"}};
  set_value(values, "system", item.system_id);
  set_value(values, "name", item.name);
  set_value(values, "category", item.category);
  set_value(values, "data_class", item.data_class);
  set_value(values, "location", item.location);
  set_value(values, "volume", item.volume);
  set_value(values, "measures", item.measures);
  return values;
}

void take_values(DataItem& item, const Values& values, const Catalogue& catalogue) {
  item.system_id = value_of(values, "system");
  item.name = value_of(values, "name");
  item.category = value_of(values, "category");
  item.data_class = value_of(values, "data_class");
  item.personal = value_of(values, "personal");
  if (item.personal.empty()) item.personal = "none";
  item.secret = value_of(values, "secret") == "1";
  item.location = value_of(values, "location");
  item.volume = value_of(values, "volume");
  item.measures = value_of(values, "measures");
  if (trim(item.measures).empty()) item.measures = measures_of(item, catalogue);
}

}  // namespace

std::unique_ptr<ImportNoun> data_item_import(const Catalogue& catalogue) {
  return import_of<DataItem>({
      .rules = data_item_rules,
      .page = select_data_item_page,
      .find = select_data_item,
      .values = values_of,
      .take = [&catalogue](DataItem& item,
                           const Values& values) { take_values(item, values, catalogue); },
      .faults =
          [](const DataItem& item, const ExistingRow*, const Visible&, Day) {
            return faults_of(data_item_problems(item));
          },
      .insert = [](const ImportWriter& writer, std::span<DataItem> items) -> Result<> {
        for (const DataItem& item : items) TRY(insert_data_item(writer.transaction, item));
        return {};
      },
      .update = [](const ImportWriter& writer,
                   const DataItem& item) { return update_data_item(writer.transaction, item); },
      .remove = remove_data_item,
  });
}

}  // namespace dengce::portfolio
