// SPDX-License-Identifier: Apache-2.0
#include "evidence/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "evidence/tree.h"

namespace dengce::evidence {
namespace {

constexpr std::string_view manifest_name = "manifest.json";
constexpr std::string_view commands_prefix = "data/commands/";
constexpr std::string_view derived_prefix = "data/derived/";

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

ReadState absence(std::string_view reason) {
  if (reason == "absent") return ReadState::absent;
  if (reason == "denied") return ReadState::denied;
  if (reason == "timeout") return ReadState::timeout;
  if (reason == "too_large") return ReadState::too_large;
  if (reason == "not_installed") return ReadState::not_installed;
  return ReadState::not_collected;
}

// "data/commands/sshd-T.txt" → "sshd-T"
std::string id_of(std::string_view path, std::string_view prefix) {
  path.remove_prefix(prefix.size());
  if (path.size() > 4 && path.substr(path.size() - 4) == ".txt") path.remove_suffix(4);
  return std::string{path};
}

// Holds the unpacked bytes against the manifest; all differences are reported together.
Result<> verify(Manifest& manifest, const std::map<std::string, std::string*>& files) {
  std::vector<Problem> problems;
  std::set<std::string_view> known{manifest_name};
  for (BundleEntry& entry : manifest.entries) {
    if (!known.insert(entry.path).second) {
      problems.push_back({entry.path, 0, "path", "在清单中出现两次"});
      continue;
    }
    const auto found = files.find(entry.path);
    if (found == files.end()) {
      problems.push_back({entry.path, 0, "", "清单中列出，但证据包中没有该文件"});
      continue;
    }
    const std::string& bytes = *found->second;
    if (bytes.size() != entry.size) {
      problems.push_back(
          {entry.path,
           0,
           "bytes",
           fmt::format("长度为 {} 字节，清单记录为 {} 字节", bytes.size(), entry.size)});
    } else if (sha256_hex(bytes) != entry.sha256) {
      problems.push_back({entry.path, 0, "sha256", "SHA-256 摘要与清单不符，文件已被改动"});
    } else {
      const std::string sm3 = sm3_hex(bytes);
      if (!entry.sm3.empty() && entry.sm3 != sm3) {
        problems.push_back({entry.path, 0, "sm3", "SM3 摘要与清单不符，文件已被改动"});
      }
      entry.sm3 = sm3;
    }
  }
  for (const auto& [path, bytes] : files) {
    if (known.count(path) == 0) problems.push_back({path, 0, "", "清单中没有该文件"});
  }
  if (problems.empty()) return {};
  constexpr std::size_t most = 100;
  if (problems.size() > most) problems.resize(most);
  return fail(ErrorCode::data_corrupt, "证据包与其清单不符", std::move(problems));
}

std::unique_ptr<MemorySource> source_of(const Manifest& manifest,
                                        const std::map<std::string, std::string*>& files) {
  EvidenceInfo info;
  info.target = manifest.target;
  info.addresses = manifest.addresses;
  info.platform = manifest.platform;
  constexpr std::int64_t day_milliseconds = 86'400'000;
  info.collected = Day{static_cast<std::int32_t>(manifest.started.milliseconds / day_milliseconds)};
  auto source = std::make_unique<MemorySource>(std::move(info));
  for (const BundleEntry& entry : manifest.entries) {
    std::string& bytes = *files.at(entry.path);
    const std::string_view origin = entry.source;
    if (begins_with(entry.path, commands_prefix) && begins_with(origin, "command:")) {
      source->add_command(id_of(entry.path, commands_prefix),
                          std::string{origin.substr(8)},
                          std::move(bytes),
                          entry.exit_code,
                          entry.truncated);
    } else if (begins_with(entry.path, derived_prefix)) {
      source->add_derived(id_of(entry.path, derived_prefix), std::move(bytes), entry.truncated);
    } else if (begins_with(origin, "file:/")) {
      source->add_file(std::string{origin.substr(5)}, std::move(bytes), entry.truncated);
    }
  }
  for (const BundleAbsent& absent : manifest.absent) {
    source->add_absent(absent.source, absence(absent.reason));
  }
  return source;
}

Result<Bundle> assemble(const std::string& name,
                        std::vector<ArchiveEntry>& entries,
                        std::string_view digested) {
  // The bundle may lie in one folder of the archive.
  std::string prefix;
  const ArchiveEntry* manifest_entry = nullptr;
  for (const ArchiveEntry& entry : entries) {
    if (entry.path == manifest_name) manifest_entry = &entry;
  }
  if (manifest_entry == nullptr && !entries.empty()) {
    const std::size_t slash = entries.front().path.find('/');
    if (slash != std::string::npos) prefix = entries.front().path.substr(0, slash + 1);
    for (const ArchiveEntry& entry : entries) {
      if (entry.path == prefix + std::string{manifest_name}) manifest_entry = &entry;
    }
  }
  if (manifest_entry == nullptr) {
    return fail(ErrorCode::data_corrupt,
                "不是证据包：缺少 manifest.json",
                {Problem{name, 0, "manifest.json", "缺少清单文件"}});
  }
  Bundle bundle;
  TRY_ASSIGN(bundle.manifest, parse_manifest(name, manifest_entry->bytes));
  std::map<std::string, std::string*> files;
  for (ArchiveEntry& entry : entries) {
    std::string path = entry.path;
    if (!prefix.empty() && begins_with(path, prefix)) path.erase(0, prefix.size());
    if (!files.emplace(std::move(path), &entry.bytes).second) {
      return fail(ErrorCode::data_corrupt,
                  "证据包中有重名文件",
                  {Problem{name, 0, entry.path, "文件名出现两次"}});
    }
  }
  TRY(verify(bundle.manifest, files));
  bundle.sha256 = sha256_hex(digested);
  bundle.sm3 = sm3_hex(digested);
  bundle.source = source_of(bundle.manifest, files);
  return bundle;
}

// All files below a directory through the same rooted walk that trees use; links are refused.
Result<> gather(const TreeSource& root,
                const std::string& folder,
                int depth,
                std::vector<ArchiveEntry>& out) {
  const ArchiveLimits limits;
  if (depth > 32) return fail(ErrorCode::too_large, "目录层次过深：" + folder);
  const EvidenceList names = root.list("/" + folder);
  if (names.state != ReadState::ok)
    return fail(ErrorCode::permission_denied, "无法读取目录：" + folder);
  for (const EvidenceName& name : names.names) {
    const std::string path = folder.empty() ? name.name : folder + "/" + name.name;
    if (folder.empty() && path != "data" && path != manifest_name) continue;
    const EvidenceStat status = root.stat("/" + path);
    if (status.kind == NodeKind::directory) {
      TRY(gather(root, path, depth + 1, out));
      continue;
    }
    if (status.kind != NodeKind::file) {
      return fail(ErrorCode::data_corrupt,
                  "证据目录中有链接或设备",
                  {Problem{path, 0, "", "只接受普通文件"}});
    }
    if (out.size() >= limits.max_entries) return fail(ErrorCode::too_large, "证据目录文件过多");
    EvidenceText text = root.read("/" + path);
    if (!text.ok()) {
      return fail(
          text.state == ReadState::too_large ? ErrorCode::too_large : ErrorCode::permission_denied,
          "无法读取证据目录中的文件",
          {Problem{path, 0, "", "无法读取"}});
    }
    out.push_back({path, std::move(text.bytes)});
  }
  return {};
}

}  // namespace

Result<Bundle> read_bundle(const std::string& name, std::string_view bytes) {
  TRY_ASSIGN(auto entries, read_archive(name, bytes));
  return assemble(name, entries, bytes);
}

Result<Bundle> read_bundle_directory(const std::filesystem::path& directory) {
  TRY_ASSIGN(const auto root, TreeSource::open(directory, Day{}));
  std::vector<ArchiveEntry> entries;
  TRY(gather(*root, "", 0, entries));
  std::string manifest;
  for (const ArchiveEntry& entry : entries) {
    if (entry.path == manifest_name) manifest = entry.bytes;
  }
  return assemble(directory.string(), entries, manifest);
}

}  // namespace dengce::evidence
