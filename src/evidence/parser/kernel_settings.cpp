// SPDX-License-Identifier: Apache-2.0
// Kernel settings, mounts, kernel modules, swap.
#include <algorithm>
#include <map>
#include <set>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

// "net/ipv4/conf/eth0.1/x" → dots and slashes change places, as in sysctl(8).
std::string dotted(std::string_view key) {
  std::string out{key};
  const std::size_t first = out.find_first_of("./");
  if (first == std::string::npos || out[first] == '.') return out;
  for (char& c : out) {
    if (c == '/') {
      c = '.';
    } else if (c == '.') {
      c = '/';
    }
  }
  return out;
}

void read_running_sysctl(ParseContext& context, const Document& document) {
  context.lines(document, [&](const Line& line) {
    const std::size_t equal = line.text.find('=');
    if (equal == std::string_view::npos) return;  // an error message of one key
    const std::string_view name = trim(line.text.substr(0, equal));
    if (name.empty() || name.find(' ') != std::string_view::npos) return;
    context.add(FactId::sysctl_setting,
                {name, single_blanks(line.text.substr(equal + 1)), "running"},
                document.at(line.number));
  });
}

struct SysctlValue {
  std::string value;
  FactSource source;
};

class SysctlFiles {
 public:
  explicit SysctlFiles(ParseContext& context) : context_(context) {}

  bool read(const std::string& path) {
    const Document document = context_.read(path);
    if (!document.ok()) {
      if (document.state != ReadState::absent && document.state != ReadState::not_collected) {
        context_.problem(document, 0, missing_reason(document.state, path), "");
      }
      return false;
    }
    context_.lines(document, [&](const Line& line) { take(document, line); });
    return true;
  }

  void write() const {
    for (const auto& [name, item] : values_) {
      context_.add(FactId::sysctl_setting, {name, item.value, "file"}, item.source);
    }
  }

 private:
  void take(const Document& document, const Line& line) {
    std::string_view text = trim(line.text);
    if (text.empty() || text.front() == '#' || text.front() == ';') return;
    if (text.front() == '-') text = trim(text.substr(1));
    const std::size_t equal = text.find('=');
    if (equal == std::string_view::npos) {
      // "-net.ipv4.conf.x" alone takes a key out of the globs; anything else is no setting.
      if (trim(line.text).front() != '-') {
        context_.problem(document, line.number, "没有等号，不是内核参数设置", line.text);
      }
      return;
    }
    const std::string name = dotted(trim(text.substr(0, equal)));
    const SysctlValue item{single_blanks(text.substr(equal + 1)), document.at(line.number)};
    const std::size_t star = name.find(".*.");
    if (star == std::string::npos) {
      values_.insert_or_assign(name, item);
      return;
    }
    // The names that exist on every host stand for those the pattern would meet.
    for (const std::string_view each : {"all", "default"}) {
      values_.insert_or_assign(name.substr(0, star + 1) + std::string{each} + name.substr(star + 2),
                               item);
    }
  }

  ParseContext& context_;
  std::map<std::string, SysctlValue> values_;
};

void read_sysctl(ParseContext& context) {
  const Document running = context.command("sysctl", "sysctl");
  if (running.ok() && !trim(running.text).empty()) {
    context.covered(FactId::sysctl_setting);
    read_running_sysctl(context, running);
    return;
  }
  SysctlFiles files{context};
  bool any = false;
  bool linked = false;
  for (const std::string& path : context.drop_ins({"/etc/sysctl.d",
                                                   "/run/sysctl.d",
                                                   "/usr/local/lib/sysctl.d",
                                                   "/usr/lib/sysctl.d",
                                                   "/lib/sysctl.d"},
                                                  ".conf")) {
    linked = linked || base_name(path) == "99-sysctl.conf";
    any = files.read(path) || any;
  }
  // Distributions without the link 99-sysctl.conf let procps read the main file last.
  const Document main = context.read("/etc/sysctl.conf");
  if (!linked && main.ok()) files.read("/etc/sysctl.conf");
  if (any || main.ok() || (context.tree() && context.list("/etc").state == ReadState::ok)) {
    context.covered(FactId::sysctl_setting);
  } else {
    context.missing(FactId::sysctl_setting, missing_reason(running.state, "command:sysctl -a"));
  }
  files.write();
}

