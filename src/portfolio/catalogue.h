// SPDX-License-Identifier: Apache-2.0
// The portfolio's data out of content/: asset classes with their columns, survey forms, classes of
// data, the grading matrix.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/result.h"

namespace dengce::portfolio {

// A class is known by the name of its asset table in the report.
struct AssetClass {
  std::string name;
  std::string name_head;             // what its name column is called
  std::vector<std::string> columns;  // beside name, importance, place and addresses
};

enum class FormKind : std::uint8_t { form, table };

struct SurveyForm {
  std::string number;  // "1-7"
  std::string name;
  FormKind kind = FormKind::form;
  std::vector<std::string> fields;
};

struct DataClass {
  std::string id;  // 一般, 重要, 核心; personal, sensitive, secret
  std::string name;
  std::vector<std::string> measures;  // what its protection needs
};

// One cell of GB/T 22240: what is harmed × how much → level.
struct GradingCell {
  std::string object;
  std::string degree;
  std::int64_t level = 0;
};

struct Catalogue {
  std::vector<AssetClass> asset_classes;
  std::vector<SurveyForm> survey_forms;
  std::vector<DataClass> data_classes;
  std::vector<std::string> importances;  // the most important first
  std::vector<GradingCell> grading;

  [[nodiscard]] const AssetClass* asset_class(std::string_view name) const;
  [[nodiscard]] const SurveyForm* survey_form(std::string_view number) const;
  [[nodiscard]] const DataClass* data_class(std::string_view id) const;
  // The level a harm asks for; none for words the matrix does not have.
  [[nodiscard]] std::optional<std::int64_t> level_of(std::string_view object,
                                                     std::string_view degree) const;
};

// All problems come back together, each with file and line.
Result<Catalogue> load_catalogue(const Content& content);

}  // namespace dengce::portfolio
