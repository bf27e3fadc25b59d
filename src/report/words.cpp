// SPDX-License-Identifier: Apache-2.0
#include "report/words.h"

#include <algorithm>

#include "base/rational.h"
#include "base/text.h"

namespace dengce::report {

using assessment::RecordLine;
using assessment::Snapshot;
using assessment::Verdict;
using assessment::VerdictCounts;

std::string or_nothing(const std::string& text) {
  return trim(text).empty() ? std::string(nothing) : text;
}

std::string fact(const Snapshot& snapshot, std::string_view key) {
  const auto at = snapshot.facts.find(std::string(key));
  return at == snapshot.facts.end() ? std::string(nothing) : or_nothing(at->second);
}

bool is_general(const assessment::SnapshotItem& item) {
  return item.extension.empty() || item.extension == "general";
}

std::string extension_name(std::string_view extension) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> names{
      {{"cloud", "云计算安全扩展要求"},
       {"mobile", "移动互联安全扩展要求"},
       {"iot", "物联网安全扩展要求"},
       {"ics", "工业控制系统安全扩展要求"},
       {"bigdata", "大数据安全扩展要求"}}};
  for (const auto& [key, name] : names) {
    if (key == extension) return std::string(name);
  }
  return std::string(extension);
}

std::string names_of(const Snapshot& snapshot,
                     const std::vector<std::size_t>& objects,
                     std::size_t most) {
  std::vector<std::string> names;
  for (const auto object : objects) {
    if (object < snapshot.objects.size()) add_once(names, snapshot.objects[object].name);
  }
  if (names.empty()) return std::string(nothing);
  if (names.size() <= most) return join(names, "、");
  const auto count = names.size();
  names.resize(most);
  return join(names, "、") + "等" + std::to_string(count) + "个对象";
}

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string lead_sentences(std::string_view text, std::size_t characters) {
  constexpr std::string_view stop = "。";
  std::size_t end = 0;
  for (auto at = text.find(stop); at != std::string_view::npos; at = text.find(stop, end)) {
    const auto next = at + stop.size();
    if (end > 0 && character_count(text.substr(0, next)) > characters) break;
    end = next;
  }
  if (end == 0) return std::string(trim(text)) + std::string(stop);
  return std::string(trim(text.substr(0, end)));
}

void add_once(std::vector<std::string>& texts, const std::string& text) {
  if (text.empty() || std::find(texts.begin(), texts.end(), text) != texts.end()) return;
  texts.push_back(text);
}

std::vector<std::string> evidence_of(const RecordLine& record) {
  std::vector<std::string> found;
  for (const auto& point : record.points) {
    if (!point.source || point.source->path.empty()) continue;
    const auto& source = *point.source;
    add_once(found,
             source.line > 0 ? source.path + ":" + std::to_string(source.line) : source.path);
  }
  return found;
}

namespace {

// A check writes spaces around a value; between two Han characters there is none.
std::string without_spaces_between_han(std::string_view text) {
  const auto han = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool inside = at > 0 && at + 1 < text.size();
    if (text[at] == ' ' && inside && han(text[at - 1]) && han(text[at + 1])) continue;
    out += text[at];
  }
  return out;
}

// How the judge begins the reason of a record that is open.
constexpr std::string_view open_prefix = "待人工确认：";

}  // namespace

std::string record_text(const RecordLine& record) {
  const bool undecided =
      record.verdict == Verdict::pending || record.verdict == Verdict::not_applicable;
  std::string out(trim(record.text));
  if (undecided && !record.reason.empty() && out.find(record.reason) == std::string::npos) {
    if (!out.empty()) out += '\n';
    const bool says_so = record.reason.starts_with(open_prefix);
    if (!says_so) out += std::string(assessment::name(record.verdict)) + "：";
    out += record.reason;
  }
  if (out.empty()) return std::string(assessment::name(record.verdict));
  return without_spaces_between_han(out);
}

namespace {

// Length of "12）" at the place, 0 if there is none.
std::size_t number_at(std::string_view text, std::size_t at) {
  constexpr std::string_view mark = "）";
  std::size_t end = at;
  while (end < text.size() && end < at + 2 && text[end] >= '0' && text[end] <= '9') ++end;
  return end > at && text.substr(end, mark.size()) == mark ? end + mark.size() - at : 0;
}

// Numbers stand at the beginning and behind a stop or a line feed only.
bool may_begin(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at);
  return before.empty() || before.back() == '\n' || before.ends_with("。") ||
         before.ends_with("；");
}

