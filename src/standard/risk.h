// SPDX-License-Identifier: Apache-2.0
// High-risk cases and major hazards (content/risk) and which items they hang on; the grading
// matrix.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/content.h"
#include "base/result.h"
#include "standard/standard.h"

namespace dengce::standard {

// A case of the 2025 high-risk guideline, in our own words.
struct HighRiskCase {
  std::string number;  // 6.4.1.1
  std::string title;
  std::string layer;
  std::string control_point;
  Extension extension = Extension::general;
  int minimum_level = 2;
  std::string condition;                          // e.g. 业务连续性要求高; empty: none
  std::array<std::vector<std::string>, 5> codes;  // by level, 2..4 used
  std::string problem;
  std::string mitigation;  // what may lower it
  bool can_be_lowered = false;
  std::string advice;
  std::string confidence;
};

// One of the 32 triggers of 重大风险隐患 (2025 template, appendix G).
struct MajorHazard {
  std::string number;
  std::string title;
  std::string layer;  // 综合类 for the composite ones
  std::string control_point;
  std::optional<Extension> extension;  // none: composite, hangs on no single item
  std::string high_risk_case;          // number of the related case; empty: none
  std::array<std::vector<std::string>, 5> codes;
  std::string manifestation;
  std::string confidence;
};

class RiskCatalog {
 public:
  // Codes and case numbers must exist in the standard and in each other; all problems at once.
  static Result<RiskCatalog> load(const Content& content, const Standard& standard);

  [[nodiscard]] const std::vector<HighRiskCase>& cases() const { return cases_; }

  [[nodiscard]] const std::vector<MajorHazard>& hazards() const { return hazards_; }

  [[nodiscard]] const HighRiskCase* find_case(std::string_view number) const;
  [[nodiscard]] const MajorHazard* find_hazard(std::string_view number) const;
  // Cases and hazards that a finding on this item may be.
  [[nodiscard]] std::vector<const HighRiskCase*> cases_of(const Item& item) const;
  [[nodiscard]] std::vector<const MajorHazard*> hazards_of(const Item& item) const;

 private:
  std::vector<HighRiskCase> cases_;
  std::vector<MajorHazard> hazards_;
};

// GB/T 22240-2020: level by harmed object and degree of harm.
class GradingMatrix {
 public:
  static Result<GradingMatrix> load(const Content& content);
  // 1..5; none for words that are not in the matrix.
  [[nodiscard]] std::optional<int> level(std::string_view harmed_object,
                                         std::string_view degree) const;

 private:
  struct Row {
    std::string harmed_object, degree;
    int level = 0;
  };

  std::vector<Row> rows_;
};

}  // namespace dengce::standard
