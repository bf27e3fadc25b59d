// SPDX-License-Identifier: Apache-2.0
// HTTP resources of files: resumable uploads (tus), handing in, list, content, deletion.
#pragma once

#include "access/doors.h"
#include "file/uploads.h"

namespace dengce::file {

// All arguments outlive the doors.
void add_file_routes(access::Doors& doors,
                     db::Database& database,
                     const Vault& vault,
                     Uploads& uploads,
                     Clock clock = system_now);

}  // namespace dengce::file
