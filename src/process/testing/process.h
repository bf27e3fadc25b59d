// SPDX-License-Identifier: Apache-2.0
// For tests of this room: the process of content/.
#pragma once

#include "base/clock.h"
#include "base/content.h"
#include "process/process.h"

namespace dengce::process::test {

inline const Process& real_process() {
  static const Process process =
      load_process(Content::from_directory(DENGCE_SOURCE_DIR "/content").value()).value();
  return process;
}

inline Day day(const char* text) {
  return *parse_day(text);
}

}  // namespace dengce::process::test
