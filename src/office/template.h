// SPDX-License-Identifier: Apache-2.0
// DOCX templates: compiled once against a shape, then filled any number of times. Same template,
// values, properties and pagination → same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "office/package.h"
#include "office/program.h"

namespace dengce::office {

struct Heading {
  int level = 1;
  std::string text;
  std::size_t section = 0;
};

// Physical pages, from 1, as a layout program set them.
struct Pagination {
  std::vector<int> headings;  // page of each heading, in document order
  std::vector<int> sections;  // first page of each section
  int pages = 0;
  bool operator==(const Pagination&) const = default;
};

struct DocumentProperties {
  std::string title;
  std::string creator;
  Instant time;
  std::string watermark = {};  // across every page; empty: none
};

struct RenderLimits {
  std::size_t max_part_bytes = 512U << 20;
  std::size_t max_iterations = 2'000'000;  // rows of all blocks together
  std::size_t rows_per_table = 250;        // then a new table begins: long ones stall programs
};

struct Document {
  std::string bytes;
  std::vector<Heading> headings;
  std::size_t sections = 0;
};

class Template {
 public:
  // Fails with every error of every part, each with part, place and text.
  static Result<Template> compile(const std::string& name,
                                  std::string_view bytes,
                                  const Shape& shape);
  static Result<Template> compile(const std::string& name, Parts parts, const Shape& shape);

  // The record must have the shape compiled against. Without pagination the page numbers of the
  // contents are left open and the document asks Word to fill them when it is opened.
  [[nodiscard]] Result<Document> render(const Record& values,
                                        const DocumentProperties& properties,
                                        const Pagination* pagination = nullptr,
                                        const RenderLimits& limits = {}) const;

 private:
  Template() = default;

  Parts parts_;
  std::map<std::string, Program> programs_;  // part → program
  std::vector<Section> sections_;
  Styles styles_;
};

// Shown number of a heading and pages of a section under a pagination.
std::string page_label(const std::vector<Section>& sections,
                       const Pagination& pagination,
                       std::size_t section,
                       int page);
int section_length(const Pagination& pagination, std::size_t section);

}  // namespace dengce::office
