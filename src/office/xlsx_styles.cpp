// SPDX-License-Identifier: Apache-2.0
#include "office/xlsx_styles.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "base/clock.h"
#include "base/text.h"
#include "office/xml_reader.h"

namespace dengce::office {
namespace {

constexpr std::int64_t last_serial = 2'958'465;  // 9999-12-31

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

// The letters of a format code that are neither quoted nor in brackets; "[h]" counts as "h".
std::string bare_code(std::string_view code) {
  std::string out;
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == ';') break;  // the sections for other signs
    if (c == '\\' || c == '_' || c == '*') {
      ++at;
    } else if (c == '"') {
      at = std::min(code.find('"', at + 1), code.size());
    } else if (c == '[') {
      const auto end = std::min(code.find(']', at), code.size());
      const std::string inside = lower(code.substr(at + 1, end - at - 1));
      if (!inside.empty() && inside.find_first_not_of("hms") == std::string::npos) out += inside;
      at = end;
    } else {
      out += c;
    }
  }
  return lower(out);
}

std::string date_text(double serial, const NumberFormat& format, bool since_1904) {
  const auto whole = static_cast<std::int64_t>(std::floor(serial));
  auto seconds = static_cast<std::int64_t>(std::llround((serial - std::floor(serial)) * 86400));
  const std::int64_t carried = whole + seconds / 86400;
  seconds %= 86400;
  std::string time =
      fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (!format.date && carried == 0) return time;
  // Before March 1900 the old serials are one off: they count a 29 February that was none.
  std::int64_t day = since_1904 ? carried - 24'107 : carried - (carried < 60 ? 25'568 : 25'569);
  std::string date = format_day(Day{static_cast<std::int32_t>(day)});
  if (seconds == 0) return date;
  return date + " " + (seconds % 60 == 0 ? time.substr(0, 5) : time);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

NumberFormat read_number_format(std::string_view code) {
  const std::string bare = bare_code(code);
  NumberFormat format;
  if (bare.size() > 1 && bare.find_first_not_of('0') == std::string::npos) {
    format.digits = bare.size();
    return format;
  }
  if (bare == "general") return format;
  const auto has = [&](char c) { return bare.find(c) != std::string::npos; };
  format.time = has('h') || has('s');
  format.date = has('y') || has('d') || (has('m') && !format.time);
  return format;
}

NumberFormat builtin_number_format(std::int64_t id) {
  NumberFormat format;
  format.date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
                (id >= 50 && id <= 54) || id == 57 || id == 58;
  format.time = (id >= 18 && id <= 22) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) ||
                id == 55 || id == 56;
  return format;
}

std::vector<NumberFormat> read_styles(std::string_view xml, const char*& fault) {
  using Token = XmlReader::Token;
  constexpr std::size_t max_formats = 100'000;
  std::map<std::int64_t, NumberFormat> own;
  std::vector<NumberFormat> formats;
  XmlReader reader(xml);
  bool in_cells = false;
  for (;;) {
    const Token token = reader.next();
    if (token == Token::done) return formats;
    if (token == Token::failed) {
      fault = reader.fault();
      return {};
    }
    const std::string_view name = reader.name();
    if (name == "cellXfs" && token != Token::text) in_cells = token == Token::start;
    if (token != Token::start) continue;
    const auto id = parse_int(reader.attribute("numFmtId").value_or("0")).value_or(0);
    if (name == "numFmt" && own.size() < max_formats) {
      own[id] = read_number_format(reader.attribute("formatCode").value_or(""));
    } else if (in_cells && name == "xf" && formats.size() < max_formats) {
      const auto found = own.find(id);
      formats.push_back(found == own.end() ? builtin_number_format(id) : found->second);
    }
  }
}

std::string number_text(std::string_view written, const NumberFormat& format, bool since_1904) {
  written = trim(written);
  const auto value = parse_double(written);
  if (!value) return std::string(written);
  if (format.date || format.time) {
    const bool real_day = since_1904 || *value < 60 || *value >= 61;
    const std::int64_t last = since_1904 ? last_serial - 1462 : last_serial;
    if (*value >= 0 && *value < static_cast<double>(last + 1) && real_day) {
      return date_text(*value, format, since_1904);
    }
    return std::string(written);
  }
  if (format.digits > written.size() && is_digits(written)) {
    return std::string(format.digits - written.size(), '0') + std::string(written);
  }
  const bool exponent = written.find_first_of("eE") != std::string_view::npos;
  if (exponent && std::abs(*value) < 1e15 && *value == std::trunc(*value)) {
    return std::to_string(static_cast<std::int64_t>(*value));
  }
  return std::string(written);
}

}  // namespace dengce::office
