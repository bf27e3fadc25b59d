// SPDX-License-Identifier: Apache-2.0
// Many hosts at once: the checks of a platform over one set of facts after another, verdicts kept
// compactly.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "check/check_engine.h"

namespace dengce::check {

// One verdict of a host. `reason` points into the bytes it was read from.
struct Verdict {
  int check = 0;
  Status status = Status::unknown;
  std::optional<std::int64_t> source;  // packed, see evidence::FactSet::source
  std::string_view reason;
};

// Appends a verdict; about its reason plus six bytes. Checks must come in rising order.
class VerdictWriter {
 public:
  void add(int check, const Finding& finding);
  [[nodiscard]] std::string take();

 private:
  std::string bytes_;
  int last_ = -1;
};

// data_corrupt if the bytes are not what a VerdictWriter wrote.
Result<std::vector<Verdict>> read_verdicts(std::string_view bytes);

struct BatchOptions {
  int threads = 1;
  EngineOptions engine;
};

// The facts of a host by number; none is an error of that host's own and leaves it out.
using HostFacts = std::function<Result<evidence::FactSet>(std::size_t host)>;
// Takes what a host gave; called from the worker threads, never for one host twice.
using HostVerdicts = std::function<void(std::size_t host, Result<std::string> verdicts)>;

// Runs the checks of the platform over hosts 0 … count - 1. Each thread has its own engine and
// takes the next host when it is free; what a host gives does not depend on the number of threads.
Result<> evaluate_hosts(const CheckSet& checks,
                        std::string_view platform,
                        std::size_t count,
                        const HostFacts& facts,
                        const HostVerdicts& verdicts,
                        const BatchOptions& options = {});

}  // namespace dengce::check
