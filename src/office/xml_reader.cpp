// SPDX-License-Identifier: Apache-2.0
#include "office/xml_reader.h"

#include <algorithm>
#include <charconv>

namespace dengce::office {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::string_view blanks = " \t\r\n";
constexpr std::uint32_t replacement = 0xFFFD;

std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::uint32_t character_of(std::string_view entity) {
  if (entity == "amp") return '&';
  if (entity == "lt") return '<';
  if (entity == "gt") return '>';
  if (entity == "quot") return '"';
  if (entity == "apos") return '\'';
  if (!entity.starts_with('#')) return replacement;
  entity.remove_prefix(1);
  int base = 10;
  if (entity.starts_with('x')) {
    entity.remove_prefix(1);
    base = 16;
  }
  std::uint32_t code = 0;
  const auto [end, fault] =
      std::from_chars(entity.data(), entity.data() + entity.size(), code, base);
  if (fault != std::errc{} || end != entity.data() + entity.size()) return replacement;
  return code;
}

void append_resolved(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto mark = text.find('&');
    out.append(text.substr(0, mark));
    if (mark == std::string_view::npos) return;
    text.remove_prefix(mark + 1);
    const auto end = text.substr(0, 12).find(';');
    if (end == std::string_view::npos) {
      append_utf8(out, replacement);
      continue;
    }
    append_utf8(out, character_of(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
}

// Behind a tag's "<": the place of its ">", quotes respected.
std::size_t tag_end(std::string_view xml, std::size_t at) {
  char quote = 0;
  for (; at < xml.size(); ++at) {
    const char c = xml[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at;
    } else if (c == '<') {
      break;
    }
  }
  return std::string_view::npos;
}

}  // namespace

void append_utf8(std::string& out, std::uint32_t character) {
  const bool control =
      character < 0x20 && character != '\t' && character != '\n' && character != '\r';
  const bool surrogate = character >= 0xD800 && character < 0xE000;
  if (control || surrogate || character > 0x10FFFF) character = replacement;
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0U | (character >> 6U));
    add(0x80U | (character & 0x3FU));
  } else if (character < 0x10000) {
    add(0xE0U | (character >> 12U));
    add(0x80U | ((character >> 6U) & 0x3FU));
    add(0x80U | (character & 0x3FU));
  } else {
    add(0xF0U | (character >> 18U));
    add(0x80U | ((character >> 12U) & 0x3FU));
    add(0x80U | ((character >> 6U) & 0x3FU));
    add(0x80U | (character & 0x3FU));
  }
}

XmlReader::XmlReader(std::string_view xml) : xml_(xml) {
  if (xml_.starts_with("\xEF\xBB\xBF")) at_ = 3;
}

XmlReader::Token XmlReader::fail(const char* fault) {
  fault_ = fault;
  return Token::failed;
}

bool XmlReader::skip(std::string_view ending) {
  const auto end = xml_.find(ending, at_);
  if (end == std::string_view::npos) return false;
  at_ = end + ending.size();
  return true;
}

XmlReader::Token XmlReader::next() {
  if (fault_ != nullptr) return Token::failed;
  if (closes_next_) {
    closes_next_ = false;
    name_ = open_.back();
    open_.pop_back();
    return Token::end;
  }
  for (;;) {
    if (at_ >= xml_.size()) return open_.empty() ? Token::done : fail("XML 不完整");
    if (xml_[at_] != '<') {
      const auto end = std::min(xml_.find('<', at_), xml_.size());
      text_ = xml_.substr(at_, end - at_);
      raw_ = false;
      at_ = end;
      if (!open_.empty()) return Token::text;
      if (text_.find_first_not_of(blanks) != std::string_view::npos) {
        return fail("XML 的根元素之外有文字");
      }
      continue;
    }
    const std::string_view rest = xml_.substr(at_);
    if (rest.starts_with("<!--")) {
      if (!skip("-->")) return fail("XML 注释没有结束");
    } else if (rest.starts_with("<?")) {
      if (!skip("?>")) return fail("XML 处理指令没有结束");
    } else if (rest.starts_with("<![CDATA[")) {
      const std::size_t begin = at_ + 9;
      if (open_.empty() || !skip("]]>")) return fail("XML 的 CDATA 有误");
      text_ = xml_.substr(begin, at_ - 3 - begin);
      raw_ = true;
      return Token::text;
    } else {
      return markup();
    }
  }
}

