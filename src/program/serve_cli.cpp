// SPDX-License-Identifier: Apache-2.0
#include "program/serve_cli.h"

#include <fmt/format.h>
#include <syslog.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "access/audit_forward.h"
#include "access/seal.h"
#include "base/json_writer.h"
#include "http/server.h"
#include "program/platform.h"
#include "program/settings.h"
#include "program/sign_in_options.h"

namespace dengce::program {
namespace {

struct ServeOptions {
  std::filesystem::path config;
  Place place;
  std::string listen = "127.0.0.1:8080";
  std::vector<std::string> hosts;
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  bool tls_self_signed = false;
  std::filesystem::path heads;
  std::string syslog;
  std::filesystem::path syslog_authority;
  std::size_t workers = 8;
  double requests_per_second = 50;
  bool log_requests = false;
  SignInOptions sign_in;
};

void add_options(CLI::App& command, ServeOptions& options) {
  command.add_option("--config", options.config, "配置文件（YAML），命令行与环境变量优先于它");
  add_place_options(command, options.place);
  command.add_option("--listen", options.listen, "监听地址（地址:端口，端口 0 为任选）")
      ->capture_default_str();
  command.add_option("--host", options.hosts, "浏览器中使用的主机名，可以有几个");
  command.add_option("--tls-certificate", options.tls_certificate, "TLS 证书（PEM，可含证书链）");
  command.add_option("--tls-key", options.tls_key, "TLS 私钥（PEM）");
  command.add_flag(
      "--tls-self-signed", options.tls_self_signed, "没有证书时在数据目录旁生成自签名证书并使用");
  command.add_option(
      "--heads", options.heads, "审计封印的库外文件，默认在数据目录旁（目录名.heads）");
  command.add_option(
      "--syslog",
      options.syslog,
      "把审计记录转发到日志服务器（tls://主机:端口，或保护网内 tcp://主机:端口；RFC 5424）");
  command.add_option("--syslog-authority",
                     options.syslog_authority,
                     "日志服务器证书的颁发者（PEM），默认用系统信任的颁发者");
  command.add_option("--workers", options.workers, "处理请求的线程数")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command
      .add_option("--requests-per-second",
                  options.requests_per_second,
                  "每个客户端每秒的请求数上限，0 为不限")
      ->check(CLI::Range(0.0, 100000.0))
      ->capture_default_str();
  command.add_flag("--log-requests", options.log_requests, "每个请求在标准错误输出记一行 JSON");
  add_sign_in_options(command, options.sign_in);
}

// A machine's address is not given to the network in the clear.
Result<std::optional<http::TlsFiles>> tls_of(const ServeOptions& options,
                                             const http::Endpoint& endpoint) {
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    return fail(ErrorCode::invalid_argument, "--tls-certificate 与 --tls-key 须一起给出");
  }
  if (!options.tls_certificate.empty()) {
    return std::optional(http::TlsFiles{options.tls_certificate, options.tls_key});
  }
  if (!options.tls_self_signed) {
    if (http::is_loopback(endpoint.address)) return std::optional<http::TlsFiles>();
    return fail(ErrorCode::invalid_argument,
                "不在本机回环地址上监听时必须使用 TLS：请给出 --tls-certificate 和 --tls-key，"
                "或 --tls-self-signed：" +
                    options.listen);
  }
  const std::string base = (options.place.data / "").parent_path().string();
  http::TlsFiles files{base + ".crt", base + ".tls-key"};
  std::error_code error;
  if (!std::filesystem::exists(files.certificate, error)) {
    std::vector<std::string> names = options.hosts;
    names.push_back(endpoint.address);
    TRY(make_self_signed(files, names));
  }
  TRY_ASSIGN(const std::string fingerprint, http::certificate_fingerprint(files.certificate));
  fmt::print("自签名证书：{}\nSHA-256 指纹：{}\n", files.certificate.string(), fingerprint);
  return std::optional(std::move(files));
}

void log_request(const http::AccessRecord& record) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("time", format_instant(system_now())).member("id", record.id);
  json.member("method", record.method).member("route", record.pattern);
  json.member("status", std::int64_t{record.status});
  json.member("us", static_cast<std::int64_t>(record.duration.count())).end_object();
  fmt::print(stderr, "{}\n", line);
}

