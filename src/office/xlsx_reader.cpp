// SPDX-License-Identifier: Apache-2.0
#include "office/xlsx_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

#include "base/archive.h"
#include "base/text.h"
#include "office/xlsx_styles.h"
#include "office/xml_reader.h"

namespace dengce::office {
namespace {

using Token = XmlReader::Token;

constexpr std::array<std::string_view, 10> cell_errors{"#N/A",
                                                       "#REF!",
                                                       "#NAME?",
                                                       "#VALUE!",
                                                       "#DIV/0!",
                                                       "#NUM!",
                                                       "#NULL!",
                                                       "#SPILL!",
                                                       "#CALC!",
                                                       uncomputed_formula};

struct Place {
  std::int64_t row = 0;     // from 1
  std::int64_t column = 0;  // from 0
};

struct Area {
  Place first;
  Place last;
};

// "AB12", "$A$1"
std::optional<Place> parse_place(std::string_view text) {
  Place place{0, 0};
  std::size_t at = 0;
  const auto dollar = [&] {
    if (at < text.size() && text[at] == '$') ++at;
  };
  dollar();
  std::size_t letters = 0;
  for (; at < text.size() && text[at] >= 'A' && text[at] <= 'Z' && letters < 4; ++at, ++letters) {
    place.column = place.column * 26 + (text[at] - 'A' + 1);
  }
  dollar();
  const auto row = parse_int(text.substr(at));
  if (letters == 0 || letters > 3 || !row || *row < 1 || *row > 1'048'576) return {};
  place.row = *row;
  --place.column;
  return place;
}

std::optional<Area> parse_area(std::string_view text) {
  const auto colon = text.find(':');
  const auto first = parse_place(text.substr(0, colon));
  const auto last = colon == std::string_view::npos ? first : parse_place(text.substr(colon + 1));
  if (!first || !last || last->row < first->row || last->column < first->column) return {};
  return Area{*first, *last};
}

// "_x000D_" stands for a character that XML cannot hold.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto code = text.substr(at, 7);
    const bool escape =
        code.size() == 7 && code.starts_with("_x") && code.ends_with('_') &&
        code.substr(2, 4).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    if (!escape) {
      out += text[at];
      continue;
    }
    std::uint32_t character = 0;
    for (const char c : lower(code.substr(2, 4))) {
      character = character * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    if (character != '\r') append_utf8(out, character);
    at += 6;
  }
  return out;
}

struct Parts {
  std::vector<ArchiveEntry> entries;

  [[nodiscard]] const std::string* find(std::string_view path) const {
    for (const ArchiveEntry& entry : entries) {
      if (entry.path == path) return &entry.bytes;
    }
    // Some writers do not keep to the case of their own references.
    for (const ArchiveEntry& entry : entries) {
      if (lower(entry.path) == lower(path)) return &entry.bytes;
    }
    return nullptr;
  }
};

struct Relation {
  std::string id;
  std::string type;    // the last word of its address
  std::string target;  // path in the package
};

// "../a.xml" of folder "xl/worksheets" → "xl/a.xml"
std::string target_path(std::string_view folder, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  std::vector<std::string> out;
  for (const auto part : split(folder, '/')) out.emplace_back(part);
  for (const auto part : split(target, '/')) {
    if (part == "..") {
      if (!out.empty()) out.pop_back();
    } else if (part != "." && !part.empty()) {
      out.emplace_back(part);
    }
  }
  if (!out.empty() && out.front().empty()) out.erase(out.begin());
  return join(out, "/");
}

class Reader {
 public:
  Reader(const std::string& name, const XlsxLimits& limits) : name_(name), limits_(limits) {}

  Result<std::vector<XlsxSheet>> read(std::string_view bytes);

 private:
  struct SheetEntry {
    std::string name;
    std::string relation;
    bool hidden = false;
  };

  // The cell whose elements are being read.
  struct Cell {
    Place place;
    std::string type;
    NumberFormat format;
    std::optional<std::string> value;
    std::string inline_text;
    bool formula = false;
  };

