// SPDX-License-Identifier: Apache-2.0
// For tests of this room: the content of the working tree, a database with the portfolio in it, and
// small evidence bundles.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "assessment/knowledge.h"
#include "base/archive.h"
#include "base/content.h"
#include "base/digest.h"
#include "base/vault.h"
#include "db/database.h"
#include "portfolio/portfolio.h"
#include "portfolio/portfolio_store.h"

namespace dengce::assessment::test {

inline const Content& real_content() {
  static const Content content = Content::from_directory(DENGCE_SOURCE_DIR "/content").value();
  return content;
}

inline const Knowledge& real_knowledge() {
  static const Knowledge knowledge = Knowledge::load(real_content()).value();
  return knowledge;
}

inline const portfolio::Portfolio& real_portfolio() {
  static const portfolio::Portfolio all = portfolio::load_portfolio(real_content()).value();
  return all;
}

inline const Vault& test_vault() {
  static const Vault vault = Vault::from_key(Secret(std::string(32, 'k'))).value();
  return vault;
}

// In memory, schema and portfolio loaded.
inline db::Database database() {
  auto opened = db::Database::open(":memory:");
  EXPECT_TRUE(opened);
  EXPECT_TRUE(db::migrate(*opened, db::compiled_migrations()));
  auto transaction = opened->write();
  EXPECT_TRUE(portfolio::insert_portfolio(*transaction, real_portfolio()));
  EXPECT_TRUE(transaction->commit());
  return std::move(*opened);
}

// path on the host → bytes, as the collector would pack them.
inline std::string bundle(const std::map<std::string, std::string>& files) {
  std::vector<ArchiveEntry> entries;
  std::string listed;
  for (const auto& [path, bytes] : files) {
    entries.push_back({"data/files" + path, bytes});
    listed +=
        fmt::format(R"({}{{"path":"data/files{}","source":"file:{}","exit_code":0,"bytes":{},)"
                    R"("truncated":false,"sha256":"{}","sm3":null}})",
                    listed.empty() ? "" : ",",
                    path,
                    path,
                    bytes.size(),
                    sha256_hex(bytes));
  }
  entries.insert(entries.begin(),
                 {"manifest.json",
                  R"({"format":"dengce-bundle/1","collector":{"name":"linux","version":"1"},)"
                  R"("platform":"linux","target":{"name":"example-1","addresses":[]},)"
                  R"("started":"2026-01-02T03:04:05Z","ended":"2026-01-02T03:04:06Z","entries":[)" +
                      listed + R"(],"absent":[]})"});
  return write_tar_gz(entries).value();
}

inline std::string small_bundle() {
  return bundle({{"/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nli:x:0:0::/home/li:/bin/bash\n"},
                 {"/etc/login.defs", "# 登录\nPASS_MAX_DAYS\t99999\n"}});
}

}  // namespace dengce::assessment::test
