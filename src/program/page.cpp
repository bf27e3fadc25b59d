// SPDX-License-Identifier: Apache-2.0
#include "program/page.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/content.h"
#include "base/digest.h"

namespace dengce::program {
namespace {

using Type = std::pair<std::string_view, std::string_view>;

constexpr std::array<Type, 9> types{{{".html", "text/html; charset=utf-8"},
                                     {".js", "text/javascript; charset=utf-8"},
                                     {".css", "text/css; charset=utf-8"},
                                     {".svg", "image/svg+xml"},
                                     {".png", "image/png"},
                                     {".ico", "image/x-icon"},
                                     {".json", "application/json; charset=utf-8"},
                                     {".woff2", "font/woff2"},
                                     {".txt", "text/plain; charset=utf-8"}}};

std::string_view type_of(std::string_view path) {
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

http::Response file(const http::Request& request, const std::string& path) {
  const std::string_view bytes = compiled_in("web/" + path);
  const bool page_address = path.rfind('.') == std::string::npos;
  if (bytes.empty() && page_address && path != "index.html") return file(request, "index.html");
  if (bytes.empty()) {
    return http::problem_response({ErrorCode::not_found, "没有此文件", {}, {}});
  }
  http::Response response;
  const std::string tag = "\"" + sha256_hex(bytes).substr(0, 32) + "\"";
  response.headers.emplace_back("ETag", tag);
  // Names under assets/ carry a digest of their content and never change.
  response.headers.emplace_back(
      "Cache-Control",
      path.starts_with("assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.if_none_match == tag) {
    response.status = 304;
    return response;
  }
  response.content_type = type_of(path);
  response.body = bytes;
  return response;
}

}  // namespace

void add_page_routes(access::Doors& doors) {
  doors.add_open(
      "GET", "/api/{rest*}", "没有的接口地址", [](const http::Request&) -> Result<http::Response> {
        return fail(ErrorCode::not_found, "没有此地址");
      });
  doors.add_open("GET",
                 "/{path*}",
                 "页面的静态文件，不含数据",
                 [](const http::Request& request) -> Result<http::Response> {
                   const std::string& path = request.parameters.at("path");
                   return file(request, path.empty() ? "index.html" : path);
                 });
}

}  // namespace dengce::program