// "1）…" or "待办：1）…" at the beginning of a line.
bool begins_numbered(std::string_view text, std::size_t line) {
  constexpr std::string_view colon = "：";
  if (number_at(text, line) > 0) return true;
  const auto rest = text.substr(line, text.find('\n', line) - line);
  const auto at = rest.find(colon);
  return at != std::string_view::npos && number_at(rest, at + colon.size()) > 0;
}

}  // namespace

std::string numbered_lines(const std::string& text) {
  std::string out;
  bool numbered = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == 0 || text[at - 1] == '\n') numbered = begins_numbered(text, at);
    const bool number = numbered && at > 0 && number_at(text, at) > 0 && may_begin(text, at);
    if (number && out.back() != '\n') out += '\n';
    out += text[at];
  }
  return out;
}

std::vector<std::string> open_points(std::string_view reason) {
  constexpr std::string_view stop = "。";
  constexpr std::string_view pause = "；";
  if (reason.starts_with(open_prefix)) reason.remove_prefix(open_prefix.size());
  std::vector<std::string> points;
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    auto piece = reason.substr(begin, end - begin);
    piece.remove_prefix(number_at(piece, 0));
    while (piece.ends_with(stop) || piece.ends_with(pause)) piece.remove_suffix(stop.size());
    for (const std::string_view why : {"（没有", "（未采集"}) {
      const auto at = piece.rfind(why);
      if (at != std::string_view::npos && at > 0 && piece.ends_with("）")) {
        piece = piece.substr(0, at);
      }
    }
    add_once(points, std::string(trim(piece)));
    begin = end;
  };
  for (std::size_t at = 1; at < reason.size(); ++at) {
    if (number_at(reason, at) > 0 && may_begin(reason, at)) take(at);
  }
  take(reason.size());
  return points;
}

std::string breakable(std::string_view text) {
  constexpr std::string_view space = "\u200A";
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const auto before = text.substr(0, at);
    const bool latin = c > ' ' && c < 0x7F;
    if (latin && !before.empty() && static_cast<unsigned char>(before.back()) >= 0x80) {
      const bool opening = before.ends_with("（") || before.ends_with("“") ||
                           before.ends_with("《") || before.ends_with(space);
      const bool mark = before.ends_with("、") || before.ends_with("，") ||
                        before.ends_with("：") || before.ends_with("；") || before.ends_with("。");
      if (!opening && (mark || c == '/')) out += space;
    }
    const bool after_latin = at > 0 && text[at - 1] > ' ' && text[at - 1] < 0x7F;
    if (after_latin && text.substr(at).starts_with("（")) out += space;
    out += c;
  }
  return out;
}

std::string running_text(std::string_view text) {
  constexpr std::string_view formula = "经核查，";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (may_begin(text, at)) {
      at += number_at(text, at);
      if (text.substr(at, formula.size()) == formula) at += formula.size();
      if (at >= text.size()) break;
    }
    if (text[at] != '\n') out += text[at];
    ++at;
  }
  return without_spaces_between_han(out);
}

std::int64_t applicable(const VerdictCounts& counts) {
  return counts.total() - counts.not_applicable;
}

std::string rate_of(const VerdictCounts& counts) {
  if (applicable(counts) == 0) return {};
  return Rational(counts.compliant * 100, applicable(counts)).decimal(2);
}

std::string risk_counts(const std::vector<const assessment::SecurityProblem*>& problems) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> levels{
      {{"高", "高风险"}, {"中", "中风险"}, {"低", "低风险"}, {"", "未定级"}}};
  std::vector<std::string> parts;
  for (const auto& level : levels) {
    const auto count = std::count_if(problems.begin(), problems.end(), [&](const auto* problem) {
      return problem->risk == level.first;
    });
    if (count > 0) parts.push_back(std::string(level.second) + std::to_string(count) + "个");
  }
  return join(parts, "、");
}

std::string risk_name(const assessment::SecurityProblem& problem) {
  return problem.risk.empty() ? "未定级" : problem.risk;
}

std::string origin_name(std::string_view origin) {
  if (origin == "live") return "本机在线采集";
  if (origin == "bundle") return "证据包导入";
  if (origin == "people") return "人员现场核查与访谈";
  return origin.empty() ? std::string(nothing) : std::string(origin);
}

std::string conclusion_of(const assessment::SchemeResult& result) {
  if (!result.conclusion || result.conclusion->empty()) {
    return std::string(assessment::name(assessment::Verdict::pending));
  }
  return result.complete ? *result.conclusion : *result.conclusion + "（暂定）";
}

}  // namespace dengce::report
