// SPDX-License-Identifier: Apache-2.0
#include "access/rights.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/problems.h"
#include "base/yaml.h"

namespace dengce::access {
namespace {

constexpr const char* roles_path = "access/roles.yaml";
using Words = std::set<std::string, std::less<>>;
using Table = std::map<std::string, Words, std::less<>>;
using Names = std::map<std::string, Rights::Name, std::less<>>;

struct RoleFile {
  std::vector<Role> roles;
  Table resources;
  Names resource_names;
  Names action_names;
  Words project_data;
};

class RoleReader {
 public:
  explicit RoleReader(const YamlNode& root) : root_(root) {}

  void read() {
    check_keys(root_, roles_path, {"actions", "resources", "roles"}, problems_);
    if (const YamlNode* actions = section("actions", YamlNode::Kind::map)) {
      for (const auto& [word, node] : actions->map) {
        check_keys(node, roles_path, {"name", "name_en"}, problems_);
        file_.action_names[word] = {text(node, "name"), text(node, "name_en")};
      }
    }
    if (const YamlNode* resources = section("resources", YamlNode::Kind::map)) {
      for (const auto& [word, node] : resources->map) read_resource(word, node);
    }
    if (const YamlNode* roles = section("roles", YamlNode::Kind::list)) {
      for (const YamlNode& node : roles->list) read_role(node);
    }
  }

  std::vector<Problem>& problems() { return problems_; }

  RoleFile& file() { return file_; }

 private:
  void problem(const YamlNode& node, std::string field, std::string reason) {
    problems_.push_back({roles_path, node.line, std::move(field), std::move(reason)});
  }

  const YamlNode* section(const char* key, YamlNode::Kind kind) {
    const YamlNode* node = root_.is_map() ? root_.find(key) : nullptr;
    if (node != nullptr && node->kind == kind) return node;
    problem(node == nullptr ? root_ : *node, key, "缺少或写法不对");
    return nullptr;
  }

  std::string text(const YamlNode& node, const char* key) {
    const YamlNode* value = node.is_map() ? node.find(key) : nullptr;
    if (value != nullptr && value->is_scalar() && !value->scalar.empty()) return value->scalar;
    problem(node, key, "应填写文字");
    return {};
  }

  bool flag(const YamlNode& node, const char* key) {
    const YamlNode* value = node.is_map() ? node.find(key) : nullptr;
    if (value == nullptr) return false;
    if (!value->boolean()) problem(*value, key, "应为 true 或 false");
    return value->boolean().value_or(false);
  }

  // A list of action words, each of which `allowed` holds.
  template <class Allowed>
  Words actions_of(const YamlNode& node, const std::string& field, const Allowed& allowed) {
    Words out;
    if (!node.is_list() || node.list.empty()) problem(node, field, "应为非空的动作列表");
    for (const YamlNode& item : node.list) {
      if (!allowed.contains(item.scalar)) {
        problem(item, field, "没有此动作：" + item.scalar);
      } else if (!out.insert(item.scalar).second) {
        problem(item, field, "动作重复：" + item.scalar);
      }
    }
    return out;
  }

  void read_resource(const std::string& word, const YamlNode& node) {
    check_keys(node, roles_path, {"name", "name_en", "project_data", "actions"}, problems_);
    file_.resource_names[word] = {text(node, "name"), text(node, "name_en")};
    if (flag(node, "project_data")) file_.project_data.insert(word);
    const YamlNode* actions = node.is_map() ? node.find("actions") : nullptr;
    if (actions == nullptr) {
      problem(node, word, "缺少 actions");
      return;
    }
    file_.resources[word] = actions_of(*actions, word, file_.action_names);
  }

  void read_role(const YamlNode& node) {
    check_keys(
        node, roles_path, {"id", "name", "name_en", "party", "exclusive", "rights"}, problems_);
    Role role;
    role.id = text(node, "id");
    role.name = text(node, "name");
    role.name_en = text(node, "name_en");
    role.party = text(node, "party");
    role.exclusive = flag(node, "exclusive");
    static const Words parties{"provider", "client", "centre", "platform"};
    if (!parties.contains(role.party)) problem(node, "party", "没有此方：" + role.party);
    if (role.id == command_line_role) problem(node, "id", "此标识保留给命令行");
    if ((role.party == "platform") != role.exclusive) {
      problem(node, "exclusive", "平台管理角色应互斥，其他角色不应互斥");
    }
    for (const Role& other : file_.roles) {
      if (other.id == role.id) problem(node, "id", "角色重复：" + role.id);
    }
    const YamlNode* rights = node.is_map() ? node.find("rights") : nullptr;
    if (rights == nullptr || !rights->is_map()) {
      problem(node, "rights", "应为资源与动作的表");
    } else {
      for (const auto& [resource, actions] : rights->map) read_right(role, resource, actions);
    }
    check_separation(node, role);
    file_.roles.push_back(std::move(role));
  }

