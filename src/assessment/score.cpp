// SPDX-License-Identifier: Apache-2.0
#include "assessment/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace dengce::assessment {
namespace {

using standard::ConclusionRule;
using standard::Scheme;
using Wide = Rational::Wide;

const Rational zero{0};
const Rational one{1};
const Rational hundred{100};

// What an item may be worth.
struct ItemSpan {
  bool applies = true;    // false: 不适用 for certain
  bool may_drop = false;  // may still turn out 不适用
  Rational low = zero;    // x at worst and at best, while it applies
  Rational high = one;
};

// The verdicts of an item's objects, counted once.
struct ObjectTally {
  std::int64_t compliant = 0, partial = 0, non_compliant = 0, not_applicable = 0, pending = 0;

  explicit ObjectTally(const ItemRecords& item) {
    for (const ObjectVerdict& object : item.objects) {
      switch (object.verdict) {
        case Verdict::compliant: ++compliant; break;
        case Verdict::partial: ++partial; break;
        case Verdict::non_compliant: ++non_compliant; break;
        case Verdict::not_applicable: ++not_applicable; break;
        case Verdict::pending: ++pending; break;
      }
    }
    if (item.objects.empty()) pending = 1;
  }

  [[nodiscard]] std::int64_t decided() const { return compliant + partial + non_compliant; }
};

// Discrete rule: all objects 符合 → 1, all 不符合 → 0, else the value of 部分符合.
ItemSpan discrete_span(const Scheme& scheme, const ObjectTally& tally) {
  ItemSpan out;
  const bool all_compliant = tally.compliant == tally.decided();
  const bool none_compliant = tally.non_compliant == tally.decided();
  out.low = all_compliant ? one : none_compliant ? zero : scheme.partial_value;
  out.high = out.low;
  if (tally.pending > 0 && all_compliant) out.low = scheme.partial_value;
  if (tally.pending > 0 && none_compliant) out.high = scheme.partial_value;
  return out;
}

// sum / count. Fractions with hundreds of different denominators outgrow 128 bits when they are
// added: beyond 32 objects a mean is taken to nine decimals.
Rational mean_of(const Rational& sum, std::int64_t count) {
  const Rational exact = sum / Rational(count);
  if (count <= 32) return exact;
  constexpr std::int64_t scale = 1'000'000'000;
  const Rational scaled = exact * Rational(scale) + Rational(1, 2);
  return Rational(static_cast<std::int64_t>(scaled.numerator() / scaled.denominator()), scale);
}

ItemSpan mean_span(const Scheme& scheme, const ObjectTally& tally) {
  const Rational sum = Rational(tally.compliant) + scheme.partial_value * Rational(tally.partial);
  const std::int64_t count = tally.decided() + tally.pending;
  ItemSpan out;
  out.low = mean_of(sum, count);
  out.high = mean_of(sum + Rational(tally.pending), count);
  return out;
}

ItemSpan worst_span(const Scheme& scheme, const ObjectTally& tally) {
  ItemSpan out;
  out.high = tally.non_compliant > 0 ? zero : tally.partial > 0 ? scheme.partial_value : one;
  out.low = tally.pending > 0 ? zero : out.high;
  return out;
}

ItemSpan span_of(const Scheme& scheme, const ItemRecords& item) {
  const ObjectTally tally(item);
  ItemSpan out;
  if (tally.decided() == 0) {
    out.applies = tally.pending > 0;
    out.may_drop = true;
    return out;
  }
  if (scheme.overall_changes_value && item.corrected && tally.pending == 0) {
    out.low = out.high = *item.corrected;
    return out;
  }
  switch (scheme.multi_object) {
    case Scheme::MultiObject::discrete: return discrete_span(scheme, tally);
    case Scheme::MultiObject::mean: return mean_span(scheme, tally);
    case Scheme::MultiObject::worst: return worst_span(scheme, tally);
  }
  return out;
}

const std::string& weight_name(const Scheme& scheme, const ItemRecords& item) {
  static const std::string key = "关键";
  if (!item.weight.empty()) return item.weight;
  return scheme.high_risk_items_are_key && item.high_risk ? key : scheme.unnamed_weight;
}

Rational weight_of(const Scheme& scheme, const ItemRecords& item) {
  const auto found = scheme.weights.find(weight_name(scheme, item));
  return found == scheme.weights.end() ? one : found->second;
}

// An item at one end of the range.
struct Placed {
  bool counted = false;
  Rational x;
};

struct Placement {
  std::optional<ScoreEnd> end;
  std::vector<Placed> items;
};

// ---- rate: 100 · Σ v / n
// --------------------------------------------------------------------------

// A failing record makes the rate smaller than leaving it out, a compliant one larger: the ends are
// all open ones failing and all of them compliant.
Placement place_rate(const Scheme& scheme, const std::vector<ItemRecords>& items, bool low) {
  Placement out;
  Rational sum;
  std::int64_t count = 0;
  for (const ItemRecords& item : items) {
    const ItemSpan span = span_of(scheme, item);
    Placed placed{span.applies, low ? span.low : span.high};
    if (scheme.unit == Scheme::Unit::record && span.applies) {
      const ObjectTally tally(item);
      const std::int64_t records = tally.decided() + tally.pending;
      const Rational open = low ? zero : Rational(tally.pending);
      const Rational part =
          Rational(tally.compliant) + scheme.partial_value * Rational(tally.partial) + open;
      sum = sum + part;
      count += records;
      placed.x = part / Rational(records);
    } else if (span.applies) {
      sum = sum + placed.x;
      ++count;
    }
    out.items.push_back(placed);
  }
  if (count > 0) out.end = ScoreEnd{hundred * sum / Rational(count), zero, zero, count};
  return out;
}

// ---- score: max(0, 100y - 100·T/n) + max(0, 100(1-y) - 100·G/n)
// ------------------------------------

struct Loss {
  Rational technical, management;  // T, G: Σ f·(1-x)
  std::int64_t count = 0;          // n
};

ScoreEnd score_end(const Scheme& scheme, const Loss& loss) {
  const Rational n(loss.count);
  const auto part = [&](const Rational& share, const Rational& lost) {
    const Rational value = hundred * share - hundred * lost / n;
    return value < zero ? zero : value;
  };
  ScoreEnd out;
  out.technical = part(scheme.technical_share, loss.technical);
  out.management = part(one - scheme.technical_share, loss.management);
  out.value = out.technical + out.management;
  out.count = loss.count;
  return out;
}

// An item that may still fail or drop out.
struct Free {
  std::size_t item;
  Rational weight;
};

// Finds how many of the free items fail at the lowest score. For fixed numbers of failing items the
// heaviest lose most; an item that passes or is partial never lowers the score below the one where
// it fails or drops out. So all pairs (technical, management) of numbers are tried, in whole
// numbers.
class LowestSearch {
 public:
  LowestSearch(const Scheme& scheme,
               const Loss& fixed,
               const std::vector<Free>& technical,
               const std::vector<Free>& management)
      : fixed_count_(fixed.count) {
    unit_ = fixed.technical.denominator();
    widen(fixed.management);
    widen(scheme.technical_share);
    for (const Free& entry : technical) widen(entry.weight);
    for (const Free& entry : management) widen(entry.weight);
    share_technical_ = scaled(scheme.technical_share);
    share_management_ = unit_ - share_technical_;
    technical_ = sums(fixed.technical, technical);
    management_ = sums(fixed.management, management);
  }

