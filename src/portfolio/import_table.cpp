// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "base/csv.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "office/xlsx_reader.h"

namespace dengce::portfolio {
namespace {

constexpr std::size_t head_rows = 20;  // titles and notes may stand above the heads

struct Sheet {
  std::string name;
  bool hidden = false;
  std::vector<TableRow> rows;
};

struct HeadPlace {
  std::size_t row = 0;
  std::size_t fields = 0;
};

// Without any fitting head: the first row of several cells, so that a person can map it.
HeadPlace find_head(const ImportForm& form, const std::vector<TableRow>& rows) {
  HeadPlace best;
  std::size_t fallback = 0;
  for (std::size_t at = std::min(rows.size(), head_rows); at-- > 0;) {
    const std::size_t fields = map_heads(form, rows[at].cells).size();
    if (fields >= best.fields && fields > 0) best = {at, fields};
    const auto filled = std::count_if(rows[at].cells.begin(),
                                      rows[at].cells.end(),
                                      [](const auto& cell) { return !cell.empty(); });
    if (filled > 1) fallback = at;
  }
  if (best.fields == 0) best.row = fallback;
  return best;
}

Result<std::vector<Sheet>> read_sheets(const std::string& file_name, std::string_view bytes) {
  std::vector<Sheet> out;
  const bool compound = bytes.starts_with("\xD0\xCF\x11\xE0");
  if (!bytes.starts_with("PK") && !compound) {
    TRY_ASSIGN(auto lines, read_csv_lines(file_name, bytes, {.max_rows = 200'000}));
    Sheet sheet;
    for (CsvLine& line : lines) {
      sheet.rows.push_back({line.line, std::move(line.cells), std::move(line.fault)});
    }
    out.push_back(std::move(sheet));
    return out;
  }
  TRY_ASSIGN(auto sheets, office::read_xlsx(file_name, bytes));
  for (office::XlsxSheet& one : sheets) {
    Sheet sheet{one.name, one.hidden, {}};
    for (office::XlsxRow& row : one.rows) {
      sheet.rows.push_back({row.number, std::move(row.cells)});
    }
    out.push_back(std::move(sheet));
  }
  return out;
}

// The sheet that is named; else the visible one whose heads fit best, the first of equals.
Result<std::size_t> choose_sheet(const ImportForm& form,
                                 const std::string& file_name,
                                 const std::vector<Sheet>& sheets,
                                 std::string_view named) {
  std::optional<std::size_t> best;
  std::size_t best_fields = 0;
  for (std::size_t at = 0; at < sheets.size(); ++at) {
    if (!named.empty()) {
      if (sheets[at].name == named) return at;
      continue;
    }
    if (sheets[at].hidden || sheets[at].rows.empty()) continue;
    const std::size_t fields = find_head(form, sheets[at].rows).fields;
    if (best && fields <= best_fields) continue;
    best = at;
    best_fields = fields;
  }
  if (best) return *best;
  const std::string reason =
      named.empty() ? "文件中没有数据" : "没有此工作表：" + shorten(named, 60);
  return fail(ErrorCode::invalid_argument,
              "无法导入 " + file_name,
              {Problem{file_name, 0, named.empty() ? "" : "sheet", reason}});
}

// Columns in use: up to the last head or value.
std::size_t width_of(const ImportTable& table) {
  std::size_t width = 0;
  const auto look = [&](const std::vector<std::string>& cells) {
    for (std::size_t at = cells.size(); at > width; --at) {
      if (!cells[at - 1].empty()) width = at;
    }
  };
  look(table.heads);
  for (const TableRow& row : table.rows) look(row.cells);
  return width;
}

bool is_blank(const TableRow& row) {
  return row.fault.empty() && std::all_of(row.cells.begin(), row.cells.end(), [](const auto& cell) {
           return cell.empty();
         });
}

}  // namespace

Result<ImportTable> read_import_table(const ImportForm& form,
                                      const std::string& file_name,
                                      std::string_view bytes,
                                      std::string_view sheet,
                                      const TableLimits& limits) {
  if (bytes.empty()) return fail(ErrorCode::invalid_argument, file_name + " 是空文件");
  if (bytes.size() > limits.max_bytes) {
    return fail(ErrorCode::too_large,
                fmt::format("{} 超过 {} MiB", file_name, limits.max_bytes >> 20));
  }
  TRY_ASSIGN(auto sheets, read_sheets(file_name, bytes));
  TRY_ASSIGN(const std::size_t chosen, choose_sheet(form, file_name, sheets, sheet));
  ImportTable table;
  for (std::size_t at = 0; at < sheets.size(); ++at) {
    // Notes on a sheet of their own are no rows.
    if (at == chosen || find_head(form, sheets[at].rows).fields < 2) continue;
    table.left_out.push_back(fmt::format("工作表“{}”的 {} 行未读取，请分开上传",
                                         shorten(sheets[at].name, 100),
                                         sheets[at].rows.size()));
  }
  std::vector<TableRow>& rows = sheets[chosen].rows;
  table.sheet = sheets[chosen].name;
  const std::size_t head = find_head(form, rows).row;
  if (head < rows.size()) {
    table.head_line = rows[head].line;
    table.heads = std::move(rows[head].cells);
  }
  for (std::size_t at = head + 1; at < rows.size(); ++at) {
    if (!is_blank(rows[at])) table.rows.push_back(std::move(rows[at]));
  }
  if (table.rows.empty()) {
    return fail(ErrorCode::invalid_argument, file_name + " 的表头之下没有数据行");
  }
  if (table.rows.size() > limits.max_rows) {
    return fail(ErrorCode::too_large,
                fmt::format("{} 有 {} 行，一次最多导入 {} 行，请分开上传",
                            file_name,
                            table.rows.size(),
                            limits.max_rows));
  }
  const std::size_t width = width_of(table);
  if (width > limits.max_columns) {
    return fail(ErrorCode::too_large, fmt::format("{} 超过 {} 列", file_name, limits.max_columns));
  }
  table.heads.resize(width);
  for (TableRow& row : table.rows) row.cells.resize(std::min(width, row.cells.size()));
  return table;
}

std::string to_json(const ImportTable& table) {
  std::string out;
  JsonWriter json(out);
  const auto texts = [&](const std::vector<std::string>& list) {
    json.begin_array();
    for (const std::string& text : list) json.string(text);
    json.end_array();
  };
  json.begin_object().member("sheet", table.sheet).member("head_line", table.head_line);
  json.key("heads");
  texts(table.heads);
  json.key("left_out");
  texts(table.left_out);
  json.key("rows").begin_array();
  for (const TableRow& row : table.rows) {
    json.begin_array().integer(row.line).string(row.fault);
    texts(row.cells);
    json.end_array();
  }
  json.end_array().end_object();
  return out;
}

Result<ImportTable> table_from_json(std::string_view text) {
  const auto damaged = [] { return fail(ErrorCode::data_corrupt, "导入的表格内容已损坏"); };
  boost::system::error_code fault;
  const auto root = boost::json::parse(text, fault);
  if (fault || !root.is_object()) return damaged();
  const auto texts = [](const boost::json::value* list) {
    std::vector<std::string> out;
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& one : list->get_array()) {
      out.emplace_back(one.is_string() ? std::string_view(one.get_string()) : std::string_view{});
    }
    return out;
  };
  const auto& object = root.get_object();
  const auto* sheet = object.if_contains("sheet");
  const auto* line = object.if_contains("head_line");
  const auto* rows = object.if_contains("rows");
  if (sheet == nullptr || line == nullptr || rows == nullptr || !sheet->is_string() ||
      !line->is_int64() || !rows->is_array()) {
    return damaged();
  }
  ImportTable table;
  table.sheet = std::string_view(sheet->get_string());
  table.head_line = line->get_int64();
  table.heads = texts(object.if_contains("heads"));
  table.left_out = texts(object.if_contains("left_out"));
  for (const auto& one : rows->get_array()) {
    if (!one.is_array() || one.get_array().size() != 3) return damaged();
    const auto& parts = one.get_array();
    if (!parts[0].is_int64() || !parts[1].is_string()) return damaged();
    table.rows.push_back(
        {parts[0].get_int64(), texts(&parts[2]), std::string(parts[1].get_string())});
  }
  return table;
}

}  // namespace dengce::portfolio
