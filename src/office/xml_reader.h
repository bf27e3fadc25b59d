// SPDX-License-Identifier: Apache-2.0
// A pull reader over the XML of one part of a package. It knows no DTD and no entities but the five
// of XML, opens nothing outside its text, and copies nothing until asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dengce::office {

class XmlReader {
 public:
  enum class Token : std::uint8_t { start, end, text, done, failed };

  // The text outlives the reader and is valid UTF-8.
  explicit XmlReader(std::string_view xml);

  // An empty element gives a start and an end. After `failed` or `done` nothing else comes.
  Token next();

  // Of the start or end just read, without its prefix.
  [[nodiscard]] std::string_view name() const { return name_; }

  // Of the start just read, by its name without prefix, entities resolved.
  [[nodiscard]] std::optional<std::string> attribute(std::string_view name) const;

  // Of the text just read, entities resolved.
  void append_text(std::string& out) const;

  // Elements that are open.
  [[nodiscard]] std::size_t depth() const { return open_.size(); }

  // Reads on until the element whose start was just read is closed; its text, and that of the
  // elements in it, is appended to `out`. Elements named `left_out` give none. False: failed.
  bool inner_text(std::string& out, std::string_view left_out = {});

  // Why it failed, Chinese.
  [[nodiscard]] const char* fault() const { return fault_; }

 private:
  Token fail(const char* fault);
  Token markup();
  Token closing();
  Token opening();
  bool skip(std::string_view ending);

  std::string_view xml_;
  std::size_t at_ = 0;
  std::string_view name_;
  std::string_view attributes_;
  std::string_view text_;
  bool raw_ = false;          // the text is CDATA
  bool closes_next_ = false;  // an empty element: its end comes next
  std::vector<std::string_view> open_;
  const char* fault_ = nullptr;
};

// Appends a character as UTF-8; what is none becomes U+FFFD.
void append_utf8(std::string& out, std::uint32_t character);

}  // namespace dengce::office
