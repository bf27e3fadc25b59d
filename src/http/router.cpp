// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"

namespace dengce::http {
namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> out;
  for (const std::string_view part : split(path.substr(1), '/')) out.emplace_back(part);
  return out;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

// Number of literal segments when the path fits, for "literal beats {name}".
std::optional<std::size_t> match(const std::vector<std::string>& pattern,
                                 const std::vector<std::string>& path,
                                 Parameters& parameters) {
  std::size_t literals = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string& wanted = pattern[i];
    if (wanted.ends_with("*}")) {
      std::vector<std::string> rest(
          path.begin() + static_cast<std::ptrdiff_t>(std::min(i, path.size())), path.end());
      parameters[wanted.substr(1, wanted.size() - 3)] = join(rest, "/");
      return literals;
    }
    if (i >= path.size()) return std::nullopt;
    if (is_parameter(wanted)) {
      if (path[i].empty()) return std::nullopt;
      parameters[wanted.substr(1, wanted.size() - 2)] = path[i];
    } else if (wanted == path[i]) {
      ++literals;
    } else {
      return std::nullopt;
    }
  }
  return pattern.size() == path.size() ? std::optional(literals) : std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
    out += c;
  }
  return is_valid_utf8(out) ? std::optional(std::move(out)) : std::nullopt;
}

tl::unexpected<Error> bad_target() {
  return fail(ErrorCode::invalid_argument, "请求地址无效");
}

// The route's pattern, not the path: a path may name a person.
Response crashed(const Router::Route& route,
                 const Request& request,
                 const std::exception& exception) {
  fmt::print(stderr, "{} {} {}: {}\n", request.id, request.method, route.pattern, exception.what());
  return problem_response({ErrorCode::internal, "服务内部错误", {}, {}});
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  routes_.push_back(
      {std::move(method), std::string(pattern), segments_of(pattern), std::move(handler), {}, {}});
}

void Router::add_upload(std::string method,
                        std::string_view pattern,
                        std::uint64_t max_bytes,
                        UploadOpener opener) {
  routes_.push_back({std::move(method),
                     std::string(pattern),
                     segments_of(pattern),
                     {},
                     std::move(opener),
                     {max_bytes, false}});
}

bool Router::set_body_rule(std::string_view method,
                           std::string_view pattern,
                           const BodyRule& rule) {
  bool found = false;
  for (Route& route : routes_) {
    if (route.method != method || route.pattern != pattern) continue;
    route.body = rule;
    found = true;
  }
  return found;
}

Router::Found Router::find(Request& request) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const std::vector<std::string> path = segments_of(request.path);
  Found found;
  std::size_t best_literals = 0;
  Parameters best_parameters;
  std::set<std::string> allowed;
  for (const Route& route : routes_) {
    Parameters parameters;
    const auto literals = match(route.segments, path, parameters);
    if (!literals) continue;
    if (route.method != method) {
      allowed.insert(route.method);
      continue;
    }
    if (found.route == nullptr || *literals > best_literals) {
      found.route = &route;
      best_literals = *literals;
      best_parameters = std::move(parameters);
    }
  }
  if (found.route != nullptr) {
    request.parameters = std::move(best_parameters);
  } else if (allowed.empty()) {
    found.refusal = problem_response({ErrorCode::not_found, "没有此地址", {}, {}});
  } else {
    found.refusal = problem_response(
        405, "unsupported", {ErrorCode::unsupported, "此地址不支持该方法", {}, {}});
    found.refusal.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
  }
  return found;
}

Response Router::run(const Route& route, const Request& request) {
  try {
    return route.handler(request);
  } catch (const std::exception& exception) {
    return crashed(route, request, exception);
  }
}

Opened Router::open(const Route& route, const Request& request) {
  try {
    return route.opener(request);
  } catch (const std::exception& exception) {
    return tl::make_unexpected(crashed(route, request, exception));
  }
}

Response Router::handle(Request& request) const {
  Found found = find(request);
  if (found.route == nullptr) return std::move(found.refusal);
  if (!found.route->opener) return run(*found.route, request);
  Opened opened = open(*found.route, request);
  if (!opened) return std::move(opened).error();
  const auto written = (*opened)->write(request.body);
  return written ? (*opened)->finish() : problem_response(written.error());
}

std::optional<Response> wrong_body_type(const Router::Route& route, const Request& request) {
  if (!route.body.json) return std::nullopt;
  const std::string_view type = request.header("content-type");
  if (lower(trim(type.substr(0, type.find(';')))) == "application/json") return std::nullopt;
  return problem_response(
      {ErrorCode::unsupported, "正文须为 application/json（Content-Type）", {}, {}});
}

Result<> parse_target(std::string_view target, Request& request) {
  const std::size_t mark = target.find('?');
  const auto path = decode(target.substr(0, mark), false);
  if (!path || !path->starts_with('/')) return bad_target();
  for (const std::string_view part : split(*path, '/')) {
    if (part == ".." || part == ".") return bad_target();
  }
  request.path = *path;
  if (mark == std::string_view::npos) return {};
  for (const std::string_view pair : split(target.substr(mark + 1), '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const auto name = decode(pair.substr(0, equals), true);
    const auto value =
        equals == std::string_view::npos ? std::string() : decode(pair.substr(equals + 1), true);
    if (!name || !value) return bad_target();
    // Which of two values counts is for nobody to guess.
    if (!request.query.emplace(*name, *value).second) {
      return fail(ErrorCode::invalid_argument, "查询参数重复：" + shorten(*name, 100));
    }
  }
  return {};
}

}  // namespace dengce::http
