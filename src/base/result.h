// SPDX-License-Identifier: Apache-2.0
// Errors are values: Result<T> over tl::expected; all problems of one input travel together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace dengce {

enum class ErrorCode : std::uint8_t {
  invalid_argument,
  unauthenticated,
  permission_denied,
  not_found,
  already_exists,
  conflict,
  failed_precondition,
  too_large,
  rate_limited,
  unsupported,
  unavailable,
  timeout,
  data_corrupt,
  internal,
};

// One place of an input that cannot be used. `line` counts from 1; 0 = no line.
struct Problem {
  std::string path;
  std::int64_t line = 0;
  std::string field;
  std::string reason;  // Chinese, for the user

  // "path:line [field] reason", parts that are empty left out.
  [[nodiscard]] std::string text() const;
  bool operator==(const Problem&) const = default;
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;            // Chinese, for the user
  std::string detail;             // for the log only
  std::vector<Problem> problems;  // where the input is wrong, all of them

  // The message, then one line a problem.
  [[nodiscard]] std::string text() const;
};

template <class T = void>
using Result = tl::expected<T, Error>;

[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code,
                                         std::string message,
                                         std::string detail = {});
[[nodiscard]] tl::unexpected<Error> fail(ErrorCode code,
                                         std::string message,
                                         std::vector<Problem> problems);

// Stable word of a code for JSON: "not_found".
std::string_view error_code_name(ErrorCode code);

}  // namespace dengce

#define DENGCE_JOIN_(a, b) a##b
#define DENGCE_JOIN(a, b) DENGCE_JOIN_(a, b)

// Returns the error of a Result<> expression to the caller.
#define TRY(expression)                                                           \
  do {                                                                            \
    auto try_result_ = (expression);                                              \
    if (!try_result_) return tl::make_unexpected(std::move(try_result_).error()); \
  } while (false)

// Binds the value of a Result<T> expression, or returns its error.
#define TRY_ASSIGN(declaration, expression) \
  TRY_ASSIGN_(declaration, expression, DENGCE_JOIN(try_assign_, __LINE__))
#define TRY_ASSIGN_(declaration, expression, temporary)                     \
  auto temporary = (expression);                                            \
  if (!temporary) return tl::make_unexpected(std::move(temporary).error()); \
  declaration = std::move(temporary).value()
