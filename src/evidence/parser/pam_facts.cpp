// SPDX-License-Identifier: Apache-2.0
// PAM rules, and what follows from them: password quality and lockout in force.
#include <algorithm>
#include <array>
#include <map>

#include "evidence/parser/forms.h"
#include "evidence/parser/pam.h"

namespace dengce::evidence {
namespace {

struct Setting {
  std::string value;
  std::string_view origin;  // argument, file, default
  FactSource source;
};

using Settings = std::map<std::string, Setting, std::less<>>;

struct Default {
  std::string_view key;
  std::string_view value;
};

// Built-in values: libpwquality 1.4, Linux-PAM 1.3/1.5.
constexpr std::array pwquality_defaults{
    Default{"minlen", "8"},
    Default{"dcredit", "0"},
    Default{"ucredit", "0"},
    Default{"lcredit", "0"},
    Default{"ocredit", "0"},
    Default{"minclass", "0"},
    Default{"maxrepeat", "0"},
    Default{"difok", "1"},
    Default{"retry", "1"},
    Default{"usercheck", "1"},
    Default{"dictcheck", "1"},
    Default{"enforce_for_root", "0"},
    Default{"enforcing", "1"},
};
// libpwquality 1.2, as in the release 7 family.
constexpr std::array old_pwquality_defaults{
    Default{"minlen", "9"},
    Default{"dcredit", "1"},
    Default{"ucredit", "1"},
    Default{"lcredit", "1"},
    Default{"ocredit", "1"},
    Default{"difok", "5"},
};
constexpr std::array cracklib_defaults{
    Default{"minlen", "9"},
    Default{"dcredit", "1"},
    Default{"ucredit", "1"},
    Default{"lcredit", "1"},
    Default{"ocredit", "1"},
    Default{"minclass", "0"},
    Default{"maxrepeat", "0"},
    Default{"difok", "5"},
    Default{"retry", "1"},
    Default{"usercheck", "0"},
    Default{"dictcheck", "1"},
    Default{"enforce_for_root", "0"},
};
constexpr std::array faillock_defaults{
    Default{"deny", "3"},
    Default{"unlock_time", "600"},
    Default{"fail_interval", "900"},
    Default{"even_deny_root", "0"},
};
constexpr std::array tally_defaults{
    Default{"deny", "0"},
    Default{"unlock_time", "never"},
    Default{"even_deny_root", "0"},
};

template <std::size_t N>
void set_defaults(Settings& settings, const std::array<Default, N>& defaults, FactSource source) {
  for (const Default& item : defaults) {
    settings.insert_or_assign(std::string{item.key},
                              Setting{std::string{item.value}, "default", source});
  }
}

// key = value lines of pwquality.conf, faillock.conf, pwhistory.conf; a bare key is a flag.
void read_conf(ParseContext& context, std::string_view path, Settings& settings) {
  const Document document = context.read(path);
  if (!document.ok()) return;
  context.lines(document, [&](const Line& line) {
    const std::string_view text = trim(before_hash(line.text));
    if (text.empty()) return;
    const std::size_t equal = text.find('=');
    const std::string_view key = trim(text.substr(0, equal));
    const std::string_view value =
        equal == std::string_view::npos ? "1" : trim(text.substr(equal + 1));
    settings.insert_or_assign(std::string{key},
                              Setting{std::string{value}, "file", document.at(line.number)});
  });
}

void read_arguments(const PamRule& rule, Settings& settings) {
  for (const std::string& argument : rule.arguments) {
    const std::size_t equal = argument.find('=');
    const std::string key = argument.substr(0, equal);
    const std::string value = equal == std::string::npos ? "1" : argument.substr(equal + 1);
    settings.insert_or_assign(key, Setting{value, "argument", rule.source});
  }
}

const PamRule* find_module(const PamStack* stack, std::string_view module) {
  if (stack == nullptr) return nullptr;
  for (const PamRule& rule : *stack) {
    if (rule.module == module) return &rule;
  }
  return nullptr;
}

// The stack that decides on new passwords.
const PamStack* password_stack(const PamStacks& stacks) {
  for (const std::string_view service :
       {"passwd", "common-password", "system-auth", "password-auth", "other"}) {
    if (const PamStack* stack = stacks.find(service, "password")) return stack;
  }
  return nullptr;
}

bool release_seven(const ParseContext& context) {
  return context.text(FactId::host, 0, 2) == "rhel" &&
         starts_with(context.text(FactId::host, 0, 3), "7") &&
         (context.text(FactId::host, 0, 1) == "rhel" ||
          context.text(FactId::host, 0, 1) == "centos");
}

// min=N0,N1,N2,N3,N4 of pam_passwdqc: fewest characters for one class, two, a phrase, three, four.
void derive_passwdqc(Settings& settings, FactSource source) {
  const auto found = settings.find("min");
  const std::string text = found == settings.end() ? "disabled,24,11,8,7" : found->second.value;
  const std::string_view origin = found == settings.end() ? "default" : found->second.origin;
  const auto part = split(text, ',');
  constexpr std::array<std::pair<std::size_t, int>, 4> places{{{0, 1}, {1, 2}, {3, 3}, {4, 4}}};
  std::optional<std::int64_t> least;
  int classes = 0;
  for (const auto& [position, count] : places) {
    if (position >= part.size()) continue;
    const auto length = parse_int(part[position]);
    if (!length) continue;
    if (classes == 0) classes = count;
    if (!least || *length < *least) least = length;
  }
  if (least) settings["minlen"] = {std::to_string(*least), origin, source};
  if (classes > 0) settings["minclass"] = {std::to_string(classes), origin, source};
}

void add_history(ParseContext& context, const PamStack* stack, Settings& settings) {
  settings.erase("remember");
  if (const PamRule* rule = find_module(stack, "pam_pwhistory.so")) {
    Settings history;
    history["remember"] = {"10", "default", rule->source};
    read_conf(context, rule->argument("conf").value_or("/etc/security/pwhistory.conf"), history);
    read_arguments(*rule, history);
    settings["remember"] = history["remember"];
    return;
  }
  const PamRule* unix_rule = find_module(stack, "pam_unix.so");
  const auto remember = unix_rule == nullptr ? std::nullopt : unix_rule->argument("remember");
  settings["remember"] =
      remember ? Setting{*remember, "argument", unix_rule->source}
               : Setting{"0", "default", unix_rule == nullptr ? FactSource{} : unix_rule->source};
}

void add_hash(const ParseContext& context, const PamStack* stack, Settings& settings) {
  const PamRule* rule = find_module(stack, "pam_unix.so");
  if (rule == nullptr) return;
  for (const std::string_view scheme :
       {"sm3", "gost_yescrypt", "yescrypt", "blowfish", "sha512", "sha256", "bigcrypt", "md5"}) {
    if (rule->argument(scheme)) {
      settings["hash"] = {std::string{scheme}, "argument", rule->source};
      return;
    }
  }
  // Without an option the module asks login.defs.
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::login_defs); ++row) {
    if (context.text(FactId::login_defs, row, 0) != "ENCRYPT_METHOD") continue;
    settings["hash"] = {lower(context.text(FactId::login_defs, row, 1)),
                        "file",
                        context.facts().row_source(FactId::login_defs, row)};
    return;
  }
  settings["hash"] = {"des", "default", rule->source};
}

