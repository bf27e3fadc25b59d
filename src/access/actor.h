// SPDX-License-Identifier: Apache-2.0
// Who acts: an account with its roles and the part of the portfolio it may see.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace dengce::access {

// The part of the portfolio an account sees. A team covers its systems, a contract its teams.
struct Scope {
  bool everything = false;
  std::set<std::string, std::less<>> contracts;  // ids
  std::set<std::string, std::less<>> teams;
  std::set<std::string, std::less<>> systems;

  [[nodiscard]] bool covers(const std::string& contract,
                            const std::string& team,
                            const std::string& system) const;
};

struct Actor {
  std::string account;             // id; empty: nobody signed in, or the command line
  std::string login;               // "命令行" for the command line
  std::string name;                // as shown
  std::vector<std::string> roles;  // ids of content/access/roles.yaml
  Scope scope;
  std::string address;  // where the request came from; "local" for the command line
  std::string session;  // id of the session or token, empty for the command line
};

// The operator at the machine's own command line: every right but none of the audit's exceptions.
Actor command_line_actor();

}  // namespace dengce::access
