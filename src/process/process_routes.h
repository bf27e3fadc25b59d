// SPDX-License-Identifier: Apache-2.0
// Private to this room: what its routes share.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "access/doors.h"
#include "db/database.h"
#include "http/conditional.h"
#include "http/json_body.h"
#include "portfolio/api_support.h"
#include "process/process.h"
#include "process/stages.h"

namespace dengce::process {

// Everything a route needs; all of it outlives the doors. A handler takes (routes, actor, request).
struct Routes {
  access::Doors& doors;
  db::Database& database;
  const Process& process;
  StaffRoles staff_roles;
  Clock clock = system_now;

  template <class Handler>
  void add(std::string method,
           std::string_view pattern,
           const access::Right& right,
           Handler handler) const {
    doors.add(std::move(method),
              pattern,
              right,
              [routes = *this, handler](const access::Actor& actor, const http::Request& request)
                  -> Result<http::Response> { return handler(routes, actor, request); });
  }

  [[nodiscard]] Day today() const { return shanghai_day(clock()); }
};

void add_progress_routes(const Routes& routes);
void add_stage_routes(const Routes& routes);
void add_internet_test_routes(const Routes& routes);

}  // namespace dengce::process
