// SPDX-License-Identifier: Apache-2.0
// Scheduled jobs, hosts.allow and hosts.deny.
#include <algorithm>
#include <array>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

bool is_assignment(std::string_view text) {
  const std::size_t equal = text.find('=');
  if (equal == std::string_view::npos || equal == 0) return false;
  return trim(text.substr(0, equal)).find_first_of(" \t*/@,") == std::string_view::npos;
}

// `owner` empty: the line names its account after the schedule.
void read_crontab(ParseContext& context, const Document& document, const std::string& owner) {
  context.lines(document, [&](const Line& line) {
    std::string_view text = trim(line.text);
    if (text.empty() || text.front() == '#' || is_assignment(text)) return;
    const int count = text.front() == '@' ? 1 : 5;
    std::string schedule;
    for (int i = 0; i < count; ++i) {
      const auto [word, rest] = first_word(text);
      if (!schedule.empty()) schedule += ' ';
      schedule += word;
      text = rest;
    }
    std::string account = owner;
    if (account.empty()) {
      const auto [word, rest] = first_word(text);
      account = word;
      text = rest;
    }
    if (text.empty()) {
      context.problem(document, line.number, "不是正确的定时任务行", line.text);
      return;
    }
    context.add(
        FactId::cron_job, {account, schedule, single_blanks(text)}, document.at(line.number));
  });
}

void read_anacrontab(ParseContext& context, const Document& document) {
  context.lines(document, [&](const Line& line) {
    const std::string_view text = trim(line.text);
    if (text.empty() || text.front() == '#' || is_assignment(text)) return;
    const auto [period, rest] = first_word(text);
    const auto [delay, more] = first_word(rest);
    const auto [name, command] = first_word(more);
    if (command.empty()) return;
    std::string schedule{period};
    if (period == "1") schedule = "daily";
    if (period == "7") schedule = "weekly";
    if (period == "30" || period == "@monthly") schedule = "monthly";
    context.add(
        FactId::cron_job, {"root", schedule, single_blanks(command)}, document.at(line.number));
  });
}

void read_cron_directories(ParseContext& context) {
  if (context.tree()) {
    for (const std::string_view period : {"hourly", "daily", "weekly", "monthly"}) {
      const std::string folder = "/etc/cron." + std::string{period};
      for (const EvidenceName& name : context.list(folder).names) {
        const std::string path = folder + "/" + name.name;
        if (name.directory || name.name.front() == '.' || (context.stat(path).mode & 0111U) == 0) {
          continue;
        }
        context.add(FactId::cron_job, {"root", period, name.name}, context.place(path));
      }
    }
    return;
  }
  const Document table = context.derived("cron-directories");
  if (!table.ok()) return;
  context.covered(FactId::cron_job);
  context.lines(table, [&](const Line& line) {
    const auto part = fields(line.text, 2);
    if (part.size() == 2) {
      context.add(FactId::cron_job, {"root", part[0], part[1]}, table.at(line.number));
    }
  });
}

void read_cron(ParseContext& context) {
  const Document main = context.read("/etc/crontab");
  if (main.ok()) read_crontab(context, main, "");
  for (const EvidenceName& name : context.list("/etc/cron.d").names) {
    if (name.directory || name.name.find('.') != std::string::npos) continue;
    const Document document = context.read("/etc/cron.d/" + name.name);
    if (document.ok()) read_crontab(context, document, "");
  }
  for (const std::string_view folder : {"/var/spool/cron/crontabs", "/var/spool/cron"}) {
    for (const EvidenceName& name : context.list(folder).names) {
      if (name.directory) continue;
      const Document document = context.read(std::string{folder} + "/" + name.name);
      if (document.ok()) read_crontab(context, document, name.name);
    }
  }
  const Document anacron = context.read("/etc/anacrontab");
  if (anacron.ok()) read_anacrontab(context, anacron);
  read_cron_directories(context);
  for (std::uint32_t row = 0; row < context.facts().row_count(FactId::service); ++row) {
    const std::string name{context.text(FactId::service, row, 0)};
    if (!ends_with(name, ".timer") || context.text(FactId::service, row, 1) != "enabled") continue;
    context.add(FactId::cron_job,
                {"root", name, name.substr(0, name.size() - 6) + ".service"},
                context.facts().row_source(FactId::service, row));
  }
  const bool looked = main.ok() || main.state == ReadState::absent;
  if (looked || context.tree()) {
    context.covered(FactId::cron_job);
  } else {
    context.missing(FactId::cron_job, missing_reason(main.state, "/etc/crontab"));
  }
}

// "daemons : clients : options"; an address in brackets keeps its colons.
void read_host_access(ParseContext& context, std::string_view list, const Document& document) {
  for (const LogicalLine& line : logical_lines(context, document)) {
    const std::string_view text = trim(line.text);
    if (text.empty() || text.front() == '#') continue;
    std::vector<std::string> part{""};
    int bracket = 0;
    for (const char c : text) {
      bracket += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ':' && bracket == 0) {
        part.emplace_back();
      } else {
        part.back() += c;
      }
    }
    if (part.size() < 2) {
      context.problem(document, line.number, "不是正确的访问控制行", text);
      continue;
    }
    context.add(FactId::host_access,
                {list, single_blanks(part[0]), single_blanks(part[1])},
                document.at(line.number));
  }
}

}  // namespace

void parse_access(ParseContext& context) {
  read_cron(context);
  const Document allow = context.read("/etc/hosts.allow");
  const Document deny = context.read("/etc/hosts.deny");
  for (const auto& [list, document] : {std::pair{"allow", &allow}, std::pair{"deny", &deny}}) {
    if (document->ok()) read_host_access(context, list, *document);
    if (document->ok() || document->state == ReadState::absent) {
      context.covered(FactId::host_access);
    } else {
      context.missing(FactId::host_access, missing_reason(document->state, document->label));
    }
  }
}

}  // namespace dengce::evidence
