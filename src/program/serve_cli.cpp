// SPDX-License-Identifier: Apache-2.0
#include "program/serve_cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "assessment/assessment_api.h"
#include "assessment/knowledge.h"
#include "http/server.h"
#include "program/data_directory.h"
#include "program/document_api.h"
#include "program/page.h"

namespace dengce::program {
namespace {

struct ServeOptions {
  std::filesystem::path data;
  std::string listen = "127.0.0.1:8080";
};

// Builds the parts in the order in which they need each other, serves, takes them down in reverse.
Result<> serve(const Command& command, const ServeOptions& options) {
  TRY_ASSIGN(const http::Endpoint endpoint, http::parse_endpoint(options.listen));
  if (!http::is_loopback(endpoint.address)) {
    return fail(ErrorCode::permission_denied,
                "在账户功能完成之前，只能监听本机回环地址（127.0.0.1 或 ::1）：" + options.listen);
  }
  TRY_ASSIGN(const Content content, command.content());
  TRY_ASSIGN(const assessment::Knowledge knowledge, assessment::Knowledge::load(content));
  TRY_ASSIGN(db::Database database, open_data(options.data, Missing::refuse));
  assessment::SnapshotCache snapshots(database);
  DocumentMaker documents(database, content);
  http::Router router;
  assessment::add_assessment_routes(router, database, knowledge, snapshots);
  add_document_routes(router, snapshots, documents);
  add_page_routes(router);
  http::ServerOptions server_options;
  server_options.address = endpoint.address;
  server_options.port = endpoint.port;
  TRY_ASSIGN(http::Server server, http::Server::listen(server_options, router));
  const bool six = endpoint.address.find(':') != std::string::npos;
  fmt::print("页面：http://{}:{}/ （Ctrl+C 结束）\n",
             six ? "[" + endpoint.address + "]" : endpoint.address,
             server.port());
  std::fflush(stdout);
  server.run();
  return {};
}

}  // namespace

void add_serve_command(CLI::App& app, Command& command) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* serve_app = app.add_subcommand("serve", "在本机回环地址上提供页面与接口");
  serve_app->add_option("--data", options->data, "数据目录")->required();
  serve_app->add_option("--listen", options->listen, "监听地址（地址:端口，端口 0 为任选）")
      ->capture_default_str();
  serve_app->callback([options, &command] {
    command.run = [options, &command] {
      const auto done = serve(command, *options);
      return done ? static_cast<int>(exit_ok) : report_error(done.error());
    };
  });
}

}  // namespace dengce::program
