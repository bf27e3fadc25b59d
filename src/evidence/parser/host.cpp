// SPDX-License-Identifier: Apache-2.0
// The host itself: os-release, uname, name, day of the collection.
#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

bool in_family(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 6> debian_ids{
    "debian", "ubuntu", "deepin", "kali", "linuxmint", "ubuntukylin"};
constexpr std::array<std::string_view, 15> rhel_ids{"rhel",
                                                    "centos",
                                                    "rocky",
                                                    "almalinux",
                                                    "fedora",
                                                    "openEuler",
                                                    "anolis",
                                                    "opencloudos",
                                                    "ol",
                                                    "oracle",
                                                    "hce",
                                                    "tencentos",
                                                    "euleros",
                                                    "bclinux",
                                                    "redhat"};

// Kylin and UOS are made in both families under one ID: the package manager tells.
std::string_view family_by_packages(ParseContext& context) {
  if (context.command("packages-rpm", "rpm").ok()) return "rhel";
  if (context.command("packages-dpkg", "dpkg-query").ok()) return "debian";
  if (context.list("/var/lib/dpkg").state == ReadState::ok) return "debian";
  if (context.list("/var/lib/rpm").state == ReadState::ok ||
      context.list("/usr/lib/sysimage/rpm").state == ReadState::ok ||
      context.list("/etc/yum.repos.d").state == ReadState::ok) {
    return "rhel";
  }
  if (context.read("/etc/pam.d/common-auth").ok()) return "debian";
  return context.read("/etc/pam.d/system-auth").ok() ? "rhel" : "other";
}

std::string_view family(ParseContext& context, std::string_view id, std::string_view like) {
  if (in_family(debian_ids, id)) return "debian";
  if (in_family(rhel_ids, id)) return "rhel";
  for (const std::string_view word : words(like)) {
    if (in_family(debian_ids, word)) return "debian";
    if (in_family(rhel_ids, word)) return "rhel";
  }
  return id == "kylin" || id == "uos" ? family_by_packages(context) : "other";
}

// "CentOS release 6.10 (Final)" of systems older than os-release.
void read_release_text(std::string_view text,
                       std::map<std::string, std::string, std::less<>>& out) {
  const std::string first = single_blanks(text);
  const std::string low = lower(first);
  out["PRETTY_NAME"] = first;
  out["ID"] = starts_with(low, "centos")    ? "centos"
              : starts_with(low, "red hat") ? "rhel"
                                            : "other";
  for (const std::string_view word : words(first)) {
    if (word.front() >= '0' && word.front() <= '9') {
      out["VERSION_ID"] = std::string{word};
      return;
    }
  }
}

}  // namespace

void parse_host(ParseContext& context) {
  std::map<std::string, std::string, std::less<>> release;
  const Document document = context.read_first({"/etc/os-release", "/usr/lib/os-release"});
  Document from = document;
  if (document.ok()) {
    context.lines(document, [&](const Line& line) {
      const std::string_view text = trim(line.text);
      const std::size_t equal = text.find('=');
      if (text.empty() || text.front() == '#' || equal == std::string_view::npos) return;
      release.insert_or_assign(std::string{text.substr(0, equal)},
                               std::string{unquoted(trim(text.substr(equal + 1)))});
    });
  } else {
    from = context.read_first({"/etc/redhat-release", "/etc/system-release"});
    if (from.ok()) {
      Lines lines{from.text};
      const auto line = lines.next();
      if (line) read_release_text(line->text.substr(0, 300), release);
    }
  }
  const Document uname = context.command("uname", "uname");
  std::string_view kernel;
  std::string_view architecture;
  if (uname.ok()) {
    const std::string_view text = uname.text;
    const auto word = words(text.substr(0, text.find('\n')));
    if (word.size() >= 3) {
      kernel = word[1];
      architecture = word[2];
    }
  }
  const Document virt = context.command("virtualization", "systemd-detect-virt");
  const std::string virtualization =
      virt.ok() ? std::string{trim(std::string_view{virt.text}.substr(0, virt.text.find('\n')))}
                : "";
  context.covered(FactId::host);
  context.add(FactId::host,
              {context.info().target,
               or_null(release["ID"]),
               family(context, release["ID"], release["ID_LIKE"]),
               or_null(release["VERSION_ID"]),
               or_null(release["PRETTY_NAME"]),
               or_null(kernel),
               or_null(architecture),
               or_null(virtualization),
               context.info().collected.number,
               context.tree() ? "tree" : "live"},
              from.ok() ? from.at(1) : FactSource{});
}

}  // namespace dengce::evidence
