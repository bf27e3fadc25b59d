// SPDX-License-Identifier: Apache-2.0
#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>

#include "base/text.h"

namespace dengce {
namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_bytes = 4U << 20;

// Builds our tree from parser events: yaml-cpp's own tree hides duplicate keys.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& path, std::string_view text, std::vector<Problem>& problems)
      : path_(path), text_(text), problems_(problems) {}

  YamlNode take() { return std::move(root_); }

  [[nodiscard]] bool too_deep() const { return too_deep_; }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    place(node(YamlNode::Kind::null, mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    problem(mark, {}, "不允许使用锚点和别名");
    place(node(YamlNode::Kind::null, mark));
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& tag,
                YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    YamlNode scalar = node(YamlNode::Kind::scalar, mark);
    scalar.quoted = tag == "!";
    scalar.scalar = value;
    if (scalar.quoted && !closed(mark)) problem(mark, {}, "引号未闭合");
    if (!scalar.quoted && (value.empty() || value == "~" || value == "null")) {
      scalar.kind = YamlNode::Kind::null;
    }
    place(std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    open(node(YamlNode::Kind::list, mark));
  }

  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& /*tag*/,
                  YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    open(node(YamlNode::Kind::map, mark));
  }

  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    std::string key;
    bool has_key = false;
  };

  static YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode out;
    out.kind = kind;
    out.line = mark.line + 1;
    return out;
  }

  void problem(const YAML::Mark& mark, std::string field, std::string reason) {
    problems_.push_back({path_, mark.line + 1, std::move(field), std::move(reason)});
  }

  // yaml-cpp lets the end of the file close a quoted text: look for the quote ourselves.
  [[nodiscard]] bool closed(const YAML::Mark& mark) const {
    const auto begin = static_cast<std::size_t>(std::max(mark.pos, 0));
    const char quote = begin < text_.size() ? text_[begin] : '\0';
    if (quote != '"' && quote != '\'') return true;  // a block scalar
    for (std::size_t at = begin + 1; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote) {
        if (quote == '"' || at + 1 >= text_.size() || text_[at + 1] != quote) return true;
        ++at;
      }
    }
    return false;
  }

  void open(YamlNode value) {
    if (stack_.size() >= max_depth) too_deep_ = true;
    stack_.push_back({std::move(value), {}, false});
  }

  void close() {
    YamlNode done = std::move(stack_.back().node);
    stack_.pop_back();
    place(std::move(done));
  }

  void place(YamlNode value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& top = stack_.back();
    if (top.node.kind == YamlNode::Kind::list) {
      top.node.list.push_back(std::move(value));
      return;
    }
    if (!top.has_key) {
      if (value.kind != YamlNode::Kind::scalar) {
        problems_.push_back({path_, value.line, {}, "键必须是简单的文字"});
      } else if (top.node.find(value.scalar) != nullptr) {
        problems_.push_back({path_, value.line, value.scalar, "键重复"});
      }
      top.key = std::move(value.scalar);
      top.has_key = true;
      return;
    }
    top.node.map.emplace_back(std::move(top.key), std::move(value));
    top.has_key = false;
  }

  const std::string& path_;
  std::string_view text_;
  std::vector<Problem>& problems_;
  std::vector<Open> stack_;
  YamlNode root_;
  bool too_deep_ = false;
};

}  // namespace

YamlNode::YamlNode() = default;
YamlNode::YamlNode(const YamlNode&) = default;
YamlNode::YamlNode(YamlNode&&) noexcept = default;
YamlNode& YamlNode::operator=(const YamlNode&) = default;
YamlNode& YamlNode::operator=(YamlNode&&) noexcept = default;
YamlNode::~YamlNode() = default;

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found =
      std::find_if(map.begin(), map.end(), [&](const auto& entry) { return entry.first == key; });
  return found == map.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> YamlNode::integer() const {
  if (kind != Kind::scalar || quoted) return std::nullopt;
  return parse_int(scalar);
}

std::optional<bool> YamlNode::boolean() const {
  if (kind != Kind::scalar || quoted) return std::nullopt;
  const std::string word = lower(scalar);
  if (word == "true" || word == "yes") return true;
  if (word == "false" || word == "no") return false;
  return std::nullopt;
}

namespace {

// yaml-cpp's scanner recurses once per nested flow collection: bound that before it starts.
bool nests_too_deep(std::string_view text) {
  std::size_t depth = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') {
      if (++depth > 512) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  // Block nesting costs at least one column a level: blanks and "- ", "? ", ": " before a value.
  std::size_t prefix = 0;
  bool in_prefix = true;
  for (const char c : text) {
    if (c == '\n') {
      prefix = 0;
      in_prefix = true;
    } else {
      in_prefix = in_prefix && std::string_view(" \t-?:").find(c) != std::string_view::npos;
      if (in_prefix && ++prefix > 2000) return true;
    }
  }
  return false;
}

}  // namespace

Result<YamlNode> parse_yaml(const std::string& path, std::string_view text) {
  const std::string message = path + " 不是可用的 YAML 文件";
  if (text.size() > max_bytes) {
    return fail(ErrorCode::too_large, message, {Problem{path, 0, {}, "文件过大"}});
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  // yaml-cpp takes a text with NUL bytes at its beginning for UTF-16 or UTF-32.
  if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::invalid_argument, message, {Problem{path, 0, {}, "不是 UTF-8 编码"}});
  }
  if (nests_too_deep(text)) {
    return fail(ErrorCode::invalid_argument, message, {Problem{path, 0, {}, "嵌套过深"}});
  }
  std::vector<Problem> problems;
  TreeBuilder builder(path, text, problems);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      problems.push_back({path, 1, {}, "文件为空"});
    } else {
      std::vector<Problem> ignored;
      TreeBuilder second(path, text, ignored);
      if (parser.HandleNextDocument(second)) {
        problems.push_back({path, 0, {}, "只允许一个文档"});
      }
    }
  } catch (const YAML::Exception& exception) {
    problems.push_back({path, exception.mark.line + 1, {}, "语法错误：" + exception.msg});
  }
  if (builder.too_deep()) problems.push_back({path, 0, {}, "嵌套过深"});
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, message, std::move(problems));
  }
  return builder.take();
}

void check_keys(const YamlNode& node,
                std::string_view path,
                const std::vector<std::string_view>& known,
                std::vector<Problem>& problems) {
  if (!node.is_map()) {
    problems.push_back({std::string(path), node.line, {}, "此处应为键值表"});
    return;
  }
  for (const auto& [key, value] : node.map) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      problems.push_back({std::string(path), value.line, key, "未知的键"});
    }
  }
}

}  // namespace dengce
