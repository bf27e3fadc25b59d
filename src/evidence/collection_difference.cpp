// SPDX-License-Identifier: Apache-2.0
#include "evidence/collection_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/clock.h"
#include "base/json_writer.h"
#include "evidence/coverage_reason.h"

namespace dengce::evidence {
namespace {

const FactTable& schema_of(const ComparedTable& compared) {
  return fact_tables()[static_cast<std::size_t>(compared.table)];
}

std::string_view column_name(const ComparedTable& compared, int column) {
  return schema_of(compared).columns[static_cast<std::size_t>(column)].name;
}

// As a reviewer reads it; none for null.
std::optional<std::string> shown(const ComparedTable& compared, int column, const FactCell& cell) {
  if (cell.is_null()) return std::nullopt;
  if (cell.kind == FactCell::Kind::text) return std::string(cell.text);
  const std::string_view title = column_name(compared, column);
  if (title == "mode") return fmt::format("{:04o}", cell.integer);
  if (title.ends_with("_day")) return format_day(Day{static_cast<std::int32_t>(cell.integer)});
  return std::to_string(cell.integer);
}

using Texts = std::vector<std::optional<std::string>>;

struct ShownRow {
  Texts values;  // of the columns `compare`
  std::uint32_t row = 0;
};

using RowsByKey = std::map<Texts, std::vector<ShownRow>>;

bool left_out(const ComparedTable& compared, const Texts& key) {
  if (key.empty() || !key.front()) return false;
  return std::any_of(compared.except.begin(), compared.except.end(), [&](const auto& beginning) {
    return key.front()->starts_with(beginning);
  });
}

RowsByKey rows_of(const ComparedTable& compared, const FactSet& facts) {
  RowsByKey rows;
  const auto texts = [&](const std::vector<int>& columns, std::uint32_t row) {
    Texts out;
    out.reserve(columns.size());
    for (const int column : columns) {
      out.push_back(shown(compared, column, facts.cell(compared.table, row, column)));
    }
    return out;
  };
  for (std::uint32_t row = 0; row < facts.row_count(compared.table); ++row) {
    Texts key = texts(compared.key, row);
    if (left_out(compared, key)) continue;
    rows[std::move(key)].push_back({texts(compared.compare, row), row});
  }
  return rows;
}

std::optional<DifferenceSource> source_of(const FactSet& facts, int table, std::uint32_t row) {
  const FactSource packed = facts.row_source(table, row);
  const auto found = facts.source(pack_source(packed));
  if (!found) return std::nullopt;
  return DifferenceSource{std::string(found->path), found->line};
}

class TableComparer {
 public:
  TableComparer(const ComparedTable& compared, const FactSet& before, const FactSet& after)
      : compared_(compared), before_(before), after_(after) {}

  std::vector<RowDifference> run() {
    RowsByKey left = rows_of(compared_, before_);
    RowsByKey right = rows_of(compared_, after_);
    for (auto& [key, rows] : left) {
      const auto other = right.find(key);
      if (other == right.end()) {
        pair_up(key, rows, {});
      } else {
        pair_up(key, rows, other->second);
        right.erase(other);
      }
    }
    for (auto& [key, rows] : right) pair_up(key, {}, rows);
    return std::move(out_);
  }

 private:
  // Rows of one key: equal ones drop out, what is left changed in order, the rest came or went.
  void pair_up(const Texts& key, std::vector<ShownRow> left, std::vector<ShownRow> right) {
    std::erase_if(left, [&](const ShownRow& row) {
      const auto same = std::find_if(right.begin(), right.end(), [&](const ShownRow& other) {
        return other.values == row.values;
      });
      if (same == right.end()) return false;
      right.erase(same);
      return true;
    });
    const std::size_t both = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < both; ++i) add(key, &left[i], &right[i]);
    for (std::size_t i = both; i < left.size(); ++i) add(key, &left[i], nullptr);
    for (std::size_t i = both; i < right.size(); ++i) add(key, nullptr, &right[i]);
  }

  void add(const Texts& key, const ShownRow* left, const ShownRow* right) {
    RowDifference out;
    out.kind = left == nullptr    ? DifferenceKind::added
               : right == nullptr ? DifferenceKind::removed
                                  : DifferenceKind::changed;
    out.key.reserve(key.size());
    for (std::size_t i = 0; i < key.size(); ++i) {
      out.key.emplace_back(column_name(compared_, compared_.key[i]), key[i].value_or(""));
    }
    for (std::size_t i = 0; i < compared_.compare.size(); ++i) {
      ValueDifference value;
      value.column = column_name(compared_, compared_.compare[i]);
      if (left != nullptr) value.before = left->values[i];
      if (right != nullptr) value.after = right->values[i];
      if (value.before != value.after) out.values.push_back(std::move(value));
    }
    if (left != nullptr) out.before = source_of(before_, compared_.table, left->row);
    if (right != nullptr) out.after = source_of(after_, compared_.table, right->row);
    out_.push_back(std::move(out));
  }