  // Numbers of failing technical and management items.
  std::optional<std::pair<std::size_t, std::size_t>> find() {
    for (std::size_t t = 0; t < technical_.size(); ++t) {
      for (std::size_t m = 0; m < management_.size(); ++m) try_pair(t, m);
    }
    return best_;
  }

 private:
  void widen(const Rational& value) {
    const Wide denominator = value.denominator();
    Wide a = unit_;
    Wide b = denominator;
    while (b != 0) {
      const Wide rest = a % b;
      a = b;
      b = rest;
    }
    unit_ = unit_ / a * denominator;
  }

  [[nodiscard]] Wide scaled(const Rational& value) const {
    return value.numerator() * (unit_ / value.denominator());
  }

  [[nodiscard]] std::vector<Wide> sums(const Rational& fixed, const std::vector<Free>& free) const {
    std::vector<Wide> out{scaled(fixed)};
    for (const Free& entry : free) out.push_back(out.back() + scaled(entry.weight));
    return out;
  }

  void try_pair(std::size_t t, std::size_t m) {
    const Wide n = fixed_count_ + static_cast<Wide>(t + m);
    if (n == 0) return;
    const Wide zero_wide = 0;
    const Wide value = std::max(zero_wide, share_technical_ * n - technical_[t]) +
                       std::max(zero_wide, share_management_ * n - management_[m]);
    // value / n below best_value / best_n; at a tie the one with more failing items is shown.
    if (best_ && value * best_count_ > best_value_ * n) return;
    best_ = {t, m};
    best_value_ = value;
    best_count_ = n;
  }

