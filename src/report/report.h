// SPDX-License-Identifier: Apache-2.0
// The assessment report of one snapshot as DOCX, XLSX and PDF, in the 2021 or 2025 structure.
//
// Same bytes: DOCX bytes follow from snapshot, scheme, template and page numbers; XLSX bytes from
// snapshot and scheme. Page numbers come from LibreOffice's layout, which depends on the fonts of
// the machine: whoever must hand out the same file on every machine keeps what lay_out() found
// under layout_key() and gives it back to render_docx().
#pragma once

#include <string>
#include <string_view>

#include "assessment/snapshot.h"
#include "base/content.h"
#include "base/result.h"
#include "office/pdf.h"

namespace dengce::report {

// scheme is "2021" or "2025". Without pages the contents table has none yet and Word fills it in
// when the file is opened.
Result<std::string> render_docx(const assessment::Snapshot& snapshot,
                                std::string_view scheme,
                                const Content& content,
                                const office::Pagination* pages = nullptr,
                                std::string_view watermark = {});

// The watermark is the header of the printed pages.
Result<std::string> render_xlsx(const assessment::Snapshot& snapshot,
                                std::string_view scheme,
                                std::string_view watermark = {});

// Document with page numbers and its PDF. unavailable without LibreOffice and pdfinfo.
Result<office::Paginated> lay_out(const assessment::Snapshot& snapshot,
                                  std::string_view scheme,
                                  const Content& content,
                                  const office::PdfOptions& options = {});

// The PDF alone; with pages that are known one conversion is enough. Only then there is a
// watermark.
Result<std::string> render_pdf(const assessment::Snapshot& snapshot,
                               std::string_view scheme,
                               const Content& content,
                               const office::Pagination* pages = nullptr,
                               const office::PdfOptions& options = {},
                               std::string_view watermark = {});

// Under which page numbers may be kept: snapshot, scheme and template.
std::string layout_key(const assessment::Snapshot& snapshot,
                       std::string_view scheme,
                       const Content& content);
std::string pagination_to_json(const office::Pagination& pages);
Result<office::Pagination> pagination_from_json(std::string_view json);

// The template of a scheme, or every error in it.
Result<office::Template> load_template(std::string_view scheme, const Content& content);

}  // namespace dengce::report
