// SPDX-License-Identifier: Apache-2.0
// Packet filters: what is loaded (nft, iptables-save, firewall-cmd, ufw), or in a tree what is
// configured to be loaded.
#include <algorithm>
#include <array>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

struct Filter {
  std::string_view tool;
  FactCell active;
  std::string policy;  // of input; empty = unknown
  std::int64_t rules = 0;
  bool rules_known = false;
  FactSource source;
};

void write(ParseContext& context, const Filter& filter) {
  context.covered(FactId::firewall_state);
  context.add(FactId::firewall_state,
              {filter.tool,
               filter.active,
               or_null(filter.policy),
               filter.rules_known ? FactCell{filter.rules} : FactCell{}},
              filter.source);
}

std::string_view action_of(std::string_view word) {
  if (word == "accept" || word == "ACCEPT" || word == "allow" || word == "ALLOW") return "accept";
  if (word == "drop" || word == "DROP" || word == "deny" || word == "DENY") return "drop";
  if (word == "reject" || word == "REJECT") return "reject";
  return {};
}

struct NftMatch {
  std::string action = "other";
  std::string protocol;
  std::string origin;
  std::string port;
};

// The words of one nft rule; a set in braces is one word.
NftMatch match_nft(std::string_view text) {
  NftMatch match;
  std::vector<std::string> word;
  bool in_set = false;
  for (const std::string_view part : words(text)) {
    if (in_set) {
      word.back().append(" ").append(part);
    } else {
      word.emplace_back(part);
    }
    if (part.find('{') != std::string_view::npos) in_set = true;
    if (part.find('}') != std::string_view::npos) in_set = false;
  }
  for (std::size_t i = 0; i < word.size(); ++i) {
    const std::string next = i + 1 < word.size() ? word[i + 1] : "";
    const std::string& value = next == "!=" && i + 2 < word.size() ? word[i + 2] : next;
    if (word[i] == "tcp" || word[i] == "udp" || word[i] == "icmp" || word[i] == "icmpv6") {
      match.protocol = word[i] == "icmpv6" ? "icmp" : word[i];
    }
    if (word[i] == "dport") match.port = value;
    if (word[i] == "saddr") match.origin = value;
    if (!action_of(word[i]).empty()) match.action = action_of(word[i]);
  }
  return match;
}

void read_nft(ParseContext& context, const Document& document, bool running) {
  Filter filter{.tool = "nftables", .source = document.at(1)};
  std::string chain;
  std::string hook;
  int depth = 0;
  int chain_depth = 0;
  std::int64_t any_rules = 0;
  context.lines(document, [&](const Line& line) {
    const std::string_view text = trim(before_hash(line.text));
    if (text.empty()) return;
    const auto word = words(text);
    const int before = depth;
    for (const char c : text) depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (word[0] == "chain" && word.size() > 1 && depth > before) {
      chain = lower(word[1]);
      hook.clear();
      chain_depth = depth;
      return;
    }
    if (depth < chain_depth) {
      chain.clear();
      chain_depth = 0;
    }
    if (chain.empty() || text.front() == '}') return;
    if (word[0] == "type") {
      const auto found = std::find(word.begin(), word.end(), "hook");
      if (found != word.end() && found + 1 != word.end()) {
        hook = std::string{*(found + 1)};
        while (!hook.empty() && hook.back() == ';') hook.pop_back();
      }
      const std::size_t at = text.find("policy ");
      const bool base = text.find("type filter") != std::string_view::npos;
      if (hook == "input" && base) {
        std::string_view policy = at == std::string_view::npos ? "accept" : text.substr(at + 7);
        policy = trim(policy.substr(0, policy.find(';')));
        if (filter.policy.empty() || policy == "drop") filter.policy = policy;
        filter.source = document.at(line.number);
      }
      return;
    }
    if (word[0] == "policy" || word[0] == "comment") return;
    const NftMatch match = match_nft(text);
    ++any_rules;
    if (hook == "input") ++filter.rules;
    context.add(FactId::firewall_rule,
                {"nftables",
                 hook.empty() ? chain : hook,
                 match.action,
                 or_null(match.protocol),
                 or_null(match.origin),
                 or_null(match.port),
                 single_blanks(text)},
                document.at(line.number));
  });
  filter.rules_known = true;
  if (running) filter.active = any_rules > 0 || filter.policy == "drop" ? 1 : 0;
  if (filter.policy.empty()) filter.policy = "accept";
  write(context, filter);
}

