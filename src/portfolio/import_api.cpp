// SPDX-License-Identifier: Apache-2.0
#include "portfolio/import_api.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "portfolio/api_support.h"
#include "portfolio/export.h"
#include "portfolio/import_json.h"
#include "portfolio/imports.h"

namespace dengce::portfolio {
namespace {

using access::Actor;
using http::Request;
using http::Response;

constexpr std::uint64_t max_file_bytes = 32U << 20;
const http::PageRules import_rules{{"-created"}, {"noun", "state"}};
const http::PageRules problem_rules{{"line"}, {}, 1};
const std::vector<std::string_view> import_nouns{
    "system", "filing", "asset", "data_item", "contact"};

struct ImportRoutes {
  ImportDesk desk;
  db::Database& database;
  Clock clock;
};

Response file_response(SheetFormat format, const std::string& name, std::string bytes) {
  Response response;
  response.content_type = content_type(format);
  response.headers.emplace_back("Content-Disposition", http::attachment_header(name));
  response.body = std::move(bytes);
  return response;
}

Response view_response(const ImportView& view, int status = 200) {
  std::string body;
  JsonWriter json(body);
  write_import(json, view.row, &view);
  Response response = json_response(std::move(body), status);
  http::set_version(response, view.row.version);
  return response;
}

Result<Response> view_result(const Result<ImportView>& view, int status = 200) {
  if (!view) return tl::make_unexpected(view.error());
  return view_response(*view, status);
}

// "asset.xlsx"
Result<Response> get_template(const ImportRoutes& routes,
                              const Actor& actor,
                              const Request& request) {
  const std::string& file = path_id(request, "file");
  const auto dot = file.rfind('.');
  const std::string kind = dot == std::string::npos ? std::string() : file.substr(dot + 1);
  if (kind != "xlsx" && kind != "csv") return fail(ErrorCode::not_found, "没有此模板");
  const std::string noun = file.substr(0, dot);
  TRY(routes.desk.readable(actor, noun));
  TRY_ASSIGN(const ImportForm* form, routes.desk.forms().form(noun));
  const SheetFormat format = kind == "csv" ? SheetFormat::csv : SheetFormat::xlsx;
  TRY_ASSIGN(SheetFile made, import_template(*form, format));
  return file_response(format, made.name, std::move(made.bytes));
}

Result<Response> post_import(const ImportRoutes& routes,
                             const Actor& actor,
                             const Request& request) {
  std::vector<Problem> problems;
  NewImport input;
  for (const auto& [name, value] : request.query) {
    if (name == "noun") {
      input.noun = value;
    } else if (name == "file_name") {
      input.file_name = value;
    } else if (name == "sheet") {
      input.sheet = value;
    } else {
      problems.push_back({{}, 0, name, "没有此参数"});
    }
  }
  if (std::find(import_nouns.begin(), import_nouns.end(), input.noun) == import_nouns.end()) {
    problems.push_back({{}, 0, "noun", "应为 system、filing、asset、data_item 或 contact"});
  }
  if (trim(input.file_name).empty()) problems.push_back({{}, 0, "file_name", "必填"});
  if (!problems.empty()) {
    return fail(ErrorCode::invalid_argument, "请求参数有误", std::move(problems));
  }
  input.bytes = request.body;
  return view_result(routes.desk.take_in(actor, input), 201);
}

Result<Response> put_mapping(const ImportRoutes& routes,
                             const Actor& actor,
                             const Request& request) {
  http::JsonBody body(request.body);
  ImportMapping mapping;
  http::JsonObject columns = body.object("mapping");
  for (const std::string& column : columns.names()) {
    const auto field = columns.maybe_text(column, 100, http::Null::allowed);
    const auto index = parse_int(column);
    if (!index || *index < 0 || std::to_string(*index) != column) {
      columns.problem(column, "应为列的序号");
    } else if (field.value) {
      mapping[static_cast<std::size_t>(*index)] = *field.value;
    }
  }
  ImportDefaults defaults;
  if (auto given = body.maybe_object("defaults", http::Null::allowed); given.value) {
    for (const char* name : {"class", "team_id", "system_id"}) {
      const auto value = given.value->maybe_text(name, 100, http::Null::allowed);
      if (value.value) defaults[name] = *value.value;
    }
  }
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return view_result(
        routes.desk.map_columns(actor, path_id(request), version, mapping, defaults));
  });
}

Result<Response> post_apply(const ImportRoutes& routes,
                            const Actor& actor,
                            const Request& request) {
  const http::JsonBody body(request.body);
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) {
    return view_result(routes.desk.apply(actor, path_id(request), version));
  });
}

Result<Response> post_undo(const ImportRoutes& routes, const Actor& actor, const Request& request) {
  const http::JsonBody body(request.body);
  TRY(body.finish());
  return http::with_version(request, [&](std::int64_t version) -> Result<Response> {
    TRY_ASSIGN(const UndoneImport undone, routes.desk.undo(actor, path_id(request), version));
    return json_response(to_json(undone));
  });
}

Result<Response> get_imports(const ImportRoutes& routes,
                             const Actor& actor,
                             const Request& request) {
  TRY_ASSIGN(const http::PageQuery query, http::page_query(request, import_rules));
  TRY_ASSIGN(const auto page, routes.desk.list(actor, query));
  return page_response(page,
                       [](JsonWriter& json, const ImportRow& row) { write_import(json, row); });
}

