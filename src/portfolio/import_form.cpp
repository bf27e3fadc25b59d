// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_form.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/yaml.h"

namespace dengce::portfolio {
namespace {

constexpr std::array<std::string_view, 5> nouns{
    "system", "filing", "asset", "data_item", "contact"};
constexpr std::array<std::pair<std::string_view, FieldType>, 10> types{{
    {"text", FieldType::text},
    {"lines", FieldType::lines},
    {"integer", FieldType::integer},
    {"day", FieldType::day},
    {"choice", FieldType::choice},
    {"flag", FieldType::flag},
    {"team", FieldType::team},
    {"system", FieldType::system},
    {"systems", FieldType::systems},
    {"addresses", FieldType::addresses},
}};
constexpr std::array<std::string_view, 3> default_names{"team_id", "system_id", "class"};

// Reads the form of one file and notes everything that is wrong with it.
class Reader {
 public:
  Reader(std::string path, std::vector<Problem>& problems)
      : path_(std::move(path)), problems_(problems) {}

  void read(const YamlNode& root, ImportForm& form) {
    check_keys(root, path_, {"name", "identity", "place", "fields"}, problems_);
    form.name = text(root, "name");
    form.identity = texts(root, "identity");
    form.place = texts(root, "place");
    const YamlNode* fields = root.find("fields");
    if (fields == nullptr || !fields->is_list()) return problem(root.line, "fields", "应为列表");
    for (const YamlNode& node : fields->list) form.fields.push_back(read_field(node));
    for (const auto* ids : {&form.identity, &form.place}) {
      for (const std::string& id : *ids) {
        if (form.field(id) == nullptr) problem(root.line, "identity", "没有此字段：" + id);
      }
    }
    check_heads(root, form);
  }

 private:
  void problem(std::int64_t line, std::string_view field, std::string reason) {
    problems_.push_back({path_, line, std::string(field), std::move(reason)});
  }

  std::string text(const YamlNode& map, std::string_view key) {
    const YamlNode* node = map.find(key);
    if (node != nullptr && node->is_scalar() && !trim(node->scalar).empty()) return node->scalar;
    problem(map.line, key, "应填写文字");
    return {};
  }

  std::vector<std::string> texts(const YamlNode& map, std::string_view key) {
    std::vector<std::string> out;
    const YamlNode* list = map.find(key);
    if (list == nullptr) return out;
    for (const YamlNode& node : list->list) {
      if (!node.is_scalar() || node.scalar.empty()) problem(node.line, key, "应填写文字");
      out.push_back(node.scalar);
    }
    if (!list->is_list()) problem(list->line, key, "应为列表");
    return out;
  }

  std::int64_t number(const YamlNode& map, std::string_view key, std::int64_t otherwise) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) return otherwise;
    if (!node->integer()) problem(node->line, key, "应为整数");
    return node->integer().value_or(otherwise);
  }

  bool flag(const YamlNode& map, std::string_view key) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) return false;
    if (!node->boolean()) problem(node->line, key, "应为 true 或 false");
    return node->boolean().value_or(false);
  }

  ImportField read_field(const YamlNode& node) {
    check_keys(
        node,
        path_,
        {"id", "head", "also", "type", "required", "min", "max", "choices", "default", "only_new"},
        problems_);
    ImportField field;
    field.id = text(node, "id");
    field.head = text(node, "head");
    field.also = texts(node, "also");
    const std::string type = text(node, "type");
    const auto* known = std::find_if(
        types.begin(), types.end(), [&](const auto& one) { return one.first == type; });
    if (known == types.end()) {
      problem(node.line, "type", "未知的类型：" + type);
    } else {
      field.type = known->second;
    }
    field.required = flag(node, "required");
    field.only_new = flag(node, "only_new");
    field.min = number(node, "min", 0);
    field.max = number(node, "max", field.type == FieldType::lines ? 4000 : 200);
    if (const YamlNode* name = node.find("default")) {
      field.default_name = name->scalar;
      if (std::find(default_names.begin(), default_names.end(), name->scalar) ==
          default_names.end()) {
        problem(name->line, "default", "未知的默认值：" + name->scalar);
      }
    }
    read_choices(node, field);
    return field;
  }

  void read_choices(const YamlNode& node, ImportField& field) {
    const YamlNode* choices = node.find("choices");
    if (choices == nullptr) {
      if (field.type == FieldType::choice) problem(node.line, "choices", "缺少可选值");
      return;
    }
    for (const auto& [id, words] : choices->map) {
      FieldChoice choice{id, id, {id}};
      for (const YamlNode& word : words.list) choice.words.push_back(word.scalar);
      // The id is a word of the program where it is no Chinese one.
      if (static_cast<unsigned char>(id.front()) < 0x80 && choice.words.size() > 1) {
        choice.word = choice.words[1];
      }
      field.choices.push_back(std::move(choice));
    }
  }

  // A head must not stand for two fields, a word not for two choices.
  void check_heads(const YamlNode& root, const ImportForm& form) {
    std::set<std::string> own;
    std::set<std::string> other;
    for (const ImportField& field : form.fields) {
      if (!own.insert(plain_word(field.head)).second) problem(root.line, field.id, "表头重复");
      for (const std::string& head : field.also) {
        if (!other.insert(plain_word(head)).second) {
          problem(root.line, field.id, "表头别名重复：" + head);
        }
      }
      std::set<std::string> words;
      for (const FieldChoice& choice : field.choices) {
        for (const std::string& word : choice.words) {
          if (!words.insert(plain_word(word)).second) {
            problem(root.line, field.id, "可选值重复：" + word);
          }
        }
      }
    }
  }

  std::string path_;
  std::vector<Problem>& problems_;
};

