// SPDX-License-Identifier: Apache-2.0
// Snapshot ↔ JSON. Each type lists its fields once; the same list writes and reads.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "assessment/snapshot.h"
#include "base/json_writer.h"

namespace dengce::assessment {

void VerdictCounts::add(Verdict verdict) {
  switch (verdict) {
    case Verdict::compliant: ++compliant; break;
    case Verdict::partial: ++partial; break;
    case Verdict::non_compliant: ++non_compliant; break;
    case Verdict::not_applicable: ++not_applicable; break;
    case Verdict::pending: ++pending; break;
  }
}

namespace {

namespace json = boost::json;

void fields(auto& io, auto& value, const SourceReference* /*type*/) {
  io("bundle", value.bundle);
  io("path", value.path);
  io("line", value.line);
  io("excerpt", value.excerpt);
}

void fields(auto& io, auto& value, const PointAnswer* /*type*/) {
  io("point", value.point);
  io("text", value.text);
  io("method", value.method);
  io("status", value.status);
  io("check", value.check);
  io("person", value.person);
  io("reason", value.reason);
  io("advice", value.advice);
  io("source", value.source);
}

void fields(auto& io, auto& value, const RecordLine* /*type*/) {
  io("object", value.object);
  io("item", value.item);
  io("verdict", value.verdict);
  io("text", value.text);
  io("reason", value.reason);
  io("points", value.points);
}

void fields(auto& io, auto& value, const SnapshotObject* /*type*/) {
  io("id", value.id);
  io("object_class", value.object_class);
  io("name", value.name);
  io("layer", value.layer);
  io("asset_table", value.asset_table);
  io("importance", value.importance);
  io("attributes", value.attributes);
  io("selected", value.selected);
  io("origin", value.origin);
  io("bundle", value.bundle);
}

void fields(auto& io, auto& value, const SnapshotItem* /*type*/) {
  io("code", value.code);
  io("clause", value.clause);
  io("letter", value.letter);
  io("layer", value.layer);
  io("control_point", value.control_point);
  io("extension", value.extension);
  io("sag", value.sag);
  io("text", value.text);
  io("rule", value.rule);
  io("verdict", value.verdict);
  io("not_applicable_reason", value.not_applicable_reason);
}

void fields(auto& io, auto& value, const VerdictCounts* /*type*/) {
  io("compliant", value.compliant);
  io("partial", value.partial);
  io("non_compliant", value.non_compliant);
  io("not_applicable", value.not_applicable);
  io("pending", value.pending);
}

void fields(auto& io, auto& value, const ControlPointResult* /*type*/) {
  io("layer", value.layer);
  io("control_point", value.control_point);
  io("extension", value.extension);
  io("items", value.items);
  io("verdict", value.verdict);
}

void fields(auto& io, auto& value, const LayerResult* /*type*/) {
  io("layer", value.layer);
  io("items", value.items);
  io("rate", value.rate);
}

void fields(auto& io, auto& value, const SecurityProblem* /*type*/) {
  io("number", value.number);
  io("description", value.description);
  io("layer", value.layer);
  io("control_point", value.control_point);
  io("codes", value.codes);
  io("objects", value.objects);
  io("verdict", value.verdict);
  io("threat", value.threat);
  io("asset", value.asset);
  io("analysis", value.analysis);
  io("risk", value.risk);
  io("overall_change", value.overall_change);
  io("overall_argument", value.overall_argument);
  io("high_risk_case", value.high_risk_case);
  io("mitigation", value.mitigation);
  io("hazards", value.hazards);
  io("hazard", value.hazard);
  io("advice", value.advice);
}

void fields(auto& io, auto& value, const HazardTrigger* /*type*/) {
  io("number", value.number);
  io("title", value.title);
  io("layer", value.layer);
  io("control_point", value.control_point);
  io("manifestation", value.manifestation);
  io("triggered", value.triggered);
  io("problems", value.problems);
}

void fields(auto& io, auto& value, const DerivationLine* /*type*/) {
  io("code", value.code);
  io("layer", value.layer);
  io("x", value.x);
  io("weight", value.weight);
  io("lost", value.lost);
  io("objects", value.objects);
}

void fields(auto& io, auto& value, const SchemeResult* /*type*/) {
  io("scheme", value.scheme);
  io("value", value.value);
  io("low", value.low);
  io("high", value.high);
  io("conclusion", value.conclusion);
  io("conclusion_low", value.conclusion_low);
  io("conclusion_high", value.conclusion_high);
  io("clause", value.clause);
  io("complete", value.complete);
  io("applicable", value.applicable);
  io("counts", value.counts);
  io("technical", value.technical);
  io("management", value.management);
  io("derivation", value.derivation);
}

void fields(auto& io, auto& value, const NamedRow* /*type*/) {
  io("cells", value.cells);
}

void fields(auto& io, auto& value, const Table* /*type*/) {
  io("name", value.name);
  io("columns", value.columns);
  io("rows", value.rows);
}

void fields(auto& io, auto& value, const Snapshot* /*type*/) {
  io("id", value.id);
  io("taken", value.taken.milliseconds);
  io("versions", value.versions);
  io("demo", value.demo);
  io("facts", value.facts);
  io("objects", value.objects);
  io("items", value.items);
  io("records", value.records);
  io("control_points", value.control_points);
  io("layers", value.layers);
  io("problems", value.problems);
  io("hazards", value.hazards);
  io("schemes", value.schemes);
  io("tables", value.tables);
}

class Writer {
 public:
  explicit Writer(std::string& out) : writer_(out) {}