// The place in the list is the key: a line may have several problems.
Result<Response> get_problems(const ImportRoutes& routes,
                              const Actor& actor,
                              const Request& request) {
  TRY_ASSIGN(const http::PageQuery query, http::page_query(request, problem_rules));
  std::int64_t from = 0;
  if (!query.after.empty()) {
    const auto* place = std::get_if<std::int64_t>(query.after.data());
    if (place == nullptr || *place < 0) {
      return fail(ErrorCode::invalid_argument,
                  "查询参数无效",
                  {Problem{{}, 0, "after", "翻页标记无效，或与当前排序不符"}});
    }
    from = *place;
  }
  TRY_ASSIGN(auto problems, routes.desk.problems(actor, path_id(request)));
  if (query.descending) std::reverse(problems.begin(), problems.end());
  Page<RowProblem> page;
  page.total = static_cast<std::int64_t>(problems.size());
  const std::int64_t end = std::min(page.total, from + query.limit);
  for (std::int64_t at = from; at < end; ++at) {
    page.items.push_back(std::move(problems[static_cast<std::size_t>(at)]));
  }
  if (end < page.total) page.next = http::next_cursor(query, {end});
  return page_response(page, write_problem);
}

Result<Response> get_problems_file(const ImportRoutes& routes,
                                   const Actor& actor,
                                   const Request& request) {
  TRY_ASSIGN(const auto problems, routes.desk.problems(actor, path_id(request)));
  std::string bytes = problems_csv(problems);
  access::Export exported{
      routes.desk.rights().protection().of(access::protected_class::import), {}, {}, {}};
  exported.event = {
      "import.export", "import", path_id(request), "导入问题.csv", {}, sm3_hex(bytes), {}};
  TRY_ASSIGN(db::Transaction transaction, routes.database.write());
  TRY(append_export(transaction, actor, std::move(exported), routes.clock));
  TRY(transaction.commit());
  return file_response(SheetFormat::csv, "导入问题.csv", std::move(bytes));
}

// The filter of a list as the page holds it; where it stands in the list is of no meaning here.
Request list_request(http::JsonObject filter) {
  Request list;
  for (const std::string& name : filter.names()) {
    if (name == "limit") {
      (void)filter.maybe_integer(name, 1, 500, http::Null::allowed);
    } else if (const auto value = filter.maybe_lines(name, 300, http::Null::allowed); value.value) {
      // A filter that is left empty is none.
      if (name != "after" && !value.value->empty()) list.query[name] = *value.value;
    }
  }
  return list;
}

Result<Response> post_export(const ImportRoutes& routes,
                             const Actor& actor,
                             const Request& request) {
  http::JsonBody body(request.body);
  const std::string noun = body.choice("noun", import_nouns);
  const bool csv = body.choice("format", {"xlsx", "csv"}) == "csv";
  const auto filter = body.maybe_object("filter", http::Null::allowed);
  const Request list = filter.value ? list_request(*filter.value) : Request{};
  SheetOrder order;
  order.noun = noun;
  order.note = access::read_export_note(
      body, routes.desk.rights().protection().of(access::protected_class::ledger));
  TRY(body.finish());
  TRY_ASSIGN(const ImportNoun* rows, routes.desk.readable(actor, noun));
  TRY_ASSIGN(order.query, http::page_query(list, rows->rules()));
  order.format = csv ? SheetFormat::csv : SheetFormat::xlsx;
  TRY_ASSIGN(SheetFile made, export_rows(routes.database, routes.desk, actor, order, routes.clock));
  return file_response(order.format, made.name, std::move(made.bytes));
}

}  // namespace

void add_import_routes(access::Doors& doors,
                       db::Database& database,
                       const ImportForms& forms,
                       const Catalogue& catalogue,
                       const Vault& vault,
                       Clock clock) {
  const auto routes = std::make_shared<const ImportRoutes>(
      ImportDesk(database, doors.rights(), forms, catalogue, vault, clock), database, clock);
  using Handler = Result<Response> (*)(const ImportRoutes&, const Actor&, const Request&);
  const auto bound = [routes](Handler handler) {
    return [routes, handler](const Actor& actor, const Request& request) {
      return handler(*routes, actor, request);
    };
  };
  const access::Right read{"import", "read"};
  const access::Right create{"import", "create"};
  doors.add("GET", "/api/import/templates/{file}", create, bound(get_template));
  doors.add("GET", "/api/imports", read, bound(get_imports));
  doors.add_file("POST", "/api/imports", create, max_file_bytes, bound(post_import));
  doors.add("GET", "/api/imports/{id}", read, [routes](const Actor& actor, const Request& request) {
    return view_result(routes->desk.view(actor, path_id(request)));
  });
  doors.add("PUT", "/api/imports/{id}/mapping", create, bound(put_mapping));
  doors.add("GET", "/api/imports/{id}/problems", read, bound(get_problems));
  doors.add("GET", "/api/imports/{id}/problems.csv", read, bound(get_problems_file));
  doors.add("POST", "/api/imports/{id}/apply", {"import", "apply"}, bound(post_apply));
  doors.add("POST", "/api/imports/{id}/undo", {"import", "undo"}, bound(post_undo));
  doors.add("POST", "/api/exports", {"export", "create"}, bound(post_export));
}

}  // namespace dengce::portfolio
