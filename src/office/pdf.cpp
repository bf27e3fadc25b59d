// SPDX-License-Identifier: Apache-2.0
#include "office/pdf.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"

namespace dengce::office {
namespace {

constexpr int max_passes = 3;

// Writer's bookmarks become named destinations, so page numbers need no search in text.
constexpr const char* pdf_filter =
    R"(pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}})";

// Chinese office fonts are rarely installed on servers; without this the fallback is the Japanese
// form of the glyphs, and a wide Latin font.
constexpr std::string_view font_configuration = R"(<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <alias binding="same"><family>仿宋_GB2312</family><prefer><family>仿宋</family><family>FangSong</family>
    <family>Noto Serif CJK SC</family><family>Noto Sans CJK SC</family></prefer></alias>
  <alias binding="same"><family>宋体</family><prefer><family>SimSun</family>
    <family>Noto Serif CJK SC</family><family>Noto Sans CJK SC</family></prefer></alias>
  <alias binding="same"><family>黑体</family><prefer><family>SimHei</family>
    <family>Noto Sans CJK SC</family></prefer></alias>
  <alias binding="same"><family>Times New Roman</family><prefer><family>Liberation Serif</family>
    <family>Noto Serif</family><family>Noto Serif CJK SC</family><family>Noto Sans CJK SC</family>
    </prefer></alias>
</fontconfig>
)";

std::string program(std::string_view name) {
  return find_program(name).string();
}

std::string soffice() {
  const auto found = program("soffice");
  return found.empty() ? program("libreoffice") : found;
}

Result<std::string> run_on_pdf(std::string_view pdf,
                               const char* tool,
                               const std::vector<std::string>& before,
                               const std::vector<std::string>& after) {
  const auto path = program(tool);
  if (path.empty()) {
    return fail(
        ErrorCode::unavailable,
        std::string("未安装 ") + tool + "（Debian 软件包 poppler-utils），无法读取 PDF 的页码");
  }
  TRY_ASSIGN(const auto directory, TempDir::create());
  const auto file = directory.path() / "document.pdf";
  TRY(write_file(file, pdf));
  std::vector<std::string> arguments{path};
  arguments.insert(arguments.end(), before.begin(), before.end());
  arguments.push_back(file.string());
  arguments.insert(arguments.end(), after.begin(), after.end());
  SubprocessOptions options;
  options.timeout = std::chrono::minutes(2);
  options.max_output_bytes = 256U << 20;
  TRY_ASSIGN(auto result, run_subprocess(arguments, options));
  if (result.exit_code != 0) {
    return fail(ErrorCode::data_corrupt, std::string(tool) + " 无法读取 PDF", result.error);
  }
  return std::move(result.output);
}

// Number at the end of a destination: "5FToc000012" with word "Toc" → 12, else 0. LibreOffice
// writes the underscore of "_Toc000012" as "5F".
std::size_t destination_number(std::string_view line, std::string_view word) {
  const auto at = line.rfind(word);
  if (at == std::string_view::npos) return 0;
  auto digits = line.substr(at + word.size());
  if (!digits.empty() && digits.back() == '"') digits.remove_suffix(1);
  const auto number = parse_int(digits);
  return number && *number > 0 ? static_cast<std::size_t>(*number) : 0;
}

Result<int> page_count(std::string_view information) {
  Lines lines(information);
  while (const auto line = lines.next()) {
    if (line->text.rfind("Pages:", 0) != 0) continue;
    if (const auto pages = parse_int(trim(line->text.substr(6)))) return static_cast<int>(*pages);
  }
  return fail(ErrorCode::data_corrupt, "PDF 没有说明页数");
}

}  // namespace

bool can_convert() {
  return !soffice().empty();
}

bool can_paginate() {
  return can_convert() && !program("pdfinfo").empty();
}

