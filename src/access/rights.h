// SPDX-License-Identifier: Apache-2.0
// Role × resource × action as data (content/access/roles.yaml): who may do what.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "base/content.h"
#include "base/result.h"

namespace dengce::access {

// What a route or use case asks for. Both are words of content/access/roles.yaml.
struct Right {
  std::string_view resource;
  std::string_view action;
};

struct Role {
  std::string id;
  std::string name;        // Chinese
  std::string name_en;     // English
  std::string party;       // provider, client, centre, platform
  bool exclusive = false;  // one of the three administrators: nobody holds two of them, nor one
                           // beside a role of the business
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> rights;
};

class Rights {
 public:
  // All problems come back together, with file and line.
  static Result<Rights> load(const Content& content);

  [[nodiscard]] const std::vector<Role>& roles() const { return roles_; }

  [[nodiscard]] const Role* role(std::string_view id) const;

  // Resource → its actions, as the file declares them.
  [[nodiscard]] const std::map<std::string, std::set<std::string, std::less<>>, std::less<>>&
  resources() const {
    return resources_;
  }

  [[nodiscard]] bool allows(const Actor& actor, const Right& right) const;
  // permission_denied, naming resource and action in Chinese.
  [[nodiscard]] Result<> require(const Actor& actor, const Right& right) const;
  // failed_precondition when the set breaks the separation of the administrators.
  [[nodiscard]] Result<> check_combination(const std::vector<std::string>& roles) const;

 private:
  std::vector<Role> roles_;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> resources_;
};

}  // namespace dengce::access
