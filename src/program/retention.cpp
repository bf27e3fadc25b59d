// SPDX-License-Identifier: Apache-2.0
#include "program/retention.h"

#include <algorithm>

#include "portfolio/portfolio_store.h"
#include "program/destroy_store.h"

namespace dengce::program {
namespace {

Result<std::optional<Day>> contract_end(db::Transaction& transaction) {
  const auto contract = portfolio::select_contract(transaction);
  if (contract) return std::optional(contract->end);
  if (contract.error().code == ErrorCode::not_found) return std::optional<Day>();
  return tl::make_unexpected(contract.error());
}

// The day of the class that ends last; none while one of them has no end.
std::optional<Day> later_due(const access::ProtectionClass& one,
                             const access::ProtectionClass& two,
                             std::optional<Day> begin) {
  const auto first = one.due(begin);
  const auto second = two.due(begin);
  if (!first || !second) return std::nullopt;
  return std::max(*first, *second);
}

}  // namespace

Result<std::vector<KeptThing>> list_kept(db::Transaction& transaction,
                                         const access::Protection& protection) {
  const auto& evidence = protection.of(access::protected_class::evidence);
  const auto& document = protection.of(access::protected_class::document);
  const auto& import = protection.of(access::protected_class::import);
  TRY_ASSIGN(const auto end, contract_end(transaction));
  TRY_ASSIGN(auto systems, select_evidence_holders(transaction));
  TRY_ASSIGN(auto imports, select_import_files(transaction));
  std::vector<KeptThing> out;
  out.reserve(systems.size() + imports.size());
  for (StoredThing& one : systems) {
    const auto due = later_due(evidence, document, end);
    if (!due) continue;
    out.push_back({KeptThing::Kind::system,
                   std::move(one.id),
                   std::move(one.name),
                   evidence.name + "、" + document.name,
                   *due});
  }
  for (StoredThing& one : imports) {
    const bool made = import.from == access::RetentionFrom::made;
    const auto due = import.due(made ? std::optional(shanghai_day(one.made)) : end);
    if (!due) continue;
    out.push_back(
        {KeptThing::Kind::import_file, std::move(one.id), std::move(one.name), import.name, *due});
  }
  std::stable_sort(
      out.begin(), out.end(), [](const auto& a, const auto& b) { return a.due < b.due; });
  return out;
}

Result<std::vector<KeptThing>> list_due(db::Transaction& transaction,
                                        const access::Protection& protection,
                                        Day day) {
  TRY_ASSIGN(auto kept, list_kept(transaction, protection));
  const auto first =
      std::find_if(kept.begin(), kept.end(), [&](const KeptThing& one) { return day < one.due; });
  kept.erase(first, kept.end());
  return kept;
}

}  // namespace dengce::program
