// SPDX-License-Identifier: Apache-2.0
#include "process/stage_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dengce::process {
namespace {

constexpr std::array<std::string_view, 5> product_states{
    "not_started", "drafting", "reviewed", "signed", "returned"};

// The day on which an unfinished stage becomes late is the one after this.
std::optional<Day> due_of(const StageDates& dates) {
  if (dates.actual_to) return std::nullopt;
  if (dates.actual_from || !dates.planned_from) return dates.planned_to;
  return dates.planned_from;
}

// The day on which a need was met; none: it is not.
std::optional<Day> met_on(const Process& process, const Need& need, const Facts& facts) {
  switch (need.kind) {
    case NeedKind::finished: return facts.dates(need.id).actual_to;
    case NeedKind::begun: return facts.dates(need.id).actual_from;
    case NeedKind::risk_notice: return facts.risk_confirmed;
    case NeedKind::internet_test: return facts.test_approved;
    case NeedKind::product: break;
  }
  const Product* product = process.product(need.id);
  const ProductFact fact = facts.product(need.id);
  if (product == nullptr || !is_final(*product, fact.state)) return std::nullopt;
  return fact.day;
}

std::string product_text(const Product& product, ProductState state) {
  return fmt::format("《{}》尚未{}（现为{}）",
                     product.name.chinese,
                     product.is_signed() ? "签字" : "审核",
                     state_text(state));
}

std::string stage_name(const Process& process, std::string_view id) {
  const Stage* stage = process.stage(id);
  return stage == nullptr ? std::string(id) : stage->name.chinese;
}

std::string need_text(const Process& process, const Need& need, const Facts& facts) {
  switch (need.kind) {
    case NeedKind::finished: return fmt::format("阶段「{}」尚未完成", stage_name(process, need.id));
    case NeedKind::begun: return fmt::format("阶段「{}」尚未开始", stage_name(process, need.id));
    case NeedKind::risk_notice: return "委托方尚未确认风险告知";
    case NeedKind::internet_test: return "没有经批准的互联网侧测试";
    case NeedKind::product: break;
  }
  const Product* product = process.product(need.id);
  return product == nullptr ? need.id : product_text(*product, facts.product(need.id).state);
}

// What the day is called that a start may not lie before.
std::string day_text(const Process& process, const Need& need) {
  switch (need.kind) {
    case NeedKind::finished: return fmt::format("「{}」的完成日期", stage_name(process, need.id));
    case NeedKind::begun: return fmt::format("「{}」的开始日期", stage_name(process, need.id));
    case NeedKind::risk_notice: return "风险告知的确认日期";
    case NeedKind::internet_test: return "互联网侧测试的批准日期";
    case NeedKind::product: break;
  }
  const Product* product = process.product(need.id);
  if (product == nullptr) return need.id;
  return fmt::format(
      "《{}》的{}日期", product->name.chinese, product->is_signed() ? "签字" : "审核");
}

class DateCheck {
 public:
  DateCheck(const Process& process,
            const Facts& facts,
            std::string_view stage,
            const StageDates& before,
            Day today)
      : process_(process),
        facts_(facts),
        stage_(stage),
        before_(before),
        today_(today),
        dates_(facts.dates(stage)),
        position_(process.position(stage)) {}

  std::vector<Problem> run() {
    const bool begin = dates_.actual_from != before_.actual_from;
    const bool end = dates_.actual_to != before_.actual_to;
    if (dates_.planned_from != before_.planned_from || dates_.planned_to != before_.planned_to) {
      check_plan();
    }
    if (begin || end) check_actual();
    if (begin && dates_.actual_from) check_gate();
    if (begin || end) check_later_gates();
    if (end && dates_.actual_to) check_products();
    return std::move(problems_);
  }

 private:
  void add(const char* field, std::string reason) {
    problems_.push_back({{}, 0, field, std::move(reason)});
  }

