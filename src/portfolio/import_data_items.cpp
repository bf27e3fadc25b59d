// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"
#include "base/text.h"
#include "portfolio/data_items.h"
#include "portfolio/import_noun.h"

namespace dengce::portfolio {
namespace {

const http::PageRules item_rules{{"name", "data_class"}, {"q", "system", "data_class", "personal"}};

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

class DataItems : public ImportNoun {
 public:
  explicit DataItems(const Catalogue& catalogue) : catalogue_(catalogue) {}

  [[nodiscard]] const http::PageRules& rules() const override { return item_rules; }

  Result<> read(db::Transaction& transaction,
                const Visible& visible,
                const http::PageQuery& query,
                const RowSink& sink) const override {
    return walk_pages(
        query,
        item_rules,
        [&](const http::PageQuery& part) {
          return select_data_item_page(transaction, visible, part);
        },
        [&](const DataItem& item) {
          return sink({item.id, item.version, values_of(item)});
        });
  }

  FieldFaults check(Values& values,
                    const ExistingRow* /*before*/,
                    const Visible& /*visible*/,
                    Day /*today*/) const override {
    DataItem item;
    take_values(item, values, catalogue_);
    values = values_of(item);
    return faults_of(data_item_problems(item));
  }

  Result<std::vector<WrittenRow>> create(const ImportWriter& writer,
                                         std::span<const Values> rows) const override {
    std::vector<WrittenRow> written;
    for (const Values& values : rows) {
      DataItem item;
      item.id = new_id(writer.clock);
      take_values(item, values, catalogue_);
      TRY(insert_data_item(writer.transaction, item));
      written.push_back({item.id, item.name, item.version, {}, to_json(item)});
    }
    return written;
  }

  Result<WrittenRow> change(const ImportWriter& writer,
                            const ExistingRow& before,
                            const Values& after) const override {
    TRY_ASSIGN(const DataItem old, select_data_item(writer.transaction, writer.visible, before.id));
    DataItem item = old;
    take_values(item, after, catalogue_);
    item.version = before.version;
    TRY(update_data_item(writer.transaction, item));
    ++item.version;
    return WrittenRow{item.id, item.name, item.version, to_json(old), to_json(item)};
  }

  Result<WrittenRow> remove(const ImportWriter& writer, const ExistingRow& before) const override {
    TRY_ASSIGN(const DataItem old, select_data_item(writer.transaction, writer.visible, before.id));
    TRY(remove_data_item(writer.transaction, old.id));
    return WrittenRow{old.id, old.name, old.version, to_json(old), {}};
  }

 private:
  const Catalogue& catalogue_;
};

}  // namespace

std::unique_ptr<ImportNoun> data_item_import(const Catalogue& catalogue) {
  return std::make_unique<DataItems>(catalogue);
}

}  // namespace dengce::portfolio
