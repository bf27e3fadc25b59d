// SPDX-License-Identifier: Apache-2.0
#include "evidence/parse_context.h"

#include <algorithm>
#include <map>
#include <utility>

namespace dengce::evidence {
namespace {

constexpr std::size_t max_matches = 5'000;
constexpr std::size_t max_name = 255;  // of a file, and of a pattern for one

bool has_pattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

int weight(ReadState state) {
  if (state == ReadState::not_collected) return 0;
  return state == ReadState::absent ? 1 : 2;
}

}  // namespace

std::string missing_reason(ReadState state, std::string_view what) {
  std::string name{what};
  const bool command = name.rfind("command:", 0) == 0;
  if (command) name.erase(0, 8);
  if (name.rfind("derived:", 0) == 0) name = "采集表 " + name.substr(8);
  switch (state) {
    case ReadState::ok: return {};
    case ReadState::absent: return command ? "命令 " + name + " 无可用输出" : name + " 不存在";
    case ReadState::denied: return command ? "无权执行命令 " + name : "无权读取 " + name;
    case ReadState::too_large: return name + " 过大，未读取";
    case ReadState::not_installed: return "主机上没有命令 " + name;
    case ReadState::timeout: return "命令 " + name + " 执行超时";
    case ReadState::not_collected:
      return command ? "采集内容中没有命令 " + name + " 的输出" : "采集内容中没有 " + name;
  }
  return {};
}

ParseContext::ParseContext(const EvidenceSource& source, FactSetBuilder& facts)
    : source_(source), facts_(facts) {}

Document ParseContext::opened(EvidenceText text) {
  Document document;
  document.state = text.state;
  document.label = std::move(text.label);
  document.exit_code = text.exit_code;
  document.truncated = text.truncated;
  if (!text.ok()) return document;
  total_bytes_ += text.bytes.size();
  if (++documents_ > max_documents || total_bytes_ > max_total_bytes) {
    document.state = ReadState::too_large;
    return document;
  }
  document.file = facts_.file(document.label);
  Decoded decoded = decode_text(text.bytes);
  document.text = std::move(decoded.text);
  if (decoded.encoding == Encoding::binary) {
    problem(document, 0, "含有二进制内容，按文本解析", "");
  }
  if (text.truncated) problem(document, 0, "内容过长，采集时已截断", "");
  return document;
}

Document ParseContext::read(std::string_view path) {
  return opened(source_.read(path));
}

Document ParseContext::read_first(std::initializer_list<std::string_view> paths) {
  Document first;
  for (const std::string_view path : paths) {
    Document document = read(path);
    if (document.ok()) return document;
    // A file that is there but unreadable says more than one that is not there, and that more than
    // silence.
    if (first.label.empty() || weight(document.state) > weight(first.state)) {
      first = std::move(document);
    }
  }
  return first;
}

Document ParseContext::command(std::string_view id, std::string_view words) {
  return opened(source_.command(id, words));
}

Document ParseContext::derived(std::string_view id) {
  return opened(source_.derived(id));
}

std::vector<std::string> ParseContext::glob(std::string_view pattern, ReadState* state) {
  std::vector<std::string> found{""};
  if (state != nullptr) *state = ReadState::ok;
  const std::vector<std::string_view> parts = split(pattern, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    if (part.empty()) continue;
    if (!has_pattern(part) || part.size() > max_name) {
      for (std::string& path : found) path.append("/").append(part);
      continue;
    }
    const bool last = i + 1 == parts.size();
    std::vector<std::string> next;
    for (const std::string& path : found) {
      const EvidenceList names = source_.list(path.empty() ? "/" : path);
      if (names.state != ReadState::ok && names.state != ReadState::absent && state != nullptr) {
        *state = names.state;
      }
      for (const EvidenceName& name : names.names) {
        if (last && name.directory) continue;
        if (name.name.size() > max_name || !glob_matches(part, name.name)) continue;
        if (next.size() >= max_matches) break;
        next.push_back(path + "/" + name.name);
      }
    }
    found = std::move(next);
  }
  return found;
}

std::vector<std::string> ParseContext::drop_ins(std::initializer_list<std::string_view> directories,
                                                std::string_view suffix) {
  std::map<std::string, std::string> by_name;
  for (const std::string_view directory : directories) {
    for (const EvidenceName& name : source_.list(directory).names) {
      const std::string_view text = name.name;
      if (name.directory || text.size() <= suffix.size() || text.front() == '.') continue;
      if (text.substr(text.size() - suffix.size()) != suffix) continue;
      by_name.try_emplace(name.name, std::string{directory} + "/" + name.name);
    }
  }
  std::vector<std::string> paths;
  paths.reserve(by_name.size());
  for (auto& [name, path] : by_name) paths.push_back(std::move(path));
  return paths;
}

void ParseContext::lines(const Document& document, const std::function<void(const Line&)>& visit) {
  Lines lines{document.text};
  while (auto line = lines.next()) {
    if (line->number > max_lines) {
      problem(document, line->number, "行数过多，其余部分未解析", "");
      return;
    }
    if (line->text.size() > max_line_bytes) {
      problem(document, line->number, "行过长，已忽略", line->text.substr(0, 200));
      continue;
    }
    visit(*line);
  }
}

bool ParseContext::add(FactId table, std::initializer_list<FactCell> cells, FactSource source) {
  return facts_.add(table, cells, source);
}

void ParseContext::covered(FactId table) {
  covered_[static_cast<std::size_t>(index_of(table))] = 1;
}

void ParseContext::missing(FactId table, std::string reason) {
  auto& reasons = reasons_[static_cast<std::size_t>(index_of(table))];
  if (reasons.size() < 4 && std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
    reasons.push_back(std::move(reason));
  }
}

void ParseContext::cover(FactId table, const Document& document, std::string_view what) {
  if (document.ok()) {
    covered(table);
  } else {
    missing(table, missing_reason(document.state, what.empty() ? document.label : what));
  }
}

bool ParseContext::is_covered(FactId table) const {
  return covered_[static_cast<std::size_t>(index_of(table))] != 0;
}

void ParseContext::problem(const Document& document,
                           std::int64_t line,
                           std::string_view reason,
                           std::string_view text) {
  if (facts_.row_count(FactId::parse_problem) >= max_problems) return;
  const std::string cut = shorten(text, 200);
  facts_.add(FactId::parse_problem, {document.label, reason, cut}, document.at(line));
}

void ParseContext::finish() {
  covered(FactId::coverage);
  covered(FactId::parse_problem);
  for (int table = 0; table < fact_id_count; ++table) {
    const auto index = static_cast<std::size_t>(table);
    const std::string_view name = fact_tables()[index].name;
    if (covered_[index] != 0) {
      facts_.add(FactId::coverage, {name, "covered", nullptr});
      continue;
    }
    std::string reason = join(reasons_[index], "；");
    if (reason.empty()) {
      reason = tree() ? "文件树中没有运行状态，无法取得" : "采集内容中没有对应的文件或命令输出";
    }
    facts_.add(FactId::coverage, {name, "missing", reason});
  }
}

std::string_view ParseContext::text(FactId table, std::uint32_t row, int column) const {
  return facts_.cell(table, row, column).text;
}

std::optional<bool> ParseContext::program_present(std::string_view name) const {
  for (std::uint32_t row = 0; row < facts_.row_count(FactId::program); ++row) {
    if (text(FactId::program, row, 0) == name) {
      return facts_.cell(FactId::program, row, 1).integer == 1;
    }
  }
  return std::nullopt;
}

std::string ParseContext::owner_name(std::uint32_t uid) const {
  return named(owners_, FactId::account, uid);
}

std::string ParseContext::group_name(std::uint32_t gid) const {
  return named(groups_, FactId::user_group, gid);
}

std::string ParseContext::named(std::unordered_map<std::uint32_t, std::string>& names,
                                FactId table,
                                std::uint32_t id) const {
  if (names.empty()) {
    for (std::uint32_t row = 0; row < facts_.row_count(table); ++row) {
      const std::int64_t number = facts_.cell(table, row, 1).integer;
      if (number < 0 || number > 0xFFFFFFFFLL) continue;
      // The first of several names of one number, as the system itself answers.
      names.try_emplace(static_cast<std::uint32_t>(number), text(table, row, 0));
    }
  }
  const auto found = names.find(id);
  return found == names.end() ? std::to_string(id) : found->second;
}

}  // namespace dengce::evidence
