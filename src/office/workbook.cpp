// SPDX-License-Identifier: Apache-2.0
#include "office/workbook.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <optional>

#include "base/file.h"
#include "base/text.h"

namespace dengce::office {
namespace {

constexpr std::size_t max_cell_characters = 32'767;

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Control bytes have no place in the XML of a sheet.
std::string cell_text(const std::string& text) {
  std::string out = text;
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') c = ' ';
  }
  if (count_characters(out) > max_cell_characters) out = shorten(out, max_cell_characters - 8);
  return out;
}

// In the middle and grey; `&` begins a code of the format, which allows 255 bytes.
std::string header_text(const std::string& text) {
  std::string out = "&C&K808080";
  for (const char c : shorten(text, 100)) {
    out += c;
    if (c == '&') out += c;
  }
  return out;
}

Result<> checked(lxw_error error, const char* what) {
  if (error == LXW_NO_ERROR) return {};
  return fail(ErrorCode::internal, std::string(what) + "：" + lxw_strerror(error));
}

}  // namespace

struct Workbook::State {
  explicit State(TempDir temporary) : directory(std::move(temporary)) {}

  TempDir directory;
  std::string path, temporary_files;
  WorkbookOptions options;
  lxw_workbook* book = nullptr;
  lxw_format* head = nullptr;
  lxw_format* body = nullptr;
  lxw_format* banner = nullptr;
  lxw_worksheet* sheet = nullptr;
  lxw_row_t row = 0;
  lxw_row_t head_row = 0;
  std::size_t columns = 0;
};

Workbook::Workbook(std::unique_ptr<State> state) : state_(std::move(state)) {}

Workbook::Workbook(Workbook&& other) noexcept = default;

Workbook& Workbook::operator=(Workbook&& other) noexcept = default;

Workbook::~Workbook() {
  if (state_ && state_->book) workbook_close(state_->book);
}

Result<Workbook> Workbook::create(const WorkbookOptions& options) {
  TRY_ASSIGN(auto directory, TempDir::create());
  auto state = std::make_unique<State>(std::move(directory));
  state->options = options;
  state->path = (state->directory.path() / "book.xlsx").string();
  state->temporary_files = state->directory.path().string();
  lxw_workbook_options settings{LXW_TRUE, state->temporary_files.data(), LXW_FALSE};
  state->book = workbook_new_opt(state->path.c_str(), &settings);
  if (!state->book) return fail(ErrorCode::internal, "无法创建 Excel 文件");
  lxw_doc_properties properties{};
  properties.title = state->options.title.data();
  properties.author = state->options.creator.data();
  properties.created = static_cast<time_t>(options.time.milliseconds / 1000);
  TRY(checked(workbook_set_properties(state->book, &properties), "写入文档属性"));
  state->head = workbook_add_format(state->book);
  format_set_bold(state->head);
  format_set_bg_color(state->head, 0xD9E2F3);
  state->body = workbook_add_format(state->book);
  for (auto* format : {state->head, state->body}) {
    format_set_border(format, LXW_BORDER_THIN);
    format_set_text_wrap(format);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    format_set_font_name(format, "宋体");
    format_set_font_size(format, 10);
  }
  state->banner = workbook_add_format(state->book);
  format_set_bold(state->banner);
  format_set_font_color(state->banner, 0xC00000);
  return Workbook(std::move(state));
}

Result<> Workbook::begin_sheet(const std::string& name, const std::vector<SheetColumn>& columns) {
  end_sheet();
  State& state = *state_;
  state.sheet = workbook_add_worksheet(state.book, name.c_str());
  if (!state.sheet) return fail(ErrorCode::internal, "无法创建工作表 " + name);
  state.row = 0;
  state.columns = columns.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    worksheet_set_column(state.sheet, column, column, columns[i].width, nullptr);
  }
  worksheet_set_landscape(state.sheet);
  worksheet_set_paper(state.sheet, 9);
  worksheet_fit_to_pages(state.sheet, 1, 0);
  if (!state.options.banner.empty()) {
    TRY(checked(worksheet_write_string(
                    state.sheet, state.row++, 0, state.options.banner.c_str(), state.banner),
                "写入工作表"));
  }
  if (!state.options.page_header.empty()) {
    TRY(checked(worksheet_set_header(state.sheet, header_text(state.options.page_header).c_str()),
                "写入页眉"));
  }
  state.head_row = state.row;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    TRY(checked(worksheet_write_string(state.sheet,
                                       state.row,
                                       static_cast<lxw_col_t>(i),
                                       columns[i].title.c_str(),
                                       state.head),
                "写入工作表"));
  }
  ++state.row;
  worksheet_freeze_panes(state.sheet, state.row, 0);
  worksheet_repeat_rows(state.sheet, state.head_row, state.head_row);
  return {};
}

Result<> Workbook::add_row(const std::vector<Cell>& cells) {
  State& state = *state_;
  if (!state.sheet) return fail(ErrorCode::internal, "尚未创建工作表");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    const auto* text = std::get_if<std::string>(&cells[i]);
    const lxw_error error =
        text ? worksheet_write_string(
                   state.sheet, state.row, column, cell_text(*text).c_str(), state.body)
             : worksheet_write_number(
                   state.sheet, state.row, column, std::get<double>(cells[i]), state.body);
    TRY(checked(error, "写入工作表"));
  }
  ++state.row;
  return {};
}

void Workbook::end_sheet() {
  State& state = *state_;
  if (!state.sheet || state.columns == 0 || state.row <= state.head_row + 1) return;
  worksheet_autofilter(
      state.sheet, state.head_row, 0, state.row - 1, static_cast<lxw_col_t>(state.columns - 1));
}

Result<std::string> Workbook::finish() {
  end_sheet();
  const lxw_error error = workbook_close(state_->book);
  state_->book = nullptr;
  TRY(checked(error, "写出 Excel 文件"));
  return read_file(state_->path);
}

}  // namespace dengce::office
