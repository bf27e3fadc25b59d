// SPDX-License-Identifier: Apache-2.0
#include "assessment/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace dengce::assessment {
namespace {

using standard::MappingMode;
using standard::Rule;

struct Tally {
  std::size_t pass = 0, partial = 0, fail = 0, not_applicable = 0, unknown = 0, error = 0;

  explicit Tally(std::span<const PointStatus> answers) {
    for (const PointStatus status : answers) {
      switch (status) {
        case PointStatus::pass: ++pass; break;
        case PointStatus::partial: ++partial; break;
        case PointStatus::fail: ++fail; break;
        case PointStatus::not_applicable: ++not_applicable; break;
        case PointStatus::unknown: ++unknown; break;
        case PointStatus::error: ++error; break;
      }
    }
  }

  [[nodiscard]] std::size_t open() const { return unknown + error; }

  [[nodiscard]] std::size_t decided() const { return pass + partial + fail; }
};

bool is_open(PointStatus status) {
  return status == PointStatus::unknown || status == PointStatus::error;
}

Verdict all_verdict(const Tally& tally) {
  // A partial point, or a pass beside a fail, is 部分符合 whatever the others turn out to be.
  if (tally.partial > 0 || (tally.pass > 0 && tally.fail > 0)) return Verdict::partial;
  if (tally.open() > 0) return Verdict::pending;
  if (tally.decided() == 0) return Verdict::not_applicable;
  return tally.fail == 0 ? Verdict::compliant : Verdict::non_compliant;
}

Verdict any_verdict(const Tally& tally, Verdict of_partial) {
  if (tally.pass > 0) return Verdict::compliant;
  if (tally.open() > 0) return Verdict::pending;
  if (tally.decided() == 0) return Verdict::not_applicable;
  return tally.partial > 0 ? of_partial : Verdict::non_compliant;
}

Verdict single_verdict(const Tally& tally, Verdict of_partial) {
  const bool partial_counts = of_partial == Verdict::partial;
  if (partial_counts) return all_verdict(tally);
  if (tally.partial + tally.fail > 0) return Verdict::non_compliant;
  if (tally.open() > 0) return Verdict::pending;
  return tally.decided() == 0 ? Verdict::not_applicable : Verdict::compliant;
}

std::string point_name(const PointAnswers& point) {
  return point.text.empty() ? fmt::format("第 {} 个测评点", point.number) : point.text;
}

// What an assisting check that found nothing says.
std::string needs_person(const PointAnswers& point, const MachineAnswer& answer) {
  std::string out = "自动检查未发现不符合，需人工确认：" + point_name(point);
  if (!answer.reason.empty()) out += "（已见：" + answer.reason + "）";
  return out;
}

std::string sentence(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  for (const std::string_view end : {"。", "！", "；", "."}) {
    if (text.ends_with(end)) return std::string(text);
  }
  return std::string(text) + "。";
}

// Appends a sentence once; the lead-in is said once a point.
void append_sentence(std::string& out, std::vector<std::string>& said, std::string_view text) {
  constexpr std::string_view lead = "经核查，";
  const std::string whole = sentence(text);
  if (whole.empty() || std::find(said.begin(), said.end(), whole) != said.end()) return;
  said.push_back(whole);
  std::string_view rest = whole;
  if (!out.empty() && rest.starts_with(lead)) rest.remove_prefix(lead.size());
  out += rest;
}

class RecordWriter {
 public:
  explicit RecordWriter(const std::vector<PointAnswers>& points) : points_(points) {}

  Judgement write(Verdict verdict) {
    out_.verdict = verdict;
    for (const PointAnswers& point : points_) write_point(point);
    for (const auto& [number, text] : seen_) {
      out_.text += points_.size() > 1 ? fmt::format("{}）{}", number, text) : text;
    }
    if (verdict == Verdict::pending) out_.reason = "待人工确认：" + numbered(left_);
    if (verdict == Verdict::not_applicable) out_.reason = out_.text;
    return std::move(out_);
  }

 private:
  void write_point(const PointAnswers& point) {
    std::string text;
    for (const MachineAnswer& answer : point.machine) {
      PointAnswer entry = entry_of(point);
      entry.check = answer.check;
      entry.status = answer.status;
      entry.reason = answer.reason;
      entry.source = answer.source;
      const bool finding =
          answer.status == PointStatus::fail || answer.status == PointStatus::partial;
      if (finding) entry.advice = answer.advice;
      if (answer.mode == MappingMode::assist && answer.status == PointStatus::pass) {
        entry.status = PointStatus::unknown;
        entry.reason = needs_person(point, answer);
      }
      if (!is_open(answer.status)) append_sentence(text, said_, answer.record);
      out_.points.push_back(std::move(entry));
    }
    const PointStatus status = point_status(point);
    if (point.human) {
      PointAnswer entry = entry_of(point);
      entry.person = point.human->person;
      entry.status = point.human->status;
      entry.reason = point.human->text;
      if (!is_open(entry.status)) append_sentence(text, said_, point.human->text);
      out_.points.push_back(std::move(entry));
    } else if (point.machine.empty()) {
      PointAnswer entry = entry_of(point);
      entry.reason = "没有可用的自动检查，需人工核查：" + point_name(point);
      out_.points.push_back(std::move(entry));
    }
    if (!text.empty()) seen_.emplace_back(point.number, text);
    if (is_open(status)) {
      out_.open.push_back(point.number);
      left_.emplace_back(point.number, open_text(point));
    }
  }

