// SPDX-License-Identifier: Apache-2.0
// What only a running host can tell: listening sockets, processes, addresses, block devices.
#include <algorithm>
#include <map>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

std::string_view exposure(std::string_view address) {
  if (address == "0.0.0.0" || address == "::" || address == "*") return "any";
  if (starts_with(address, "127.") || address == "::1" || starts_with(address, "::ffff:127.")) {
    return "loopback";
  }
  return "specific";
}

// "0.0.0.0:22", "[::]:22", "127.0.0.53%lo:53", ":::22" (netstat)
bool split_endpoint(std::string_view text, std::string& address, std::int64_t& port) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto number = parse_int(text.substr(colon + 1));
  if (!number || *number < 0 || *number > 65535) return false;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') {
    host = host.substr(1);
    host = host.substr(0, host.find(']'));
  }
  address = host.substr(0, host.find('%'));
  port = *number;
  return !address.empty();
}

// users:(("sshd",pid=1,fd=3)) of ss, 812/sshd of netstat
std::string process_name(const std::vector<std::string_view>& word) {
  const std::string_view last = word.back();
  const std::size_t quote = last.find("((\"");
  if (quote != std::string_view::npos) {
    const std::string_view rest = last.substr(quote + 3);
    return std::string{rest.substr(0, rest.find('"'))};
  }
  const std::size_t slash = last.find('/');
  if (slash != std::string_view::npos && slash > 0 && parse_int(last.substr(0, slash))) {
    std::string_view name = last.substr(slash + 1);
    return std::string{name.substr(0, name.find(':'))};
  }
  return {};
}

void read_sockets(ParseContext& context) {
  Document document = context.command("sockets", "ss");
  context.cover(FactId::socket, document, "command:ss -lntup");
  if (!document.ok()) return;
  context.lines(document, [&](const Line& line) {
    const auto word = words(line.text);
    if (word.size() < 5) return;
    const bool tcp = starts_with(word[0], "tcp");
    if (!tcp && !starts_with(word[0], "udp")) return;
    std::string address;
    std::int64_t port = 0;
    // ss: Netid State Recv-Q Send-Q Local Peer; netstat: Proto Recv-Q Send-Q Local Foreign [State]
    const bool netstat = parse_int(word[1]).has_value();
    const std::string_view local = netstat ? word[3] : word[4];
    if (!split_endpoint(local, address, port)) {
      context.problem(document, line.number, "监听地址无法识别", line.text);
      return;
    }
    context.add(
        FactId::socket,
        {tcp ? "tcp" : "udp", address, port, or_null(process_name(word)), exposure(address)},
        document.at(line.number));
  });
}

void read_processes(ParseContext& context) {
  const Document document = context.command("processes", "ps");
  context.cover(FactId::process, document, "command:ps");
  if (!document.ok()) return;
  context.lines(document, [&](const Line& line) {
    const auto [pid, rest] = first_word(line.text);
    const auto [user, name] = first_word(rest);
    const auto number = parse_int(pid);
    if (!number || name.empty()) return;
    context.add(FactId::process, {name, user, *number}, document.at(line.number));
  });
}

void read_addresses(ParseContext& context) {
  const Document document = context.command("addresses", "ip");
  context.cover(FactId::network_address, document, "command:ip -o addr");
  if (!document.ok()) return;
  std::string interface;
  context.lines(document, [&](const Line& line) {
    const auto word = words(line.text);
    if (word.empty()) return;
    // ifconfig: the interface stands at the margin, its addresses below.
    if (line.text.front() != ' ' && line.text.front() != '\t' && !parse_int(word[0].substr(0, 1))) {
      interface = word[0].substr(0, word[0].find(':'));
    }
    for (std::size_t i = 0; i + 1 < word.size(); ++i) {
      if (word[i] != "inet" && word[i] != "inet6") continue;
      std::string_view address = word[i + 1];
      if (starts_with(address, "addr:")) address.remove_prefix(5);
      if (i >= 2 && word[0].back() == ':' && parse_int(word[0].substr(0, word[0].size() - 1))) {
        interface = word[1];
      }
      const std::size_t slash = address.find('/');
      const auto prefix =
          slash == std::string_view::npos ? std::nullopt : parse_int(address.substr(slash + 1));
      context.add(FactId::network_address,
                  {interface, address.substr(0, slash), prefix},
                  document.at(line.number));
    }
  });
}

// NAME="sda1" TYPE="part" FSTYPE="ext4" MOUNTPOINT="/" …
std::map<std::string, std::string, std::less<>> pairs(std::string_view text) {
  std::map<std::string, std::string, std::less<>> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t equal = text.find("=\"", at);
    if (equal == std::string_view::npos) break;
    const std::size_t end = text.find('"', equal + 2);
    if (end == std::string_view::npos) break;
    out[std::string{trim(text.substr(at, equal - at))}] =
        std::string{text.substr(equal + 2, end - equal - 2)};
    at = end + 1;
  }
  return out;
}

void read_block_devices(ParseContext& context) {
  const Document document = context.command("lsblk", "lsblk");
  context.cover(FactId::block_device, document, "command:lsblk");
  if (!document.ok()) return;
  context.lines(document, [&](const Line& line) {
    const auto value = pairs(line.text);
    const auto get = [&](std::string_view key) -> FactCell {
      const auto found = value.find(key);
      return found == value.end() ? FactCell{} : or_null(found->second);
    };
    if (get("NAME").is_null()) return;
    context.add(FactId::block_device,
                {get("NAME"), get("TYPE"), get("FSTYPE"), get("MOUNTPOINT")},
                document.at(line.number));
  });
}

}  // namespace

void parse_runtime(ParseContext& context) {
  if (context.tree()) {
    for (const FactId table :
         {FactId::socket, FactId::process, FactId::network_address, FactId::block_device}) {
      context.missing(table, "文件树中没有运行状态，无法取得");
    }
    return;
  }
  read_sockets(context);
  read_processes(context);
  read_addresses(context);
  read_block_devices(context);
}

}  // namespace dengce::evidence