void add_nullok(const PamStacks& stacks, Settings& settings) {
  settings.erase("nullok");
  for (const auto& [service, by_type] : stacks.services()) {
    const auto stack = by_type.find("auth");
    if (stack == by_type.end()) continue;
    for (const PamRule& rule : stack->second) {
      if (rule.module != "pam_unix.so") continue;
      const bool accepts = rule.argument("nullok") || rule.argument("nullok_secure");
      if (accepts || settings.count("nullok") == 0) {
        settings["nullok"] = {accepts ? "1" : "0", accepts ? "argument" : "default", rule.source};
      }
      if (accepts) return;
    }
  }
}

void write_quality(ParseContext& context, const PamStacks& stacks) {
  const PamStack* stack = password_stack(stacks);
  if (stack == nullptr) {
    context.missing(FactId::password_quality, "PAM 中没有 password 规则");
    return;
  }
  context.covered(FactId::password_quality);
  constexpr std::array<std::string_view, 3> modules{
      "pam_pwquality", "pam_cracklib", "pam_passwdqc"};
  const PamRule* rule = nullptr;
  Settings settings;
  std::string_view module = "none";
  for (const std::string_view name : modules) {
    rule = find_module(stack, std::string{name} + ".so");
    if (rule == nullptr) continue;
    module = name;
    break;
  }
  if (module == "pam_pwquality") {
    set_defaults(settings, pwquality_defaults, rule->source);
    if (release_seven(context)) set_defaults(settings, old_pwquality_defaults, rule->source);
    // The library reads the drop-ins first: the main file is the later word.
    for (const std::string& path : context.drop_ins({"/etc/security/pwquality.conf.d"}, ".conf")) {
      read_conf(context, path, settings);
    }
    read_conf(context, "/etc/security/pwquality.conf", settings);
    read_arguments(*rule, settings);
  } else if (module == "pam_cracklib") {
    set_defaults(settings, cracklib_defaults, rule->source);
    read_arguments(*rule, settings);
    if (settings.count("reject_username") > 0) settings["usercheck"] = settings["reject_username"];
  } else if (module == "pam_passwdqc") {
    read_arguments(*rule, settings);
    derive_passwdqc(settings, rule->source);
    const auto enforce = settings.find("enforce");
    const bool root = enforce == settings.end() || enforce->second.value == "everyone";
    settings["enforce_for_root"] = {
        root ? "1" : "0", enforce == settings.end() ? "default" : "argument", rule->source};
  }
  add_history(context, stack, settings);
  add_hash(context, stack, settings);
  add_nullok(stacks, settings);
  context.add(FactId::password_quality,
              {"module", module, rule == nullptr ? "default" : "argument"},
              rule == nullptr ? stack->front().source : rule->source);
  constexpr std::array<std::string_view, 20> known{
      "minlen",           "dcredit", "ucredit", "lcredit",          "ocredit",     "minclass",
      "maxrepeat",        "difok",   "retry",   "enforce_for_root", "usercheck",   "dictcheck",
      "remember",         "hash",    "nullok",  "enforcing",        "maxsequence", "maxclassrepeat",
      "local_users_only", "min"};
  for (const std::string_view key : known) {
    const auto found = settings.find(key);
    if (found == settings.end()) continue;
    context.add(FactId::password_quality,
                {key, found->second.value, found->second.origin},
                found->second.source);
  }
}