Result<std::string> convert_to_pdf(std::string_view docx, const PdfOptions& options) {
  const auto path = soffice();
  if (path.empty()) {
    return fail(ErrorCode::unavailable,
                "生成 PDF 需要 LibreOffice，本机未安装（Debian 软件包 libreoffice-writer-nogui）；"
                "可先输出 DOCX，再用 Word 或 WPS 另存为 PDF");
  }
  TRY_ASSIGN(const auto directory, TempDir::create());
  TRY(write_file(directory.path() / "document.docx", docx));
  SubprocessOptions settings;
  settings.timeout = options.timeout;
  settings.working_directory = directory.path();
  settings.environment["HOME"] = directory.path().string();
  TRY(write_file(directory.path() / "fonts.conf", font_configuration));
  settings.environment["FONTCONFIG_FILE"] = (directory.path() / "fonts.conf").string();
  // No second process may share the profile, or it hands its work to the first and returns.
  const auto profile = "-env:UserInstallation=file://" + (directory.path() / "profile").string();
  auto result = run_subprocess({path,
                                profile,
                                "--headless",
                                "--norestore",
                                "--convert-to",
                                pdf_filter,
                                "--outdir",
                                directory.path().string(),
                                (directory.path() / "document.docx").string()},
                               settings);
  if (!result && result.error().code == ErrorCode::timeout) {
    return fail(ErrorCode::timeout,
                fmt::format("LibreOffice 在 {} 秒内没有完成 PDF 转换", options.timeout.count()));
  }
  if (!result) return tl::make_unexpected(std::move(result).error());
  auto pdf = read_file(directory.path() / "document.pdf");
  if (!pdf) return fail(ErrorCode::internal, "LibreOffice 没有生成 PDF", result->error);
  return pdf;
}

Result<Pagination> read_pagination(std::string_view pdf,
                                   std::size_t headings,
                                   std::size_t sections) {
  TRY_ASSIGN(const auto information, run_on_pdf(pdf, "pdfinfo", {}, {}));
  TRY_ASSIGN(const auto destinations, run_on_pdf(pdf, "pdfinfo", {"-dests"}, {}));
  Pagination found;
  TRY_ASSIGN(found.pages, page_count(information));
  found.headings.assign(headings, 0);
  found.sections.assign(sections, 0);
  Lines lines(destinations);
  while (const auto line = lines.next()) {
    const auto parts = words(line->text);
    if (parts.size() < 3) continue;
    const auto page = static_cast<int>(parse_int(parts[0]).value_or(0));
    const auto text = trim(line->text);
    const auto heading = destination_number(text, "Toc");
    const auto section = destination_number(text, "Zone");
    if (heading > 0 && heading <= headings) found.headings[heading - 1] = page;
    if (section > 0 && section <= sections) found.sections[section - 1] = page;
  }
  if (std::count(found.headings.begin(), found.headings.end(), 0) > 0 ||
      std::count(found.sections.begin(), found.sections.end(), 0) > 0) {
    return fail(ErrorCode::data_corrupt, "PDF 中缺少标题或分节的位置，无法取得页码");
  }
  return found;
}

Result<std::vector<std::string>> read_pages(std::string_view pdf) {
  TRY_ASSIGN(const auto text, run_on_pdf(pdf, "pdftotext", {"-layout"}, {"-"}));
  std::vector<std::string> pages;
  for (const auto page : split(text, '\f')) pages.emplace_back(page);
  if (!pages.empty() && trim(pages.back()).empty()) pages.pop_back();
  return pages;
}

Result<Paginated> paginate(
    const std::function<Result<Document>(const Pagination* pagination)>& render,
    const PdfOptions& options) {
  Paginated made;
  const Pagination* known = nullptr;
  for (int pass = 0; pass < max_passes; ++pass) {
    TRY_ASSIGN(made.document, render(known));
    TRY_ASSIGN(made.pdf, convert_to_pdf(made.document.bytes, options));
    TRY_ASSIGN(auto found,
               read_pagination(made.pdf, made.document.headings.size(), made.document.sections));
    if (known && found == made.pagination) return made;
    made.pagination = std::move(found);
    known = &made.pagination;
  }
  return fail(ErrorCode::internal, "目录页码在三次排版后仍不稳定");
}

}  // namespace dengce::office