  void operator()(std::string_view name, const auto& value) {
    writer_.key(name);
    write(value);
  }

  template <class T>
  void write(const T& value) {
    writer_.begin_object();
    fields(*this, value, static_cast<const T*>(nullptr));
    writer_.end_object();
  }

  void write(const std::string& value) { writer_.string(value); }

  void write(std::int64_t value) { writer_.integer(value); }

  void write(int value) { writer_.integer(value); }

  void write(std::size_t value) { writer_.integer(static_cast<std::int64_t>(value)); }

  void write(bool value) { writer_.boolean(value); }

  void write(PointStatus value) { writer_.string(name(value)); }

  void write(Verdict value) { writer_.string(name(value)); }

  template <class T>
  void write(const std::optional<T>& value) {
    if (value) {
      write(*value);
    } else {
      writer_.null();
    }
  }

  template <class T>
  void write(const std::vector<T>& values) {
    writer_.begin_array();
    for (const T& value : values) write(value);
    writer_.end_array();
  }

  template <class T>
  void write(const std::map<std::string, T>& values) {
    writer_.begin_object();
    for (const auto& [key, value] : values) (*this)(key, value);
    writer_.end_object();
  }

 private:
  JsonWriter writer_;
};

// Fills from a parsed document; remembers the first field that does not fit.
class Reader {
 public:
  explicit Reader(std::string& fault) : fault_(fault) {}

  void operator()(std::string_view name, auto& value) {
    const json::value* found = object_->if_contains(name);
    if (found == nullptr) {
      note(name);
      return;
    }
    const json::object* parent = object_;
    if (!read(*found, value)) note(name);
    object_ = parent;
  }

  template <class T>
  bool read(const json::value& source, T& value) {
    const json::object* object = source.if_object();
    if (object == nullptr) return false;
    object_ = object;
    fields(*this, value, static_cast<const T*>(nullptr));
    return true;
  }

  bool read(const json::value& source, std::string& value) {
    const json::string* text = source.if_string();
    if (text != nullptr) value.assign(text->begin(), text->end());
    return text != nullptr;
  }

  bool read(const json::value& source, std::int64_t& value) {
    const std::int64_t* number = source.if_int64();
    if (number != nullptr) value = *number;
    return number != nullptr;
  }

  bool read(const json::value& source, int& value) {
    std::int64_t number = 0;
    if (!read(source, number) || number < 0 || number > 1'000'000) return false;
    value = static_cast<int>(number);
    return true;
  }

