// SPDX-License-Identifier: Apache-2.0
// sshd settings in force: the answer of `sshd -T`, else the files as sshd reads them (Include in
// place, first value wins, Match blocks apart), else its built-in defaults.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "evidence/parser/forms.h"

namespace dengce::evidence {
namespace {

constexpr int max_include_depth = 16;  // as in sshd
constexpr int max_files = 256;

struct Default {
  std::string_view keyword;
  std::string_view value;
};

// OpenSSH 9.2; algorithm lists are those of the program without a system-wide policy.
constexpr std::array defaults{
    Default{"port", "22"},
    Default{"permitrootlogin", "prohibit-password"},
    Default{"passwordauthentication", "yes"},
    Default{"permitemptypasswords", "no"},
    Default{"pubkeyauthentication", "yes"},
    Default{"kbdinteractiveauthentication", "yes"},
    Default{"hostbasedauthentication", "no"},
    Default{"ignorerhosts", "yes"},
    Default{"gssapiauthentication", "no"},
    Default{"authenticationmethods", "any"},
    Default{"usepam", "no"},
    Default{"strictmodes", "yes"},
    Default{"maxauthtries", "6"},
    Default{"maxsessions", "10"},
    Default{"maxstartups", "10:30:100"},
    Default{"logingracetime", "120"},
    Default{"clientaliveinterval", "0"},
    Default{"clientalivecountmax", "3"},
    Default{"tcpkeepalive", "yes"},
    Default{"loglevel", "INFO"},
    Default{"syslogfacility", "AUTH"},
    Default{"x11forwarding", "no"},
    Default{"allowtcpforwarding", "yes"},
    Default{"allowagentforwarding", "yes"},
    Default{"gatewayports", "no"},
    Default{"permituserenvironment", "no"},
    Default{"permittunnel", "no"},
    Default{"banner", "none"},
    Default{"printlastlog", "yes"},
    Default{"usedns", "no"},
    Default{"compression", "yes"},
    Default{"authorizedkeysfile", ".ssh/authorized_keys .ssh/authorized_keys2"},
    Default{"ciphers",
            "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,"
            "aes128-gcm@openssh.com,aes256-gcm@openssh.com"},
    Default{"macs",
            "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,"
            "hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,umac-64@openssh.com,"
            "umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1"},
    Default{"kexalgorithms",
            "sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,"
            "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
            "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"
            "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256"},
};

bool gathers(std::string_view keyword) {
  constexpr std::array<std::string_view, 12> names{"acceptenv",
                                                   "allowgroups",
                                                   "allowusers",
                                                   "denygroups",
                                                   "denyusers",
                                                   "hostcertificate",
                                                   "hostkey",
                                                   "listenaddress",
                                                   "port",
                                                   "setenv",
                                                   "subsystem",
                                                   "permitlisten"};
  return std::find(names.begin(), names.end(), keyword) != names.end();
}

// Gathering keywords whose arguments are one value each, not one value together.
bool one_value_a_word(std::string_view keyword) {
  return keyword == "acceptenv" || starts_with(keyword, "allowu") ||
         starts_with(keyword, "allowg") || starts_with(keyword, "denyu") ||
         starts_with(keyword, "denyg");
}

std::string canonical_keyword(std::string_view written) {
  std::string keyword = lower(written);
  if (keyword == "challengeresponseauthentication" || keyword == "skeyauthentication") {
    return "kbdinteractiveauthentication";
  }
  if (keyword == "pubkeyacceptedkeytypes") return "pubkeyacceptedalgorithms";
  if (keyword == "hostbasedacceptedkeytypes") return "hostbasedacceptedalgorithms";
  if (keyword == "dsaauthentication") return "pubkeyauthentication";
  return keyword;
}

std::string canonical_value(std::string_view keyword, std::string value) {
  const std::string low = lower(value);
  if (low == "yes" || low == "no" || low == "true" || low == "false") {
    return low == "true" ? "yes" : low == "false" ? "no" : low;
  }
  if (keyword == "permitrootlogin" || keyword == "banner") {
    return low == "none" || keyword == "permitrootlogin" ? low : value;
  }
  if (keyword == "logingracetime" || keyword == "clientaliveinterval") {
    const auto seconds = parse_duration(value);
    if (seconds) return std::to_string(*seconds);
  }
  return value;
}

// Splits "Keyword value", "Keyword=value", "Keyword = value".
std::pair<std::string_view, std::string_view> keyword_and_rest(std::string_view text) {
  text = trim(text);
  const std::size_t end = text.find_first_of(" \t=");
  if (end == std::string_view::npos) return {text, {}};
  std::string_view rest = trim(text.substr(end));
  if (!rest.empty() && rest.front() == '=') rest = trim(rest.substr(1));
  return {text.substr(0, end), rest};
}

class Files {
 public:
  explicit Files(ParseContext& context) : context_(context) {}

  void read(const Document& document, std::string scope, int depth) {
    std::string at_entry = scope;
    context_.lines(document,
                   [&](const Line& line) { take(document, line, scope, at_entry, depth); });
  }

  // All rows, or those of Match blocks only: the effective answer speaks of no Match block.
  void write(bool match_only) const {
    for (const Row& row : rows_) {
      if (match_only && row.scope == "global") continue;
      context_.add(FactId::sshd_setting, {row.keyword, row.value, row.scope, "file"}, row.source);
    }
  }

