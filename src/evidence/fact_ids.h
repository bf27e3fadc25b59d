// SPDX-License-Identifier: Apache-2.0
// The fact tables as numbers: FactId::x is the position of table "x" in fact_tables().
#pragma once

#include <cstdint>

namespace dengce::evidence {

enum class FactId : std::uint8_t {
  host,
  account,
  account_password,
  user_group,
  group_member,
  last_login,
  login_defs,
  pam_rule,
  password_quality,
  lockout,
  sshd_setting,
  sudo_rule,
  sudo_default,
  shell_setting,
  file_mode,
  special_file,
  service,
  socket,
  process,
  program,
  package,
  package_update,
  update_state,
  sysctl_setting,
  mount,
  setting,
  audit_rule,
  audit_status,
  log_target,
  log_rotation,
  log_span,
  time_source,
  time_state,
  firewall_state,
  firewall_rule,
  access_control,
  malware_protection,
  trusted_boot,
  cron_job,
  host_access,
  kernel_module,
  swap_area,
  block_device,
  network_address,
  backup_sign,
  coverage,
  parse_problem,
};

inline constexpr int fact_id_count = static_cast<int>(FactId::parse_problem) + 1;

constexpr int index_of(FactId id) {
  return static_cast<int>(id);
}

}  // namespace dengce::evidence
