// SPDX-License-Identifier: Apache-2.0
#include "http/events.h"

#include <utility>

#include "base/text.h"

namespace dengce::http {
namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += name;
  out += ": ";
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out += c;
  }
  out += '\n';
}

}  // namespace

void append_event(std::string& out, const Event& event) {
  append_field(out, "id", event.id);
  append_field(out, "event", event.name);
  Lines lines(event.data);
  while (const auto line = lines.next()) {
    out += "data: ";
    out += line->text;
    out += '\n';
  }
  if (event.data.empty()) out += "data:\n";
  out += '\n';
}

Response event_stream(Producer producer, std::chrono::milliseconds poll) {
  Response response;
  response.content_type = "text/event-stream; charset=utf-8";
  response.stream = std::move(producer);
  response.poll = poll;
  return response;
}

}  // namespace dengce::http
