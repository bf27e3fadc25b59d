// SPDX-License-Identifier: Apache-2.0
// Runs compiled parts over values and writes their XML; bounded in output and in rows.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "office/template.h"

namespace dengce::office {

// Charts and pictures met in the document, in order.
struct RenderedBody {
  std::vector<std::string> pieces;  // of word/document.xml, the contents between the others
  std::vector<Heading> headings;
  std::vector<std::shared_ptr<const Chart>> charts;
  std::vector<std::shared_ptr<const Picture>> pictures;
};

class Renderer {
 public:
  Renderer(const Record& values,
           const Styles& styles,
           const std::vector<Section>& sections,
           const Pagination* pagination,
           const RenderLimits& limits);

  Result<RenderedBody> document(const Program& program);
  Result<std::string> part(const Program& program);

 private:
  struct TableState {
    const Node* node;
    std::size_t rows;
    std::size_t scopes;
  };

  const Value& value(const Slot& slot) const;
  void run(const Program& program);
  void step(const Node& node);
  void block(const Node& node);
  void row(const Node& node);
  void row_table(const Node& node);
  void heading(const Node& node);
  void zone(const Node& node);
  void table(const Node& node);
  void object(const Node& node);
  void section_pages(const Node& node);
  void bookmark(const std::string& name);
  void break_table();
  bool count_iteration();
  [[nodiscard]] std::string contents(std::int64_t width) const;

  std::vector<const std::vector<Value>*> scopes_;
  const Styles& styles_;
  const std::vector<Section>& sections_;
  const Pagination* pagination_;
  RenderLimits limits_;
  std::string out_;
  RenderedBody body_;
  std::vector<TableState> tables_;
  std::size_t iterations_ = 0;
  std::int64_t row_lines_ = 0;  // of the longest value of the row
  std::size_t section_ = 0;
  std::size_t contents_at_ = std::string::npos;
  std::int64_t contents_width_ = 0;
  int bookmarks_ = 0;
  bool too_large_ = false;
};

}  // namespace dengce::office