  const ComparedTable& compared_;
  const FactSet& before_;
  const FactSet& after_;
  std::vector<RowDifference> out_;
};

std::string unknown_reason(std::string_view table, const FactSet& before, const FactSet& after) {
  std::string earlier = missing_reason(before, table);
  std::string later = missing_reason(after, table);
  if (earlier.empty() && later.empty()) return {};
  if (later.empty()) return "前一次采集：" + earlier;
  if (earlier.empty() || earlier == later) return (earlier.empty() ? "后一次采集：" : "") + later;
  return fmt::format("前一次采集：{}；后一次采集：{}", earlier, later);
}

void read_host(const FactSet& facts, std::string& host, std::int64_t& day) {
  constexpr int hostname = 0;
  constexpr int collected_day = 8;
  if (facts.row_count(FactId::host) == 0) return;
  host = facts.cell(FactId::host, 0, hostname).text;
  day = facts.cell(FactId::host, 0, collected_day).integer;
}

void write_value(JsonWriter& json, std::string_view key, const std::optional<std::string>& value) {
  json.key(key);
  if (value) {
    json.string(*value);
  } else {
    json.null();
  }
}

void write_source(JsonWriter& json,
                  std::string_view key,
                  const std::optional<DifferenceSource>& source) {
  json.key(key);
  if (!source) {
    json.null();
    return;
  }
  json.begin_object().member("path", source->path).member("line", source->line).end_object();
}

void write_row(JsonWriter& json, const RowDifference& row) {
  json.begin_object().member("kind", name(row.kind)).key("key").begin_object();
  for (const auto& [column, value] : row.key) json.member(column, value);
  json.end_object().key("values").begin_array();
  for (const ValueDifference& value : row.values) {
    json.begin_object().member("column", value.column);
    write_value(json, "before", value.before);
    write_value(json, "after", value.after);
    json.end_object();
  }
  json.end_array();
  write_source(json, "source_before", row.before);
  write_source(json, "source_after", row.after);
  json.end_object();
}

}  // namespace

std::string_view name(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::added: return "added";
    case DifferenceKind::removed: return "removed";
    case DifferenceKind::changed: break;
  }
  return "changed";
}

std::size_t CollectionDifference::changes() const {
  std::size_t count = 0;
  for (const TableDifference& table : tables) count += table.rows.size();
  return count;
}

bool CollectionDifference::nothing_compared() const {
  return std::all_of(
      tables.begin(), tables.end(), [](const auto& table) { return !table.unknown.empty(); });
}

CollectionDifference compare_collections(const Comparison& comparison,
                                         const FactSet& before,
                                         const FactSet& after) {
  CollectionDifference out;
  read_host(before, out.host_before, out.day_before);
  read_host(after, out.host_after, out.day_after);
  out.tables.reserve(comparison.tables.size());
  for (const ComparedTable& compared : comparison.tables) {
    TableDifference& table = out.tables.emplace_back();
    table.compared = &compared;
    table.unknown = unknown_reason(schema_of(compared).name, before, after);
    if (table.unknown.empty()) table.rows = TableComparer(compared, before, after).run();
  }
  return out;
}

void write_difference(JsonWriter& json,
                      const Comparison& comparison,
                      const CollectionDifference& difference) {
  const auto day = [](std::int64_t days) {
    return format_day(Day{static_cast<std::int32_t>(days)});
  };
  json.begin_object();
  json.member("host_before", difference.host_before).member("host_after", difference.host_after);
  json.member("day_before", day(difference.day_before));
  json.member("day_after", day(difference.day_after));
  json.member("changes", static_cast<std::int64_t>(difference.changes()));
  json.key("reviews").begin_array();
  for (const ReviewKind& review : comparison.reviews) {
    json.begin_object().member("id", review.id).member("name", review.name);
    json.member("name_en", review.name_en).end_object();
  }
  json.end_array().key("tables").begin_array();
  for (const TableDifference& table : difference.tables) {
    json.begin_object().member("table", schema_of(*table.compared).name);
    json.member("review", table.compared->review).member("title", table.compared->title);
    json.member("title_en", table.compared->title_en).member("unknown", table.unknown);
    json.key("rows").begin_array();
    for (const RowDifference& row : table.rows) write_row(json, row);
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

}  // namespace dengce::evidence
