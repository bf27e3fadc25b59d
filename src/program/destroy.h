// SPDX-License-Identifier: Apache-2.0
// Destruction of a system's evidence and assessments, with a certificate.
#pragma once

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/content.h"
#include "base/result.h"
#include "program/data_directory.h"

namespace dengce::program {

struct DestructionOrder {
  std::string system;  // name or id; empty: everything whose retention has ended
  std::string reason;
  std::string approved_by;
};

struct Destruction {
  std::string number;  // of the certificate
  std::string system;  // its name
  std::size_t things = 0;
  std::size_t kept = 0;
};

// Deletes, overwrites and writes the certificate. The certificate's SM3 stands in the audit chain,
// in the transaction that deletes. failed_precondition when there is nothing to destroy.
Result<Destruction> destroy(Installation& installation,
                            const Content& content,
                            const DestructionOrder& order,
                            const std::filesystem::path& certificate,
                            Clock clock = system_now);

}  // namespace dengce::program
