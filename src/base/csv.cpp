// SPDX-License-Identifier: Apache-2.0
#include "base/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace dengce {
namespace {

constexpr std::size_t max_problems = 200;
constexpr std::string_view unclosed_quote = "引号未闭合";

struct RawRow {
  std::int64_t line = 0;
  std::vector<std::string> cells;
  bool blank = true;
};

// Cuts a text into rows; the only error states are an unclosed quote and text behind a quote.
class RowReader {
 public:
  RowReader(std::string_view text, const std::string& path, const CsvOptions& options)
      : text_(text), path_(path), options_(options) {}

  bool next(RawRow& row, std::vector<Problem>& problems) {
    if (at_ >= text_.size()) return false;
    row = RawRow{line_, {}, true};
    bool more = true;
    while (more) {
      std::string cell;
      const std::size_t start = text_.find_first_not_of(" \t", at_);
      const bool quoted = start != std::string_view::npos && text_[start] == '"';
      if (quoted) at_ = start;
      more = quoted ? quoted_cell(cell, row.line, problems) : plain_cell(cell);
      if (!quoted) cell = std::string(trim(cell));
      if (cell.size() > options_.max_cell_bytes) {
        problems.push_back({path_, row.line, {}, "单元格过长"});
        cell.clear();
      }
      if (quoted || !cell.empty()) row.blank = false;
      row.cells.push_back(std::move(cell));
    }
    return true;
  }

 private:
  // Consumes the separator or the line end behind a cell; true if another cell follows.
  bool end_cell() {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    if (c == ',') return true;
    if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
    return false;
  }

  bool plain_cell(std::string& cell) {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    cell.assign(text_.substr(at_, end - at_));
    at_ = end;
    return end_cell();
  }

  bool quoted_cell(std::string& cell, std::int64_t row_line, std::vector<Problem>& problems) {
    ++at_;
    for (;;) {
      const std::size_t end = text_.find('"', at_);
      if (end == std::string_view::npos) {
        problems.push_back({path_, row_line, {}, std::string(unclosed_quote)});
        at_ = text_.size();
        return false;
      }
      const std::string_view part = text_.substr(at_, end - at_);
      line_ += std::count(part.begin(), part.end(), '\n');
      cell += part;
      at_ = end + 1;
      if (at_ >= text_.size() || text_[at_] != '"') break;
      cell += '"';
      ++at_;
    }
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    if (!trim(text_.substr(at_, end - at_)).empty()) {
      problems.push_back({path_, row_line, {}, "引号之后还有多余文字"});
    }
    at_ = end;
    return end_cell();
  }

  std::string_view text_;
  const std::string& path_;
  const CsvOptions& options_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

void check_header(const CsvTable& table,
                  std::int64_t line,
                  const CsvOptions& options,
                  std::vector<Problem>& problems) {
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    const std::string& name = table.header[i];
    if (std::find(table.header.begin(),
                  table.header.begin() + static_cast<std::ptrdiff_t>(i),
                  name) != table.header.begin() + static_cast<std::ptrdiff_t>(i)) {
      problems.push_back({table.path, line, name, "列名重复"});
    }
    const auto in = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!options.allow_other_columns && (!options.required.empty() || !options.optional.empty()) &&
        !in(options.required) && !in(options.optional)) {
      problems.push_back({table.path, line, name, "未知的列"});
    }
  }
  for (const std::string& name : options.required) {
    if (table.column(name) < 0) problems.push_back({table.path, line, name, "缺少必需的列"});
  }
}

}  // namespace

int CsvTable::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  return found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

Result<CsvTable> parse_csv(std::string path, std::string_view bytes, const CsvOptions& options) {
  const Decoded decoded = decode_text(bytes);
  CsvTable table{std::move(path), {}, {}};
  std::vector<Problem> problems;
  if (decoded.lossy) {
    problems.push_back({table.path, 0, {}, "文件编码无法识别（支持 UTF-8 与 GB18030）"});
  }
  RowReader reader(decoded.text, table.path, options);
  RawRow row;
  while (problems.size() < max_problems && reader.next(row, problems)) {
    if (row.blank) continue;
    if (table.header.empty()) {
      table.header = std::move(row.cells);
      check_header(table, row.line, options, problems);
    } else if (row.cells.size() != table.header.size()) {
      problems.push_back(
          {table.path,
           row.line,
           {},
           fmt::format("应有 {} 列，实有 {} 列", table.header.size(), row.cells.size())});
    } else if (table.rows.size() >= options.max_rows) {
      problems.push_back({table.path, row.line, {}, fmt::format("超过 {} 行", options.max_rows)});
      break;
    } else {
      table.rows.push_back({row.line, std::move(row.cells)});
    }
  }
  if (table.header.empty() && problems.empty()) {
    problems.push_back({table.path, 1, {}, "文件为空，缺少表头"});
  }
  if (!problems.empty()) {
    return fail(
        ErrorCode::invalid_argument, table.path + " 不是可用的 CSV 文件", std::move(problems));
  }
  return table;
}

Result<std::vector<CsvLine>> read_csv_lines(const std::string& path,
                                            std::string_view bytes,
                                            const CsvOptions& options) {
  const auto unusable = [&](std::int64_t line, std::string reason) {
    return fail(ErrorCode::invalid_argument,
                path + " 不是可用的 CSV 文件",
                {Problem{path, line, {}, std::move(reason)}});
  };
  const Decoded decoded = decode_text(bytes);
  if (decoded.lossy || decoded.encoding == Encoding::binary) {
    return unusable(0, "文件编码无法识别（支持 UTF-8 与 GB18030）");
  }
  std::vector<CsvLine> out;
  RowReader reader(decoded.text, path, options);
  RawRow row;
  std::vector<Problem> problems;
  while (reader.next(row, problems)) {
    if (!problems.empty() && problems.back().reason == unclosed_quote) {
      return unusable(row.line, std::string(unclosed_quote));
    }
    std::string fault = problems.empty() ? std::string() : problems.front().reason;
    problems.clear();
    if (row.blank && fault.empty()) continue;
    if (out.size() >= options.max_rows) {
      return unusable(row.line, fmt::format("超过 {} 行", options.max_rows));
    }
    out.push_back({row.line, std::move(row.cells), std::move(fault)});
  }
  return out;
}

void append_csv_row(std::string& out, const std::vector<std::string>& cells) {
  if (cells.size() == 1 && cells[0].empty()) {
    out += "\"\"\n";  // an empty line would be skipped
    return;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    const std::string& cell = cells[i];
    const bool plain =
        cell.find_first_of(",\"\r\n") == std::string::npos && trim(cell).size() == cell.size();
    if (plain) {
      out += cell;
      continue;
    }
    out += '"';
    for (const char c : cell) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += '\n';
}

}  // namespace dengce