  Wide fixed_count_;
  Wide unit_ = 1;
  Wide share_technical_ = 0, share_management_ = 0;
  std::vector<Wide> technical_, management_;
  std::optional<std::pair<std::size_t, std::size_t>> best_;
  Wide best_value_ = 0, best_count_ = 1;
};

Placement place_score(const Scheme& scheme, const std::vector<ItemRecords>& items, bool low) {
  Placement out;
  Loss loss;
  std::vector<Free> technical, management;
  const auto count_item = [&](std::size_t i, const Rational& x, const Rational& weight) {
    Rational& sum = items[i].technical ? loss.technical : loss.management;
    if (x != one) sum = sum + weight * (one - x);
    ++loss.count;
    out.items[i] = {true, x};
  };
  out.items.resize(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ItemSpan span = span_of(scheme, items[i]);
    if (!span.applies) continue;
    const Rational weight = weight_of(scheme, items[i]);
    // At the high end an open item passes: n grows, nothing is lost.
    if (!span.may_drop || !low) {
      count_item(i, low ? span.low : span.high, weight);
    } else {
      (items[i].technical ? technical : management).push_back({i, weight});
    }
  }
  const auto heavier = [](const Free& a, const Free& b) {
    return a.weight == b.weight ? a.item < b.item : a.weight > b.weight;
  };
  std::sort(technical.begin(), technical.end(), heavier);
  std::sort(management.begin(), management.end(), heavier);
  if (!technical.empty() || !management.empty()) {
    const auto failing = LowestSearch(scheme, loss, technical, management).find();
    for (std::size_t i = 0; failing && i < failing->first; ++i) {
      count_item(technical[i].item, zero, technical[i].weight);
    }
    for (std::size_t i = 0; failing && i < failing->second; ++i) {
      count_item(management[i].item, zero, management[i].weight);
    }
  }
  if (loss.count > 0) out.end = score_end(scheme, loss);
  return out;
}

Placement place(const Scheme& scheme, const std::vector<ItemRecords>& items, bool low) {
  return scheme.form == Scheme::Form::score ? place_score(scheme, items, low)
                                            : place_rate(scheme, items, low);
}

// ---- words
// ----------------------------------------------------------------------------------------

// The value as shown, as a number again.
Rational rounded(const Rational& value, int decimals) {
  Rational scale = one;
  for (int i = 0; i < decimals; ++i) scale = scale * Rational(10);
  const Rational scaled = value * scale + Rational(1, 2);
  return Rational(static_cast<std::int64_t>(scaled.numerator() / scaled.denominator())) / scale;
}

std::string x_text(const Rational& x) {
  if (x == one) return "1";
  if (x == zero) return "0";
  std::string text = x.decimal(4);
  while (text.ends_with('0')) text.pop_back();
  return text;
}

// Names of the objects that decided the item.
std::vector<std::string> deciding_objects(const ItemRecords& item, Verdict verdict) {
  std::vector<std::string> out;
  for (const ObjectVerdict& object : item.objects) {
    bool decides = false;
    switch (verdict) {
      case Verdict::compliant:
      case Verdict::not_applicable: decides = object.verdict == verdict; break;
      case Verdict::pending: decides = object.verdict == Verdict::pending; break;
      case Verdict::partial:
      case Verdict::non_compliant:
        decides = object.verdict == Verdict::partial || object.verdict == Verdict::non_compliant;
        break;
    }
    if (decides) out.push_back(object.object);
  }
  return out;
}

DerivationLine derivation_line(const Scheme& scheme,
                               const ItemRecords& item,
                               const Placed& placed,
                               const ScoreEnd& end) {
  DerivationLine line;
  const Verdict verdict = verdict_of(item);
  line.code = item.code;
  line.layer = item.layer;
  line.objects = deciding_objects(item, verdict);
  const bool score = scheme.form == Scheme::Form::score;
  if (score) line.weight = weight_name(scheme, item);
  line.x = verdict == Verdict::pending          ? "?"
           : verdict == Verdict::not_applicable ? "-"
                                                : x_text(placed.x);
  Rational lost;
  if (placed.counted) {
    lost = hundred * (one - placed.x) / Rational(end.count);
    if (score) lost = lost * weight_of(scheme, item);
    if (scheme.unit == Scheme::Unit::record) {
      const ObjectTally tally(item);
      lost = lost * Rational(tally.decided() + tally.pending);
    }
  }
  line.lost = lost.decimal(scheme.decimals);
  return line;
}

bool has_pending(const ItemRecords& item) {
  return item.objects.empty() ||
         std::any_of(item.objects.begin(), item.objects.end(), [](const ObjectVerdict& object) {
           return object.verdict == Verdict::pending;
         });
}

void write_conclusion(const Scheme& scheme,
                      const ScoreEnd& low,
                      const ScoreEnd& high,
                      const std::vector<RiskLine>& risks,
                      SchemeResult& out) {
  const ConclusionRule& at_low = conclude(scheme, low.value, risks);
  const ConclusionRule& at_high = conclude(scheme, high.value, risks);
  out.conclusion_low = at_low.name;
  out.conclusion_high = at_high.name;
  if (at_low.name == at_high.name) {
    out.conclusion = at_low.name;
    out.clause = at_low.clause;
  } else {
    out.clause = fmt::format("尚有待确认的测评项，结论未定：最低为{}（{}），最高为{}（{}）",
                             at_low.name,
                             at_low.clause,
                             at_high.name,
                             at_high.clause);
  }
}

}  // namespace