struct Lockout {
  std::string_view module = "none";
  Settings settings;
  FactSource source;
};

Lockout faillock_of(ParseContext& context, const PamStack& stack) {
  Lockout lockout;
  const PamRule* first = nullptr;
  bool counts = false;
  for (const PamRule& rule : stack) {
    if (rule.module != "pam_faillock.so") continue;
    if (first == nullptr) {
      first = &rule;
      set_defaults(lockout.settings, faillock_defaults, rule.source);
      read_conf(
          context, rule.argument("conf").value_or("/etc/security/faillock.conf"), lockout.settings);
    }
    // Only the line called with authfail writes failures down.
    counts = counts || rule.argument("authfail");
    for (const std::string& argument : rule.arguments) {
      const std::size_t equal = argument.find('=');
      const std::string key = argument.substr(0, equal);
      const auto found = lockout.settings.find(key);
      if (found != lockout.settings.end() && found->second.origin == "argument") continue;
      const std::string value = equal == std::string::npos ? "1" : argument.substr(equal + 1);
      lockout.settings.insert_or_assign(key, Setting{value, "argument", rule.source});
    }
  }
  if (first == nullptr || !counts) return {};
  lockout.module = "pam_faillock";
  lockout.source = first->source;
  return lockout;
}

Lockout lockout_of(ParseContext& context, const PamStack& stack) {
  if (find_module(&stack, "pam_faillock.so") != nullptr) {
    Lockout lockout = faillock_of(context, stack);
    if (lockout.module != "none") return lockout;
  }
  for (const std::string_view module : {"pam_tally2", "pam_tally"}) {
    const PamRule* rule = find_module(&stack, std::string{module} + ".so");
    if (rule == nullptr) continue;
    Lockout lockout;
    lockout.module = module;
    lockout.source = rule->source;
    set_defaults(lockout.settings, tally_defaults, rule->source);
    read_arguments(*rule, lockout.settings);
    return lockout;
  }
  Lockout none;
  none.source = stack.front().source;
  return none;
}

void write_lockout(ParseContext& context, const PamStacks& stacks) {
  context.covered(FactId::lockout);
  for (const std::string_view service :
       {"sshd", "login", "common-auth", "system-auth", "password-auth"}) {
    const PamStack* stack = stacks.find(service, "auth");
    if (stack == nullptr) continue;
    Lockout lockout = lockout_of(context, *stack);
    context.add(
        FactId::lockout,
        {service, "module", lockout.module, lockout.module == "none" ? "default" : "argument"},
        lockout.source);
    if (lockout.module == "none") continue;
    if (lockout.settings.count("root_unlock_time") == 0) {
      Setting same = lockout.settings["unlock_time"];
      lockout.settings["root_unlock_time"] = std::move(same);
    }
    for (const std::string_view key :
         {"deny", "unlock_time", "fail_interval", "even_deny_root", "root_unlock_time"}) {
      const auto found = lockout.settings.find(key);
      if (found == lockout.settings.end()) continue;
      context.add(FactId::lockout,
                  {service, key, found->second.value, found->second.origin},
                  found->second.source);
    }
  }
}

}  // namespace

void parse_pam(ParseContext& context) {
  const PamStacks stacks = PamStacks::read(context);
  if (!stacks.readable()) {
    for (const FactId table : {FactId::pam_rule, FactId::password_quality, FactId::lockout}) {
      context.missing(table, stacks.reason());
    }
    return;
  }
  context.covered(FactId::pam_rule);
  for (const auto& [service, by_type] : stacks.services()) {
    for (const auto& [type, stack] : by_type) {
      int position = 0;
      for (const PamRule& rule : stack) {
        context.add(
            FactId::pam_rule,
            {service, type, rule.control, rule.module, join(rule.arguments, " "), ++position},
            rule.source);
      }
    }
  }
  write_quality(context, stacks);
  write_lockout(context, stacks);
}

}  // namespace dengce::evidence
