// SPDX-License-Identifier: Apache-2.0
#include "base/command.h"

#include <fmt/format.h>

#include <cstdio>

namespace dengce {

Result<Content> Command::content() const {
  if (content_directory.empty()) return Content::embedded();
  return Content::from_directory(content_directory);
}

int report_error(const Error& error) {
  fmt::print(stderr, "错误：{}\n", error.text());
  if (!error.detail.empty()) fmt::print(stderr, "  （{}）\n", error.detail);
  switch (error.code) {
    case ErrorCode::internal: return exit_internal;
    case ErrorCode::failed_precondition: return exit_evaluation;
    default: return exit_usage;
  }
}

}  // namespace dengce