  void read_right(Role& role, const std::string& resource, const YamlNode& actions) {
    const auto declared = file_.resources.find(resource);
    if (declared == file_.resources.end()) {
      problem(actions, resource, "没有此资源");
      return;
    }
    role.rights[resource] = actions_of(actions, resource, declared->second);
  }

  // Three-way separation: administrators see no project data; a role of the business neither
  // manages accounts, roles and scopes nor reads the audit; and no administrator does two of it.
  void check_separation(const YamlNode& node, const Role& role) {
    static const Words changing{"create", "change", "delete"};
    int offices = 0;
    for (const char* office : {"account", "role", "audit"}) {
      const auto held = role.rights.find(office);
      if (held == role.rights.end()) continue;
      const bool audit = std::string_view(office) == "audit";
      const bool acts =
          audit || std::any_of(held->second.begin(), held->second.end(), [](const auto& word) {
            return changing.contains(word);
          });
      offices += acts ? 1 : 0;
    }
    if (role.exclusive && offices > 1) problem(node, "rights", "一个角色不得兼有两种管理权限");
    if (!role.exclusive && offices > 0) problem(node, "rights", "业务角色不得有平台管理权限");
    for (const auto& [resource, actions] : role.rights) {
      if (role.exclusive && file_.project_data.contains(resource)) {
        problem(node, resource, "平台管理角色不得接触项目数据");
      }
    }
  }

  const YamlNode& root_;
  std::vector<Problem> problems_;
  RoleFile file_;
};

}  // namespace

Result<Rights> Rights::load(const Content& content) {
  TRY_ASSIGN(const std::string_view text, content.read(roles_path));
  TRY_ASSIGN(const YamlNode root, parse_yaml(roles_path, text));
  RoleReader reader(root);
  reader.read();
  TRY(fail_if_any("角色表无法使用", std::move(reader.problems())));
  Rights rights;
  RoleFile& file = reader.file();
  rights.roles_ = std::move(file.roles);
  rights.resources_ = std::move(file.resources);
  rights.resource_names_ = std::move(file.resource_names);
  rights.action_names_ = std::move(file.action_names);
  rights.project_data_ = std::move(file.project_data);
  TRY_ASSIGN(rights.policy_, Policy::load(content));
  TRY_ASSIGN(rights.protection_, Protection::load(content));
  return rights;
}

const Role* Rights::role(std::string_view id) const {
  const auto found =
      std::find_if(roles_.begin(), roles_.end(), [&](const Role& role) { return role.id == id; });
  return found == roles_.end() ? nullptr : &*found;
}

bool Rights::is_project_data(std::string_view resource) const {
  return project_data_.contains(resource);
}

bool Rights::declares(const Right& right) const {
  const auto found = resources_.find(right.resource);
  return found != resources_.end() && found->second.contains(right.action);
}

bool Rights::is_administrator(const std::vector<std::string>& roles) const {
  return std::any_of(roles.begin(), roles.end(), [&](const std::string& id) {
    const Role* held = role(id);
    return held != nullptr && held->exclusive;
  });
}

bool Rights::needs_entry_proofs(const std::vector<std::string>& roles) const {
  return policy_.entry_gate && std::any_of(roles.begin(), roles.end(), [&](const std::string& id) {
           const Role* held = role(id);
           return held != nullptr && policy_.entry_parties.contains(held->party);
         });
}

bool Rights::allows(const Actor& actor, const Right& right) const {
  if (!declares(right)) return false;
  return std::any_of(actor.roles.begin(), actor.roles.end(), [&](const std::string& id) {
    if (id == command_line_role) return actor.account.empty();
    const Role* held = role(id);
    if (held == nullptr) return false;
    const auto actions = held->rights.find(right.resource);
    return actions != held->rights.end() && actions->second.contains(right.action);
  });
}

Result<> Rights::require(const Actor& actor, const Right& right) const {
  if (allows(actor, right)) return {};
  const auto resource = resource_names_.find(right.resource);
  const auto action = action_names_.find(right.action);
  return fail(ErrorCode::permission_denied,
              fmt::format("当前账户没有此权限：{}（{}）",
                          resource == resource_names_.end() ? std::string(right.resource)
                                                            : resource->second.chinese,
                          action == action_names_.end() ? std::string(right.action)
                                                        : action->second.chinese));
}

Result<> Rights::check_combination(const std::vector<std::string>& roles) const {
  std::vector<Problem> problems;
  const Role* administrator = nullptr;
  std::set<std::string_view> seen;
  for (const std::string& id : roles) {
    const Role* held = role(id);
    if (held == nullptr) {
      return fail(ErrorCode::invalid_argument,
                  "没有此角色：" + id,
                  {Problem{{}, 0, "roles", "没有此角色：" + id}});
    }
    seen.insert(held->id);
    if (held->exclusive) administrator = held;
  }
  if (administrator != nullptr && seen.size() > 1) {
    return fail(ErrorCode::failed_precondition,
                fmt::format("三员分立：{}不得兼任其他角色", administrator->name),
                {Problem{{}, 0, "roles", "三员分立：管理员不得兼任其他角色"}});
  }
  return {};
}

}  // namespace dengce::access