  [[nodiscard]] bool has_global(std::string_view keyword) const {
    return seen_.count({"global", std::string{keyword}}) > 0;
  }

 private:
  struct Row {
    std::string keyword;
    std::string value;
    std::string scope;
    FactSource source;
  };

  void take(const Document& document,
            const Line& line,
            std::string& scope,
            const std::string& at_entry,
            int depth) {
    const std::string_view text = trim(line.text);
    if (text.empty() || text.front() == '#') return;
    const auto [written, rest] = keyword_and_rest(text);
    const std::vector<std::string> word = quoted_words(rest);
    const std::string keyword = canonical_keyword(unquoted(written));
    if (word.empty()) {
      context_.problem(document, line.number, "关键字没有取值", text);
      return;
    }
    if (keyword == "include") {
      include(document, line, word, scope, depth);
      return;
    }
    if (keyword == "match") {
      // Inside a file that a Match block includes, the outer criteria hold as well.
      const std::string own = "match " + match_text(word);
      scope = at_entry == "global" ? own : at_entry + " " + own.substr(6);
      return;
    }
    store(keyword, word, scope, document.at(line.number));
  }

  static std::string match_text(const std::vector<std::string>& word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (i > 0) out += ' ';
      out += i % 2 == 0 ? lower(word[i]) : word[i];
    }
    return out;
  }

  void store(const std::string& keyword,
             const std::vector<std::string>& word,
             const std::string& scope,
             FactSource source) {
    const bool first = seen_.emplace(scope, keyword).second;
    if (!first && !gathers(keyword)) return;
    if (one_value_a_word(keyword)) {
      for (const std::string& value : word) rows_.push_back({keyword, value, scope, source});
      return;
    }
    std::string value = join(word, " ");
    rows_.push_back({keyword, canonical_value(keyword, std::move(value)), scope, source});
  }

  void include(const Document& document,
               const Line& line,
               const std::vector<std::string>& word,
               const std::string& scope,
               int depth) {
    if (depth >= max_include_depth || files_ >= max_files) {
      context_.problem(document, line.number, "Include 层次过深、过多或成环", line.text);
      return;
    }
    for (const std::string& written : word) {
      const std::string pattern = written.front() == '/' ? written : "/etc/ssh/" + written;
      ReadState state = ReadState::ok;
      const std::vector<std::string> paths = context_.glob(pattern, &state);
      if (state != ReadState::ok) {
        context_.problem(document,
                         line.number,
                         "Include 的文件无法列出：" + missing_reason(state, pattern),
                         line.text);
      }
      for (const std::string& path : paths) {
        if (++files_ > max_files) return;
        const Document included = context_.read(path);
        if (included.ok()) {
          read(included, scope, depth + 1);
        } else if (included.state != ReadState::absent) {
          context_.problem(document, line.number, missing_reason(included.state, path), line.text);
        }
      }
    }
  }

  ParseContext& context_;
  std::vector<Row> rows_;
  std::set<std::pair<std::string, std::string>> seen_;  // scope, keyword
  int files_ = 0;
};

void read_effective(ParseContext& context, const Document& document) {
  context.lines(document, [&](const Line& line) {
    const auto [keyword, value] = first_word(line.text);
    if (keyword.empty()) return;
    const std::string name = canonical_keyword(keyword);
    context.add(FactId::sshd_setting,
                {name, canonical_value(name, std::string{value}), "global", "effective"},
                document.at(line.number));
  });
}

// What the program was built with where the family differs from upstream.
std::string_view default_value(const ParseContext& context, const Default& item) {
  const bool seven = context.text(FactId::host, 0, 2) == "rhel" &&
                     starts_with(context.text(FactId::host, 0, 3), "7");
  if (seven && item.keyword == "permitrootlogin") return "yes";
  return item.value;
}

}  // namespace

void parse_sshd(ParseContext& context) {
  const Document effective = context.command("sshd-effective", "sshd");
  const bool answered =
      effective.ok() && effective.text.find("permitrootlogin") != std::string::npos;
  if (answered) read_effective(context, effective);
  const Document main = context.read_first({"/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config"});
  const bool installed = context.program_present("sshd").value_or(main.ok() || answered);
  if (!answered && !main.ok() && main.state != ReadState::absent) {
    context.missing(FactId::sshd_setting, missing_reason(main.state, "/etc/ssh/sshd_config"));
    return;
  }
  if (!answered && !main.ok() && !context.program_present("sshd").has_value()) {
    context.missing(FactId::sshd_setting, "无法确定是否安装 sshd，且没有 /etc/ssh/sshd_config");
    return;
  }
  context.covered(FactId::sshd_setting);
  if (!installed) return;
  Files files{context};
  if (main.ok()) files.read(main, "global", 0);
  if (answered) {
    files.write(true);
    return;
  }
  files.write(false);
  for (const Default& item : defaults) {
    if (files.has_global(item.keyword)) continue;
    context.add(FactId::sshd_setting,
                {item.keyword, default_value(context, item), "global", "default"},
                main.ok() ? main.at(0) : FactSource{});
  }
}

}  // namespace dengce::evidence
