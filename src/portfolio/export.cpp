// SPDX-License-Identifier: Apache-2.0
#include "portfolio/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/csv.h"
#include "base/digest.h"
#include "base/text.h"
#include "office/workbook.h"
#include "portfolio/import_values.h"
#include "portfolio/portfolio_store.h"
#include "portfolio/system_store.h"
#include "portfolio/systems.h"

namespace dengce::portfolio {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // Excel takes CSV for GBK without it

// Rows of text into either kind of file.
class SheetWriter {
 public:
  static Result<SheetWriter> begin(SheetFormat format,
                                   const std::string& title,
                                   const std::vector<std::string>& heads,
                                   const std::string& watermark = {}) {
    SheetWriter writer;
    if (format == SheetFormat::csv) {
      writer.text_ = byte_order_mark;
      TRY(writer.row(heads));
      return writer;
    }
    TRY_ASSIGN(auto book, office::Workbook::create({title, "等测", {}, {}, watermark}));
    writer.book_ = std::make_unique<office::Workbook>(std::move(book));
    TRY(writer.sheet(title, heads));
    return writer;
  }

  Result<> sheet(const std::string& title, const std::vector<std::string>& heads) {
    std::vector<office::SheetColumn> columns;
    columns.reserve(heads.size());
    for (const std::string& head : heads) columns.push_back({head, 18});
    return book_->begin_sheet(title, columns);
  }

  Result<> row(const std::vector<std::string>& cells) {
    if (book_) {
      // Nothing is written behind the last cell that holds something.
      auto end = cells.end();
      while (end != cells.begin() && std::prev(end)->empty()) --end;
      book_cells_.assign(cells.begin(), end);
      return book_->add_row(book_cells_);
    }
    std::vector<std::string> harmless;
    harmless.reserve(cells.size());
    for (const std::string& cell : cells) harmless.push_back(harmless_cell(cell));
    append_csv_row(text_, harmless);
    return {};
  }

  Result<std::string> finish() {
    if (book_) return book_->finish();
    return std::move(text_);
  }

 private:
  std::string text_;
  std::unique_ptr<office::Workbook> book_;
  std::vector<office::Cell> book_cells_;
};

std::vector<std::string> heads_of(const std::vector<const ImportField*>& fields) {
  std::vector<std::string> heads;
  heads.reserve(fields.size());
  for (const ImportField* field : fields) heads.push_back(field->head);
  return heads;
}

// Of one asset class only its own columns.
std::vector<const ImportField*> fields_of(const ImportForm& form,
                                          const Catalogue& catalogue,
                                          std::string_view class_name) {
  const AssetClass* only = form.noun == "asset" ? catalogue.asset_class(class_name) : nullptr;
  std::vector<const ImportField*> out;
  out.reserve(form.fields.size());
  for (const ImportField& field : form.fields) {
    if (field.only_new) continue;
    const bool attribute = field.id.starts_with(attribute_prefix);
    if (attribute && only != nullptr &&
        std::find(only->columns.begin(), only->columns.end(), field.head) == only->columns.end()) {
      continue;
    }
    out.push_back(&field);
  }
  return out;
}

using NameOf = std::map<std::string, std::string, std::less<>>;  // id → name

// Names instead of ids.
std::string shown_cell(const ImportField& field, const std::string& value, const NameOf& names) {
  const auto name = [&](std::string_view id) {
    const auto found = names.find(id);
    return found == names.end() ? std::string() : found->second;
  };
  switch (field.type) {
    case FieldType::team:
    case FieldType::system: return name(value);
    case FieldType::systems: {
      std::vector<std::string> all;
      for (const std::string_view id : words(value)) all.push_back(name(id));
      return join(all, "；");
    }
    case FieldType::choice:
    case FieldType::flag: return value.empty() ? std::string() : shown_word(field, value);
    default: return value;
  }
}

Result<NameOf> names_in_sight(db::Transaction& transaction, const Visible& visible) {
  NameOf names;
  TRY_ASSIGN(const auto teams, select_teams(transaction, visible));
  for (const Team& team : teams) names.emplace(team.id, team.name);
  TRY_ASSIGN(const auto systems, select_systems(transaction));
  for (const InformationSystem& system : systems) {
    if (visible.covers(system.id)) names.emplace(system.id, system.name);
  }
  return names;
}

std::string what_may_stand(const ImportField& field) {
  switch (field.type) {
    case FieldType::text: return fmt::format("文字，至多 {} 字", field.max);
    case FieldType::lines: return fmt::format("文字，可分行，至多 {} 字", field.max);
    case FieldType::integer: return fmt::format("整数，{} 到 {}", field.min, field.max);
    case FieldType::day: return "日期，如 2026-07-01";
    case FieldType::flag: return "是 或 否";
    case FieldType::team: return "团队名称，与“团队”中登记的一致";
    case FieldType::system: return "系统名称，与“系统”中登记的一致";
    case FieldType::systems: return "系统名称，可有多个，以分号或换行分开";
    case FieldType::addresses: return "IP 地址、网段或地址范围，可有多个，以分号或换行分开";
    case FieldType::choice: break;
  }
  std::vector<std::string> choices;
  choices.reserve(field.choices.size());
  for (const FieldChoice& choice : field.choices) choices.push_back(choice.word);
  return "以下之一：" + join(choices, "、");
}

Result<> log_export(db::Database& database,
                    const access::Actor& actor,
                    const SheetOrder& order,
                    const access::ProtectionClass& kept,
                    const SheetFile& file,
                    Clock clock) {
  access::Export exported{kept, file.system_id, order.note, {}};
  exported.event.action = "export.create";
  exported.event.object_type = order.noun;
  exported.event.object_name = file.name;
  exported.event.after = sm3_hex(file.bytes);
  JsonWriter json(exported.event.detail);
  json.begin_object().member("rows", file.rows).key("filter").begin_object();
  for (const auto& [name, value] : order.query.filters) json.member(name, shorten(value, 200));
  json.end_object().end_object();
  TRY_ASSIGN(db::Transaction transaction, database.write());
  TRY(append_export(transaction, actor, std::move(exported), clock));
  return transaction.commit();
}

}  // namespace