// The choices are those of the catalogue, with the other words of the form for them.
void take_choices(ImportForm& form,
                  std::string_view id,
                  const std::vector<std::string>& known,
                  const std::string& path,
                  std::vector<Problem>& problems) {
  const auto field = std::find_if(
      form.fields.begin(), form.fields.end(), [&](const auto& one) { return one.id == id; });
  if (field == form.fields.end()) return problems.push_back({path, 0, std::string(id), "缺少字段"});
  for (const FieldChoice& choice : field->choices) {
    if (std::find(known.begin(), known.end(), choice.id) == known.end()) {
      problems.push_back({path, 0, std::string(id), "目录中没有：" + choice.id});
    }
  }
  for (const std::string& word : known) {
    const bool there = std::any_of(field->choices.begin(),
                                   field->choices.end(),
                                   [&](const auto& one) { return one.id == word; });
    if (!there) field->choices.push_back({word, word, {word}});
  }
}

void add_asset_columns(ImportForm& form,
                       const Catalogue& catalogue,
                       const std::string& path,
                       std::vector<Problem>& problems) {
  std::vector<std::string> classes;
  std::set<std::string> heads;
  for (const ImportField& field : form.fields) heads.insert(plain_word(field.head));
  const auto name = std::find_if(
      form.fields.begin(), form.fields.end(), [](const auto& one) { return one.id == "name"; });
  std::vector<ImportField> columns;
  for (const AssetClass& one : catalogue.asset_classes) {
    classes.push_back(one.name);
    if (name != form.fields.end()) name->also.push_back(one.name_head);
    for (const std::string& column : one.columns) {
      if (!heads.insert(plain_word(column)).second) continue;
      columns.push_back({std::string(attribute_prefix) + column, column, {}, FieldType::text});
      columns.back().max = 1000;
    }
  }
  form.fields.insert(form.fields.end(), columns.begin(), columns.end());
  take_choices(form, "class", classes, path, problems);
  take_choices(form, "importance", catalogue.importances, path, problems);
}

constexpr std::array<std::string_view, 6> no_blanks{
    "\xE3\x80\x80", "\xC2\xA0", " ", "\t", "\r", "\n"};

}  // namespace

const ImportField* ImportForm::field(std::string_view id) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& one) { return one.id == id; });
  return found == fields.end() ? nullptr : &*found;
}

Result<ImportForms> ImportForms::load(const Content& content, const Catalogue& catalogue) {
  ImportForms forms;
  std::vector<Problem> problems;
  for (const std::string_view noun : nouns) {
    const std::string path = "import/" + std::string(noun) + ".yaml";
    TRY_ASSIGN(const std::string_view bytes, content.read(path));
    TRY_ASSIGN(const YamlNode root, parse_yaml(path, bytes));
    ImportForm form;
    form.noun = noun;
    Reader(path, problems).read(root, form);
    if (noun == "asset") add_asset_columns(form, catalogue, path, problems);
    forms.forms_.push_back(std::move(form));
  }
  if (problems.empty()) return forms;
  return fail(ErrorCode::invalid_argument, "导入定义有误", std::move(problems));
}

Result<const ImportForm*> ImportForms::form(std::string_view noun) const {
  for (const ImportForm& form : forms_) {
    if (form.noun == noun) return &form;
  }
  return fail(ErrorCode::not_found, "没有此类导入：" + shorten(noun, 60));
}

std::string plain_word(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto* blank = std::find_if(
        no_blanks.begin(), no_blanks.end(), [&](const auto& one) { return text.starts_with(one); });
    // Full width signs, digits and letters: U+FF01 to U+FF5E.
    const bool wide =
        text.size() > 2 && text[0] == '\xEF' && (text[1] == '\xBC' || text[1] == '\xBD');
    const int narrow = wide ? ((text[1] & 0x3F) << 6 | (text[2] & 0x3F)) - 0xF00 + 0x20 : 0;
    if (blank != no_blanks.end()) {
      text.remove_prefix(blank->size());
    } else if (narrow > 0x20 && narrow < 0x7F) {
      out += static_cast<char>(narrow);
      text.remove_prefix(3);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return lower(out);
}

ImportMapping map_heads(const ImportForm& form, const std::vector<std::string>& heads) {
  ImportMapping mapping;
  std::set<std::string> taken;
  const auto take = [&](bool own) {
    for (std::size_t column = 0; column < heads.size(); ++column) {
      // "系统名称*" and "系统名称(必填)" are habits of templates.
      std::string head = plain_word(heads[column]);
      while (head.starts_with('*')) head.erase(0, 1);
      while (head.ends_with('*')) head.pop_back();
      if (const auto mark = head.find("(必填)"); mark != std::string::npos) head.erase(mark);
      if (head.empty() || mapping.contains(column)) continue;
      for (const ImportField& field : form.fields) {
        const bool fits =
            own ? plain_word(field.head) == head
                : std::any_of(field.also.begin(), field.also.end(), [&](const auto& one) {
                    return plain_word(one) == head;
                  });
        if (!fits || taken.contains(field.id)) continue;
        taken.insert(field.id);
        mapping[column] = field.id;
        break;
      }
    }
  };
  take(true);
  take(false);
  return mapping;
}

std::string shown_word(const ImportField& field, const std::string& value) {
  if (field.type == FieldType::flag) return value == "1" ? "是" : "否";
  for (const FieldChoice& choice : field.choices) {
    if (choice.id == value) return choice.word;
  }
  return value;
}

}  // namespace dengce::portfolio