  [[nodiscard]] tl::unexpected<Error> damaged(std::string_view part, std::string reason) const {
    return fail(ErrorCode::invalid_argument,
                name_ + " 不是可用的 Excel 工作簿",
                {Problem{name_, 0, std::string(part), std::move(reason)}});
  }

  [[nodiscard]] tl::unexpected<Error> too_large(std::string_view part, std::string reason) const {
    return fail(ErrorCode::too_large,
                name_ + " 过大",
                {Problem{name_, 0, std::string(part), std::move(reason)}});
  }

  Result<std::string_view> text_of(std::string_view path);
  Result<std::vector<Relation>> relations(const std::string& part);
  Result<std::string> workbook_path();
  Result<> read_workbook(const std::string& path);
  Result<> read_shared(std::string_view path);
  Result<XlsxSheet> read_sheet(const SheetEntry& entry, const std::string& path);
  Result<> read_row(XmlReader& xml, XlsxSheet& sheet, std::int64_t& row_number);
  Result<> read_cell(XmlReader& xml, XlsxSheet& sheet, XlsxRow& row, std::int64_t& next_column);
  Result<> read_cell_parts(XmlReader& xml, const std::string& sheet, Cell& cell);
  Result<std::string> cell_text(const std::string& sheet, Cell cell) const;
  Result<> put(const std::string& sheet, XlsxRow& row, std::int64_t column, std::string text);
  Result<> fill_merges(XlsxSheet& sheet, const std::vector<Area>& areas);
  static std::string_view value_at(const XlsxSheet& sheet, const Place& place);

