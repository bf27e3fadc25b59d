// SPDX-License-Identifier: Apache-2.0
#include "access/account.h"

#include <algorithm>
#include <array>

namespace dengce::access {
namespace {

constexpr std::array<std::string_view, 4> state_names{
    "second_factor", "change_password", "enroll_second_factor", "signed_in"};
constexpr std::array<std::string_view, 3> sign_in_names{"local", "directory", "provider"};

template <class Enum>
std::optional<Enum> enum_of(const auto& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

const char* session_state_name(SessionState state) {
  return state_names[static_cast<std::size_t>(state)].data();
}

std::optional<SessionState> session_state_from(std::string_view name) {
  return enum_of<SessionState>(state_names, name);
}

const char* sign_in_name(SignIn kind) {
  return sign_in_names[static_cast<std::size_t>(kind)].data();
}

std::optional<SignIn> sign_in_from(std::string_view name) {
  return enum_of<SignIn>(sign_in_names, name);
}

}  // namespace dengce::access
