// SPDX-License-Identifier: Apache-2.0
// The tokens of a check's query, with what each is for: enough to alter one and to tell a constant
// that decides from one that only words a message. Not an SQL parser; SQLite is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dengce::check {

struct SqlToken {
  enum class Kind : std::uint8_t { word, identifier, number, text, symbol };

  Kind kind = Kind::symbol;
  std::string value;  // words in upper case, texts without quotes
  std::size_t begin = 0;
  std::size_t end = 0;
  int group = -1;            // token number of the bracket around it, or -1
  bool status_word = false;  // a text that is the status itself, not something compared with
  bool message = false;      // has a part in wording, ordering or naming only

  [[nodiscard]] bool is(Kind wanted, std::string_view text) const {
    return kind == wanted && value == text;
  }
};

// Comments and blanks are left out. An unclosed quote ends at the end of the text.
std::vector<SqlToken> sql_tokens(std::string_view sql);

}  // namespace dengce::check
