// SPDX-License-Identifier: Apache-2.0
// The import of a noun whose objects stand by themselves: what is the same for all of them. A noun
// gives the parts that differ.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/id.h"
#include "portfolio/change.h"
#include "portfolio/import_noun.h"
#include "portfolio/list_store.h"

namespace dengce::portfolio {

template <class Noun>
struct ImportParts {
  const http::PageRules& rules;
  std::function<Result<Page<Noun>>(db::Transaction&, const Visible&, const http::PageQuery&)> page;
  // With what of it is out of sight.
  std::function<Result<Noun>(db::Transaction&, const Visible&, const std::string& id)> find;
  std::function<Values(const Noun&)> values;
  std::function<void(Noun&, const Values&)> take;
  // `before` is null for a new one.
  std::function<FieldFaults(const Noun&, const ExistingRow* before, const Visible&, Day today)>
      faults;
  std::function<Result<>(const ImportWriter&, std::span<Noun>)> insert;
  std::function<Result<>(const ImportWriter&, Noun&)> update;
  std::function<Result<>(db::Transaction&, const std::string& id)> remove;
};

template <class Noun>
class ImportOfParts : public ImportNoun {
 public:
  explicit ImportOfParts(ImportParts<Noun> parts) : parts_(std::move(parts)) {}

  [[nodiscard]] const http::PageRules& rules() const override { return parts_.rules; }

  Result<> read(db::Transaction& transaction,
                const Visible& visible,
                const http::PageQuery& query,
                const RowSink& sink) const override {
    return walk_pages(
        query,
        parts_.rules,
        [&](const http::PageQuery& part) { return parts_.page(transaction, visible, part); },
        [&](const Noun& noun) {
          return sink({noun.id, noun.version, parts_.values(noun)});
        });
  }

  FieldFaults check(Values& values,
                    const ExistingRow* before,
                    const Visible& visible,
                    Day today) const override {
    Noun noun;
    parts_.take(noun, values);
    values = parts_.values(noun);
    return parts_.faults(noun, before, visible, today);
  }

  Result<std::vector<WrittenRow>> create(const ImportWriter& writer,
                                         std::span<const Values> rows) const override {
    constexpr std::size_t at_once = 500;
    std::vector<WrittenRow> written;
    written.reserve(rows.size());
    while (!rows.empty()) {
      const auto part = rows.first(std::min(rows.size(), at_once));
      rows = rows.subspan(part.size());
      std::vector<Noun> nouns(part.size());
      for (std::size_t at = 0; at < part.size(); ++at) {
        nouns[at].id = new_id(writer.clock);
        parts_.take(nouns[at], part[at]);
      }
      TRY(parts_.insert(writer, nouns));
      for (const Noun& noun : nouns) {
        written.push_back({noun.id, audit_name(noun), noun.version, {}, audit_state(noun)});
      }
    }
    return written;
  }

  Result<WrittenRow> change(const ImportWriter& writer,
                            const ExistingRow& before,
                            const Values& after) const override {
    TRY_ASSIGN(const Noun old, parts_.find(writer.transaction, writer.visible, before.id));
    Noun noun = old;
    parts_.take(noun, after);
    noun.version = before.version;
    if constexpr (requires { noun.systems; }) {
      noun.systems = writer.visible.relinked(old.systems, std::move(noun.systems));
    }
    TRY(parts_.update(writer, noun));
    ++noun.version;
    return WrittenRow{noun.id, audit_name(noun), noun.version, audit_state(old), audit_state(noun)};
  }

  Result<WrittenRow> remove(const ImportWriter& writer, const ExistingRow& before) const override {
    TRY_ASSIGN(const Noun old, parts_.find(writer.transaction, writer.visible, before.id));
    TRY(parts_.remove(writer.transaction, old.id));
    return WrittenRow{old.id, audit_name(old), old.version, audit_state(old), {}};
  }

 private:
  ImportParts<Noun> parts_;
};

template <class Noun>
std::unique_ptr<ImportNoun> import_of(ImportParts<Noun> parts) {
  return std::make_unique<ImportOfParts<Noun>>(std::move(parts));
}

}  // namespace dengce::portfolio
