// SPDX-License-Identifier: Apache-2.0
#include "assessment/demo_content.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/csv.h"
#include "base/id.h"
#include "base/text.h"
#include "base/yaml.h"

namespace dengce::assessment {
namespace {

constexpr std::string_view folder = "demo/";

// Reads the files of the folder one after another; problems gather, references are checked.
class DemoReader {
 public:
  DemoReader(const Content& content, const standard::Standard& standard)
      : content_(content), standard_(standard) {}

  Result<DemoContent> read() {
    read_assessment();
    read_objects();
    read_answers();
    read_risks();
    for (const char* name : {"process", "tools", "threats", "scan", "pentest", "previous"}) {
      read_table(name);
    }
    read_bundles();
    if (!problems_.empty()) {
      return fail(ErrorCode::invalid_argument, "演示数据有误", std::move(problems_));
    }
    return std::move(demo_);
  }

 private:
  void note(const CsvTable& table, const CsvRow& row, std::string field, std::string reason) {
    problems_.push_back({table.path, row.line, std::move(field), std::move(reason)});
  }

  template <class T>
  bool take(Result<T>& result) {
    if (!result) {
      auto& more = result.error().problems;
      problems_.insert(problems_.end(), more.begin(), more.end());
      if (more.empty()) problems_.push_back({"", 0, "", result.error().message});
    }
    return result.has_value();
  }

  // A table with exactly these columns; empty rows when it cannot be read.
  CsvTable table(const std::string& name, std::vector<std::string> columns) {
    const std::string path = std::string(folder) + name + ".csv";
    CsvOptions options;
    options.required = std::move(columns);
    options.allow_other_columns = options.required.empty();
    auto bytes = content_.read(path);
    if (!take(bytes)) return {};
    auto parsed = parse_csv(path, *bytes, options);
    return take(parsed) ? std::move(*parsed) : CsvTable{};
  }

  static const std::string& cell(const CsvTable& table, const CsvRow& row, std::string_view name) {
    return row.cells[static_cast<std::size_t>(table.column(name))];
  }

  void read_assessment() {
    const std::string path = std::string(folder) + "assessment.yaml";
    auto bytes = content_.read(path);
    if (!take(bytes)) return;
    auto root = parse_yaml(path, *bytes);
    if (!take(root)) return;
    const auto text = [&](const char* key) {
      const YamlNode* node = root->find(key);
      return node == nullptr ? std::string() : node->scalar;
    };
    demo_.system_number = parse_int(text("system")).value_or(0);
    demo_.assessment.round = text("round");
    demo_.assessment.level = static_cast<int>(parse_int(text("level")).value_or(0));
    demo_.assessment.sag = text("sag");
    demo_.assessment.demo = true;
    auto grade = standard::parse_grade(demo_.assessment.level, demo_.assessment.sag);
    take(grade);
    read_facts(*root, path);
    read_bundle_list(*root, path);
  }

  void read_facts(const YamlNode& root, const std::string& path) {
    auto& facts = demo_.assessment.facts;
    if (const YamlNode* node = root.find("facts"); node != nullptr) {
      for (const auto& [key, value] : node->map) facts[key] = value.scalar;
    }
    facts["sag"] = demo_.assessment.sag;
    facts["round"] = demo_.assessment.round;
    facts["mark"] = root.find("mark") == nullptr ? "演示数据" : root.find("mark")->scalar;
    constexpr std::array names{std::pair{"site_begin", "site_begin"},
                               std::pair{"site_end", "site_end"},
                               std::pair{"author", "author_date"},
                               std::pair{"reviewer", "reviewer_date"},
                               std::pair{"approver", "approver_date"},
                               std::pair{"report", "report_date"}};
    const YamlNode* dates = root.find("dates");
    for (const auto& [from, to] : names) {
      const YamlNode* node = dates == nullptr ? nullptr : dates->find(from);
      if (node == nullptr || !parse_day(node->scalar)) {
        problems_.push_back({path, node == nullptr ? 0 : node->line, from, "应为日期 YYYY-MM-DD"});
      } else {
        facts[to] = node->scalar;
      }
    }
  }

  void read_bundle_list(const YamlNode& root, const std::string& path) {
    const YamlNode* node = root.find("bundles");
    if (node == nullptr) return;
    for (const YamlNode& entry : node->list) {
      const YamlNode* object = entry.find("object");
      const YamlNode* source = entry.find("source");
      if (object == nullptr || source == nullptr) {
        problems_.push_back({path, entry.line, "bundles", "应有 object 和 source"});
        continue;
      }
      const bool live = source->scalar == "live";
      demo_.bundles[object->scalar] =
          live ? "" : std::string(folder) + "bundle/" + object->scalar + ".tar.gz";
    }
  }

  void read_objects() {
    const CsvTable rows = table(
        "objects", {"id", "class", "name", "asset_table", "importance", "selected", "attributes"});
    for (const CsvRow& row : rows.rows) {
      AssessmentObject object;
      object.id = new_id();
      object.reference = cell(rows, row, "id");
      object.object_class = cell(rows, row, "class");
      object.name = cell(rows, row, "name");
      object.asset_table = cell(rows, row, "asset_table");
      object.importance = cell(rows, row, "importance");
      object.selected = cell(rows, row, "selected") == "yes";
      object.origin = "people";
      if (standard_.object_class(object.object_class) == nullptr) {
        note(rows, row, "class", "未知的对象类别：" + object.object_class);
      }
      if (object.reference.empty() || object.reference.find(' ') != std::string::npos ||
          !ids_.emplace(object.reference, object.id).second) {
        note(rows, row, "id", "编号为空、含空格或重复");
      }
      const std::string& attributes = cell(rows, row, "attributes");
      for (const std::string_view pair : split(attributes, ';')) {
        const std::size_t equals = pair.find('=');
        if (trim(pair).empty()) continue;
        if (equals == std::string_view::npos) {
          note(rows, row, "attributes", "应为 名称=值：" + std::string(pair));
          continue;
        }
        object.attributes[std::string(trim(pair.substr(0, equals)))] =
            std::string(trim(pair.substr(equals + 1)));
      }
      demo_.objects.push_back(std::move(object));
    }
  }

