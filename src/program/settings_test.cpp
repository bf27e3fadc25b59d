// SPDX-License-Identifier: Apache-2.0
#include "program/settings.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>

#include "base/file.h"

namespace dengce::program {
namespace {

class Settings : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create();
    ASSERT_TRUE(made);
    directory_ = std::make_unique<TempDir>(std::move(*made));
    app_.add_option("--listen", listen_, "监听地址")->capture_default_str();
    app_.add_option("--workers", workers_)->capture_default_str();
    app_.add_option("--host", hosts_);
    app_.add_option("--database", database_);
  }

  void TearDown() override {
    ::unsetenv("DENGCE_LISTEN");
    ::unsetenv("DENGCE_WORKERS");
  }

  std::filesystem::path file(const std::string& text) {
    const auto path = directory_->path() / "dengce.yaml";
    EXPECT_TRUE(write_file(path, text));
    return path;
  }

  void parse(const std::string& line) { app_.parse(line, false); }

  static std::string source_of(const std::vector<Setting>& all, const std::string& name) {
    for (const Setting& one : all) {
      if (one.name == name) return one.source;
    }
    return "";
  }

  std::unique_ptr<TempDir> directory_;
  CLI::App app_;
  std::string listen_ = "127.0.0.1:8080";
  int workers_ = 8;
  std::vector<std::string> hosts_;
  std::string database_;
};

TEST_F(Settings, TheNearerPlaceWins) {
  const auto path = file("listen: 127.0.0.1:1\nworkers: 3\nhost: [a.example, b.example]\n");
  ::setenv("DENGCE_LISTEN", "127.0.0.1:2", 1);
  ::setenv("DENGCE_WORKERS", "4", 1);
  parse("--listen 127.0.0.1:3");
  const auto all = settle(app_, path);
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(listen_, "127.0.0.1:3");
  EXPECT_EQ(workers_, 4);
  EXPECT_EQ(hosts_, (std::vector<std::string>{"a.example", "b.example"}));
  EXPECT_EQ(all->front().about, "监听地址");
  EXPECT_EQ(source_of(*all, "listen"), "命令行");
  EXPECT_EQ(source_of(*all, "workers"), "环境变量 DENGCE_WORKERS");
  EXPECT_EQ(source_of(*all, "host"), path.string());
  EXPECT_EQ(source_of(*all, "database"), "默认");
}

TEST_F(Settings, WhatIsWrongIsNamedWithItsLine) {
  parse("");
  const auto path = file("listn: x\nworkers: many\n");
  const auto all = settle(app_, path);
  ASSERT_FALSE(all);
  ASSERT_EQ(all.error().problems.size(), 2U) << all.error().text();
  EXPECT_EQ(all.error().problems[0].line, 1);
  EXPECT_EQ(all.error().problems[1].line, 2);
  EXPECT_EQ(all.error().problems[1].field, "workers");
  EXPECT_FALSE(settle(app_, directory_->path() / "none.yaml"));
}

TEST_F(Settings, PasswordsAreNotShown) {
  EXPECT_EQ(without_password("postgres://u:p@ss@h:5432/d"), "postgres://u:***@h:5432/d");
  EXPECT_EQ(without_password("postgres://h:5432/d"), "postgres://h:5432/d");
  EXPECT_EQ(without_password("/a/b.db"), "/a/b.db");
}

}  // namespace
}  // namespace dengce::program
