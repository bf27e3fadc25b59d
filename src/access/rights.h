// SPDX-License-Identifier: Apache-2.0
// Role × resource × action as data (content/access/roles.yaml): who may do what.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/actor.h"
#include "access/policy.h"
#include "access/protection.h"
#include "base/content.h"
#include "base/result.h"

namespace dengce::access {

// The role of command_line_actor(); no account can hold it.
inline constexpr std::string_view command_line_role = "command_line";

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
  // access/roles.yaml, policy.yaml and protection.yaml. All problems of a file come back together,
  // with its lines.
  static Result<Rights> load(const Content& content);

  [[nodiscard]] const std::vector<Role>& roles() const { return roles_; }

  [[nodiscard]] const Role* role(std::string_view id) const;

  // Resource → its actions, as the file declares them.
  [[nodiscard]] const std::map<std::string, std::set<std::string, std::less<>>, std::less<>>&
  resources() const {
    return resources_;
  }

  // Chinese and English names of resources and actions, by their word.
  struct Name {
    std::string chinese;
    std::string english;
  };

  [[nodiscard]] const std::map<std::string, Name, std::less<>>& resource_names() const {
    return resource_names_;
  }

  [[nodiscard]] const std::map<std::string, Name, std::less<>>& action_names() const {
    return action_names_;
  }

  // Does the resource belong to what the entry list of the policy guards?
  [[nodiscard]] bool is_project_data(std::string_view resource) const;
  // Does the file declare this right at all?
  [[nodiscard]] bool declares(const Right& right) const;

  [[nodiscard]] const Policy& policy() const { return policy_; }

  [[nodiscard]] const Protection& protection() const { return protection_; }

  // Is one of the actor's roles an administrator's?
  [[nodiscard]] bool is_administrator(const std::vector<std::string>& roles) const;
  // Is one of the roles of a party whose people need the proofs of the entry list?
  [[nodiscard]] bool needs_entry_proofs(const std::vector<std::string>& roles) const;

  [[nodiscard]] bool allows(const Actor& actor, const Right& right) const;
  // permission_denied, naming resource and action in Chinese.
  [[nodiscard]] Result<> require(const Actor& actor, const Right& right) const;
  // failed_precondition when the set breaks the separation of the administrators.
  [[nodiscard]] Result<> check_combination(const std::vector<std::string>& roles) const;

 private:
  std::vector<Role> roles_;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> resources_;
  std::map<std::string, Name, std::less<>> resource_names_;
  std::map<std::string, Name, std::less<>> action_names_;
  std::set<std::string, std::less<>> project_data_;
  Policy policy_;
  Protection protection_;
};

}  // namespace dengce::access
