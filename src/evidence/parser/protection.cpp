// SPDX-License-Identifier: Apache-2.0
// Mandatory access control, malware protection, boot chain, signs of backup.
#include <algorithm>
#include <array>
#include <map>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

// Value of a setting row written before, with its source.
std::string setting(const ParseContext& context,
                    std::string_view program,
                    std::string_view key,
                    FactSource& source) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::setting); ++row) {
    if (context.text(FactId::setting, row, 0) != program) continue;
    if (context.text(FactId::setting, row, 2) != key) continue;
    source = context.facts().row_source(FactId::setting, row);
    return std::string{context.text(FactId::setting, row, 3)};
  }
  return {};
}

FactCell unit_enabled(const ParseContext& context, std::string_view unit) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::service); ++row) {
    if (context.text(FactId::service, row, 0) == unit) {
      return context.text(FactId::service, row, 1) == "enabled" ? 1 : 0;
    }
  }
  return nullptr;
}

// Kernel parameters given at boot: /proc/cmdline of the running host, else the boot loader's file.
std::string kernel_line(ParseContext& context, FactSource& source) {
  if (!context.tree()) {
    const Document running = context.read("/proc/cmdline");
    if (running.ok()) {
      source = running.at(1);
      return running.text;
    }
  }
  return setting(context, "grub", "GRUB_CMDLINE_LINUX", source) + " " +
         setting(context, "grub", "GRUB_CMDLINE_LINUX_DEFAULT", source);
}

bool has_word(std::string_view text, std::string_view wanted) {
  for (const std::string_view word : words(text)) {
    if (word == wanted) return true;
  }
  return false;
}

void read_selinux(ParseContext& context) {
  FactSource configured_at;
  std::string configured = lower(setting(context, "selinux_config", "SELINUX", configured_at));
  const std::string type = setting(context, "selinux_config", "SELINUXTYPE", configured_at);
  FactSource line_at;
  const std::string kernel = kernel_line(context, line_at);
  if (has_word(kernel, "selinux=0")) configured = "disabled";
  if (has_word(kernel, "enforcing=0") && configured == "enforcing") configured = "permissive";
  std::string state;
  FactSource source = configured_at;
  const Document answer = context.command("sestatus", "sestatus");
  const Document mode = context.command("getenforce", "getenforce");
  if (answer.ok() && answer.exit_code == 0) {
    source = answer.at(1);
    context.lines(answer, [&](const Line& line) {
      const std::size_t colon = line.text.find(':');
      if (colon == std::string_view::npos) return;
      const std::string key = lower(trim(line.text.substr(0, colon)));
      const std::string value = lower(trim(line.text.substr(colon + 1)));
      if (key == "selinux status" && value == "disabled") state = "disabled";
      if (key == "current mode") {
        state = value;
        source = answer.at(line.number);
      }
    });
  } else if (mode.ok() && mode.exit_code == 0) {
    source = mode.at(1);
    state = lower(trim(mode.text));
  } else {
    const Document kernel_file = context.read("/sys/fs/selinux/enforce");
    if (kernel_file.ok() && !context.tree()) {
      source = kernel_file.at(1);
      state = trim(kernel_file.text) == "1" ? "enforcing" : "permissive";
    } else if (context.tree() && !configured.empty()) {
      state = configured;
    }
  }
  const Document config = context.read("/etc/selinux/config");
  const bool proven_absent = config.state == ReadState::absent &&
                             (context.tree() || (answer.state == ReadState::not_installed &&
                                                 mode.state == ReadState::not_installed));
  if (state.empty() && proven_absent) state = "absent";
  // Configured but not seen running: the state stays unknown, the configuration is a fact.
  if (state.empty() && configured.empty()) return;
  context.covered(FactId::access_control);
  context.add(FactId::access_control,
              {"selinux", or_null(state), or_null(configured), or_null(type)},
              source);
}