void read_iptables(ParseContext& context,
                   const Document& document,
                   std::string_view tool,
                   bool running) {
  Filter filter{.tool = tool, .source = document.at(1)};
  std::string table;
  std::int64_t any_rules = 0;
  context.lines(document, [&](const Line& line) {
    const std::string_view text = trim(line.text);
    if (text.empty() || text.front() == '#') return;
    if (text.front() == '*') {
      table = text.substr(1);
      return;
    }
    if (table != "filter") return;
    const std::vector<std::string> word = quoted_words(text);
    if (text.front() == ':') {
      if (word.size() > 1 && word[0] == ":INPUT") {
        filter.policy = action_of(word[1]);
        filter.source = document.at(line.number);
      }
      return;
    }
    if (word.size() < 2 || word[0] != "-A") return;
    ++any_rules;
    if (word[1] == "INPUT") ++filter.rules;
    std::string action = "other";
    std::string protocol;
    std::string origin;
    std::string port;
    for (std::size_t i = 2; i + 1 < word.size(); ++i) {
      if (word[i] == "-j" || word[i] == "-g") {
        action = action_of(word[i + 1]).empty() ? "other" : std::string{action_of(word[i + 1])};
      } else if (word[i] == "-p") {
        protocol = word[i + 1] == "ipv6-icmp" ? "icmp" : word[i + 1];
      } else if (word[i] == "-s") {
        origin = word[i + 1];
      } else if (word[i] == "--match-set") {
        origin = word[i + 1];
      } else if (word[i] == "--dport" || word[i] == "--dports") {
        port = word[i + 1];
      }
    }
    context.add(FactId::firewall_rule,
                {tool,
                 lower(word[1]),
                 action,
                 or_null(protocol),
                 or_null(origin),
                 or_null(port),
                 single_blanks(text)},
                document.at(line.number));
  });
  filter.rules_known = true;
  if (running) filter.active = any_rules > 0 || filter.policy == "drop" ? 1 : 0;
  write(context, filter);
}

// Indented zone listings of firewall-cmd: "public (active)", then "  services: ssh dhcpv6-client".
void read_firewalld_answer(ParseContext& context,
                           const Document& document,
                           std::string_view default_zone) {
  Filter filter{.tool = "firewalld", .active = 1, .rules_known = true, .source = document.at(1)};
  std::string zone;
  bool active = false;
  context.lines(document, [&](const Line& line) {
    if (line.text.empty()) return;
    if (line.text.front() != ' ' && line.text.front() != '\t') {
      const auto word = words(line.text);
      zone = word[0];
      active = line.text.find("active") != std::string_view::npos || zone == default_zone;
      return;
    }
    if (!active) return;
    const std::size_t colon = line.text.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view key = trim(line.text.substr(0, colon));
    const std::string_view value = trim(line.text.substr(colon + 1));
    if (key == "target") {
      // "default" refuses what no rule allows.
      const std::string policy = value == "ACCEPT" ? "accept" : value == "DROP" ? "drop" : "reject";
      if (filter.policy.empty() || policy == "accept") filter.policy = policy;
      filter.source = document.at(line.number);
    }
    if (key != "services" && key != "ports") return;
    for (const std::string_view item : words(value)) {
      const std::size_t slash = item.find('/');
      const std::string_view protocol =
          slash == std::string_view::npos ? std::string_view{} : item.substr(slash + 1);
      ++filter.rules;
      context.add(FactId::firewall_rule,
                  {"firewalld",
                   zone,
                   "accept",
                   or_null(protocol),
                   nullptr,
                   item.substr(0, slash),
                   std::string{key} + ": " + std::string{item}},
                  document.at(line.number));
    }
  });
  write(context, filter);
}

