// SPDX-License-Identifier: Apache-2.0
// logrotate, and how far back the logs reach.
#include <algorithm>
#include <map>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

struct Rotation {
  std::string frequency = "weekly";
  std::int64_t count = 0;
  std::optional<std::int64_t> max_age;
};

std::optional<std::int64_t> period_days(std::string_view frequency) {
  if (frequency == "daily") return 1;
  if (frequency == "weekly") return 7;
  if (frequency == "monthly") return 30;
  if (frequency == "yearly") return 365;
  return std::nullopt;
}

std::optional<std::int64_t> days_kept(const Rotation& rotation) {
  std::optional<std::int64_t> days;
  if (rotation.frequency == "hourly") {
    days = rotation.count / 24;
  } else if (const auto period = period_days(rotation.frequency)) {
    days = std::min<std::int64_t>(rotation.count, 100'000) * *period;
  }
  if (rotation.max_age && (!days || *rotation.max_age < *days)) days = rotation.max_age;
  return days;
}

void take_directive(Rotation& rotation, std::string_view word, std::string_view rest) {
  if (word == "hourly" || word == "daily" || word == "weekly" || word == "monthly" ||
      word == "yearly") {
    rotation.frequency = word;
  } else if (word == "size") {
    // size decides alone; minsize and maxsize only bend the period.
    rotation.frequency = "size";
  } else if (word == "rotate") {
    rotation.count = std::max<std::int64_t>(0, parse_int(first_word(rest).first).value_or(0));
  } else if (word == "maxage") {
    rotation.max_age = parse_int(first_word(rest).first);
  }
}

class Logrotate {
 public:
  explicit Logrotate(ParseContext& context) : context_(context) {}

  void read(const Document& document, Rotation& global, int depth) {
    std::vector<std::string> paths;
    std::int64_t begin = 0;
    Rotation own;
    bool inside = false;
    bool script = false;
    context_.lines(document, [&](const Line& line) {
      std::string_view text = trim(before_hash(line.text));
      if (text.empty()) return;
      const auto [word, rest] = first_word(text);
      if (script) {
        script = word != "endscript";
        return;
      }
      if (word == "postrotate" || word == "prerotate" || word == "firstaction" ||
          word == "lastaction" || word == "preremove") {
        script = true;
        return;
      }
      if (inside) {
        if (text.front() == '}') {
          write(document, begin, paths, own);
          paths.clear();
          inside = false;
        } else {
          take_directive(own, word, rest);
        }
        return;
      }
      if (word == "include") {
        include(std::string{rest}, global, depth);
        return;
      }
      const std::size_t brace = text.find('{');
      const std::string_view head = text.substr(0, brace);
      if (head.find('/') != std::string_view::npos) {
        if (paths.empty()) begin = line.number;
        for (std::string& path : quoted_words(head)) paths.push_back(std::move(path));
      } else if (brace == std::string_view::npos) {
        take_directive(global, word, rest);
      }
      if (brace == std::string_view::npos) return;
      own = global;
      inside = true;
      // A block on one line: "/var/log/x { daily rotate 7 }"
      std::string_view body = trim(text.substr(brace + 1));
      const std::size_t end = body.find('}');
      if (end == std::string_view::npos) {
        const auto [first, more] = first_word(body);
        take_directive(own, first, more);
        return;
      }
      take_words(own, body.substr(0, end));
      write(document, begin, paths, own);
      paths.clear();
      inside = false;
    });
    if (inside) context_.problem(document, begin, "轮转配置块没有结束", "");
  }

 private:
  static void take_words(Rotation& rotation, std::string_view body) {
    const auto word = words(body);
    for (std::size_t i = 0; i < word.size(); ++i) {
      take_directive(rotation, word[i], i + 1 < word.size() ? word[i + 1] : std::string_view{});
    }
  }

  void write(const Document& document,
             std::int64_t line,
             const std::vector<std::string>& paths,
             const Rotation& rotation) {
    for (const std::string& path : paths) {
      context_.add(FactId::log_rotation,
                   {path, rotation.frequency, rotation.count, days_kept(rotation)},
                   document.at(line));
    }
  }

  void include(const std::string& path, Rotation& global, int depth) {
    if (depth > 4 || path.empty() || path.front() != '/') return;
    std::vector<std::string> files{path};
    const EvidenceList names = context_.list(path);
    if (names.state == ReadState::ok && !names.names.empty()) {
      files.clear();
      for (const EvidenceName& name : names.names) {
        const bool skipped = name.directory || name.name.front() == '.' ||
                             name.name.back() == '~' || ends_with(name.name, ".rpmsave") ||
                             ends_with(name.name, ".rpmnew") || ends_with(name.name, ".dpkg-old") ||
                             ends_with(name.name, ".dpkg-dist") ||
                             ends_with(name.name, ".disabled") || ends_with(name.name, ".bak");
        if (!skipped) files.push_back(path + "/" + name.name);
      }
    }
    for (const std::string& file : files) {
      const Document document = context_.read(file);
      if (!document.ok()) continue;
      // Directives outside a block hold for the rest of that file only.
      Rotation scope = global;
      read(document, scope, depth + 1);
    }
  }

  ParseContext& context_;
};

void read_spans(ParseContext& context) {
  if (context.tree()) {
    context.missing(FactId::log_span, "文件树不能说明日志的起止时间");
    return;
  }
  const Document table = context.derived("log-spans");
  context.cover(FactId::log_span, table);
  if (!table.ok()) return;
  context.lines(table, [&](const Line& line) {
    const auto part = fields(line.text, 4);
    if (part.size() != 4) return;
    context.add(FactId::log_span,
                {part[0], parse_int(part[1]), parse_int(part[2]), parse_int(part[3])},
                table.at(line.number));
  });
}

}  // namespace

void parse_logs(ParseContext& context) {
  const Document main = context.read("/etc/logrotate.conf");
  Logrotate reader{context};
  Rotation global;
  if (main.ok()) {
    context.covered(FactId::log_rotation);
    reader.read(main, global, 0);
  } else if (main.state == ReadState::absent) {
    // Without its main file logrotate does nothing, whatever lies in logrotate.d.
    context.covered(FactId::log_rotation);
  } else {
    context.missing(FactId::log_rotation, missing_reason(main.state, "/etc/logrotate.conf"));
  }
  read_spans(context);
}

}  // namespace dengce::evidence