  const std::string& name_;
  const XlsxLimits& limits_;
  Parts parts_;
  std::deque<std::string> kept_;  // parts that had to be decoded
  std::vector<SheetEntry> sheets_;
  std::vector<std::string> shared_;
  std::vector<NumberFormat> formats_;
  bool since_1904_ = false;
  std::size_t cells_ = 0;
  std::size_t text_bytes_ = 0;
};

Result<std::string_view> Reader::text_of(std::string_view path) {
  const std::string* bytes = parts_.find(path);
  if (bytes == nullptr) return damaged(path, "工作簿缺少此部分");
  const bool wide = bytes->starts_with("\xFF\xFE") || bytes->starts_with("\xFE\xFF");
  if (!wide && is_valid_utf8(*bytes)) return std::string_view(*bytes);
  Decoded decoded = decode_text(*bytes);
  if (!wide || decoded.lossy) return damaged(path, "编码不是 UTF-8");
  kept_.push_back(std::move(decoded.text));
  return std::string_view(kept_.back());
}

Result<std::vector<Relation>> Reader::relations(const std::string& part) {
  const auto slash = part.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : part.substr(0, slash);
  const std::string file = slash == std::string::npos ? part : part.substr(slash + 1);
  const std::string path = (folder.empty() ? "" : folder + "/") + "_rels/" + file + ".rels";
  std::vector<Relation> out;
  TRY_ASSIGN(const std::string_view text, text_of(path));
  XmlReader xml(text);
  for (;;) {
    const Token token = xml.next();
    if (token == Token::done) return out;
    if (token == Token::failed) return damaged(path, xml.fault());
    if (token != Token::start || xml.name() != "Relationship") continue;
    const std::string type = xml.attribute("Type").value_or("");
    out.push_back({xml.attribute("Id").value_or(""),
                   type.substr(type.rfind('/') + 1),
                   target_path(folder, xml.attribute("Target").value_or(""))});
  }
}

Result<std::string> Reader::workbook_path() {
  if (parts_.find("_rels/.rels") != nullptr) {
    TRY_ASSIGN(const auto roots, relations(""));
    for (const Relation& root : roots) {
      if (root.type == "officeDocument") return root.target;
    }
  }
  return std::string("xl/workbook.xml");
}

Result<> Reader::read_workbook(const std::string& path) {
  TRY_ASSIGN(const std::string_view text, text_of(path));
  XmlReader xml(text);
  for (;;) {
    const Token token = xml.next();
    if (token == Token::done) return {};
    if (token == Token::failed) return damaged(path, xml.fault());
    if (token != Token::start) continue;
    if (xml.name() == "workbookPr") {
      const auto value = xml.attribute("date1904").value_or("");
      since_1904_ = value == "1" || value == "true";
    } else if (xml.name() == "sheet") {
      if (sheets_.size() >= limits_.max_sheets) {
        return too_large(path, fmt::format("工作表超过 {} 张", limits_.max_sheets));
      }
      const auto state = xml.attribute("state").value_or("visible");
      sheets_.push_back({xml.attribute("name").value_or(""),
                         xml.attribute("id").value_or(""),
                         state != "visible"});
    }
  }
}

Result<> Reader::read_shared(std::string_view path) {
  TRY_ASSIGN(const std::string_view text, text_of(path));
  XmlReader xml(text);
  for (;;) {
    const Token token = xml.next();
    if (token == Token::done) return {};
    if (token == Token::failed) return damaged(path, xml.fault());
    if (token != Token::start || xml.name() != "si") continue;
    if (shared_.size() >= limits_.max_cells) return too_large(path, "共享字符串过多");
    std::string value;
    // rPh tells how a word is read aloud.
    if (!xml.inner_text(value, "rPh")) return damaged(path, xml.fault());
    shared_.push_back(unescaped(value));
  }
}

Result<> Reader::read_cell_parts(XmlReader& xml, const std::string& sheet, Cell& cell) {
  const std::size_t outside = xml.depth() - 1;
  while (xml.depth() > outside) {
    const Token token = xml.next();
    if (token == Token::failed || token == Token::done) return damaged(sheet, xml.fault());
    if (token != Token::start) continue;
    std::string text;
    const std::string part(xml.name());
    if (!xml.inner_text(text, "rPh")) return damaged(sheet, xml.fault());
    if (part == "v") {
      cell.value = std::move(text);
    } else if (part == "is") {
      cell.inline_text = std::move(text);
    } else if (part == "f") {
      cell.formula = true;
    }
  }
  return {};
}

Result<std::string> Reader::cell_text(const std::string& sheet, Cell cell) const {
  if (cell.type == "inlineStr") return unescaped(cell.inline_text);
  if (!cell.value) return std::string(cell.formula ? uncomputed_formula : std::string_view{});
  if (cell.type == "s") {
    const auto index = parse_int(trim(*cell.value));
    if (!index || *index < 0 || *index >= static_cast<std::int64_t>(shared_.size())) {
      return damaged(sheet, fmt::format("第 {} 行引用了不存在的共享字符串", cell.place.row));
    }
    return shared_[static_cast<std::size_t>(*index)];
  }
  if (cell.type == "str") return unescaped(*cell.value);
  if (cell.type == "b") return std::string(trim(*cell.value) == "1" ? "TRUE" : "FALSE");
  if (cell.type == "e") return std::string(trim(*cell.value));
  if (cell.type == "d") {
    const std::string_view day = trim(*cell.value);
    return std::string(day.ends_with("T00:00:00") ? day.substr(0, day.size() - 9) : day);
  }
  return number_text(*cell.value, cell.format, since_1904_);
}

Result<> Reader::put(const std::string& sheet,
                     XlsxRow& row,
                     std::int64_t column,
                     std::string text) {
  if (column >= static_cast<std::int64_t>(limits_.max_columns)) {
    return too_large(sheet, fmt::format("第 {} 行超过 {} 列", row.number, limits_.max_columns));
  }
  const auto at = static_cast<std::size_t>(column);
  const std::size_t wider = at < row.cells.size() ? 0 : at + 1 - row.cells.size();
  cells_ += wider;
  text_bytes_ += text.size();
  if (cells_ > limits_.max_cells) return too_large(sheet, "单元格过多");
  if (text_bytes_ > limits_.max_text_bytes) return too_large(sheet, "文字总量过大");
  if (wider > 0) row.cells.resize(at + 1);
  row.cells[at] = std::move(text);
  return {};
}

Result<> Reader::read_cell(XmlReader& xml,
                           XlsxSheet& sheet,
                           XlsxRow& row,
                           std::int64_t& next_column) {
  Cell cell;
  cell.place = {row.number, next_column};
  if (const auto written = xml.attribute("r")) {
    const auto place = parse_place(*written);
    if (!place || place->row != row.number) {
      return damaged(sheet.name, "单元格位置有误：" + shorten(*written, 40));
    }
    cell.place = *place;
  }
  next_column = cell.place.column + 1;
  cell.type = xml.attribute("t").value_or("n");
  const auto style = parse_int(xml.attribute("s").value_or("0")).value_or(0);
  if (style >= 0 && style < static_cast<std::int64_t>(formats_.size())) {
    cell.format = formats_[static_cast<std::size_t>(style)];
  }
  TRY(read_cell_parts(xml, sheet.name, cell));
  const std::int64_t column = cell.place.column;
  TRY_ASSIGN(std::string text, cell_text(sheet.name, std::move(cell)));
  const std::string_view bare = trim(text);
  if (bare.empty()) return {};
  return put(sheet.name, row, column, std::string(bare));
}

Result<> Reader::read_row(XmlReader& xml, XlsxSheet& sheet, std::int64_t& row_number) {
  XlsxRow row;
  row.number = ++row_number;
  if (const auto written = xml.attribute("r")) {
    const auto number = parse_int(*written);
    if (!number || *number < row.number || *number > 1'048'576) {
      return damaged(sheet.name, "行号有误：" + shorten(*written, 40));
    }
    row.number = row_number = *number;
  }
  row.hidden = xml.attribute("hidden").value_or("") == "1";
  const std::size_t outside = xml.depth() - 1;
  std::int64_t next_column = 0;
  while (xml.depth() > outside) {
    const Token token = xml.next();
    if (token == Token::failed || token == Token::done) return damaged(sheet.name, xml.fault());
    if (token == Token::start && xml.name() == "c") {
      TRY(read_cell(xml, sheet, row, next_column));
    }
  }
  if (row.cells.empty()) return {};
  if (sheet.rows.size() >= limits_.max_rows) {
    return too_large(sheet.name, fmt::format("工作表超过 {} 行", limits_.max_rows));
  }
  sheet.rows.push_back(std::move(row));
  return {};
}

std::string_view Reader::value_at(const XlsxSheet& sheet, const Place& place) {
  const auto row = std::lower_bound(
      sheet.rows.begin(), sheet.rows.end(), place.row, [](const XlsxRow& one, std::int64_t number) {
        return one.number < number;
      });
  if (row == sheet.rows.end() || row->number != place.row) return {};
  const auto column = static_cast<std::size_t>(place.column);
  return column < row->cells.size() ? std::string_view(row->cells[column]) : std::string_view{};
}

Result<> Reader::fill_merges(XlsxSheet& sheet, const std::vector<Area>& areas) {
  std::size_t visited = 0;
  for (const Area& area : areas) {
    const std::string value(value_at(sheet, area.first));
    if (value.empty()) continue;
    auto row = std::lower_bound(
        sheet.rows.begin(),
        sheet.rows.end(),
        area.first.row,
        [](const XlsxRow& one, std::int64_t number) { return one.number < number; });
    for (; row != sheet.rows.end() && row->number <= area.last.row; ++row) {
      for (std::int64_t column = area.first.column; column <= area.last.column; ++column) {
        if (++visited > limits_.max_cells) return too_large(sheet.name, "合并单元格过多");
        if (row->number == area.first.row && column == area.first.column) continue;
        TRY(put(sheet.name, *row, column, value));
      }
    }
  }
  return {};
}

Result<XlsxSheet> Reader::read_sheet(const SheetEntry& entry, const std::string& path) {
  XlsxSheet sheet{entry.name, entry.hidden, {}};
  std::vector<Area> merges;
  std::int64_t row_number = 0;  // of the row before
  TRY_ASSIGN(const std::string_view text, text_of(path));
  XmlReader xml(text);
  for (;;) {
    const Token token = xml.next();
    if (token == Token::done) break;
    if (token == Token::failed) return damaged(entry.name, xml.fault());
    if (token != Token::start) continue;
    if (xml.name() == "row") {
      TRY(read_row(xml, sheet, row_number));
    } else if (xml.name() == "mergeCell") {
      if (merges.size() >= limits_.max_merges) return too_large(entry.name, "合并单元格过多");
      const auto area = parse_area(xml.attribute("ref").value_or(""));
      if (!area) return damaged(entry.name, "合并单元格的范围有误");
      merges.push_back(*area);
    }
  }
  TRY(fill_merges(sheet, merges));
  return sheet;
}

Result<std::vector<XlsxSheet>> Reader::read(std::string_view bytes) {
  ArchiveLimits limits;
  limits.max_entries = 5'000;
  limits.max_entry_bytes = limits_.max_unpacked_bytes;
  limits.max_total_bytes = limits_.max_unpacked_bytes;
  auto entries = read_archive(name_, bytes, limits);
  if (!entries) {
    // A damaged file is the sender's fault here.
    Error error = std::move(entries).error();
    if (error.code == ErrorCode::data_corrupt) error.code = ErrorCode::invalid_argument;
    return tl::make_unexpected(std::move(error));
  }
  parts_.entries = std::move(*entries);
  if (parts_.find("xl/workbook.bin") != nullptr) {
    return fail(ErrorCode::unsupported, name_ + " 是 .xlsb 格式，请另存为 .xlsx 后再导入");
  }
  if (const auto* kind = parts_.find("mimetype");
      kind != nullptr && kind->find("opendocument") != std::string::npos) {
    return fail(ErrorCode::unsupported, name_ + " 是 .ods 格式，请另存为 .xlsx 后再导入");
  }
  TRY_ASSIGN(const std::string workbook, workbook_path());
  if (parts_.find(workbook) == nullptr) return damaged(workbook, "压缩包中没有工作簿");
  TRY(read_workbook(workbook));
  TRY_ASSIGN(const auto links, relations(workbook));
  for (const Relation& link : links) {
    if (link.type == "sharedStrings") TRY(read_shared(link.target));
    if (link.type != "styles") continue;
    TRY_ASSIGN(const std::string_view styles, text_of(link.target));
    const char* fault = nullptr;
    formats_ = read_styles(styles, fault);
    if (fault != nullptr) return damaged(link.target, fault);
  }
  std::vector<XlsxSheet> out;
  for (const SheetEntry& entry : sheets_) {
    const auto link = std::find_if(
        links.begin(), links.end(), [&](const Relation& one) { return one.id == entry.relation; });
    if (link == links.end()) return damaged(entry.name, "工作表没有对应的内容");
    if (link->type != "worksheet") continue;  // charts and dialogs
    TRY_ASSIGN(XlsxSheet sheet, read_sheet(entry, link->target));
    out.push_back(std::move(sheet));
  }
  if (out.empty()) return damaged(workbook, "工作簿中没有工作表");
  return out;
}

// The older container of Microsoft: an .xls, or a workbook behind a password.
bool is_compound_file(std::string_view bytes) {
  return bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
}

bool names_stream(std::string_view bytes, std::string_view name) {
  std::string wide;
  for (const char c : name) {
    wide += c;
    wide += '\0';
  }
  return bytes.find(wide) != std::string_view::npos;
}

}  // namespace

bool is_cell_error(std::string_view text) {
  return std::find(cell_errors.begin(), cell_errors.end(), text) != cell_errors.end();
}

Result<std::vector<XlsxSheet>> read_xlsx(const std::string& name,
                                         std::string_view bytes,
                                         const XlsxLimits& limits) {
  if (is_compound_file(bytes)) {
    const bool encrypted = names_stream(bytes, "EncryptedPackage");
    return fail(ErrorCode::unsupported,
                name + (encrypted ? " 设有打开密码，请去除密码后再导入"
                                  : " 是旧的 .xls 格式，请另存为 .xlsx 后再导入"));
  }
  if (!bytes.starts_with("PK")) {
    return fail(ErrorCode::invalid_argument, name + " 不是 .xlsx 文件");
  }
  return Reader(name, limits).read(bytes);
}

}  // namespace dengce::office
