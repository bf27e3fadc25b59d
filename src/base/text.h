// SPDX-License-Identifier: Apache-2.0
// Text: encodings, splitting, trimming. All strings inside the program are valid UTF-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dengce {

bool is_valid_utf8(std::string_view bytes);

enum class Encoding : std::uint8_t { utf8, utf8_bom, gb18030, utf16, binary };

struct Decoded {
  std::string text;  // valid UTF-8; undecodable bytes become U+FFFD
  Encoding encoding = Encoding::utf8;
  bool lossy = false;
};

// UTF-8 with or without BOM, UTF-16 with BOM, else GB18030; NUL bytes become U+FFFD and mark the
// text binary.
Decoded decode_text(std::string_view bytes);

std::string_view trim(std::string_view text);
std::string lower(std::string_view ascii);
std::vector<std::string_view> split(std::string_view text, char separator);
// Splits on blanks and tabs, empty words left out.
std::vector<std::string_view> words(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
// Whole text decimal (optional sign); no value on anything else or on overflow.
std::optional<std::int64_t> parse_int(std::string_view text);
// Cuts at a character border so that at most `max_bytes` remain; "…" is appended when cut.
std::string shorten(std::string_view text, std::size_t max_bytes);

struct Line {
  std::int64_t number;    // from 1
  std::string_view text;  // without CR LF
};

// Walks lines of a text; LF, CRLF and CR end a line. Views live as long as the text.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<Line> next();

 private:
  std::string_view rest_;
  std::int64_t number_ = 0;
};

}  // namespace dengce