std::string decode_mount(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      const auto code = parse_octal(text.substr(i + 1, 3));
      if (code && *code < 128 && *code > 0) {
        out += static_cast<char>(*code);
        i += 3;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

void read_mount_table(ParseContext& context, const Document& document, std::string_view origin) {
  context.lines(document, [&](const Line& line) {
    const auto word = words(before_hash(line.text));
    if (word.empty()) return;
    if (word.size() < 3) {
      context.problem(document, line.number, "挂载行字段不足", line.text);
      return;
    }
    if (word[2] == "swap" || word[1] == "none") return;
    const std::string options = "," + std::string{word.size() > 3 ? word[3] : "defaults"} + ",";
    context.add(FactId::mount,
                {decode_mount(word[1]), decode_mount(word[0]), word[2], options, origin},
                document.at(line.number));
  });
}

void read_mounts(ParseContext& context) {
  const Document running = context.read("/proc/self/mounts");
  const Document table = context.read("/etc/fstab");
  if (!context.tree() && running.ok()) {
    context.covered(FactId::mount);
    read_mount_table(context, running, "running");
  }
  context.cover(FactId::mount, table, "/etc/fstab");
  if (table.ok()) read_mount_table(context, table, "fstab");
}

void read_modules(ParseContext& context) {
  std::set<std::string, std::less<>> loaded;
  const Document running = context.read("/proc/modules");
  const bool known = !context.tree() && running.ok();
  if (known) {
    context.covered(FactId::kernel_module);
    context.lines(running, [&](const Line& line) {
      const auto word = words(line.text);
      if (!word.empty()) loaded.emplace(word[0]);
    });
  }

  struct Block {
    FactSource source;
  };

  std::map<std::string, Block, std::less<>> blocked;
  std::vector<std::string> paths = context.drop_ins({"/etc/modprobe.d",
                                                     "/run/modprobe.d",
                                                     "/usr/local/lib/modprobe.d",
                                                     "/usr/lib/modprobe.d",
                                                     "/lib/modprobe.d"},
                                                    ".conf");
  paths.insert(paths.begin(), "/etc/modprobe.conf");
  for (const std::string& path : paths) {
    const Document document = context.read(path);
    if (!document.ok()) continue;
    context.covered(FactId::kernel_module);
    for (const LogicalLine& line : logical_lines(context, document)) {
      const auto word = words(before_hash(line.text));
      if (word.size() < 2) continue;
      std::string name{word[1]};
      std::replace(name.begin(), name.end(), '-', '_');
      const bool dead = word[0] == "install" && word.size() > 2 &&
                        (base_name(word[2]) == "true" || base_name(word[2]) == "false");
      if (dead || word[0] == "blacklist")
        blocked.try_emplace(name, Block{document.at(line.number)});
    }
  }
  if (context.tree() && context.list("/etc").state == ReadState::ok) {
    context.covered(FactId::kernel_module);
  }
  if (!context.is_covered(FactId::kernel_module)) {
    context.missing(FactId::kernel_module, missing_reason(running.state, "/proc/modules"));
  }
  for (const auto& [name, block] : blocked) {
    const bool is_loaded = loaded.erase(name) > 0;
    context.add(FactId::kernel_module,
                {name, known ? FactCell{is_loaded ? 1 : 0} : FactCell{}, 1},
                block.source);
  }
  for (const std::string& name : loaded) {
    context.add(FactId::kernel_module, {name, 1, 0}, running.at(0));
  }
}

void read_swap(ParseContext& context) {
  std::set<std::string, std::less<>> encrypted;
  const Document crypt = context.read("/etc/crypttab");
  if (crypt.ok()) {
    context.lines(crypt, [&](const Line& line) {
      const auto word = words(before_hash(line.text));
      if (!word.empty()) encrypted.emplace("/dev/mapper/" + std::string{word[0]});
    });
  }
  const auto state = [&](std::string_view device) -> FactCell {
    if (encrypted.count(device) > 0) return 1;
    // dm-0 and the like may be an encrypted volume under another name.
    if (starts_with(device, "/dev/dm-") || starts_with(device, "/dev/mapper/")) return nullptr;
    return 0;
  };
  const Document running = context.read("/proc/swaps");
  if (!context.tree() && running.ok()) {
    context.covered(FactId::swap_area);
    context.lines(running, [&](const Line& line) {
      const auto word = words(line.text);
      if (line.number == 1 || word.empty()) return;
      context.add(FactId::swap_area, {word[0], state(word[0])}, running.at(line.number));
    });
    return;
  }
  const Document table = context.read("/etc/fstab");
  context.cover(FactId::swap_area, table, "/etc/fstab");
  if (!table.ok()) return;
  context.lines(table, [&](const Line& line) {
    const auto word = words(before_hash(line.text));
    if (word.size() < 3 || word[2] != "swap") return;
    context.add(FactId::swap_area, {word[0], state(word[0])}, table.at(line.number));
  });
}

}  // namespace

void parse_kernel_settings(ParseContext& context) {
  read_sysctl(context);
  read_mounts(context);
  read_modules(context);
  read_swap(context);
}

}  // namespace dengce::evidence