  // The item of a code inside the grade, or nothing with the problem noted.
  const standard::Item* item_of(const CsvTable& rows, const CsvRow& row) {
    auto item = standard_.item(cell(rows, row, "code"));
    if (item) return *item;
    note(rows, row, "code", "未知的测评项编号：" + cell(rows, row, "code"));
    return nullptr;
  }

  void read_answers() {
    const CsvTable rows =
        table("records", {"object", "code", "point", "status", "record", "person", "date"});
    std::set<std::string> seen;
    for (const CsvRow& row : rows.rows) {
      const auto object = ids_.find(cell(rows, row, "object"));
      const standard::Item* item = item_of(rows, row);
      const auto point = parse_int(cell(rows, row, "point"));
      const auto status = point_status_from(cell(rows, row, "status"));
      const auto day = parse_day(cell(rows, row, "date"));
      if (object == ids_.end()) note(rows, row, "object", "没有此对象");
      if (item != nullptr && (!point || *point < 1 || *point > item->points)) {
        note(rows, row, "point", "没有此测评点");
      }
      if (!status || *status == PointStatus::unknown || *status == PointStatus::error) {
        note(rows, row, "status", "状态应为 pass、partial、fail 或 not_applicable");
      }
      if (!day) note(rows, row, "date", "应为日期 YYYY-MM-DD");
      if (cell(rows, row, "record").empty() || cell(rows, row, "person").empty()) {
        note(rows, row, "record", "记录或人员为空");
      }
      const std::string key = cell(rows, row, "object") + " " + cell(rows, row, "code") + " " +
                              cell(rows, row, "point");
      if (!seen.insert(key).second) note(rows, row, "point", "同一测评点重复");
      if (object == ids_.end() || item == nullptr || !point || !status || !day) continue;
      demo_.answers.push_back({object->second,
                               item->code,
                               static_cast<int>(*point),
                               *status,
                               cell(rows, row, "record"),
                               cell(rows, row, "person"),
                               *day});
    }
  }

  void read_risks() {
    const CsvTable rows = table("risks",
                                {"problem",
                                 "code",
                                 "object",
                                 "threat",
                                 "asset",
                                 "analysis",
                                 "case",
                                 "change",
                                 "risk",
                                 "hazard",
                                 "mitigation",
                                 "advice",
                                 "by"});
    for (const CsvRow& row : rows.rows) {
      RiskJudgement risk;
      risk.problem = cell(rows, row, "problem");
      risk.code = cell(rows, row, "code");
      item_of(rows, row);
      for (const std::string_view reference : split(cell(rows, row, "object"), '|')) {
        if (!ids_.contains(std::string(reference))) note(rows, row, "object", "没有此对象");
        risk.objects.emplace_back(reference);
      }
      risk.threat = cell(rows, row, "threat");
      risk.asset = cell(rows, row, "asset");
      risk.analysis = cell(rows, row, "analysis");
      risk.high_risk_case = cell(rows, row, "case");
      risk.change = cell(rows, row, "change");
      risk.risk = cell(rows, row, "risk");
      risk.hazard = cell(rows, row, "hazard") == "yes";
      risk.mitigation = cell(rows, row, "mitigation");
      risk.advice = cell(rows, row, "advice");
      risk.person = cell(rows, row, "by");
      if (risk.risk != "高" && risk.risk != "中" && risk.risk != "低") {
        note(rows, row, "risk", "风险等级应为 高、中 或 低");
      }
      demo_.risks.push_back(std::move(risk));
    }
  }

  void read_table(const std::string& name) {
    CsvTable rows = table(name, {});
    Table out{name, std::move(rows.header), {}};
    for (CsvRow& row : rows.rows) out.rows.push_back({std::move(row.cells)});
    demo_.tables[name] = std::move(out);
  }

  void read_bundles() {
    for (const auto& [reference, path] : demo_.bundles) {
      const auto object = std::find_if(
          demo_.objects.begin(), demo_.objects.end(), [&](const AssessmentObject& one) {
            return one.reference == reference;
          });
      if (object == demo_.objects.end()) {
        problems_.push_back(
            {std::string(folder) + "assessment.yaml", 0, "bundles", "没有此对象：" + reference});
        continue;
      }
      object->origin = path.empty() ? "live" : "bundle";
      if (!path.empty() && !content_.read(path)) problems_.push_back({path, 0, "", "文件不存在"});
    }
  }

  const Content& content_;
  const standard::Standard& standard_;
  DemoContent demo_;
  std::map<std::string, std::string> ids_;  // reference → id
  std::vector<Problem> problems_;
};

}  // namespace

Result<DemoContent> load_demo(const Content& content, const standard::Standard& standard) {
  return DemoReader(content, standard).read();
}

}  // namespace dengce::assessment
