// SPDX-License-Identifier: Apache-2.0
#include "evidence/evidence_source.h"

#include <algorithm>
#include <utility>

namespace dengce::evidence {
namespace {

// Matches one [set] at pattern[0] = '['; gives the length of the set, 0 if it is not closed.
std::size_t match_set(std::string_view pattern, char c, bool& matched) {
  std::size_t i = 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  bool first = true;
  for (; i < pattern.size() && (first || pattern[i] != ']'); ++i) {
    first = false;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      found = found || (pattern[i] <= c && c <= pattern[i + 2]);
      i += 2;
    } else {
      found = found || pattern[i] == c;
    }
  }
  if (i >= pattern.size()) return 0;
  matched = found != negated;
  return i + 1;
}

// Length of the pattern element at the front that matches c; 0 if none does.
std::size_t match_one(std::string_view pattern, char c) {
  if (pattern.empty() || pattern[0] == '*') return 0;
  if (pattern[0] == '?') return 1;
  if (pattern[0] == '[') {
    bool matched = false;
    const std::size_t length = match_set(pattern, c, matched);
    if (length > 0) return matched ? length : 0;
  }
  if (pattern[0] == '\\' && pattern.size() > 1) return pattern[1] == c ? 2 : 0;
  return pattern[0] == c ? 1 : 0;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  if (!name.empty() && name[0] == '.' && (pattern.empty() || pattern[0] != '.')) return false;
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_name = 0;
  // Only the last star is ever tried again, so the work is at most pattern × name.
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
      continue;
    }
    const std::size_t step = match_one(pattern.substr(std::min(p, pattern.size())), name[n]);
    if (step > 0) {
      p += step;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_name;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

void MemorySource::add_file(std::string path, std::string bytes, bool truncated) {
  EvidenceText text{
      .state = ReadState::ok, .label = path, .bytes = std::move(bytes), .truncated = truncated};
  files_.insert_or_assign(std::move(path), std::move(text));
}

void MemorySource::add_command(
    std::string id, std::string command_line, std::string bytes, int exit_code, bool truncated) {
  commands_.insert_or_assign(std::move(id),
                             EvidenceText{.state = ReadState::ok,
                                          .label = "command:" + std::move(command_line),
                                          .bytes = std::move(bytes),
                                          .truncated = truncated,
                                          .exit_code = exit_code});
}

void MemorySource::add_derived(std::string id, std::string bytes, bool truncated) {
  EvidenceText text{.state = ReadState::ok,
                    .label = "derived:" + id,
                    .bytes = std::move(bytes),
                    .truncated = truncated};
  derived_.insert_or_assign(std::move(id), std::move(text));
}

void MemorySource::add_absent(std::string source, ReadState reason) {
  absent_.insert_or_assign(std::move(source), reason);
}

EvidenceText MemorySource::read(std::string_view path, std::uint64_t max_bytes) const {
  const auto found = files_.find(path);
  if (found != files_.end() && found->second.bytes.size() > max_bytes) {
    return {.state = ReadState::too_large, .label = std::string{path}};
  }
  if (found != files_.end()) return found->second;
  EvidenceText text{.state = info_.tree ? ReadState::absent : ReadState::not_collected,
                    .label = std::string{path}};
  const auto exact = absent_.find("file:" + std::string{path});
  if (exact != absent_.end()) {
    text.state = exact->second;
    return text;
  }
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return text;
  const std::string folder = "file:" + std::string{path.substr(0, slash + 1)};
  for (auto it = absent_.lower_bound(folder); it != absent_.end(); ++it) {
    const std::string_view source = it->first;
    if (source.substr(0, folder.size()) != folder) break;
    const std::string_view pattern = source.substr(folder.size());
    if (pattern.find('*') == std::string_view::npos) continue;
    if (glob_matches(pattern, path.substr(slash + 1))) {
      text.state = it->second;
      return text;
    }
  }
  return text;
}

EvidenceList MemorySource::list(std::string_view directory) const {
  std::string prefix{directory};
  if (prefix.empty() || prefix.back() != '/') prefix += '/';
  EvidenceList out;
  for (auto it = files_.lower_bound(prefix); it != files_.end(); ++it) {
    const std::string_view path = it->first;
    if (path.substr(0, prefix.size()) != prefix) break;
    const std::string_view rest = path.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (!out.names.empty() && out.names.back().name == name) continue;
    out.names.push_back({std::string{name}, slash != std::string_view::npos});
  }
  std::sort(out.names.begin(), out.names.end(), [](const EvidenceName& a, const EvidenceName& b) {
    return a.name < b.name;
  });
  if (!out.names.empty()) {
    out.state = ReadState::ok;
    return out;
  }
  out.state = info_.tree ? ReadState::absent : ReadState::not_collected;
  // A glob without a match ("file:/etc/x.d/*.conf") says that the folder holds none or is not
  // there.
  const std::string noted = "file:" + prefix;
  for (auto it = absent_.lower_bound(noted); it != absent_.end(); ++it) {
    if (std::string_view{it->first}.substr(0, noted.size()) != noted) break;
    if (it->first.find('*', noted.size()) == std::string::npos) continue;
    out.state = it->second;
    if (it->second != ReadState::absent) break;
  }
  return out;
}

EvidenceStat MemorySource::stat(std::string_view path) const {
  EvidenceStat out;
  const auto found = files_.find(path);
  if (found == files_.end()) {
    out.state = read(path).state;
    return out;
  }
  return out;
}

EvidenceText MemorySource::command(std::string_view id, std::string_view words) const {
  const auto found = commands_.find(id);
  if (found != commands_.end()) return found->second;
  EvidenceText text{.label = "command:" + std::string{words}};
  const std::string wanted = "command:" + std::string{words};
  for (auto it = absent_.lower_bound(wanted); it != absent_.end(); ++it) {
    if (it->first.compare(0, wanted.size(), wanted) != 0) break;
    if (it->first.size() > wanted.size() && it->first[wanted.size()] != ' ') continue;
    text.state = it->second;
    break;
  }
  return text;
}

EvidenceText MemorySource::derived(std::string_view id) const {
  const auto found = derived_.find(id);
  if (found != derived_.end()) return found->second;
  EvidenceText text{.label = "derived:" + std::string{id}};
  const auto absent = absent_.find(text.label);
  if (absent != absent_.end()) text.state = absent->second;
  return text;
}

}  // namespace dengce::evidence
