// SPDX-License-Identifier: Apache-2.0
// What the columns of a spreadsheet mean, as data: content/import/<noun>.yaml and the asset
// classes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/content.h"
#include "base/result.h"
#include "portfolio/catalogue.h"

namespace dengce::portfolio {

enum class FieldType : std::uint8_t {
  text,
  lines,  // a text of several lines
  integer,
  day,
  choice,
  flag,       // 是, 否
  team,       // by its name
  system,     // by its name
  systems,    // several
  addresses,  // several
};

struct FieldChoice {
  std::string id;                  // what is kept
  std::string word;                // what a spreadsheet of ours shows
  std::vector<std::string> words;  // all that are understood
};

struct ImportField {
  std::string id;
  std::string head;
  std::vector<std::string> also;  // other heads
  FieldType type = FieldType::text;
  bool required = false;
  std::int64_t min = 0;
  std::int64_t max = 0;  // of a number, or characters of a text
  std::vector<FieldChoice> choices = {};
  std::string default_name = {};  // "team_id": may be given once for all rows
  bool only_new = false;          // of no meaning for what is there already
};

struct ImportForm {
  std::string noun;  // "asset"
  std::string name;  // "资产"
  std::vector<ImportField> fields;
  std::vector<std::string> identity;  // ids of fields by which a row is found again
  std::vector<std::string> place;     // those that tell apart what goes by one name

  [[nodiscard]] const ImportField* field(std::string_view id) const;
};

class ImportForms {
 public:
  // All problems come back together, each with file and line.
  static Result<ImportForms> load(const Content& content, const Catalogue& catalogue);

  // not_found for a noun that no spreadsheet is known for.
  [[nodiscard]] Result<const ImportForm*> form(std::string_view noun) const;

  [[nodiscard]] const std::vector<ImportForm>& all() const { return forms_; }

 private:
  std::vector<ImportForm> forms_;
};

// A column of an asset class: "attributes.品牌型号".
inline constexpr std::string_view attribute_prefix = "attributes.";

// A head or a word without blanks, brackets' width and case: "IP 地址（管理）" → "ip地址(管理)".
std::string plain_word(std::string_view text);

// Column → id of the field it fills.
using ImportMapping = std::map<std::size_t, std::string>;

// Each field at most once, the first column that fits; a field's own head before its other ones.
ImportMapping map_heads(const ImportForm& form, const std::vector<std::string>& heads);

// The word a spreadsheet shows for a kept value of a choice or flag; the value itself otherwise.
std::string shown_word(const ImportField& field, const std::string& value);

}  // namespace dengce::portfolio
