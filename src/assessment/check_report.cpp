// SPDX-License-Identifier: Apache-2.0
#include "assessment/check_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/command.h"
#include "base/csv.h"
#include "base/json_writer.h"

namespace dengce::assessment {
namespace {

int count_entries(const CheckedInput& input, std::initializer_list<PointStatus> wanted) {
  int count = 0;
  for (const Judgement& judgement : input.judgements) {
    for (const PointAnswer& point : judgement.points) {
      if (std::find(wanted.begin(), wanted.end(), point.status) != wanted.end()) ++count;
    }
  }
  return count;
}

// What was seen, and for an open record what is left to ask.
std::string record_of(const Judgement& judgement) {
  if (judgement.verdict != Verdict::pending) return judgement.text;
  return judgement.text + judgement.reason;
}

class JsonReport final : public CheckReport {
 public:
  explicit JsonReport(std::FILE* out) : CheckReport(out), json_(text_) {
    json_.begin_object().key("bundles").begin_array();
  }

  void add(const CheckedInput& input) override {
    json_.begin_object();
    json_.member("path", input.path);
    json_.member("target", input.target);
    json_.member("platform", input.platform);
    json_.member("evaluated", static_cast<std::int64_t>(input.evaluated()));
    json_.key("items").begin_array();
    for (std::size_t i = 0; i < input.judgements.size(); ++i) {
      add_item(*(*input.items)[i].item, input.judgements[i]);
    }
    json_.end_array().end_object();
    flush(text_);
  }

  void finish(const std::vector<InputError>& errors) override {
    json_.end_array();
    json_.key("errors").begin_array();
    for (const InputError& error : errors) {
      json_.begin_object();
      json_.member("path", error.path);
      json_.key("line");
      error.line > 0 ? json_.integer(error.line) : json_.null();
      json_.member("reason", error.reason);
      json_.end_object();
    }
    json_.end_array().end_object();
    text_ += '\n';
    flush(text_);
  }

 private:
  void add_item(const standard::Item& item, const Judgement& judgement) {
    json_.begin_object();
    json_.member("code", item.code);
    json_.member("clause", item.clause);
    json_.member("letter", item.letter);
    json_.member("verdict", name(judgement.verdict));
    json_.member("record", record_of(judgement));
    json_.key("points").begin_array();
    for (const PointAnswer& point : judgement.points) {
      json_.begin_object();
      json_.member("point", static_cast<std::int64_t>(point.point));
      json_.member("status", name(point.status));
      json_.key("check");
      point.check.empty() ? json_.null() : json_.string(point.check);
      json_.member("reason", point.reason);
      json_.key("source");
      if (point.source) {
        json_.begin_object();
        json_.member("path", point.source->path);
        json_.member("line", point.source->line);
        json_.end_object();
      } else {
        json_.null();
      }
      json_.end_object();
    }
    json_.end_array().end_object();
  }

  std::string text_;
  JsonWriter json_;
};

class CsvReport final : public CheckReport {
 public:
  explicit CsvReport(std::FILE* out) : CheckReport(out) {
    append_csv_row(text_,
                   {"path",
                    "target",
                    "platform",
                    "code",
                    "clause",
                    "letter",
                    "verdict",
                    "point",
                    "status",
                    "check",
                    "reason",
                    "source_path",
                    "source_line",
                    "record"});
  }

  void add(const CheckedInput& input) override {
    for (std::size_t i = 0; i < input.judgements.size(); ++i) {
      const standard::Item& item = *(*input.items)[i].item;
      const Judgement& judgement = input.judgements[i];
      for (const PointAnswer& point : judgement.points) {
        append_csv_row(text_,
                       {input.path,
                        input.target,
                        input.platform,
                        item.code,
                        item.clause,
                        item.letter,
                        std::string(name(judgement.verdict)),
                        fmt::format("{}", point.point),
                        std::string(name(point.status)),
                        point.check,
                        point.reason,
                        point.source ? point.source->path : std::string{},
                        point.source ? fmt::format("{}", point.source->line) : std::string{},
                        record_of(judgement)});
      }
    }
    flush(text_);
  }

