// SPDX-License-Identifier: Apache-2.0
// Our parsers against Augeas, where Augeas can read the file: same entries, same values. The
// library is loaded at run time, so nothing links to it; without it the test is skipped.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "evidence/test_facts.h"

namespace dengce::evidence {
namespace {

struct augeas;

class Augeas {
 public:
  Augeas() : library_(::dlopen("libaugeas.so.0", RTLD_NOW)) {
    if (library_ == nullptr) return;
    load(init_, "aug_init");
    load(close_, "aug_close");
    load(set_, "aug_set");
    load(get_, "aug_get");
    load(match_, "aug_match");
    load(store_, "aug_text_store");
    load(remove_, "aug_rm");
    if (init_ == nullptr || close_ == nullptr || set_ == nullptr || get_ == nullptr ||
        match_ == nullptr || store_ == nullptr || remove_ == nullptr) {
      return;
    }
    constexpr unsigned no_load = 1U << 5;
    handle_ = init_("/", nullptr, no_load);
  }

  Augeas(const Augeas&) = delete;
  Augeas& operator=(const Augeas&) = delete;

  ~Augeas() {
    if (handle_ != nullptr) close_(handle_);
  }

  [[nodiscard]] bool usable() const { return handle_ != nullptr; }

  // Parses a text; false where Augeas refuses it.
  bool parse(const std::string& lens, const std::string& text) {
    remove_(handle_, "/t");
    set_(handle_, "/raw", text.c_str());
    return store_(handle_, lens.c_str(), "/raw", "/t") == 0;
  }

  // Paths in the order of the file.
  std::vector<std::string> match(const std::string& path) {
    char** found = nullptr;
    const int count = match_(handle_, path.c_str(), &found);
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
      out.emplace_back(found[i]);
      std::free(found[i]);  // NOLINT: the library hands out malloc'ed strings
    }
    std::free(found);  // NOLINT
    return out;
  }

  std::string get(const std::string& path) {
    const char* value = nullptr;
    get_(handle_, path.c_str(), &value);
    return value == nullptr ? "" : value;
  }

 private:
  template <class Function>
  void load(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(library_, name));
  }

  void* library_ = nullptr;
  augeas* handle_ = nullptr;
  augeas* (*init_)(const char*, const char*, unsigned) = nullptr;
  void (*close_)(augeas*) = nullptr;
  int (*set_)(augeas*, const char*, const char*) = nullptr;
  int (*get_)(const augeas*, const char*, const char**) = nullptr;
  int (*match_)(const augeas*, const char*, char***) = nullptr;
  int (*store_)(augeas*, const char*, const char*, const char*) = nullptr;
  int (*remove_)(augeas*, const char*) = nullptr;
};

constexpr std::array trees{"debian12-default",
                           "debian12-hardened",
                           "rhel9-default",
                           "rhel9-hardened",
                           "openeuler22-default",
                           "openeuler22-hardened",
                           "kylin-v10",
                           "uos20",
                           "ubuntu2204"};

class Differential : public testing::Test {
 protected:
  static void SetUpTestSuite() { augeas_ = std::make_unique<Augeas>(); }

  static void TearDownTestSuite() { augeas_.reset(); }

  void SetUp() override {
    if (!augeas_->usable()) GTEST_SKIP() << "libaugeas is not installed";
  }

  // Visits one file of every tree that has it and that Augeas can read.
  template <class Visit>
  void each(const std::string& path, const std::string& lens, const Visit& visit) {
    int compared = 0;
    for (const char* tree : trees) {
      const auto text = read_file(std::string{DENGCE_SOURCE_DIR "/tests/trees/"} + tree + path);
      if (!text || !augeas_->parse(lens, *text)) continue;
      SCOPED_TRACE(std::string{tree} + path);
      MemorySource source{test_info(true)};
      source.add_file(path, *text);
      TestFacts facts{source};
      visit(facts);
      ++compared;
    }
    EXPECT_GT(compared, 0) << path;
  }

  static std::string join_rows(const std::vector<std::string>& rows) { return join(rows, ";"); }

  static std::unique_ptr<Augeas> augeas_;
};

std::unique_ptr<Augeas> Differential::augeas_;

TEST_F(Differential, Passwd) {
  each("/etc/passwd", "Passwd.lns", [](TestFacts& facts) {
    std::vector<std::string> rows;
    for (const std::string& path : augeas_->match("/t/*[uid]")) {
      rows.push_back(path.substr(3) + "|" + augeas_->get(path + "/uid") + "|" +
                     augeas_->get(path + "/gid") + "|" + augeas_->get(path + "/home") + "|" +
                     augeas_->get(path + "/shell"));
    }
    EXPECT_EQ(facts("SELECT name, uid, gid, home, shell FROM account"), join_rows(rows));
  });
}

TEST_F(Differential, Group) {
  each("/etc/group", "Group.lns", [](TestFacts& facts) {
    std::vector<std::string> rows;
    std::vector<std::string> members;
    for (const std::string& path : augeas_->match("/t/*[gid]")) {
      rows.push_back(path.substr(3) + "|" + augeas_->get(path + "/gid"));
      for (const std::string& member : augeas_->match(path + "/user")) {
        members.push_back(path.substr(3) + "|" + augeas_->get(member));
      }
    }
    EXPECT_EQ(facts("SELECT name, gid FROM user_group"), join_rows(rows));
    EXPECT_EQ(facts("SELECT group_name, member FROM group_member"), join_rows(members));
  });
}

