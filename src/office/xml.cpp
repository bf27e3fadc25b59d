// SPDX-License-Identifier: Apache-2.0
#include "office/xml.h"

#include <cstddef>

namespace dengce::office {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// What stands for a byte of a value, or empty if the byte may stay.
std::string_view entity(char byte) {
  switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\t':
    case '\n': return {};
    case '\r': return "&#13;";
    default: return static_cast<unsigned char>(byte) < 0x20 ? replacement : std::string_view{};
  }
}

// U+FFFE and U+FFFF are no XML characters.
bool is_noncharacter(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '\xEF' && text[at + 1] == '\xBF' &&
         (text[at + 2] == '\xBE' || text[at + 2] == '\xBF');
}

template <class Special>
void append_with(std::string& out, std::string_view text, Special special) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string_view instead = special(text[at]);
    if (instead.empty()) instead = entity(text[at]);
    std::size_t width = 1;
    if (instead.empty() && text[at] == '\xEF' && is_noncharacter(text, at)) {
      instead = replacement;
      width = 3;
    }
    if (instead.empty()) continue;
    out.append(text.substr(begin, at - begin));
    out.append(instead);
    at += width - 1;
    begin = at + 1;
  }
  out.append(text.substr(begin));
}

std::string_view resolve(std::string_view name) {
  if (name == "amp") return "&";
  if (name == "lt") return "<";
  if (name == "gt") return ">";
  if (name == "quot") return "\"";
  if (name == "apos") return "'";
  return " ";
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  append_with(out, text, [](char) { return std::string_view{}; });
}

void append_run_text(std::string& out, std::string_view text) {
  append_with(out, text, [](char byte) -> std::string_view {
    if (byte == '\n') return "</w:t><w:br/><w:t xml:space=\"preserve\">";
    if (byte == '\t') return "</w:t><w:tab/><w:t xml:space=\"preserve\">";
    return {};
  });
}

std::string plain_text(std::string_view xml) {
  std::string out;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    if (xml[at] == '<') {
      const auto end = xml.find('>', at);
      if (end == std::string_view::npos) break;
      const auto tag = xml.substr(at + 1, end - at - 1);
      if (tag == "w:br/" || tag == "w:tab/") out += ' ';
      at = end;
    } else if (xml[at] == '&') {
      const auto end = xml.find(';', at);
      if (end == std::string_view::npos) break;
      out += resolve(xml.substr(at + 1, end - at - 1));
      at = end;
    } else {
      out += xml[at];
    }
  }
  return out;
}

}  // namespace dengce::office