  // Unusable inputs have no row; they are told on standard error.
  void finish(const std::vector<InputError>& /*errors*/) override { flush(text_); }

 private:
  std::string text_;
};

constexpr std::array<std::string_view, 6> status_titles{
    "通过", "部分", "不通过", "不适用", "待确认", "出错"};

class TextReport final : public CheckReport {
 public:
  explicit TextReport(std::FILE* out) : CheckReport(out) {}

  void add(const CheckedInput& input) override {
    if (!first_) text_ += '\n';
    first_ = false;
    text_ += fmt::format("{}  目标 {}  平台 {}\n",
                         input.path,
                         input.target.empty() ? "（未知）" : input.target,
                         input.platform);
    VerdictCounts counts;
    for (std::size_t i = 0; i < input.judgements.size(); ++i) {
      counts.add(input.judgements[i].verdict);
      add_item(*(*input.items)[i].item, input.judgements[i]);
    }
    if (input.evaluated() == 0) {
      text_ += "  没有任何测评点得到评价：证据中没有可用的内容，不能据此得出任何结论\n";
    }
    text_ += fmt::format(
        "  合计 {} 项：符合 {}，部分符合 {}，不符合 {}，不适用 {}，待确认 {}；评价 {} 条，发现 {} "
        "条，出错 {} 条\n",
        counts.total(),
        counts.compliant,
        counts.partial,
        counts.non_compliant,
        counts.not_applicable,
        counts.pending,
        input.evaluated(),
        input.findings(),
        input.errors());
    flush(text_);
  }

  void finish(const std::vector<InputError>& /*errors*/) override { flush(text_); }

 private:
  void add_item(const standard::Item& item, const Judgement& judgement) {
    text_ += fmt::format("  {:<12} {}  {}（{}）\n",
                         item.code,
                         name(judgement.verdict),
                         item.text,
                         item.control_point);
    for (const PointAnswer& point : judgement.points) {
      const auto status = static_cast<std::size_t>(point.status);
      text_ += fmt::format("    {} {}", point.point, status_titles[status]);
      if (!point.check.empty()) text_ += fmt::format("  [{}]", point.check);
      text_ += "  " + point.reason;
      if (point.source) {
        text_ += fmt::format("  ({}:{})", point.source->path, point.source->line);
      }
      text_ += '\n';
    }
  }

  std::string text_;
  bool first_ = true;
};

}  // namespace

int CheckedInput::evaluated() const {
  return count_entries(*this, {PointStatus::pass, PointStatus::partial, PointStatus::fail});
}

int CheckedInput::findings() const {
  return count_entries(*this, {PointStatus::partial, PointStatus::fail});
}

int CheckedInput::errors() const {
  return count_entries(*this, {PointStatus::error});
}

std::vector<InputError> input_errors(const std::string& path, const Error& error) {
  std::vector<InputError> out;
  for (const Problem& problem : error.problems) {
    const bool own = problem.path.empty() || problem.path.starts_with(path);
    std::string reason = own ? problem.reason : problem.path + "：" + problem.reason;
    if (!problem.field.empty()) reason.insert(0, problem.field + "：");
    out.push_back(
        {own && !problem.path.empty() ? problem.path : path, problem.line, std::move(reason)});
  }
  if (out.empty()) out.push_back({path, 0, error.message});
  return out;
}

int worse_exit(int a, int b) {
  constexpr std::array<int, 5> rank{0, 1, 4, 3, 2};  // of statuses 0 … 4
  return rank[static_cast<std::size_t>(a)] >= rank[static_cast<std::size_t>(b)] ? a : b;
}

int exit_status(const CheckedInput& input) {
  if (input.errors() > 0) return exit_evaluation;
  if (input.evaluated() == 0) return exit_nothing;
  return input.findings() > 0 ? exit_findings : exit_ok;
}

std::unique_ptr<CheckReport> make_check_report(const std::string& format, std::FILE* out) {
  if (format == "json") return std::make_unique<JsonReport>(out);
  if (format == "csv") return std::make_unique<CsvReport>(out);
  return std::make_unique<TextReport>(out);
}

}  // namespace dengce::assessment