ItemRecords item_records(const standard::Item& item, const standard::RiskCatalog& catalog) {
  ItemRecords out;
  out.code = item.code;
  out.layer = item.layer;
  out.control_point = item.control_point;
  out.extension = std::string(standard::name(item.extension));
  out.technical = standard::is_technical(standard::layer_index(item.layer));
  out.high_risk = !catalog.cases_of(item).empty();
  out.weight = item.official.weight;
  return out;
}

Verdict combine_verdicts(std::span<const Verdict> verdicts) {
  VerdictCounts counts;
  for (const Verdict verdict : verdicts) counts.add(verdict);
  // Mixed stays mixed, whatever the open ones turn out to be.
  if (counts.partial > 0 || (counts.compliant > 0 && counts.non_compliant > 0)) {
    return Verdict::partial;
  }
  if (counts.pending > 0 || verdicts.empty()) return Verdict::pending;
  if (counts.compliant > 0) return Verdict::compliant;
  return counts.non_compliant > 0 ? Verdict::non_compliant : Verdict::not_applicable;
}

Verdict verdict_of(const ItemRecords& item) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(item.objects.size());
  for (const ObjectVerdict& object : item.objects) verdicts.push_back(object.verdict);
  return combine_verdicts(verdicts);
}

ScoreRange score_range(const Scheme& scheme, const std::vector<ItemRecords>& items) {
  return {place(scheme, items, true).end, place(scheme, items, false).end};
}