  void check_plan() {
    const auto& from = dates_.planned_from;
    const auto& to = dates_.planned_to;
    if (from.has_value() != to.has_value()) {
      add(from ? "planned_to" : "planned_from", "计划的起止日期须同时填写");
    }
    if (!from || !to) return;
    if (*to < *from) add("planned_to", "早于计划开始日期");
    for (std::size_t i = 0; i < process_.stages.size(); ++i) {
      const Stage& other = process_.stages[i];
      const StageDates there = facts_.dates(other.id);
      if (i == position_ || !there.planned_from || !there.planned_to) continue;
      const bool before = i < position_;
      if (before ? *from < *there.planned_from : *from > *there.planned_from) {
        add("planned_from", order_text(before, other, "开始"));
      }
      if (before ? *to < *there.planned_to : *to > *there.planned_to) {
        add("planned_to", order_text(before, other, "完成"));
      }
    }
  }

  static std::string order_text(bool before, const Stage& other, const char* what) {
    return fmt::format("{}「{}」的计划{}日期", before ? "早于" : "晚于", other.name.chinese, what);
  }

  void check_actual() {
    const auto& from = dates_.actual_from;
    const auto& to = dates_.actual_to;
    if (to && !from) add("actual_from", "有完成日期而没有开始日期");
    if (from && to && *to < *from) add("actual_to", "早于实际开始日期");
    if (from && *from > today_) add("actual_from", "不能晚于今天");
    if (to && *to > today_) add("actual_to", "不能晚于今天");
    if (!from) return;
    for (std::size_t i = 0; i < position_; ++i) {
      const StageDates there = facts_.dates(process_.stages[i].id);
      if (there.actual_from && *from < *there.actual_from) {
        add("actual_from", fmt::format("早于「{}」的开始日期", process_.stages[i].name.chinese));
      }
    }
  }

  // What is missing altogether is a matter of missing_of.
  void check_gate() {
    const Gate* gate = process_.gate_before(stage_);
    if (gate == nullptr) return;
    for (const Need& need : gate->needs) {
      const auto met = met_on(process_, need, facts_);
      if (met && *dates_.actual_from < *met) {
        add("actual_from", fmt::format("早于{}（{}）", day_text(process_, need), format_day(*met)));
      }
    }
  }

  // Stages that have begun because this one was begun or finished.
  void check_later_gates() {
    for (const Stage& later : process_.stages) {
      const auto begun = facts_.dates(later.id).actual_from;
      const Gate* gate = process_.gate_before(later.id);
      if (!begun || gate == nullptr) continue;
      for (const Need& need : gate->needs) {
        if (need.id != stage_) continue;
        if (need.kind == NeedKind::finished)
          check_kept("actual_to", dates_.actual_to, *begun, later);
        if (need.kind == NeedKind::begun)
          check_kept("actual_from", dates_.actual_from, *begun, later);
      }
    }
  }

  void check_kept(const char* field, const std::optional<Day>& day, Day begun, const Stage& later) {
    if (!day) {
      add(field, fmt::format("「{}」已开始，不能撤回", later.name.chinese));
    } else if (*day > begun) {
      add(field, fmt::format("晚于「{}」的开始日期（{}）", later.name.chinese, format_day(begun)));
    }
  }

  void check_products() {
    for (const Product& product : process_.stages[position_].products) {
      const ProductFact fact = facts_.product(product.id);
      if (!product.required || !is_final(product, fact.state)) continue;
      if (*dates_.actual_to < fact.day) {
        add("actual_to",
            fmt::format("早于{}（{}）",
                        day_text(process_, {NeedKind::product, product.id}),
                        format_day(fact.day)));
      }
    }
  }

  const Process& process_;
  const Facts& facts_;
  std::string_view stage_;
  const StageDates& before_;
  Day today_;
  StageDates dates_;
  std::size_t position_;
  std::vector<Problem> problems_;
};

}  // namespace

StageDates Facts::dates(std::string_view stage) const {
  const auto found = stages.find(stage);
  return found == stages.end() ? StageDates{} : found->second;
}

ProductFact Facts::product(std::string_view id) const {
  const auto found = products.find(id);
  return found == products.end() ? ProductFact{} : found->second;
}

StageState stage_state(const StageDates& dates, Day today) {
  if (dates.actual_to) return StageState::finished;
  const auto due = due_of(dates);
  if (due && *due < today) return StageState::overdue;
  return dates.actual_from ? StageState::under_way : StageState::not_started;
}

