// SPDX-License-Identifier: Apache-2.0
// Documents of a snapshot: which there are, how they are made, where their page numbers are kept.
#pragma once

#include <array>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "assessment/snapshot.h"
#include "base/content.h"
#include "base/result.h"
#include "db/database.h"

namespace dengce::program {

enum class DocumentFormat { docx, xlsx, pdf };

inline constexpr std::array<std::string_view, 3> document_formats{"docx", "xlsx", "pdf"};
inline constexpr std::array<std::string_view, 2> report_schemes{"2025", "2021"};

// From the ending of a file name; invalid_argument names the endings there are.
Result<DocumentFormat> format_of(const std::filesystem::path& path);

// Makes the report of a snapshot. Page numbers found once are kept in the database, so the same
// snapshot gives the same DOCX bytes and the same PDF text again. Thread-safe; one layout at a
// time.
class DocumentMaker {
 public:
  DocumentMaker(db::Database& database, const Content& content)
      : database_(database), content_(content) {}

  // unavailable for a PDF without LibreOffice; a DOCX then has no page numbers in its contents.
  // With a watermark it is another file, of the same pages.
  Result<std::string> make(const assessment::Snapshot& snapshot,
                           std::string_view scheme,
                           DocumentFormat format,
                           std::string_view watermark = {});

  // All formats of all schemes into a directory; prints each path, and why a PDF is missing.
  Result<> make_all(const assessment::Snapshot& snapshot, const std::filesystem::path& directory);

 private:
  Result<std::string> kept_layout(const std::string& key);
  Result<> keep_layout(const std::string& key, const std::string& pages);

  db::Database& database_;
  const Content& content_;
  std::mutex mutex_;
};

// "2025版等级测评报告-系统名.docx"
std::string document_name(const assessment::Snapshot& snapshot,
                          std::string_view scheme,
                          DocumentFormat format);

}  // namespace dengce::program