void read_ufw_answer(ParseContext& context, const Document& document) {
  Filter filter{.tool = "ufw", .active = 0, .source = document.at(1)};
  bool table = false;
  context.lines(document, [&](const Line& line) {
    const std::string_view text = trim(line.text);
    if (starts_with(text, "Status:")) {
      filter.active = trim(text.substr(7)) == "active" ? 1 : 0;
    } else if (starts_with(text, "Default:")) {
      const auto word = words(text);
      if (word.size() > 1) filter.policy = action_of(word[1]);
      filter.source = document.at(line.number);
    } else if (starts_with(text, "--")) {
      table = true;
      filter.rules_known = true;
    } else if (table && !text.empty()) {
      const auto word = words(text);
      std::string_view action;
      for (const std::string_view each : word) {
        if (action.empty()) action = action_of(each);
      }
      ++filter.rules;
      const std::size_t slash = word[0].find('/');
      context.add(
          FactId::firewall_rule,
          {"ufw",
           "input",
           action.empty() ? std::string_view{"other"} : action,
           slash == std::string_view::npos ? FactCell{} : FactCell{word[0].substr(slash + 1)},
           nullptr,
           word[0].substr(0, slash),
           single_blanks(text)},
          document.at(line.number));
    }
  });
  write(context, filter);
}

// 1 / 0 from the service table, null if the unit is unknown.
FactCell enabled(const ParseContext& context, std::string_view unit) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::service); ++row) {
    if (context.text(FactId::service, row, 0) != unit) continue;
    return context.text(FactId::service, row, 1) == "enabled" ? 1 : 0;
  }
  return context.is_covered(FactId::service) ? FactCell{0} : FactCell{};
}

void read_live(ParseContext& context) {
  const Document nft = context.command("nft-ruleset", "nft");
  if (nft.ok() && nft.exit_code == 0) read_nft(context, nft, true);
  for (const auto& [id, words, tool] :
       {std::array<std::string_view, 3>{"iptables", "iptables-save", "iptables"},
        {"ip6tables", "ip6tables-save", "ip6tables"}}) {
    const Document document = context.command(id, words);
    if (document.ok() && document.exit_code == 0) read_iptables(context, document, tool, true);
  }
  const Document zones = context.command("firewalld", "firewall-cmd");
  if (zones.ok() && zones.exit_code == 0) {
    const Document zone = context.command("firewalld-default", "firewall-cmd");
    read_firewalld_answer(context, zones, zone.ok() ? trim(zone.text) : std::string_view{});
  } else if (zones.state == ReadState::absent) {
    write(context, {.tool = "firewalld", .active = 0});
  }
  const Document ufw = context.command("ufw", "ufw");
  if (ufw.ok() && ufw.exit_code == 0) read_ufw_answer(context, ufw);
  // None of the programs is there: there can be no filter, unless the kernel is asked otherwise.
  const bool none = nft.state == ReadState::not_installed &&
                    context.command("iptables", "iptables-save").state == ReadState::not_installed;
  if (none) {
    context.covered(FactId::firewall_state);
    context.covered(FactId::firewall_rule);
  }
  if (context.is_covered(FactId::firewall_state)) {
    context.covered(FactId::firewall_rule);
    return;
  }
  for (const FactId table : {FactId::firewall_state, FactId::firewall_rule}) {
    context.missing(table,
                    missing_reason(nft.state, "command:nft list ruleset") + ";" +
                        missing_reason(context.command("iptables", "iptables-save").state,
                                       "command:iptables-save"));
  }
}

