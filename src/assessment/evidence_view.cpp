// SPDX-License-Identifier: Apache-2.0
#include "assessment/evidence_view.h"

#include <algorithm>

#include "base/text.h"

namespace dengce::assessment {
namespace {

constexpr std::size_t max_line_bytes = 2000;
constexpr std::size_t max_excerpt_bytes = 200;
constexpr std::string_view file_prefix = "file:";
constexpr std::string_view command_folder = "data/commands/";
constexpr std::string_view derived_folder = "data/derived/";

// "data/commands/sshd-T.txt" → "sshd-T"
std::string id_of(std::string_view path, std::string_view folder) {
  path.remove_prefix(folder.size());
  return std::string(path.substr(0, path.rfind('.')));
}

}  // namespace

Result<EvidenceReader> EvidenceReader::open(const std::string& name, std::string_view archive) {
  TRY_ASSIGN(evidence::Bundle bundle, evidence::read_bundle(name, archive));
  return EvidenceReader(std::move(bundle));
}

const evidence::BundleEntry* EvidenceReader::entry(std::string_view path) const {
  const auto& entries = bundle_.manifest.entries;
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& one) {
    const std::string_view source = one.source;
    return source == path ||
           (source.starts_with(file_prefix) && source.substr(file_prefix.size()) == path);
  });
  return found == entries.end() ? nullptr : &*found;
}

std::string EvidenceReader::text_of(const evidence::BundleEntry& entry) const {
  const std::string_view source = entry.source;
  evidence::EvidenceText text;
  if (source.starts_with(file_prefix)) {
    text = bundle_.source->read(source.substr(file_prefix.size()));
  } else if (std::string_view(entry.path).starts_with(command_folder)) {
    text = bundle_.source->command(id_of(entry.path, command_folder), {});
  } else {
    text = bundle_.source->derived(id_of(entry.path, derived_folder));
  }
  return decode_text(text.bytes).text;
}

Result<EvidenceView> EvidenceReader::view(std::string_view path,
                                          std::int64_t line,
                                          std::int64_t context) const {
  const evidence::BundleEntry* found = entry(path);
  if (found == nullptr) {
    return fail(ErrorCode::not_found, "证据包中没有此文件：" + std::string(path));
  }
  EvidenceView view{std::string(path),
                    found->sha256,
                    found->sm3,
                    static_cast<std::int64_t>(found->size),
                    {},
                    false};
  const std::int64_t first = std::max<std::int64_t>(1, line - context);
  const std::int64_t last = std::max<std::int64_t>(1, line) + context;
  const std::string text = text_of(*found);
  Lines lines(text);
  while (const auto one = lines.next()) {
    if (one->number > last) {
      view.cut = true;
      break;
    }
    if (one->number >= first) {
      view.lines.push_back({one->number, shorten(one->text, max_line_bytes)});
    }
  }
  return view;
}

std::string EvidenceReader::excerpt(std::string_view path, std::int64_t line) {
  if (line < 1) return {};
  auto known = lines_.find(path);
  if (known == lines_.end()) {
    std::vector<std::string> all;
    if (const evidence::BundleEntry* found = entry(path)) {
      const std::string text = text_of(*found);
      Lines lines(text);
      while (const auto one = lines.next()) all.push_back(shorten(one->text, max_excerpt_bytes));
    }
    known = lines_.emplace(path, std::move(all)).first;
  }
  const auto index = static_cast<std::size_t>(line - 1);
  return index < known->second.size() ? known->second[index] : std::string();
}

}  // namespace dengce::assessment