void read_apparmor(ParseContext& context) {
  std::string state;
  std::string enforce;
  FactSource source;
  const Document answer = context.command("aa-status", "aa-status");
  if (answer.ok()) {
    source = answer.at(1);
    context.lines(answer, [&](const Line& line) {
      const auto word = words(line.text);
      if (line.text.find("profiles are in enforce mode") != std::string_view::npos) {
        enforce = word[0];
        source = answer.at(line.number);
      }
      if (line.text.find("module is loaded") != std::string_view::npos) state = "enabled";
    });
    if (!enforce.empty() && enforce != "0") state = "enforcing";
    if (answer.exit_code != 0 && state.empty()) state = "disabled";
  }
  if (state.empty()) {
    const Document parameter = context.read("/sys/module/apparmor/parameters/enabled");
    if (!context.tree() && parameter.ok()) {
      source = parameter.at(1);
      state = starts_with(trim(parameter.text), "Y") ? "enabled" : "disabled";
    }
  }
  FactSource line_at;
  const std::string kernel = kernel_line(context, line_at);
  const bool off = has_word(kernel, "apparmor=0");
  const std::optional<bool> parser = context.program_present("apparmor_parser");
  const FactCell unit = unit_enabled(context, "apparmor.service");
  std::string configured;
  if (!unit.is_null()) configured = unit.integer == 1 && !off ? "enabled" : "disabled";
  if (state.empty() && context.tree() && parser.has_value()) {
    state = !*parser ? "absent" : configured == "enabled" ? "enabled" : "disabled";
    source = context.place("/usr/sbin/apparmor_parser");
  }
  if (state.empty() && answer.state == ReadState::not_installed &&
      parser == std::optional<bool>{false}) {
    state = "absent";
  }
  if (state.empty()) return;
  context.covered(FactId::access_control);
  context.add(
      FactId::access_control, {"apparmor", state, or_null(configured), or_null(enforce)}, source);
}

struct Product {
  std::string_view name;
  std::array<std::string_view, 3> paths;
  std::array<std::string_view, 3> units;
};

// Where the vendors install and how their services are called; for trees.
constexpr std::array products{
    Product{"clamav",
            {"/usr/sbin/clamd", "/usr/bin/clamscan", "/usr/bin/clamdscan"},
            {"clamav-daemon.service", "clamd@scan.service", "clamd.service"}},
    Product{"360", {"/opt/360safe", "/opt/360epp", "/opt/360"}, {"360safed.service"}},
    Product{"qianxin", {"/opt/qaxsafe", "/opt/qianxin", "/opt/qax"}, {"qaxsafed.service"}},
    Product{"rising", {"/opt/rising", "/opt/RisingSoftware", "/opt/rav"}, {}},
    Product{
        "sangfor", {"/sf/edr", "/opt/sangfor/edr"}, {"edr_agent.service", "eps_services.service"}},
    Product{"asiainfo", {"/opt/ds_agent", "/opt/asiainfo"}, {"ds_agent.service"}},
    Product{"qingteng", {"/titan/agent"}, {}},
    Product{"huorong", {"/opt/huorong", "/opt/apps/com.huorong.esm"}, {}},
    Product{"huawei-hss", {"/usr/local/hostguard", "/usr/local/uniagent"}, {"hostguard.service"}},
    Product{"aliyun-aegis", {"/usr/local/aegis"}, {"aegis.service"}},
    Product{"tencent-yunjing", {"/usr/local/qcloud/YunJing"}, {}},
    Product{"kylin-defender",
            {"/usr/bin/ksc-defender", "/usr/share/ksc-defender"},
            {"ksc-defender.service"}},
    Product{"deepin-defender", {"/usr/bin/deepin-defender"}, {}},
    Product{"kaspersky", {"/opt/kaspersky/kesl"}, {"kesl.service", "kesl-supervisor.service"}},
    Product{"sophos",
            {"/opt/sophos-av", "/opt/sophos-spl"},
            {"sav-protect.service", "sophos-spl.service"}},
    Product{"eset", {"/opt/eset/efs", "/opt/eset/esets"}, {"efs.service"}},
    Product{"trendmicro", {"/opt/TrendMicro"}, {"splx.service"}},
    Product{"falcon-sensor", {"/opt/CrowdStrike"}, {"falcon-sensor.service"}},
    Product{"mdatp", {"/opt/microsoft/mdatp"}, {"mdatp.service"}},
    Product{"drweb", {"/opt/drweb.com"}, {"drweb-configd.service"}},
};