  static PointAnswer entry_of(const PointAnswers& point) {
    PointAnswer entry;
    entry.point = point.number;
    entry.text = point.text;
    entry.method = point.method;
    return entry;
  }

  // The question, and why machines could not close it.
  static std::string open_text(const PointAnswers& point) {
    std::string out = point_name(point);
    std::vector<std::string> why;
    for (const MachineAnswer& answer : point.machine) {
      if (!is_open(answer.status) || answer.reason.empty()) continue;
      const std::string text =
          (answer.status == PointStatus::error ? "自动检查出错：" : "") + answer.reason;
      if (std::find(why.begin(), why.end(), text) == why.end()) why.push_back(text);
    }
    if (!why.empty()) out += "（" + join(why, "；") + "）";
    return out;
  }

  [[nodiscard]] std::string numbered(const std::vector<std::pair<int, std::string>>& parts) const {
    std::string out;
    for (const auto& [number, text] : parts) {
      if (!out.empty()) out += "；";
      out += points_.size() > 1 ? fmt::format("{}）{}", number, text) : text;
    }
    return sentence(out);
  }

  const std::vector<PointAnswers>& points_;
  Judgement out_;
  std::vector<std::string> said_;
  std::vector<std::pair<int, std::string>> seen_;
  std::vector<std::pair<int, std::string>> left_;
};

}  // namespace

PointStatus combine(std::span<const PointStatus> answers) {
  const Tally tally(answers);
  if (answers.empty()) return PointStatus::unknown;
  if (tally.partial > 0 || (tally.pass > 0 && tally.fail > 0)) return PointStatus::partial;
  if (tally.error > 0) return PointStatus::error;
  if (tally.unknown > 0) return PointStatus::unknown;
  if (tally.decided() == 0) return PointStatus::not_applicable;
  return tally.fail == 0 ? PointStatus::pass : PointStatus::fail;
}

PointStatus machine_status(const PointAnswers& point) {
  std::vector<PointStatus> answers;
  bool assisted = false;
  for (const MachineAnswer& answer : point.machine) {
    const bool assist = answer.mode == MappingMode::assist;
    assisted = assisted || assist;
    const bool open = assist && answer.status == PointStatus::pass;
    answers.push_back(open ? PointStatus::unknown : answer.status);
  }
  const PointStatus status = combine(answers);
  if (status == PointStatus::not_applicable && assisted) return PointStatus::unknown;
  return status;
}

PointStatus point_status(const PointAnswers& point) {
  return point.human ? point.human->status : machine_status(point);
}

Verdict item_verdict(Rule rule, bool partial_allowed, std::span<const PointStatus> points) {
  if (points.empty()) return Verdict::pending;
  const Tally tally(points);
  const Verdict of_partial = partial_allowed ? Verdict::partial : Verdict::non_compliant;
  switch (rule) {
    case Rule::all: return all_verdict(tally);
    case Rule::any: return any_verdict(tally, of_partial);
    case Rule::single: return single_verdict(tally, of_partial);
  }
  return Verdict::pending;
}

Judgement judge(const standard::Item& item, const std::vector<PointAnswers>& points) {
  std::vector<PointStatus> statuses;
  statuses.reserve(points.size());
  for (const PointAnswers& point : points) statuses.push_back(point_status(point));
  return RecordWriter(points).write(item_verdict(item.rule, item.partial_allowed, statuses));
}

Verdict JudgedRecord::verdict() const {
  return person ? person->verdict : machine.verdict;
}

const std::string& JudgedRecord::text() const {
  return person ? person->text : machine.text;
}

Result<> JudgedRecord::override_with(PersonRecord record) {
  if (trim(record.person).empty()) {
    return fail(ErrorCode::invalid_argument, "人工记录须写明记录人");
  }
  if (record.verdict == Verdict::pending) {
    return fail(ErrorCode::invalid_argument, "人工记录须给出结论，不能是待确认");
  }
  if (trim(record.text).empty()) {
    return fail(ErrorCode::invalid_argument, "人工记录须写明结果记录");
  }
  const bool changes = machine.verdict != Verdict::pending && machine.verdict != record.verdict;
  if (changes && trim(record.reason).empty()) {
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("自动判定为{}，改为{}须说明理由", name(machine.verdict), name(record.verdict)));
  }
  person = std::move(record);
  return {};
}

}  // namespace dengce::assessment