  bool read(const json::value& source, std::size_t& value) {
    std::int64_t number = 0;
    if (!read(source, number) || number < 0) return false;
    value = static_cast<std::size_t>(number);
    return true;
  }

  bool read(const json::value& source, bool& value) {
    const bool* flag = source.if_bool();
    if (flag != nullptr) value = *flag;
    return flag != nullptr;
  }

  bool read(const json::value& source, PointStatus& value) {
    return read_word(source, value, &point_status_from);
  }

  bool read(const json::value& source, Verdict& value) {
    return read_word(source, value, &verdict_from);
  }

  template <class T>
  bool read(const json::value& source, std::optional<T>& value) {
    if (source.is_null()) return true;
    return read(source, value.emplace());
  }

  template <class T>
  bool read(const json::value& source, std::vector<T>& values) {
    const json::array* array = source.if_array();
    if (array == nullptr) return false;
    values.reserve(array->size());
    for (const json::value& item : *array) {
      if (!read(item, values.emplace_back())) return false;
    }
    return true;
  }

  template <class T>
  bool read(const json::value& source, std::map<std::string, T>& values) {
    const json::object* object = source.if_object();
    if (object == nullptr) return false;
    for (const auto& [key, item] : *object) {
      if (!read(item, values[std::string(key)])) return false;
    }
    return true;
  }

 private:
  bool read_word(const json::value& source, auto& value, auto* from) {
    std::string word;
    if (!read(source, word)) return false;
    const auto found = from(word);
    if (found) value = *found;
    return found.has_value();
  }

  void note(std::string_view name) {
    if (fault_.empty()) fault_ = name;
  }

  std::string& fault_;
  const json::object* object_ = nullptr;
};

// Figures that index other lists must stay inside them.
bool indexes_fit(const Snapshot& snapshot) {
  for (const RecordLine& record : snapshot.records) {
    if (record.object >= snapshot.objects.size() || record.item >= snapshot.items.size()) {
      return false;
    }
  }
  for (const SecurityProblem& problem : snapshot.problems) {
    for (const std::size_t object : problem.objects) {
      if (object >= snapshot.objects.size()) return false;
    }
  }
  return true;
}

std::string part_to_json(const auto& part) {
  std::string out;
  Writer(out).write(part);
  return out;
}

template <class T>
Result<T> part_from_json(std::string_view text, const char* message) {
  boost::system::error_code error;
  const json::value root = json::parse(json::string_view(text.data(), text.size()), error);
  T part;
  std::string fault;
  if (error || !Reader(fault).read(root, part) || !fault.empty()) {
    return fail(ErrorCode::data_corrupt, message, error ? error.message() : "field " + fault);
  }
  return part;
}

}  // namespace

std::string to_json(const Snapshot& snapshot) {
  return part_to_json(snapshot);
}

Result<Snapshot> snapshot_from_json(std::string_view text) {
  TRY_ASSIGN(Snapshot snapshot, part_from_json<Snapshot>(text, "快照内容不完整"));
  if (!indexes_fit(snapshot)) return fail(ErrorCode::data_corrupt, "快照内部引用越界");
  return snapshot;
}

std::string points_to_json(const std::vector<PointAnswer>& points) {
  return part_to_json(points);
}

Result<std::vector<PointAnswer>> points_from_json(std::string_view text) {
  return part_from_json<std::vector<PointAnswer>>(text, "测评点内容不完整");
}

std::string texts_to_json(const std::map<std::string, std::string>& texts) {
  return part_to_json(texts);
}

Result<std::map<std::string, std::string>> texts_from_json(std::string_view text) {
  return part_from_json<std::map<std::string, std::string>>(text, "属性内容不完整");
}

std::string table_to_json(const Table& table) {
  return part_to_json(table);
}

Result<Table> table_from_json(std::string_view text) {
  return part_from_json<Table>(text, "表格内容不完整");
}

}  // namespace dengce::assessment
