// SPDX-License-Identifier: Apache-2.0
// Server-sent events (WHATWG HTML, "Server-sent events"): progress of long work to the page.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.h"

namespace dengce::http {

struct Event {
  std::string id;    // given back as Last-Event-ID when the browser connects again; may be empty
  std::string name;  // "progress"; empty: "message"
  std::string data;  // any lines
};

// Line breaks of id and name are left out: an event cannot bring forth another one.
void append_event(std::string& out, const Event& event);

// The producer is asked every `poll` and appends what has happened; the server sends heartbeats
// meanwhile, and ends the stream when the client leaves or the server stops.
Response event_stream(Producer producer,
                      std::chrono::milliseconds poll = std::chrono::milliseconds(500));

}  // namespace dengce::http
