// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/yaml.h"
#include "evidence/exposure.h"

namespace dengce::evidence {
namespace {

constexpr const char* services_path = "exposure/services.yaml";

class ServicesReader {
 public:
  explicit ServicesReader(const YamlNode& root) : root_(root) {}

  Result<KnownServices> read() {
    check_keys(root_, services_path, {"kinds", "services"}, problems_);
    const YamlNode* kinds = root_.find("kinds");
    const YamlNode* services = root_.find("services");
    if (kinds == nullptr || !kinds->is_map()) problem(root_, "kinds", "应列出服务类别");
    if (services == nullptr || !services->is_list()) problem(root_, "services", "应列出服务");
    if (kinds != nullptr) read_kinds(*kinds);
    if (services != nullptr) read_services(*services);
    if (problems_.empty()) return std::move(out_);
    return fail(ErrorCode::invalid_argument, "暴露面检查的配置有误", std::move(problems_));
  }

 private:
  void problem(const YamlNode& node, std::string field, std::string reason) {
    problems_.push_back({services_path, node.line, std::move(field), std::move(reason)});
  }

  std::string text(const YamlNode& parent, const char* key) {
    const YamlNode* node = parent.find(key);
    if (node != nullptr && node->is_scalar() && !node->scalar.empty()) return node->scalar;
    problem(parent, key, "应为文字");
    return {};
  }

  void read_kinds(const YamlNode& kinds) {
    out_.kinds.reserve(kinds.map.size());
    for (const auto& [id, node] : kinds.map) {
      check_keys(node, services_path, {"name", "name_en"}, problems_);
      out_.kinds.push_back({id, text(node, "name"), text(node, "name_en")});
    }
  }

  void read_services(const YamlNode& services) {
    out_.services.reserve(services.list.size());
    for (const YamlNode& node : services.list) {
      check_keys(node, services_path, {"id", "name", "kind", "ports", "processes"}, problems_);
      if (!node.is_map()) continue;
      KnownService service{text(node, "id"), text(node, "name"), text(node, "kind"), {}, {}};
      if (std::none_of(out_.kinds.begin(), out_.kinds.end(), [&](const ServiceKind& kind) {
            return kind.id == service.kind;
          })) {
        problem(node, "kind", fmt::format("没有此服务类别：{}", service.kind));
      }
      read_ports(node, service);
      if (const YamlNode* processes = node.find("processes")) {
        service.processes.reserve(processes->list.size());
        for (const YamlNode& process : processes->list) service.processes.push_back(process.scalar);
      }
      out_.services.push_back(std::move(service));
    }
  }

  void read_ports(const YamlNode& node, KnownService& service) {
    const YamlNode* ports = node.find("ports");
    if (ports == nullptr || !ports->is_list() || ports->list.empty()) {
      problem(node, "ports", "应列出端口");
      return;
    }
    service.ports.reserve(ports->list.size());
    for (const YamlNode& one : ports->list) {
      const auto port = one.integer();
      if (!port || *port < 1 || *port > 65'535) {
        problem(one, "ports", "端口应为 1–65535");
        continue;
      }
      const auto [other, fresh] = owners_.emplace(*port, service.id);
      if (!fresh) problem(one, "ports", fmt::format("端口 {} 已属于 {}", *port, other->second));
      service.ports.push_back(*port);
    }
  }

  const YamlNode& root_;
  KnownServices out_;
  std::map<std::int64_t, std::string> owners_;  // of each port
  std::vector<Problem> problems_;
};

}  // namespace

Result<KnownServices> KnownServices::load(const Content& content) {
  TRY_ASSIGN(const std::string_view text, content.read(services_path));
  TRY_ASSIGN(const YamlNode root, parse_yaml(services_path, text));
  return ServicesReader(root).read();
}

}  // namespace dengce::evidence
