// SPDX-License-Identifier: Apache-2.0
// The built page, compiled into the program, as static files.
#pragma once

#include "access/doors.h"

namespace dengce::program {

// Any path below / that is no API path; unknown paths without a dot give index.html, so that
// addresses of the page can be opened directly.
void add_page_routes(access::Doors& doors);

}  // namespace dengce::program