XmlReader::Token XmlReader::markup() {
  const std::string_view rest = xml_.substr(at_);
  if (rest.starts_with("<!")) return fail("XML 含文档类型声明，拒绝读取");
  return rest.starts_with("</") ? closing() : opening();
}

XmlReader::Token XmlReader::closing() {
  const std::size_t begin = at_ + 2;
  const auto end = tag_end(xml_, begin);
  if (end == std::string_view::npos) return fail("XML 标签没有结束");
  std::string_view name = xml_.substr(begin, end - begin);
  name = local_name(name.substr(0, name.find_first_of(blanks)));
  if (open_.empty() || open_.back() != name) return fail("XML 标签不配对");
  at_ = end + 1;
  name_ = name;
  open_.pop_back();
  return Token::end;
}

XmlReader::Token XmlReader::opening() {
  const std::size_t begin = at_ + 1;
  const auto end = tag_end(xml_, begin);
  if (end == std::string_view::npos) return fail("XML 标签没有结束");
  std::string_view tag = xml_.substr(begin, end - begin);
  if (tag.ends_with('/')) {
    tag.remove_suffix(1);
    closes_next_ = true;
  }
  const auto name_end = std::min(tag.find_first_of(blanks), tag.size());
  name_ = local_name(tag.substr(0, name_end));
  attributes_ = tag.substr(name_end);
  if (name_.empty()) return fail("XML 标签没有名称");
  if (open_.size() >= max_depth) return fail("XML 嵌套过深");
  at_ = end + 1;
  open_.push_back(name_);
  return Token::start;
}

std::optional<std::string> XmlReader::attribute(std::string_view name) const {
  std::string_view rest = attributes_;
  for (;;) {
    const auto begin = rest.find_first_not_of(blanks);
    const auto equals = rest.find('=');
    if (begin == std::string_view::npos || equals == std::string_view::npos || equals < begin) {
      return {};
    }
    std::string_view key = rest.substr(begin, equals - begin);
    key = key.substr(0, key.find_first_of(blanks));
    const auto open = rest.find_first_not_of(blanks, equals + 1);
    if (open == std::string_view::npos || (rest[open] != '"' && rest[open] != '\'')) return {};
    const auto close = rest.find(rest[open], open + 1);
    if (close == std::string_view::npos) return {};
    if (local_name(key) == name) {
      std::string value;
      append_resolved(value, rest.substr(open + 1, close - open - 1));
      return value;
    }
    rest.remove_prefix(close + 1);
  }
}

void XmlReader::append_text(std::string& out) const {
  if (raw_) {
    out.append(text_);
  } else {
    append_resolved(out, text_);
  }
}

bool XmlReader::inner_text(std::string& out, std::string_view left_out) {
  const std::size_t outside = open_.size() - 1;
  std::size_t hidden_from = 0;  // depth of the element left out, 0: none
  while (open_.size() > outside) {
    const Token token = next();
    if (token == Token::failed || token == Token::done) return false;
    if (token == Token::start && hidden_from == 0 && !left_out.empty() && name_ == left_out) {
      hidden_from = open_.size();
    } else if (token == Token::end && hidden_from != 0 && open_.size() < hidden_from) {
      hidden_from = 0;
    } else if (token == Token::text && hidden_from == 0) {
      append_text(out);
    }
  }
  return true;
}

}  // namespace dengce::office
