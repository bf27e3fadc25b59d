// SPDX-License-Identifier: Apache-2.0
#include "portfolio/catalogue.h"

#include <algorithm>
#include <set>

#include "base/csv.h"
#include "base/text.h"
#include "base/yaml.h"

namespace dengce::portfolio {
namespace {

constexpr const char* classes_path = "portfolio/asset-classes.yaml";
constexpr const char* forms_path = "portfolio/survey-forms.yaml";
constexpr const char* data_path = "portfolio/data-classes.yaml";
constexpr const char* grading_path = "risk/grading-matrix.csv";

// Reads entries of one file and notes everything that is wrong with it.
class Reader {
 public:
  Reader(const char* path, std::vector<Problem>& problems) : path_(path), problems_(problems) {}

  void problem(std::int64_t line, std::string_view field, std::string reason) {
    problems_.push_back({path_, line, std::string(field), std::move(reason)});
  }

  void keys(const YamlNode& node, const std::vector<std::string_view>& known) {
    check_keys(node, path_, known, problems_);
  }

  std::string text(const YamlNode& map, std::string_view key) {
    const YamlNode* node = map.find(key);
    if (node != nullptr && node->is_scalar() && !trim(node->scalar).empty()) return node->scalar;
    problem(node == nullptr ? map.line : node->line, key, "应填写文字");
    return {};
  }

  // Texts, each once.
  std::vector<std::string> texts(const YamlNode& map, std::string_view key) {
    std::vector<std::string> out;
    for (const YamlNode* node : nodes(map, key)) {
      if (!node->is_scalar() || trim(node->scalar).empty()) {
        problem(node->line, key, "应填写文字");
      } else if (std::find(out.begin(), out.end(), node->scalar) != out.end()) {
        problem(node->line, key, "重复：" + node->scalar);
      } else {
        out.push_back(node->scalar);
      }
    }
    return out;
  }

  std::vector<const YamlNode*> nodes(const YamlNode& map, std::string_view key) {
    std::vector<const YamlNode*> out;
    const YamlNode* list = map.find(key);
    if (list == nullptr || !list->is_list() || list->list.empty()) {
      problem(list == nullptr ? map.line : list->line, key, "应为不为空的列表");
      return out;
    }
    for (const YamlNode& node : list->list) out.push_back(&node);
    return out;
  }

  void once(std::set<std::string>& seen, const std::string& id, const YamlNode& node) {
    if (!id.empty() && !seen.insert(id).second) problem(node.line, {}, "重复：" + id);
  }