void read_tree_product(ParseContext& context, const Product& product) {
  bool installed = false;
  FactSource source;
  for (const std::string_view path : product.paths) {
    if (path.empty() || context.stat(path).state != ReadState::ok) continue;
    installed = true;
    source = context.place(path);
    break;
  }
  FactCell enabled;
  if (installed) {
    for (const std::string_view unit : product.units) {
      if (unit.empty()) continue;
      const FactCell state = unit_enabled(context, unit);
      if (!state.is_null() && (enabled.is_null() || state.integer == 1)) enabled = state;
    }
    if (enabled.is_null() && !product.units[0].empty() && context.is_covered(FactId::service)) {
      enabled = 0;
    }
  }
  FactCell day;
  if (installed && product.name == "clamav") {
    for (const char* base :
         {"/var/lib/clamav/daily.cld", "/var/lib/clamav/daily.cvd", "/var/lib/clamav/main.cvd"}) {
      const EvidenceStat status = context.stat(base);
      if (status.state == ReadState::ok && (day.is_null() || status.modified_day > day.integer)) {
        day = status.modified_day;
      }
    }
  }
  context.add(
      FactId::malware_protection, {product.name, installed ? 1 : 0, nullptr, enabled, day}, source);
}

void read_malware(ParseContext& context) {
  if (context.tree()) {
    if (!context.is_covered(FactId::program)) {
      context.missing(FactId::malware_protection, "文件树中没有程序目录");
      return;
    }
    context.covered(FactId::malware_protection);
    for (const Product& product : products) read_tree_product(context, product);
    return;
  }
  const Document table = context.derived("malware-products");
  context.cover(FactId::malware_protection, table);
  if (!table.ok()) return;
  context.lines(table, [&](const Line& line) {
    const auto part = fields(line.text, 5);
    if (part.size() != 5) return;
    context.add(
        FactId::malware_protection,
        {part[0], parse_int(part[1]), parse_int(part[2]), parse_int(part[3]), parse_int(part[4])},
        table.at(line.number));
  });
}

// In a tree only what files decide: the boot loader's password and kernel parameters.
void read_tree_boot(ParseContext& context) {
  FactSource source;
  const std::string kernel = kernel_line(context, source);
  std::string grub;
  FactSource grub_at;
  for (const char* path : {"/boot/grub/grub.cfg",
                           "/boot/grub2/grub.cfg",
                           "/boot/grub2/user.cfg",
                           "/boot/grub/custom.cfg",
                           "/etc/grub.d/40_custom",
                           "/etc/grub.d/01_users"}) {
    const Document document = context.read(path);
    if (document.state == ReadState::denied && grub != "yes") grub = "denied";
    if (!document.ok()) continue;
    if (grub.empty()) {
      grub = "no";
      grub_at = document.at(0);
    }
    context.lines(document, [&](const Line& line) {
      const auto word = words(line.text);
      // The branch of the generated file that reads user.cfg names the variable only.
      const bool rule = word.size() > 2 &&
                        (word[0] == "password" || word[0] == "password_pbkdf2") &&
                        word[2].front() != '$';
      const bool user = starts_with(line.text, "GRUB2_PASSWORD=") && line.text.size() > 15;
      if (grub == "yes" || (!rule && !user)) return;
      grub = "yes";
      grub_at = document.at(line.number);
    });
  }
  if (grub == "yes" || grub == "no") {
    context.covered(FactId::trusted_boot);
    context.add(FactId::trusted_boot, {"grub_password", grub}, grub_at);
  }
  const Document file = context.read("/etc/default/grub");
  if (!file.ok()) {
    context.missing(FactId::trusted_boot, "文件树中没有引导程序的配置");
    return;
  }
  context.covered(FactId::trusted_boot);
  std::string ima = "none";
  std::string lockdown = "none";
  for (const std::string_view word : words(kernel)) {
    if (word == "ima_tcb" || word == "ima_policy=tcb") ima = "tcb";
    if (starts_with(word, "ima_policy=") && word != "ima_policy=tcb") ima = "custom";
    if (starts_with(word, "lockdown=")) lockdown = word.substr(9);
  }
  if (context.read("/etc/ima/ima-policy").ok()) ima = "custom";
  context.add(FactId::trusted_boot, {"ima_policy", ima}, source);
  context.add(FactId::trusted_boot, {"kernel_lockdown", lockdown}, source);
  const bool enforced =
      has_word(kernel, "module.sig_enforce=1") || has_word(kernel, "module.sig_enforce");
  context.add(FactId::trusted_boot, {"module_signature", enforced ? "yes" : "no"}, source);
}