std::string_view content_type(SheetFormat format) {
  return format == SheetFormat::csv
             ? "text/csv; charset=utf-8"
             : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

std::string_view extension(SheetFormat format) {
  return format == SheetFormat::csv ? "csv" : "xlsx";
}

Result<SheetFile> import_template(const ImportForm& form, SheetFormat format) {
  std::vector<const ImportField*> fields;
  fields.reserve(form.fields.size());
  for (const ImportField& field : form.fields) fields.push_back(&field);
  TRY_ASSIGN(SheetWriter writer, SheetWriter::begin(format, form.name, heads_of(fields)));
  if (format == SheetFormat::xlsx) {
    TRY(writer.sheet("填写说明", {"列", "是否必填", "可填内容"}));
    for (const ImportField* field : fields) {
      TRY(writer.row({field->head, field->required ? "必填" : "", what_may_stand(*field)}));
    }
  }
  SheetFile file;
  file.name = fmt::format("{}导入模板.{}", form.name, extension(format));
  TRY_ASSIGN(file.bytes, writer.finish());
  return file;
}

Result<SheetFile> export_rows(db::Database& database,
                              const ImportDesk& desk,
                              const access::Actor& actor,
                              const SheetOrder& order,
                              Clock clock) {
  const access::ProtectionClass& kept =
      desk.rights().protection().of(access::protected_class::ledger);
  TRY(check_export_note(order.note, kept));
  TRY_ASSIGN(const ImportNoun* rows, desk.readable(actor, order.noun));
  TRY_ASSIGN(const ImportForm* form, desk.forms().form(order.noun));
  const auto fields = fields_of(*form, desk.catalogue(), order.query.filter("class"));
  SheetFile file;
  {
    TRY_ASSIGN(db::Transaction transaction, read_today(database, clock));
    TRY_ASSIGN(const Visible visible, select_visible(transaction, actor));
    if (visible.covers(order.query.filter("system"))) {
      file.system_id = order.query.filter("system");
    }
    TRY_ASSIGN(const NameOf names, names_in_sight(transaction, visible));
    TRY_ASSIGN(SheetWriter writer,
               SheetWriter::begin(order.format,
                                  form->name,
                                  heads_of(fields),
                                  access::watermark_of(kept, actor.name, actor.login, clock())));
    std::vector<std::string> cells;
    TRY(rows->read(transaction, visible, order.query, [&](const ExistingRow& row) {
      cells.clear();
      for (const ImportField* field : fields) {
        cells.push_back(shown_cell(*field, value_of(row.values, field->id), names));
      }
      ++file.rows;
      return writer.row(cells);
    }));
    TRY_ASSIGN(file.bytes, writer.finish());
  }
  std::string day = format_day(shanghai_day(clock()));
  std::erase(day, '-');
  file.name = fmt::format("{}_{}.{}", form->name, day, extension(order.format));
  TRY(log_export(database, actor, order, kept, file, clock));
  return file;
}

std::string problems_csv(const std::vector<RowProblem>& problems) {
  std::string out(byte_order_mark);
  append_csv_row(out, {"行号", "列", "内容", "问题"});
  for (const RowProblem& problem : problems) {
    append_csv_row(out,
                   {problem.line == 0 ? std::string() : std::to_string(problem.line),
                    harmless_cell(problem.field),
                    harmless_cell(problem.value),
                    problem.reason});
  }
  return out;
}

}  // namespace dengce::portfolio
