// SPDX-License-Identifier: Apache-2.0
// Readers of the two syslog daemons' own languages; each writes log_target rows.
#pragma once

#include <string>

#include "evidence/parse_context.h"

namespace dengce::evidence {

// One destination in the words of the fact table; an empty kind is none.
struct LogTarget {
  std::string kind;
  std::string target;
  std::string protocol;
};

inline constexpr int max_syslog_files = 200;  // of one configuration, includes counted

// rsyslog, both the old syntax and RainerScript; syslog.conf is a part of the old one.
void read_rsyslog(ParseContext& context, const Document& main);

void read_syslog_ng(ParseContext& context, const Document& main);

}  // namespace dengce::evidence
