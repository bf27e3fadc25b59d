// SPDX-License-Identifier: Apache-2.0
// Audit rules (auditctl -l, else the rules files) and the state of the kernel audit.
#include <map>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

struct Rule {
  std::string kind = "control";
  std::string path;
  std::string permissions;
  std::string syscalls;
  std::string key;
};

void take_field(Rule& rule, std::string_view field) {
  const std::size_t equal = field.find('=');
  if (equal == std::string_view::npos) return;
  std::string_view name = field.substr(0, equal);
  if (ends_with(name, "!") || ends_with(name, "<") || ends_with(name, ">") ||
      ends_with(name, "&")) {
    return;
  }
  const std::string value{field.substr(equal + 1)};
  if (name == "path" || name == "dir") rule.path = value;
  if (name == "perm") rule.permissions = value;
  if (name == "key") rule.key = value;
}

Rule read_rule(const std::vector<std::string>& word) {
  Rule rule;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool more = i + 1 < word.size();
    if (word[i] == "-w" && more) {
      rule.kind = "watch";
      rule.path = word[++i];
    } else if ((word[i] == "-a" || word[i] == "-A") && more) {
      rule.kind = "syscall";
      ++i;
    } else if (word[i] == "-p" && more) {
      rule.permissions = word[++i];
    } else if (word[i] == "-k" && more) {
      rule.key = word[++i];
    } else if (word[i] == "-S" && more) {
      for (const std::string_view name : split(word[++i], ',')) {
        if (rule.syscalls.empty()) rule.syscalls = ",";
        rule.syscalls.append(name).append(",");
      }
    } else if (word[i] == "-F" && more) {
      take_field(rule, word[++i]);
    }
  }
  if (rule.kind == "watch" && rule.permissions.empty()) rule.permissions = "rwxa";
  return rule;
}

struct Status {
  std::string value;
  FactSource source;
};

// Gives false where the text is no rule.
bool add_rule(ParseContext& context,
              const Document& document,
              const Line& line,
              std::string_view origin) {
  const std::string_view text = trim(line.text);
  if (text.empty() || text.front() == '#') return true;
  if (text.front() != '-') return false;
  const std::vector<std::string> word = quoted_words(text);
  const Rule rule = read_rule(word);
  context.add(FactId::audit_rule,
              {rule.kind,
               or_null(rule.path),
               or_null(rule.permissions),
               or_null(rule.syscalls),
               or_null(rule.key),
               single_blanks(text),
               origin},
              document.at(line.number));
  return true;
}

// Options of control lines in the rules files that say what the state will be.
void take_control(const Document& document,
                  const Line& line,
                  std::map<std::string, Status>& status) {
  const auto word = words(line.text);
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    const std::string value{word[i + 1]};
    if (word[i] == "-e") status["enabled"] = {value, document.at(line.number)};
    if (word[i] == "-f") status["failure"] = {value, document.at(line.number)};
    if (word[i] == "-b") status["backlog_limit"] = {value, document.at(line.number)};
  }
}

// rules.d is what augenrules loads; audit.rules is what is loaded where there is no rules.d.
std::vector<std::string> rule_files(ParseContext& context) {
  std::vector<std::string> files = context.glob("/etc/audit/rules.d/*.rules");
  if (files.empty()) files.emplace_back("/etc/audit/audit.rules");
  return files;
}

void read_files(ParseContext& context, bool rules, std::map<std::string, Status>& status) {
  for (const std::string& path : rule_files(context)) {
    const Document document = context.read(path);
    if (!document.ok()) {
      if (document.state != ReadState::absent) {
        context.missing(FactId::audit_rule, missing_reason(document.state, path));
      }
      continue;
    }
    if (rules) context.covered(FactId::audit_rule);
    context.lines(document, [&](const Line& line) {
      if (rules && !add_rule(context, document, line, "file")) {
        context.problem(document, line.number, "不是审计规则", line.text);
      }
      if (!starts_with(trim(line.text), "#")) take_control(document, line, status);
    });
  }
}

void read_running_status(ParseContext& context,
                         const Document& document,
                         const std::map<std::string, Status>& files) {
  context.lines(document, [&](const Line& line) {
    const auto word = words(line.text);
    // Old versions answer in one line: AUDIT_STATUS: enabled=1 flag=1 pid=…
    for (const std::string_view each : word) {
      const std::size_t equal = each.find('=');
      if (equal == std::string_view::npos) continue;
      context.add(FactId::audit_status,
                  {each.substr(0, equal), each.substr(equal + 1), "running"},
                  document.at(line.number));
    }
    if (word.size() == 2 && word[0].find('=') == std::string_view::npos) {
      context.add(FactId::audit_status, {word[0], word[1], "running"}, document.at(line.number));
    }
  });
  const auto locked = files.find("enabled");
  if (locked != files.end() && locked->second.value == "2") {
    context.add(FactId::audit_status, {"enabled", "2", "file"}, locked->second.source);
  }
}

// No auditd on the host and no rules: absence is proven.
bool proven_absent(const ParseContext& context) {
  return context.program_present("auditd") == std::optional<bool>{false} &&
         context.program_present("auditctl").value_or(false) == false;
}

}  // namespace

void parse_audit(ParseContext& context) {
  const Document running = context.command("audit-rules", "auditctl");
  const bool answered = running.ok() && running.exit_code == 0;
  std::map<std::string, Status> status;
  if (answered) {
    context.covered(FactId::audit_rule);
    context.lines(running, [&](const Line& line) {
      if (starts_with(line.text, "No rules")) return;
      if (!add_rule(context, running, line, "running")) {
        context.problem(running, line.number, "不是审计规则", line.text);
      }
    });
  }
  read_files(context, !answered, status);
  const Document state = context.command("audit-status", "auditctl");
  if (state.ok() && state.exit_code == 0) {
    context.covered(FactId::audit_status);
    read_running_status(context, state, status);
  } else {
    for (const auto& [name, item] : status) {
      context.add(FactId::audit_status, {name, item.value, "file"}, item.source);
    }
    if (context.is_covered(FactId::audit_rule)) context.covered(FactId::audit_status);
  }
  if (proven_absent(context)) {
    context.covered(FactId::audit_rule);
    context.covered(FactId::audit_status);
  }
  const EvidenceList folder = context.list("/etc/audit");
  if (context.tree() && folder.state == ReadState::ok) {
    context.covered(FactId::audit_rule);
    context.covered(FactId::audit_status);
  }
  for (const FactId table : {FactId::audit_rule, FactId::audit_status}) {
    if (!context.is_covered(table)) {
      context.missing(table,
                      missing_reason(running.state, "command:auditctl") + "，也没有审计规则文件");
    }
  }
}

}  // namespace dengce::evidence