 private:
  const char* path_;
  std::vector<Problem>& problems_;
};

// The parsed file; its problems are added, and none is returned.
std::optional<YamlNode> read_yaml(const Content& content,
                                  const char* path,
                                  std::vector<Problem>& problems) {
  const auto bytes = content.read(path);
  if (!bytes) {
    problems.push_back({path, 0, {}, bytes.error().message});
    return std::nullopt;
  }
  auto root = parse_yaml(path, *bytes);
  if (root) return std::move(*root);
  if (root.error().problems.empty()) {
    problems.push_back({path, 0, {}, root.error().message});
  }
  problems.insert(problems.end(), root.error().problems.begin(), root.error().problems.end());
  return std::nullopt;
}

void read_asset_classes(const Content& content,
                        Catalogue& catalogue,
                        std::vector<Problem>& problems) {
  const auto root = read_yaml(content, classes_path, problems);
  if (!root) return;
  Reader reader(classes_path, problems);
  reader.keys(*root, {"importances", "classes"});
  catalogue.importances = reader.texts(*root, "importances");
  std::set<std::string> seen;
  for (const YamlNode* node : reader.nodes(*root, "classes")) {
    reader.keys(*node, {"name", "name_head", "columns"});
    AssetClass one;
    one.name = reader.text(*node, "name");
    one.name_head = reader.text(*node, "name_head");
    one.columns = reader.texts(*node, "columns");
    reader.once(seen, one.name, *node);
    catalogue.asset_classes.push_back(std::move(one));
  }
}

void read_survey_forms(const Content& content,
                       Catalogue& catalogue,
                       std::vector<Problem>& problems) {
  const auto root = read_yaml(content, forms_path, problems);
  if (!root) return;
  Reader reader(forms_path, problems);
  reader.keys(*root, {"forms"});
  std::set<std::string> seen;
  for (const YamlNode* node : reader.nodes(*root, "forms")) {
    reader.keys(*node, {"number", "name", "kind", "fields"});
    SurveyForm form;
    form.number = reader.text(*node, "number");
    form.name = reader.text(*node, "name");
    const std::string kind = reader.text(*node, "kind");
    if (kind != "form" && kind != "table") reader.problem(node->line, "kind", "应为 form 或 table");
    form.kind = kind == "table" ? FormKind::table : FormKind::form;
    form.fields = reader.texts(*node, "fields");
    reader.once(seen, form.number, *node);
    catalogue.survey_forms.push_back(std::move(form));
  }
}

// The words that the data inventory is made of.
constexpr std::string_view data_ids[] = {"一般", "重要", "核心", "personal", "sensitive", "secret"};

void read_data_classes(const Content& content,
                       Catalogue& catalogue,
                       std::vector<Problem>& problems) {
  const auto root = read_yaml(content, data_path, problems);
  if (!root) return;
  Reader reader(data_path, problems);
  reader.keys(*root, {"classes"});
  std::set<std::string> seen;
  for (const YamlNode* node : reader.nodes(*root, "classes")) {
    reader.keys(*node, {"id", "name", "measures"});
    DataClass one;
    one.id = reader.text(*node, "id");
    one.name = reader.text(*node, "name");
    one.measures = reader.texts(*node, "measures");
    reader.once(seen, one.id, *node);
    if (std::find(std::begin(data_ids), std::end(data_ids), one.id) == std::end(data_ids)) {
      reader.problem(node->line, "id", "未知的数据类别：" + one.id);
    }
    catalogue.data_classes.push_back(std::move(one));
  }
  for (const std::string_view id : data_ids) {
    if (!seen.contains(std::string(id))) reader.problem(0, "classes", "缺少 " + std::string(id));
  }
}

void read_grading(const Content& content, Catalogue& catalogue, std::vector<Problem>& problems) {
  const auto bytes = content.read(grading_path);
  if (!bytes) {
    problems.push_back({grading_path, 0, {}, bytes.error().message});
    return;
  }
  CsvOptions options;
  options.required = {"harmed_object", "degree", "level"};
  options.allow_other_columns = true;
  const auto table = parse_csv(grading_path, *bytes, options);
  if (!table) {
    const auto& found = table.error().problems;
    problems.insert(problems.end(), found.begin(), found.end());
    return;
  }
  const auto cell = [&](const CsvRow& row, std::string_view column) {
    return row.cells[static_cast<std::size_t>(table->column(column))];
  };
  for (const CsvRow& row : table->rows) {
    GradingCell one{cell(row, "harmed_object"), cell(row, "degree"), 0};
    one.level = parse_int(cell(row, "level")).value_or(0);
    if (one.level < 1 || one.level > 5) {
      problems.push_back({grading_path, row.line, "level", "等级应为 1 到 5"});
    }
    if (catalogue.level_of(one.object, one.degree)) {
      problems.push_back({grading_path, row.line, "degree", "重复"});
    }
    catalogue.grading.push_back(std::move(one));
  }
}

template <class T, class Key>
const T* find_by(const std::vector<T>& list, Key T::*key, std::string_view wanted) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const T& one) { return one.*key == wanted; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

const AssetClass* Catalogue::asset_class(std::string_view name) const {
  return find_by(asset_classes, &AssetClass::name, name);
}

const SurveyForm* Catalogue::survey_form(std::string_view number) const {
  return find_by(survey_forms, &SurveyForm::number, number);
}

const DataClass* Catalogue::data_class(std::string_view id) const {
  return find_by(data_classes, &DataClass::id, id);
}

std::optional<std::int64_t> Catalogue::level_of(std::string_view object,
                                                std::string_view degree) const {
  for (const GradingCell& cell : grading) {
    if (cell.object == object && cell.degree == degree) return cell.level;
  }
  return std::nullopt;
}

Result<Catalogue> load_catalogue(const Content& content) {
  Catalogue catalogue;
  std::vector<Problem> problems;
  read_asset_classes(content, catalogue, problems);
  read_survey_forms(content, catalogue, problems);
  read_data_classes(content, catalogue, problems);
  read_grading(content, catalogue, problems);
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "项目目录数据有误", std::move(problems));
  }
  return catalogue;
}

}  // namespace dengce::portfolio