// Zones of firewalld as files: only what the default zone opens.
void read_firewalld_tree(ParseContext& context) {
  const FactCell active = enabled(context, "firewalld.service");
  if (active.is_null() || active.integer == 0) return;
  std::string zone = "public";
  const Document conf = context.read("/etc/firewalld/firewalld.conf");
  if (conf.ok()) {
    for (const IniItem& item : read_ini(context, conf)) {
      if (item.key == "DefaultZone") zone = item.value;
    }
  }
  Filter filter{.tool = "firewalld", .active = active, .policy = "reject", .rules_known = true};
  const std::string own = "/etc/firewalld/zones/" + zone + ".xml";
  const std::string vendor = "/usr/lib/firewalld/zones/" + zone + ".xml";
  const Document file = context.read_first({own, vendor});
  filter.source = file.ok() ? file.at(1) : conf.ok() ? conf.at(1) : FactSource{};
  filter.rules_known = file.ok();
  if (file.ok()) {
    context.lines(file, [&](const Line& line) {
      const std::string_view text = trim(line.text);
      if (starts_with(text, "<zone")) {
        if (text.find("target=\"ACCEPT\"") != std::string_view::npos) filter.policy = "accept";
        if (text.find("target=\"DROP\"") != std::string_view::npos) filter.policy = "drop";
      }
      const bool service = starts_with(text, "<service ");
      if (!service && !starts_with(text, "<port ")) return;
      const auto attribute = [&](const std::string& name) -> std::string_view {
        const std::size_t at = text.find(name + "=\"");
        if (at == std::string_view::npos) return {};
        const std::string_view rest = text.substr(at + name.size() + 2);
        return rest.substr(0, rest.find('"'));
      };
      ++filter.rules;
      context.add(FactId::firewall_rule,
                  {"firewalld",
                   zone,
                   "accept",
                   or_null(attribute("protocol")),
                   nullptr,
                   service ? attribute("name") : attribute("port"),
                   text},
                  file.at(line.number));
    });
  }
  write(context, filter);
}

void read_ufw_tree(ParseContext& context) {
  const Document conf = context.read("/etc/ufw/ufw.conf");
  if (!conf.ok()) return;
  Filter filter{.tool = "ufw", .active = 0, .source = conf.at(1)};
  context.lines(conf, [&](const Line& line) {
    if (lower(trim(line.text)) == "enabled=yes") {
      filter.active = 1;
      filter.source = conf.at(line.number);
    }
  });
  const Document defaults = context.read("/etc/default/ufw");
  if (defaults.ok()) {
    context.lines(defaults, [&](const Line& line) {
      const std::string_view text = trim(line.text);
      if (!starts_with(text, "DEFAULT_INPUT_POLICY=")) return;
      filter.policy = action_of(unquoted(text.substr(21)));
    });
  }
  write(context, filter);
}

void read_tree(ParseContext& context) {
  struct Place {
    std::string_view tool;
    std::string_view path;
    std::string_view unit;
  };

  constexpr std::array places{
      Place{"nftables", "/etc/nftables.conf", "nftables.service"},
      Place{"nftables", "/etc/sysconfig/nftables.conf", "nftables.service"},
      Place{"iptables", "/etc/sysconfig/iptables", "iptables.service"},
      Place{"ip6tables", "/etc/sysconfig/ip6tables", "ip6tables.service"},
      Place{"iptables", "/etc/iptables/rules.v4", "netfilter-persistent.service"},
      Place{"ip6tables", "/etc/iptables/rules.v6", "netfilter-persistent.service"},
  };
  for (const Place& place : places) {
    const FactCell active = enabled(context, place.unit);
    // A file that nothing loads at boot is no filter.
    if (active.is_null() || active.integer == 0) continue;
    const Document document = context.read(place.path);
    if (!document.ok()) continue;
    const std::uint32_t row = context.facts().row_count(FactId::firewall_state);
    if (place.tool == "nftables") {
      read_nft(context, document, true);
    } else {
      read_iptables(context, document, place.tool, true);
    }
    if (context.facts().row_count(FactId::firewall_state) == row) continue;
  }
  read_firewalld_tree(context);
  read_ufw_tree(context);
  if (context.is_covered(FactId::service)) {
    context.covered(FactId::firewall_state);
    context.covered(FactId::firewall_rule);
  } else {
    context.missing(FactId::firewall_state, "文件树中没有服务单元，无法确定防火墙是否启用");
    context.missing(FactId::firewall_rule, "文件树中没有服务单元，无法确定防火墙是否启用");
  }
}

}  // namespace

void parse_firewall(ParseContext& context) {
  if (context.tree()) {
    read_tree(context);
  } else {
    read_live(context);
  }
}

}  // namespace dengce::evidence
