// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_noun.h"

#include "base/text.h"

namespace dengce::portfolio {

std::string ImportNoun::no_creation(const Visible& /*visible*/) const {
  return {};
}

Result<std::string> ImportNoun::used_by(db::Transaction& /*transaction*/,
                                        const std::string& /*id*/) const {
  return std::string();
}

std::string value_of(const Values& values, std::string_view id) {
  const auto found = values.find(id);
  return found == values.end() ? std::string() : found->second;
}

void set_value(Values& values, std::string_view id, std::string value) {
  if (!value.empty()) values.insert_or_assign(std::string(id), std::move(value));
}

IdSet ids_of(const Values& values, std::string_view id) {
  IdSet out;
  const std::string list = value_of(values, id);
  for (const std::string_view word : words(list)) out.emplace(word);
  return out;
}

FieldFaults faults_of(const std::vector<Problem>& problems) {
  FieldFaults out;
  for (const Problem& problem : problems) out.emplace_back(problem.field, problem.reason);
  return out;
}

}  // namespace dengce::portfolio