TEST_F(Differential, LoginDefs) {
  each("/etc/login.defs", "Login_defs.lns", [](TestFacts& facts) {
    std::map<std::string, std::string> values;
    for (const std::string& path : augeas_->match("/t/*[label() != '#comment']")) {
      values[path.substr(3)] = augeas_->get(path);
    }
    std::vector<std::string> rows;
    for (const auto& [key, value] : values) rows.push_back(key + "|" + value);
    EXPECT_EQ(facts("SELECT keyword, value FROM login_defs ORDER BY keyword"), join_rows(rows));
  });
}

TEST_F(Differential, Sysctl) {
  each("/etc/sysctl.conf", "Sysctl.lns", [](TestFacts& facts) {
    std::map<std::string, std::string> values;
    for (const std::string& path : augeas_->match("/t/*[label() != '#comment']")) {
      std::string key = path.substr(3);
      key.erase(std::min(key.find('['), key.size()));
      values[key] = augeas_->get(path);
    }
    std::vector<std::string> rows;
    for (const auto& [key, value] : values) rows.push_back(key + "|" + value);
    EXPECT_EQ(facts("SELECT name, value FROM sysctl_setting ORDER BY name"), join_rows(rows));
  });
}

TEST_F(Differential, Fstab) {
  each("/etc/fstab", "Fstab.lns", [](TestFacts& facts) {
    std::vector<std::string> rows;
    for (const std::string& path : augeas_->match("/t/*[spec]")) {
      if (augeas_->get(path + "/vfstype") == "swap") continue;
      rows.push_back(augeas_->get(path + "/file") + "|" + augeas_->get(path + "/spec") + "|" +
                     augeas_->get(path + "/vfstype"));
    }
    EXPECT_EQ(facts("SELECT target, device, type FROM mount"), join_rows(rows));
  });
}

TEST_F(Differential, SshdConfig) {
  each("/etc/ssh/sshd_config", "Sshd.lns", [](TestFacts& facts) {
    // Plain keywords of the global part, first occurrence; lists have their own shape in Augeas.
    const std::set<std::string> lists{"include",
                                      "acceptenv",
                                      "allowusers",
                                      "allowgroups",
                                      "denyusers",
                                      "denygroups",
                                      "subsystem",
                                      "hostkey",
                                      "port",
                                      "listenaddress",
                                      "ciphers",
                                      "macs",
                                      "kexalgorithms",
                                      "match"};
    int plain = 0;
    std::set<std::string> seen;
    for (const std::string& path : augeas_->match("/t/*[label() != '#comment']")) {
      std::string keyword = lower(path.substr(3));
      keyword.erase(std::min(keyword.find('['), keyword.size()));
      if (keyword == "challengeresponseauthentication") keyword = "kbdinteractiveauthentication";
      if (lists.count(keyword) > 0 || !seen.insert(keyword).second) continue;
      ++plain;
      EXPECT_EQ(lower(facts("SELECT value FROM sshd_setting WHERE scope = 'global' AND origin = "
                            "'file' AND keyword = '" +
                            keyword + "'")),
                lower(augeas_->get(path)))
          << keyword;
    }
    EXPECT_GT(plain, 0);
  });
}

TEST_F(Differential, Pam) {
  for (const char* path : {"/etc/pam.d/common-auth",
                           "/etc/pam.d/common-password",
                           "/etc/pam.d/system-auth",
                           "/etc/pam.d/password-auth",
                           "/etc/pam.d/su"}) {
    each(path, "Pam.lns", [&](TestFacts& facts) {
      std::map<std::string, std::vector<std::string>> by_type;
      for (const std::string& rule : augeas_->match("/t/*[type]")) {
        const std::string control = augeas_->get(rule + "/control");
        if (control == "include" || control == "substack") continue;
        std::vector<std::string> arguments;
        for (const std::string& argument : augeas_->match(rule + "/argument")) {
          arguments.push_back(augeas_->get(argument));
        }
        by_type[augeas_->get(rule + "/type")].push_back(
            control + "|" + augeas_->get(rule + "/module") + "|" + join(arguments, " "));
      }
      for (const auto& [type, rows] : by_type) {
        EXPECT_EQ(facts("SELECT control, module, arguments FROM pam_rule WHERE type = '" + type +
                        "' ORDER BY position"),
                  join_rows(rows));
      }
    });
  }
}

TEST_F(Differential, Sudoers) {
  each("/etc/sudoers", "Sudoers.lns", [](TestFacts& facts) {
    std::set<std::string> rows;
    for (const std::string& spec : augeas_->match("/t/spec")) {
      for (const std::string& user : augeas_->match(spec + "/user")) {
        for (const std::string& command : augeas_->match(spec + "/host_group/command")) {
          rows.insert(augeas_->get(user) + "|" + augeas_->get(command));
        }
      }
    }
    EXPECT_EQ(
        facts("SELECT DISTINCT subject, command FROM sudo_rule ORDER BY subject || '|' || command"),
        join_rows({rows.begin(), rows.end()}));
  });
}

}  // namespace
}  // namespace dengce::evidence
