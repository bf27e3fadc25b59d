// SPDX-License-Identifier: Apache-2.0
// Strict reading of a JSON request body. Every read notes what is wrong and goes on with an empty
// value; finish() answers with all problems at once, unknown members among them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace dengce::http {

// A member that may be left out. `present` and no value: it was null.
template <class T>
struct Maybe {
  bool present = false;
  std::optional<T> value;

  [[nodiscard]] T value_or(const T& other) const { return value ? *value : other; }
};

enum class Null : std::uint8_t { refused, allowed };

// An object of the body. Texts are counted in characters, trimmed, and hold no control characters.
class JsonObject {
 public:
  // Members that must be there.
  std::string text(std::string_view name, std::size_t max = 200);    // one line, not empty
  std::string lines(std::string_view name, std::size_t max = 4000);  // may be empty, many lines
  std::string secret(std::string_view name, std::size_t max = 256);  // not trimmed, not empty
  std::string choice(std::string_view name, const std::vector<std::string_view>& allowed);
  std::int64_t integer(std::string_view name,
                       std::int64_t min = 0,
                       std::int64_t max = 9'007'199'254'740'991);  // exact in every reader
  bool boolean(std::string_view name);
  Day day(std::string_view name);
  Instant instant(std::string_view name);
  std::string id(std::string_view name);  // letters, digits, '-', '_', '.', ':'; at most 64
  std::vector<std::string> ids(std::string_view name, std::size_t max = 1000);  // no id twice
  std::vector<std::string> texts(std::string_view name,
                                 std::size_t max_count = 100,
                                 std::size_t max = 200);
  JsonObject object(std::string_view name);
  std::vector<JsonObject> objects(std::string_view name, std::size_t max = 1000);

  // Members that may be left out.
  Maybe<std::string> maybe_text(std::string_view name,
                                std::size_t max = 200,
                                Null null = Null::refused);
  Maybe<std::string> maybe_lines(std::string_view name,
                                 std::size_t max = 4000,
                                 Null null = Null::refused);
  Maybe<std::string> maybe_choice(std::string_view name,
                                  const std::vector<std::string_view>& allowed,
                                  Null null = Null::refused);
  Maybe<std::int64_t> maybe_integer(std::string_view name,
                                    std::int64_t min = 0,
                                    std::int64_t max = 9'007'199'254'740'991,
                                    Null null = Null::refused);
  Maybe<bool> maybe_boolean(std::string_view name);
  Maybe<Day> maybe_day(std::string_view name, Null null = Null::refused);
  Maybe<Instant> maybe_instant(std::string_view name, Null null = Null::refused);
  Maybe<std::string> maybe_id(std::string_view name, Null null = Null::refused);
  Maybe<std::vector<std::string>> maybe_ids(std::string_view name, std::size_t max = 1000);
  Maybe<std::vector<std::string>> maybe_texts(std::string_view name,
                                              std::size_t max_count = 100,
                                              std::size_t max = 200);
  Maybe<JsonObject> maybe_object(std::string_view name, Null null = Null::refused);

  [[nodiscard]] bool has(std::string_view name) const;
  // Names of all members, for objects used as maps; they count as read only when read.
  [[nodiscard]] std::vector<std::string> names() const;
  // A finding of the caller, reported with the others.
  void problem(std::string_view name, std::string reason);

 protected:
  struct State;
  struct Node;

  JsonObject(std::shared_ptr<State> state, Node* node) : state_(std::move(state)), node_(node) {}

  template <class T, class Read>
  Maybe<T> maybe(std::string_view name, Null null, Read read);

  std::shared_ptr<State> state_;
  Node* node_ = nullptr;  // owned by the state; null: nothing to read, a problem is noted already
};

struct JsonLimits {
  std::size_t max_bytes = 1024 * 1024;
  std::size_t max_depth = 16;
  std::size_t max_values = 200'000;
};

class JsonBody : public JsonObject {
 public:
  // An empty text is an empty object.
  explicit JsonBody(std::string_view text, const JsonLimits& limits = {});

  // invalid_argument with every problem, in the order of the reads, unknown members last.
  [[nodiscard]] Result<> finish() const;
};

}  // namespace dengce::http
