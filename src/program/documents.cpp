// SPDX-License-Identifier: Apache-2.0
#include "program/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "assessment/assessment_store.h"
#include "base/file.h"
#include "base/text.h"
#include "report/report.h"

namespace dengce::program {

Result<DocumentFormat> format_of(const std::filesystem::path& path) {
  const std::string ending = lower(path.extension().string());
  for (std::size_t i = 0; i < document_formats.size(); ++i) {
    if (ending == "." + std::string(document_formats[i])) return static_cast<DocumentFormat>(i);
  }
  return fail(ErrorCode::invalid_argument,
              "文件名应以 .docx、.xlsx 或 .pdf 结尾：" + path.string());
}

std::string document_name(const assessment::Snapshot& snapshot,
                          std::string_view scheme,
                          DocumentFormat format) {
  const auto found = snapshot.facts.find("system_name");
  std::string name = found == snapshot.facts.end() ? "系统" : found->second;
  // A system's name is free text; a file name must not leave its folder.
  for (char& c : name) {
    if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '_';
  }
  return fmt::format("{}版等级测评{}-{}.{}",
                     scheme,
                     format == DocumentFormat::xlsx ? "记录" : "报告",
                     name,
                     document_formats[static_cast<std::size_t>(format)]);
}

Result<std::string> DocumentMaker::kept_layout(const std::string& key) {
  TRY_ASSIGN(db::Transaction transaction, database_.read());
  return assessment::select_layout(transaction, key);
}

Result<> DocumentMaker::keep_layout(const std::string& key, const std::string& pages) {
  TRY_ASSIGN(db::Transaction transaction, database_.write());
  TRY(assessment::insert_layout(transaction, key, pages));
  return transaction.commit();
}

Result<std::string> DocumentMaker::make(const assessment::Snapshot& snapshot,
                                        std::string_view scheme,
                                        DocumentFormat format,
                                        std::string_view watermark) {
  if (format == DocumentFormat::xlsx) return report::render_xlsx(snapshot, scheme, watermark);
  const std::lock_guard lock(mutex_);
  const std::string key = report::layout_key(snapshot, scheme, content_);
  TRY_ASSIGN(const std::string kept, kept_layout(key));
  std::optional<office::Pagination> pages;
  if (!kept.empty()) {
    TRY_ASSIGN(pages, report::pagination_from_json(kept));
  } else if (office::can_convert() && office::can_paginate()) {
    TRY_ASSIGN(const office::Paginated made, report::lay_out(snapshot, scheme, content_));
    TRY(keep_layout(key, report::pagination_to_json(made.pagination)));
    if (format == DocumentFormat::pdf && watermark.empty()) return made.pdf;
    pages = made.pagination;
  }
  const office::Pagination* known = pages ? &*pages : nullptr;
  return format == DocumentFormat::pdf
             ? report::render_pdf(snapshot, scheme, content_, known, {}, watermark)
             : report::render_docx(snapshot, scheme, content_, known, watermark);
}

Result<> DocumentMaker::make_all(const assessment::Snapshot& snapshot,
                                 const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  for (const std::string_view scheme : report_schemes) {
    for (std::size_t i = 0; i < document_formats.size(); ++i) {
      const auto format = static_cast<DocumentFormat>(i);
      const auto path = directory / document_name(snapshot, scheme, format);
      fmt::print(stderr, "生成 {}……\n", path.filename().string());
      auto bytes = make(snapshot, scheme, format);
      if (!bytes && bytes.error().code == ErrorCode::unavailable) {
        fmt::print(stderr, "未生成：{}\n", bytes.error().text());
        continue;
      }
      if (!bytes) return tl::make_unexpected(bytes.error());
      TRY(write_file(path, *bytes));
      fmt::print("文档：{}\n", path.string());
    }
  }
  return {};
}

}  // namespace dengce::program
