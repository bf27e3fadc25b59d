// SPDX-License-Identifier: Apache-2.0
// PDF through LibreOffice, and what its pages say. LibreOffice leaves the contents table and the
// page totals of a generated file as written, so they are read from a first PDF and written in.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "office/template.h"

namespace dengce::office {

struct PdfOptions {
  std::chrono::seconds timeout{600};
};

// True if soffice (and pdfinfo, for page numbers) can be started.
bool can_convert();
bool can_paginate();

// One conversion with a profile directory of its own. unavailable if LibreOffice is not installed.
Result<std::string> convert_to_pdf(std::string_view docx, const PdfOptions& options = {});

// The pages of the headings and sections of a PDF made from a rendered document.
Result<Pagination> read_pagination(std::string_view pdf,
                                   std::size_t headings,
                                   std::size_t sections);

// Text of each page (pdftotext); unavailable if it is not installed.
Result<std::vector<std::string>> read_pages(std::string_view pdf);

struct Paginated {
  Document document;  // with the page numbers in place
  Pagination pagination;
  std::string pdf;
};

// Renders, converts and reads until the numbers written are the numbers found (three tries).
Result<Paginated> paginate(
    const std::function<Result<Document>(const Pagination* pagination)>& render,
    const PdfOptions& options = {});

}  // namespace dengce::office
