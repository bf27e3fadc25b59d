// SPDX-License-Identifier: Apache-2.0
// Everything a server is made of, built in the order in which the parts need each other.
#pragma once

#include <memory>

#include "access/doors.h"
#include "base/content.h"
#include "base/result.h"
#include "http/metrics.h"
#include "http/router.h"
#include "program/data_directory.h"
#include "program/settings_api.h"
#include "program/sign_in_options.h"

namespace dengce::program {

class Platform {
 public:
  // Loads and checks the content, opens the installation, registers every route.
  static Result<std::unique_ptr<Platform>> build(Content content,
                                                 const Place& place,
                                                 SignInPlaces places = {});

  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  ~Platform();

  [[nodiscard]] const http::Router& router() const;
  [[nodiscard]] const access::Doors& doors() const;
  [[nodiscard]] http::Metrics& metrics();
  [[nodiscard]] Installation& installation();
  // What GET /api/settings shows; before the first request.
  void show_settings(RunningWith running);
  // Begins to work off jobs; they end with the platform.
  void start_jobs();

 private:
  struct Parts;
  explicit Platform(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace dengce::program
