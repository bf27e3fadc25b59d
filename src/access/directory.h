// SPDX-License-Identifier: Apache-2.0
// A place that knows passwords of people and answers one question about them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace dengce::access {

// Safe to use from several threads.
class PasswordDirectory {
 public:
  PasswordDirectory() = default;
  PasswordDirectory(const PasswordDirectory&) = delete;
  PasswordDirectory& operator=(const PasswordDirectory&) = delete;
  virtual ~PasswordDirectory() = default;

  // Is it the password of the person who is called so there? False for nobody and for an empty
  // password; unavailable when the directory gave no answer.
  virtual Result<bool> matches(const std::string& name, std::string_view password) = 0;
};

}  // namespace dengce::access
