// SPDX-License-Identifier: Apache-2.0
#include "assessment/knowledge.h"

#include <algorithm>
#include <optional>

#include "assessment/worksheet.h"
#include "base/text.h"
#include "check/check_loader.h"

namespace dengce::assessment {
namespace {

// Keeps the value, or takes over the problems.
template <class T>
std::optional<T> take(Result<T> result, std::vector<Problem>& problems) {
  if (result) return std::move(*result);
  auto& error = result.error();
  if (error.problems.empty()) problems.push_back({"content", 0, {}, error.message});
  std::move(error.problems.begin(), error.problems.end(), std::back_inserter(problems));
  return std::nullopt;
}

}  // namespace

Result<Knowledge> Knowledge::load(const Content& content) {
  std::vector<Problem> problems;
  auto standard = take(standard::Standard::load(content), problems);
  auto checks = take(check::load_checks(content), problems);
  std::optional<standard::RiskCatalog> catalog;
  if (standard) catalog = take(standard::RiskCatalog::load(content, *standard), problems);
  if (standard && checks) {
    if (const auto held = hold_mapping(*standard, *checks); !held) {
      take<int>(tl::make_unexpected(held.error()), problems);
    }
  }
  std::vector<standard::Scheme> schemes;
  for (const std::string& id : standard::scheme_ids(content)) {
    if (auto scheme = take(standard::load_scheme(content, id), problems)) {
      schemes.push_back(std::move(*scheme));
    }
  }
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "内容包有误，未装入", std::move(problems));
  }
  std::map<std::string, std::string> versions;
  for (const char* part : {"standard/", "check/", "scheme/", "risk/"}) {
    versions[std::string(part, std::char_traits<char>::length(part) - 1)] = content.digest(part);
  }
  return Knowledge{std::move(*standard),
                   std::move(*catalog),
                   std::move(*checks),
                   std::move(schemes),
                   std::move(versions)};
}

Result<const standard::Scheme*> Knowledge::scheme(std::string_view id) const {
  std::vector<std::string> known;
  for (const standard::Scheme& one : schemes) {
    if (one.id == id) return &one;
    known.push_back(one.id);
  }
  return fail(ErrorCode::invalid_argument,
              "没有此评分方案：" + std::string(id) + "（可选 " + join(known, "、") + "）");
}

}  // namespace dengce::assessment