Standing standing_of(const Process& process, const Facts& facts) {
  Standing out;
  for (const Stage& stage : process.stages) {
    const StageDates dates = facts.dates(stage.id);
    if (!dates.actual_to && out.stage.empty()) out.stage = stage.id;
    const auto due = due_of(dates);
    if (due && (!out.due || *due < *out.due)) out.due = due;
  }
  return out;
}

bool is_final(const Product& product, ProductState state) {
  return state == ProductState::signed_off ||
         (!product.is_signed() && state == ProductState::reviewed);
}

std::vector<Missing> missing_of(const Process& process, const Gate& gate, const Facts& facts) {
  std::vector<Missing> out;
  for (const Need& need : gate.needs) {
    if (met_on(process, need, facts)) continue;
    out.push_back({need, facts.product(need.id).state, need_text(process, need, facts)});
  }
  return out;
}

std::vector<Missing> unfinished_products(const Stage& stage, const Facts& facts) {
  std::vector<Missing> out;
  for (const Product& product : stage.products) {
    const ProductState state = facts.product(product.id).state;
    if (!product.required || is_final(product, state)) continue;
    out.push_back({{NeedKind::product, product.id}, state, product_text(product, state)});
  }
  return out;
}

std::vector<Problem> date_problems(const Process& process,
                                   const Facts& facts,
                                   std::string_view stage,
                                   const StageDates& before,
                                   Day today) {
  return DateCheck(process, facts, stage, before, today).run();
}

std::string step_problem(const Product& product, ProductState from, ProductState to) {
  const auto refuse = [&](std::string_view wanted) {
    return fmt::format("《{}》现为{}，{}", product.name.chinese, state_text(from), wanted);
  };
  switch (to) {
    case ProductState::drafting:
      if (from == ProductState::untouched || from == ProductState::returned) return {};
      return refuse("不能改为编制中；要修改请先退回");
    case ProductState::reviewed:
      return from == ProductState::drafting ? std::string() : refuse("编制中的才能审核");
    case ProductState::signed_off:
      if (!product.is_signed()) return fmt::format("《{}》无须签字", product.name.chinese);
      return from == ProductState::reviewed ? std::string() : refuse("审核通过后才能签字");
    case ProductState::returned:
      if (from == ProductState::untouched || from == ProductState::returned) {
        return refuse("没有可退回的内容");
      }
      return {};
    case ProductState::untouched: break;
  }
  return refuse("不能退到未开始");
}

std::map<std::string, StageDates, std::less<>> plan_stages(const Process& process,
                                                           const Facts& facts,
                                                           Day start) {
  std::map<std::string, StageDates, std::less<>> out;
  Day cursor = start;
  for (const Stage& stage : process.stages) {
    StageDates dates = facts.dates(stage.id);
    Day end = cursor;
    if (dates.actual_to) {
      end = std::max(*dates.actual_to, dates.planned_to.value_or(*dates.actual_to));
    } else if (dates.actual_from) {
      end = dates.planned_to.value_or(
          process.calendar.end_of(*dates.actual_from, stage.working_days));
    } else {
      dates.planned_from = process.calendar.next_working(cursor);
      dates.planned_to = process.calendar.end_of(cursor, stage.working_days);
      end = *dates.planned_to;
      out.emplace(stage.id, dates);
    }
    cursor = std::max(cursor, Day{end.number + 1});
  }
  return out;
}

std::string_view state_name(StageState state) {
  constexpr std::array<std::string_view, 4> names{
      "not_started", "under_way", "finished", "overdue"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view state_name(ProductState state) {
  return product_states[static_cast<std::size_t>(state)];
}

std::optional<ProductState> product_state_from(std::string_view name) {
  const auto found = std::find(product_states.begin(), product_states.end(), name);
  if (found == product_states.end()) return std::nullopt;
  return static_cast<ProductState>(found - product_states.begin());
}

std::string_view state_text(ProductState state) {
  constexpr std::array<std::string_view, 5> names{"未开始", "编制中", "已审核", "已签字", "已退回"};
  return names[static_cast<std::size_t>(state)];
}

}  // namespace dengce::process
