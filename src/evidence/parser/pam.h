// SPDX-License-Identifier: Apache-2.0
// PAM stacks with their includes in place.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/parse_context.h"

namespace dengce::evidence {

struct PamRule {
  std::string type;
  std::string control;
  std::string module;  // file name without path
  std::vector<std::string> arguments;
  FactSource source;

  // Value of "name=value"; of a bare "name": "1"; the last one wins.
  [[nodiscard]] std::optional<std::string> argument(std::string_view name) const;
};

using PamStack = std::vector<PamRule>;

class PamStacks {
 public:
  // Reads all services; pam_rule rows and coverage are written by parse_pam only.
  static PamStacks read(ParseContext& context);

  [[nodiscard]] bool readable() const { return readable_; }

  [[nodiscard]] const std::string& reason() const { return reason_; }

  [[nodiscard]] const std::map<std::string, std::map<std::string, PamStack>>& services() const {
    return services_;
  }

  // The stack of a service and type, or nullptr.
  [[nodiscard]] const PamStack* find(std::string_view service, std::string_view type) const;

 private:
  struct RawLine {
    std::string type;  // "@include" for a line that takes in a whole file
    std::string control;
    std::string module;
    std::vector<std::string> arguments;
    FactSource source;
  };

  struct Expansion {
    std::string_view type;
    PamStack* out = nullptr;
    int budget = 0;
  };

  void load(ParseContext& context, const Document& document, const std::string& name);
  void expand(ParseContext& context, const std::string& service, Expansion& expansion, int depth);

  bool readable_ = false;
  std::string reason_;
  std::map<std::string, std::vector<RawLine>> files_;
  std::map<std::string, Document> documents_;
  std::map<std::string, std::map<std::string, PamStack>> services_;
};

}  // namespace dengce::evidence
