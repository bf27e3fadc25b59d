// SPDX-License-Identifier: Apache-2.0
#include "process/process_api.h"

#include "process/process_routes.h"

namespace dengce::process {
namespace {

using access::Actor;
using http::Request;
using http::Response;

void write_words(JsonWriter& json, const std::string& key, const Words& words) {
  json.member(key, words.chinese).member(key + "_en", words.english);
}

void write_stage_data(JsonWriter& json, const Stage& stage) {
  json.begin_object().member("id", stage.id);
  write_words(json, "name", stage.name);
  json.member("clause", stage.clause).member("working_days", stage.working_days);
  json.key("tasks").begin_array();
  for (const Task& task : stage.tasks) {
    json.begin_object();
    write_words(json, "name", task.name);
    json.member("clause", task.clause).end_object();
  }
  json.end_array().key("products").begin_array();
  for (const Product& product : stage.products) {
    json.begin_object().member("id", product.id);
    write_words(json, "name", product.name);
    json.member("maker", party_name(product.maker)).member("signer", party_name(product.signer));
    json.member_boolean("required", product.required).end_object();
  }
  json.end_array().end_object();
}

void write_gate_data(JsonWriter& json, const Gate& gate) {
  json.begin_object().member("id", gate.id).member("before", gate.before);
  write_words(json, "name", gate.name);
  write_words(json, "reason", gate.reason);
  json.member("source", gate.source).key("needs").begin_array();
  for (const Need& need : gate.needs) {
    json.begin_object().member("kind", need_name(need.kind)).member("id", need.id).end_object();
  }
  json.end_array().end_object();
}

Response get_process(const Routes& routes, const Actor&, const Request&) {
  const Process& process = routes.process;
  Response response;
  JsonWriter json(response.body);
  json.begin_object().key("stages").begin_array();
  for (const Stage& stage : process.stages) write_stage_data(json, stage);
  json.end_array().key("gates").begin_array();
  for (const Gate& gate : process.gates) write_gate_data(json, gate);
  json.end_array();
  json.member("person_systems_a_day", process.person_systems_a_day);
  portfolio::write_day(json, "days_off_known_until", process.calendar.known_until());
  json.end_object();
  return response;
}

}  // namespace

void add_process_routes(access::Doors& doors,
                        db::Database& database,
                        const Process& process,
                        Clock clock) {
  Routes routes{doors, database, process, {}, clock};
  for (const access::Role& role : doors.rights().roles()) {
    if (role.party == "provider") routes.staff_roles.push_back(role.id);
  }
  routes.add("GET", "/api/process", {"progress", "read"}, get_process);
  add_progress_routes(routes);
  add_stage_routes(routes);
  add_internet_test_routes(routes);
}

}  // namespace dengce::process
