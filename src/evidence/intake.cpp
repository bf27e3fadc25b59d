// SPDX-License-Identifier: Apache-2.0
#include "evidence/intake.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "evidence/linux_facts.h"
#include "evidence/tree.h"

namespace dengce::evidence {
namespace {

namespace fs = std::filesystem;

struct KnownFile {
  std::string_view name;
  std::string_view path;     // where it stands on a host
  std::string_view program;  // that it configures, where checks ask for it
};

// Bare files that tell by their name what they are.
constexpr std::array known_files{
    KnownFile{"passwd", "/etc/passwd"},
    KnownFile{"group", "/etc/group"},
    KnownFile{"login.defs", "/etc/login.defs"},
    KnownFile{"sshd_config", "/etc/ssh/sshd_config", "sshd"},
    KnownFile{"sudoers", "/etc/sudoers", "sudo"},
    KnownFile{"profile", "/etc/profile"},
    KnownFile{"bashrc", "/etc/bashrc"},
    KnownFile{"bash.bashrc", "/etc/bash.bashrc"},
    KnownFile{"sysctl.conf", "/etc/sysctl.conf"},
    KnownFile{"fstab", "/etc/fstab"},
    KnownFile{"limits.conf", "/etc/security/limits.conf"},
    KnownFile{"pwquality.conf", "/etc/security/pwquality.conf"},
    KnownFile{"faillock.conf", "/etc/security/faillock.conf"},
    KnownFile{"system-auth", "/etc/pam.d/system-auth"},
    KnownFile{"password-auth", "/etc/pam.d/password-auth"},
    KnownFile{"common-auth", "/etc/pam.d/common-auth"},
    KnownFile{"common-password", "/etc/pam.d/common-password"},
    KnownFile{"common-account", "/etc/pam.d/common-account"},
    KnownFile{"auditd.conf", "/etc/audit/auditd.conf", "auditd"},
    KnownFile{"audit.rules", "/etc/audit/audit.rules", "auditd"},
    KnownFile{"journald.conf", "/etc/systemd/journald.conf"},
    KnownFile{"rsyslog.conf", "/etc/rsyslog.conf", "rsyslogd"},
    KnownFile{"syslog-ng.conf", "/etc/syslog-ng/syslog-ng.conf"},
    KnownFile{"logrotate.conf", "/etc/logrotate.conf", "logrotate"},
    KnownFile{"chrony.conf", "/etc/chrony.conf"},
    KnownFile{"ntp.conf", "/etc/ntp.conf"},
    KnownFile{"timesyncd.conf", "/etc/systemd/timesyncd.conf"},
    KnownFile{"hosts.allow", "/etc/hosts.allow"},
    KnownFile{"hosts.deny", "/etc/hosts.deny"},
    KnownFile{"crontab", "/etc/crontab"},
};

tl::unexpected<Error> refuse(ErrorCode code, const fs::path& path, std::string reason) {
  std::string message = path.string() + ":" + reason;
  return fail(code, std::move(message), {Problem{path.string(), 0, "", std::move(reason)}});
}

// The path stands before the problems of a bundle, whose own paths lie inside it.
Error named(Error error, const fs::path& path) {
  error.message = path.string() + ":" + error.message;
  return error;
}

Result<Evidence> from_bundle(Result<Bundle> bundle, const fs::path& path) {
  if (!bundle) return tl::make_unexpected(named(std::move(bundle).error(), path));
  Evidence evidence;
  evidence.source = std::move(bundle->source);
  evidence.manifest = std::move(bundle->manifest);
  evidence.sha256 = std::move(bundle->sha256);
  evidence.sm3 = std::move(bundle->sm3);
  return evidence;
}

bool is_archive(std::string_view bytes) {
  const bool gzip = bytes.size() > 2 && bytes[0] == '\x1F' && bytes[1] == '\x8B';
  const bool zip = bytes.substr(0, 4) == std::string_view{"PK\x03\x04", 4} ||
                   bytes.substr(0, 4) == std::string_view{"PK\x05\x06", 4};
  const bool tar = bytes.size() > 262 && bytes.substr(257, 5) == "ustar";
  return gzip || zip || tar;
}

bool has_archive_name(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".tar.gz") || name.ends_with(".tgz") || name.ends_with(".zip") ||
         name.ends_with(".tar");
}

Result<Evidence> open_directory(const fs::path& path, const IntakeOptions& options) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path / "manifest.json", error))) {
    return from_bundle(read_bundle_directory(path), path);
  }
  if (!fs::is_directory(fs::symlink_status(path / "etc", error))) {
    const bool empty = fs::is_empty(path, error);
    if (error) return refuse(ErrorCode::permission_denied, path, "无权读取该目录");
    if (empty) return refuse(ErrorCode::failed_precondition, path, "目录为空，没有可评估的内容");
    return refuse(ErrorCode::invalid_argument,
                  path,
                  "既不是证据包目录（缺少 manifest.json），也不是系统文件树（缺少 etc 目录）");
  }
  auto tree = TreeSource::open(path, options.today);
  if (!tree) return tl::make_unexpected(std::move(tree).error());
  Evidence evidence;
  evidence.form = EvidenceForm::tree;
  evidence.source = *std::move(tree);
  return evidence;
}

Result<Evidence> open_bare(const fs::path& path, std::string bytes, const IntakeOptions& options) {
  const std::string name = path.filename().string();
  const auto known = std::find_if(known_files.begin(),
                                  known_files.end(),
                                  [&](const KnownFile& file) { return file.name == name; });
  if (known == known_files.end()) {
    return refuse(ErrorCode::unsupported, path, "不认识的配置文件名，无法确定解析方式");
  }
  EvidenceInfo info;
  info.target = name;
  info.collected = options.today;
  info.configures = known->program;
  auto source = std::make_unique<MemorySource>(std::move(info));
  source->add_file(std::string{known->path}, std::move(bytes));
  Evidence evidence;
  evidence.form = EvidenceForm::file;
  evidence.source = std::move(source);
  return evidence;
}

}  // namespace

bool platform_known(std::string_view platform) {
  return platform == "linux";
}

Result<Evidence> open_evidence(const fs::path& path, const IntakeOptions& options) {
  if (!options.platform.empty() && !platform_known(options.platform)) {
    return refuse(ErrorCode::unsupported, path, "不支持的平台：" + options.platform);
  }
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return refuse(ErrorCode::not_found, path, "文件或目录不存在");
  }
  if (error) return refuse(ErrorCode::permission_denied, path, "无法访问");
  if (fs::is_directory(status)) return open_directory(path, options);
  if (!fs::is_regular_file(status)) {
    return refuse(ErrorCode::invalid_argument, path, "不是普通文件或目录");
  }
  auto bytes = read_file(path);
  if (!bytes) return tl::make_unexpected(std::move(bytes).error());
  if (is_archive(*bytes) || has_archive_name(path)) {
    return from_bundle(read_bundle(path.string(), *bytes), path);
  }
  if (options.platform.empty()) {
    return refuse(
        ErrorCode::invalid_argument, path, "不是证据包；单个配置文件须用 --platform 指明平台");
  }
  if (bytes->size() > EvidenceSource::max_file_bytes) {
    return refuse(ErrorCode::too_large, path, "文件过大");
  }
  return open_bare(path, *std::move(bytes), options);
}

Result<FactSet> parse_evidence(const EvidenceSource& source) {
  return parse_linux(source);
}

}  // namespace dengce::evidence