// Tables of "a|b|c" lines that go into a fact table as they are.
void copy_table(ParseContext& context, FactId table, std::string_view id, std::size_t count) {
  const Document document = context.derived(id);
  context.cover(table, document);
  if (!document.ok()) return;
  context.lines(document, [&](const Line& line) {
    const auto part = fields(line.text, count);
    if (part.size() != count) return;
    if (count == 2) {
      context.add(table, {part[0], part[1]}, document.at(line.number));
    } else {
      context.add(table, {part[0], part[1], or_null(part[2])}, document.at(line.number));
    }
  });
}

// "SecureBoot enabled" of mokutil, where the firmware's own variable could not be read.
void read_secure_boot_answer(ParseContext& context) {
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::trusted_boot); ++row) {
    if (context.text(FactId::trusted_boot, row, 0) == "secure_boot") return;
  }
  const Document answer = context.command("mokutil", "mokutil");
  if (!answer.ok()) return;
  const bool on = answer.text.find("SecureBoot enabled") != std::string::npos;
  if (!on && answer.text.find("SecureBoot disabled") == std::string::npos) return;
  context.covered(FactId::trusted_boot);
  context.add(FactId::trusted_boot, {"secure_boot", on ? "enabled" : "disabled"}, answer.at(1));
}

bool copies_data(std::string_view command) {
  constexpr std::array<std::string_view, 14> tools{"rsync",
                                                   "rsnapshot",
                                                   "borg",
                                                   "restic",
                                                   "duplicity",
                                                   "mysqldump",
                                                   "pg_dump",
                                                   "dump",
                                                   "tar",
                                                   "bacula",
                                                   "xtrabackup",
                                                   "rclone",
                                                   "mongodump",
                                                   "expdp"};
  for (const std::string_view word : words(command)) {
    const std::string name = lower(base_name(word));
    if (name.find("backup") != std::string::npos) return true;
    if (std::find(tools.begin(), tools.end(), name) != tools.end()) return true;
  }
  return false;
}

void read_backup(ParseContext& context) {
  if (context.tree()) {
    if (context.is_covered(FactId::program)) context.covered(FactId::backup_sign);
    for (const std::string_view tool :
         {"borg", "restic", "duplicity", "rsnapshot", "bacula-fd", "bareos-fd"}) {
      if (context.program_present(tool).value_or(false)) {
        context.add(FactId::backup_sign, {"tool", tool, nullptr});
      }
    }
    for (const std::string_view tool : {"keepalived", "corosync", "pacemakerd", "drbdadm"}) {
      if (!context.program_present(tool).value_or(false)) continue;
      context.add(FactId::backup_sign, {"replication", tool, "installed"});
    }
  } else {
    copy_table(context, FactId::backup_sign, "backup-signs", 3);
  }
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::cron_job); ++row) {
    const std::string command{context.text(FactId::cron_job, row, 2)};
    // The distribution's own copy of the package list is no backup of data.
    if (!copies_data(command) || command.find("dpkg") != std::string::npos) continue;
    const std::string schedule{context.text(FactId::cron_job, row, 1)};
    context.add(FactId::backup_sign,
                {"job", command, schedule},
                context.facts().row_source(FactId::cron_job, row));
  }
}

}  // namespace

void parse_protection(ParseContext& context) {
  read_selinux(context);
  read_apparmor(context);
  if (!context.is_covered(FactId::access_control)) {
    context.missing(FactId::access_control, "没有 SELinux 或 AppArmor 的状态与配置");
  }
  read_malware(context);
  if (context.tree()) {
    read_tree_boot(context);
  } else {
    copy_table(context, FactId::trusted_boot, "trusted-boot", 2);
    read_secure_boot_answer(context);
  }
  read_backup(context);
}

}  // namespace dengce::evidence