const ConclusionRule& conclude(const Scheme& scheme,
                               const Rational& value,
                               const std::vector<RiskLine>& risks) {
  const Rational compared =
      scheme.decide == Scheme::Decide::rounded ? rounded(value, scheme.decimals) : value;
  const bool hazard =
      std::any_of(risks.begin(), risks.end(), [](const RiskLine& line) { return line.hazard; });
  for (const ConclusionRule& rule : scheme.conclusions) {
    if (rule.minimum && (rule.inclusive ? compared < *rule.minimum : compared <= *rule.minimum)) {
      continue;
    }
    const bool risky = std::any_of(risks.begin(), risks.end(), [&](const RiskLine& line) {
      return std::find(rule.without_risks.begin(), rule.without_risks.end(), line.risk) !=
             rule.without_risks.end();
    });
    if (risky || (rule.without_hazard && hazard)) continue;
    return rule;
  }
  return scheme.conclusions.back();  // the loader holds that the last rule has no condition
}

SchemeResult score(const Scheme& scheme,
                   const std::vector<ItemRecords>& items,
                   const std::vector<RiskLine>& risks) {
  SchemeResult out;
  out.scheme = scheme.id;
  out.complete = true;
  for (const ItemRecords& item : items) {
    out.counts.add(verdict_of(item));
    if (has_pending(item)) out.complete = false;
  }
  out.applicable = out.counts.total() - out.counts.not_applicable;
  const Placement low = place(scheme, items, true);
  const Placement high = place(scheme, items, false);
  if (!low.end || !high.end) {
    out.complete = false;
    out.clause = "没有适用的测评项，不能计分";
    return out;
  }
  out.value = out.low = low.end->value.decimal(scheme.decimals);
  out.high = high.end->value.decimal(scheme.decimals);
  if (scheme.form == Scheme::Form::score) {
    out.technical = low.end->technical.decimal(scheme.decimals);
    out.management = low.end->management.decimal(scheme.decimals);
  }
  write_conclusion(scheme, *low.end, *high.end, risks, out);
  for (std::size_t i = 0; i < items.size(); ++i) {
    out.derivation.push_back(derivation_line(scheme, items[i], low.items[i], *low.end));
  }
  return out;
}

std::vector<ControlPointResult> control_point_results(const std::vector<ItemRecords>& items) {
  std::vector<ControlPointResult> out;
  std::vector<std::vector<Verdict>> verdicts;
  for (const ItemRecords& item : items) {
    const auto found = std::find_if(out.begin(), out.end(), [&](const ControlPointResult& result) {
      return result.layer == item.layer && result.control_point == item.control_point &&
             result.extension == item.extension;
    });
    const auto position = static_cast<std::size_t>(found - out.begin());
    if (found == out.end()) {
      out.push_back({item.layer, item.control_point, item.extension, {}, Verdict::pending});
      verdicts.emplace_back();
    }
    const Verdict verdict = verdict_of(item);
    out[position].items.add(verdict);
    verdicts[position].push_back(verdict);
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i].verdict = combine_verdicts(verdicts[i]);
  return out;
}

std::vector<LayerResult> layer_results(const std::vector<ItemRecords>& items) {
  std::vector<LayerResult> out;
  for (const ItemRecords& item : items) {
    auto found = std::find_if(out.begin(), out.end(), [&](const LayerResult& result) {
      return result.layer == item.layer;
    });
    if (found == out.end()) found = out.insert(out.end(), {item.layer, {}, {}});
    found->items.add(verdict_of(item));
  }
  for (LayerResult& layer : out) {
    const std::int64_t count = layer.items.total() - layer.items.not_applicable;
    if (count > 0) layer.rate = Rational(100 * layer.items.compliant, count).decimal(2);
  }
  return out;
}

}  // namespace dengce::assessment