access::SealerOptions sealer_options(const ServeOptions& options) {
  access::SealerOptions out;
  out.heads_file =
      options.heads.empty() ? access::default_heads_file(options.place.data) : options.heads;
  out.log = [](const std::string& line) {
    ::syslog(LOG_AUTHPRIV | LOG_NOTICE, "%s", line.c_str());
  };
  out.failed = [](const Error& error) { report_error(error); };
  return out;
}

Result<std::optional<access::ForwarderOptions>> forwarder_options(const ServeOptions& options) {
  if (options.syslog.empty()) return std::optional<access::ForwarderOptions>();
  access::ForwarderOptions out;
  TRY_ASSIGN(out.server, http::parse_syslog_server(options.syslog));
  out.server.authority = options.syslog_authority;
  out.target = options.syslog;
  out.failed = [](const Error& error) { report_error(error); };
  return std::optional(std::move(out));
}

Result<> serve(const Command& command,
               const ServeOptions& options,
               const std::vector<Setting>& settings) {
  TRY_ASSIGN(const http::Endpoint endpoint, http::parse_endpoint(options.listen));
  TRY_ASSIGN(const auto tls, tls_of(options, endpoint));
  TRY_ASSIGN(auto forwarding, forwarder_options(options));
  TRY_ASSIGN(SignInPlaces places, open_sign_in_places(options.sign_in));
  TRY_ASSIGN(Content content, command.content());
  TRY_ASSIGN(const auto platform,
             Platform::build(std::move(content), options.place, std::move(places)));
  platform->show_settings({DENGCE_VERSION, options.syslog, settings});
  http::ServerOptions server_options;
  server_options.address = endpoint.address;
  server_options.port = endpoint.port;
  server_options.host_names = options.hosts;
  server_options.tls = tls;
  server_options.workers = options.workers;
  server_options.requests_per_second = options.requests_per_second;
  server_options.request_burst = options.requests_per_second * 4;
  server_options.metrics = &platform->metrics();
  server_options.on_error = [](const Error& error) { report_error(error); };
  if (options.log_requests) server_options.on_access = log_request;
  TRY_ASSIGN(http::Server server, http::Server::listen(server_options, platform->router()));
  const Installation& installation = platform->installation();
  const access::Sealer sealer(
      platform->installation().database, installation.vault, sealer_options(options));
  std::unique_ptr<access::AuditForwarder> forwarder;
  if (forwarding) {
    forwarder = std::make_unique<access::AuditForwarder>(platform->installation().database,
                                                         std::move(*forwarding));
  }
  platform->start_jobs();
  const bool six = endpoint.address.find(':') != std::string::npos;
  fmt::print("页面：{}://{}:{}/ （Ctrl+C 结束）\n",
             tls ? "https" : "http",
             six ? "[" + endpoint.address + "]" : endpoint.address,
             server.port());
  std::fflush(stdout);
  server.run();
  return {};
}

// The command's own parser, once more with what environment and file add.
int run_settled(CLI::App& app,
                ServeOptions& options,
                const std::function<Result<>(const std::vector<Setting>&)>& run) {
  const auto settings = settle(app, options.config);
  if (!settings) return report_error(settings.error());
  const auto done = run(*settings);
  return done ? static_cast<int>(exit_ok) : report_error(done.error());
}

}  // namespace

void add_serve_command(CLI::App& app, Command& command) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* serve_app = app.add_subcommand("serve", "提供页面与接口");
  add_options(*serve_app, *options);
  serve_app->callback([options, serve_app, &command] {
    command.run = [options, serve_app, &command] {
      return run_settled(*serve_app, *options, [&](const std::vector<Setting>& settings) {
        return serve(command, *options, settings);
      });
    };
  });
}

void add_config_command(CLI::App& app, Command& command) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* config = app.add_subcommand("config", "配置");
  config->require_subcommand(1);
  CLI::App* show = config->add_subcommand("show", "显示 dengce serve 将使用的各项配置及其来源");
  add_options(*show, *options);
  show->callback([options, show, &command] {
    command.run = [options, show] {
      const auto settings = settle(*show, options->config);
      if (!settings) return report_error(settings.error());
      for (const Setting& one : *settings) {
        fmt::print("{}: {}  # {}\n", one.name, one.value, one.source);
      }
      return static_cast<int>(exit_ok);
    };
  });
}

}  // namespace dengce::program
