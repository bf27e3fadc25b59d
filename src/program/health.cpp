// SPDX-License-Identifier: Apache-2.0
#include "program/health.h"

#include "http/server.h"

namespace dengce::program {
namespace {

http::Response state(const char* word) {
  http::Response out;
  out.body = std::string(R"({"status":")") + word + "\"}";
  return out;
}

}  // namespace

void add_health_routes(access::Doors& doors, db::Database& database, const http::Metrics& metrics) {
  doors.add_open("GET", "/healthz", "存活检查，只答是否在运行", [](const http::Request&) {
    return Result<http::Response>(state("ok"));
  });
  doors.add_open("GET",
                 "/readyz",
                 "就绪检查，只答数据库是否可用",
                 [&database](const http::Request&) -> Result<http::Response> {
                   TRY(database.size_bytes());
                   return state("ready");
                 });
  doors.add_open("GET",
                 "/metrics",
                 "运行计数，只对本机开放，不含业务数据",
                 [&metrics](const http::Request& request) -> Result<http::Response> {
                   if (!http::is_loopback(request.remote_address)) {
                     return fail(ErrorCode::not_found, "没有此地址");
                   }
                   http::Response out;
                   out.content_type = "text/plain; version=0.0.4; charset=utf-8";
                   out.body = metrics.text();
                   return out;
                 });
}

}  // namespace dengce::program
