// SPDX-License-Identifier: Apache-2.0
#include "access/seal.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "access/audit.h"
#include "access/audit_lines.h"
#include "access/audit_text.h"
#include "access/audit_verify.h"
#include "base/file.h"

namespace dengce::access {
namespace {

constexpr std::int64_t base_ms = 1'760'000'000'000;
std::int64_t now_ms = base_ms;

Instant test_now() {
  return Instant{now_ms};
}

class SealTest : public testing::Test {
 protected:
  void SetUp() override {
    now_ms = base_ms;
    directory_ = std::make_unique<TempDir>(*TempDir::create());
    heads_ = directory_->path() / "data.heads";
    auto opened = db::Database::open(directory_->path() / "dengce.db");
    ASSERT_TRUE(opened);
    database_ = std::make_unique<db::Database>(std::move(*opened));
    ASSERT_TRUE(db::migrate(*database_, db::compiled_migrations()));
    vault_ = std::make_unique<Vault>(*Vault::from_key(Secret(std::string(32, 'k'))));
  }

  void append(int count) {
    for (int i = 0; i < count; ++i) {
      auto transaction = database_->write();
      ASSERT_TRUE(append_audit(*transaction,
                               {.account = "a1", .login = "jia", .address = "127.0.0.1"},
                               {.action = "system.change",
                                .object_type = "system",
                                .object_id = std::to_string(i),
                                .object_name = "示例系统",
                                .before = std::string(64, 'a'),
                                .after = std::string(64, 'b'),
                                .detail = "{}"},
                               test_now));
      ASSERT_TRUE(transaction->commit());
      now_ms += 1000;
    }
  }

  AuditSeal seal() {
    auto made = seal_audit(*database_, *vault_, test_now);
    EXPECT_TRUE(made) << made.error().text();
    EXPECT_TRUE(made && *made);
    return made && *made ? **made : AuditSeal{};
  }

  // Entries 1–3 sealed, 4–6 sealed, 7 open.
  void fill() {
    append(3);
    seal();
    append(3);
    seal();
    append(1);
  }

  void run(const std::string& sql) {
    auto transaction = database_->write();
    const auto done = transaction->execute({"test.tamper", sql});
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_GT(*done, 0) << sql;
    ASSERT_TRUE(transaction->commit());
  }

  AuditReport verify(const AuditLines* published = nullptr) {
    auto transaction = database_->read();
    auto report = verify_audit(*transaction, published);
    EXPECT_TRUE(report) << report.error().text();
    return std::move(*report);
  }

  AuditLines published() { return *read_audit_lines(*read_file(heads_), heads_.string()); }

  // Gives every entry from `first` on a digest that fits again, and the head too.
  void rechain(std::int64_t first) {
    auto transaction = database_->write();
    auto entries = *select_entries(*transaction, 0, 1000);
    std::string previous(no_digest);
    for (AuditEntry& entry : entries) {
      if (entry.sequence >= first) {
        entry.previous = previous;
        entry.digest = entry_digest(entry);
        const std::vector<db::Value> row{entry.sequence, entry.previous, entry.digest};
        ASSERT_TRUE(transaction->execute(
            {"test.rechain",
             "UPDATE audit_entry SET previous = $2, digest = $3 WHERE sequence = $1"},
            row));
      }
      previous = entry.digest;
    }
    const std::vector<db::Value> head{entries.back().sequence, previous};
    ASSERT_TRUE(transaction->execute(
        {"test.head", "UPDATE audit_head SET sequence = $1, digest = $2"}, head));
    ASSERT_TRUE(transaction->commit());
  }

  static bool names(const AuditReport& report, AuditFault fault, std::int64_t sequence) {
    for (const AuditFinding& finding : report.problems) {
      if (finding.fault == fault && finding.sequence == sequence) return true;
    }
    return false;
  }

  std::unique_ptr<TempDir> directory_;
  std::filesystem::path heads_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Vault> vault_;
};

TEST_F(SealTest, AnUntouchedChainHasNoProblem) {
  EXPECT_TRUE(verify().ok());
  fill();
  const AuditReport report = verify();
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.entries, 7);
  EXPECT_EQ(report.head.sequence, 7);
  EXPECT_EQ(report.sealed.number, 2);
  EXPECT_EQ(report.sealed.sequence, 6);
  EXPECT_TRUE(report.warnings.empty());
}

TEST_F(SealTest, NothingNewNothingSealed) {
  EXPECT_FALSE(*seal_audit(*database_, *vault_, test_now));
  append(1);
  EXPECT_EQ(seal().number, 1);
  EXPECT_FALSE(*seal_audit(*database_, *vault_, test_now));
}

TEST_F(SealTest, AnotherMasterKeyCannotSeal) {
  fill();
  const Vault other = *Vault::from_key(Secret(std::string(32, 'x')));
  const auto made = seal_audit(*database_, other, test_now);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::data_corrupt);
}

TEST_F(SealTest, AChangeOfAnyColumnIsFound) {
  const std::vector<std::string> columns{"account",
                                         "login",
                                         "address",
                                         "session",
                                         "action",
                                         "object_type",
                                         "object_id",
                                         "object_name",
                                         "before_sm3",
                                         "after_sm3",
                                         "detail",
                                         "outcome"};
  fill();
  for (const std::string& column : columns) {
    run("UPDATE audit_entry SET " + column + " = " + column + " || 'x' WHERE sequence = 2");
    const AuditReport report = verify();
    EXPECT_EQ(report.problem_count, 1) << column;
    EXPECT_TRUE(names(report, AuditFault::changed, 2)) << column;
    run("UPDATE audit_entry SET " + column + " = substr(" + column + ", 1, length(" + column +
        ") - 1) WHERE sequence = 2");
    EXPECT_TRUE(verify().ok()) << column;
  }
  run("UPDATE audit_entry SET at_ms = at_ms + 1 WHERE sequence = 2");
  EXPECT_TRUE(names(verify(), AuditFault::changed, 2));
  run("UPDATE audit_entry SET at_ms = at_ms - 1 WHERE sequence = 2");
  run("UPDATE audit_entry SET digest = previous WHERE sequence = 7");
  EXPECT_TRUE(names(verify(), AuditFault::changed, 7));
}

TEST_F(SealTest, AChangeWithItsDigestBreaksTheLink) {
  fill();
  auto transaction = database_->write();
  AuditEntry entry = (*select_entries(*transaction, 1, 1))[0];
  entry.login = "yi";
  const std::vector<db::Value> row{entry.login, entry_digest(entry)};
  ASSERT_TRUE(transaction->execute(
      {"test.change", "UPDATE audit_entry SET login = $1, digest = $2 WHERE sequence = 2"}, row));
  ASSERT_TRUE(transaction->commit());
  EXPECT_TRUE(names(verify(), AuditFault::unchained, 3));
}

TEST_F(SealTest, RemovedInsertedAndReorderedEntriesAreFound) {
  fill();
  run("DELETE FROM audit_entry WHERE sequence = 4");
  EXPECT_TRUE(names(verify(), AuditFault::removed, 5));
  // The gap closed, as a careful intruder would.
  run("UPDATE audit_entry SET sequence = 4 WHERE sequence = 5");
  run("UPDATE audit_entry SET sequence = 5 WHERE sequence = 6");
  run("UPDATE audit_entry SET sequence = 6 WHERE sequence = 7");
  EXPECT_TRUE(names(verify(), AuditFault::unchained, 4));
  rechain(4);
  const AuditReport rewritten = verify();
  EXPECT_FALSE(rewritten.ok());
  EXPECT_TRUE(names(rewritten, AuditFault::seal, 6));
}

TEST_F(SealTest, TwoEntriesSwappedAreFound) {
  fill();
  run("UPDATE audit_entry SET sequence = 100 WHERE sequence = 2");
  run("UPDATE audit_entry SET sequence = 2 WHERE sequence = 3");
  run("UPDATE audit_entry SET sequence = 3 WHERE sequence = 100");
  const AuditReport report = verify();
  EXPECT_TRUE(names(report, AuditFault::unchained, 2));
  EXPECT_TRUE(names(report, AuditFault::changed, 2));
}

TEST_F(SealTest, AChainWrittenAnewDoesNotFitItsSeals) {
  fill();
  run("UPDATE audit_entry SET login = 'yi' WHERE sequence = 2");
  rechain(1);
  const AuditReport report = verify();
  EXPECT_EQ(report.problem_count, 2);
  EXPECT_TRUE(names(report, AuditFault::seal, 3));
  EXPECT_TRUE(names(report, AuditFault::seal, 6));
}

TEST_F(SealTest, ACutTailIsFoundByTheSealBeyondIt) {
  fill();
  run("DELETE FROM audit_entry WHERE sequence > 4");
  rechain(5);
  EXPECT_TRUE(names(verify(), AuditFault::cut, 6));
}

TEST_F(SealTest, AHeadThatIsNotTheEndIsFound) {
  fill();
  run("DELETE FROM audit_entry WHERE sequence = 7");
  EXPECT_TRUE(names(verify(), AuditFault::head, 7));
  run("DELETE FROM audit_head");
  auto transaction = database_->read();
  EXPECT_EQ(verify_audit(*transaction, nullptr).error().code, ErrorCode::data_corrupt);
}

TEST_F(SealTest, TouchedSealsAreFound) {
  fill();
  append(1);
  seal();
  for (const char* column : {"digest", "key_id", "previous", "signature"}) {
    const std::string name(column);
    run("UPDATE audit_seal SET " + name + " = '0' || " + name + " WHERE number = 1");
    EXPECT_FALSE(verify().ok()) << name;
    run("UPDATE audit_seal SET " + name + " = substr(" + name + ", 2) WHERE number = 1");
    EXPECT_TRUE(verify().ok()) << name;
  }
  run("UPDATE audit_seal SET signature = upper(signature) WHERE number = 3");
  EXPECT_FALSE(verify().ok());
  run("UPDATE audit_seal SET signature = lower(signature) WHERE number = 3");
  run("UPDATE audit_seal SET at_ms = at_ms + 1 WHERE number = 3");
  EXPECT_FALSE(verify().ok());
  run("UPDATE audit_seal SET at_ms = at_ms - 1 WHERE number = 3");
  run("DELETE FROM audit_seal WHERE number = 2");
  EXPECT_FALSE(verify().ok());
}

TEST_F(SealTest, ATouchedPublicKeyIsFound) {
  fill();
  run("UPDATE audit_key SET public_pem = public_pem || ' '");
  EXPECT_FALSE(verify().ok());
}

TEST_F(SealTest, PublishedHeadsFindARollback) {
  append(3);
  seal();
  append(3);
  seal();
  ASSERT_TRUE(publish_seals(*database_, heads_));
  append(1);
  AuditLines lines = published();
  EXPECT_EQ(lines.keys.size(), 1U);
  EXPECT_EQ(lines.seals.size(), 2U);
  EXPECT_EQ(verify(&lines).published, 2);
  EXPECT_TRUE(verify(&lines).ok());
  // As an older copy of the database would look: whole in itself.
  run("DELETE FROM audit_entry WHERE sequence > 4");
  run("DELETE FROM audit_seal WHERE number = 2");
  rechain(5);
  EXPECT_TRUE(verify().ok());
  const AuditReport report = verify(&lines);
  EXPECT_TRUE(names(report, AuditFault::cut, 6));
  EXPECT_TRUE(names(report, AuditFault::seal, 6));
}

TEST_F(SealTest, PublishedHeadsFindAnotherKey) {
  append(2);
  seal();
  ASSERT_TRUE(publish_seals(*database_, heads_));
  const AuditLines lines = published();
  // Everything written anew, with a key of the intruder's own.
  run("DELETE FROM audit_seal");
  run("DELETE FROM audit_key");
  run("UPDATE audit_entry SET login = 'yi' WHERE sequence = 1");
  rechain(1);
  seal();
  EXPECT_TRUE(verify().ok());
  EXPECT_TRUE(names(verify(&lines), AuditFault::seal, 2));
}

TEST_F(SealTest, PublishingAppendsEachSealOnce) {
  append(1);
  seal();
  ASSERT_TRUE(publish_seals(*database_, heads_));
  const std::string first = *read_file(heads_);
  ASSERT_TRUE(publish_seals(*database_, heads_));
  EXPECT_EQ(*read_file(heads_), first);
  append(1);
  seal();
  // A crash cut the last line.
  ASSERT_TRUE(write_file(heads_, first + "{\"kind\":\"se"));
  ASSERT_TRUE(publish_seals(*database_, heads_));
  const AuditLines lines = published();
  EXPECT_EQ(lines.seals.size(), 2U);
  EXPECT_EQ(lines.keys.size(), 1U);
  EXPECT_EQ(lines.unreadable, 1);
  EXPECT_TRUE(verify(&lines).ok());
}

TEST_F(SealTest, AFileThatIsNoListOfHeadsIsRefused) {
  EXPECT_EQ(read_audit_lines("{\"kind\":\"other\"}\n", "x").error().problems.at(0).line, 1);
  EXPECT_FALSE(read_audit_lines("{\"kind\":\"seal\",\"number\":1}\n", "x"));
  EXPECT_FALSE(read_audit_lines("{\"kind\":\"key\",\"id\":\"1\",\"public_pem\":\"p\"}\n", "x"));
  EXPECT_FALSE(publish_seals(*database_, directory_->path()));
}

TEST_F(SealTest, AClockThatGoesBackIsAWarning) {
  append(2);
  now_ms = base_ms - 5000;
  append(1);
  const AuditReport report = verify();
  EXPECT_TRUE(report.ok());
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_EQ(report.warnings[0].sequence, 3);
}

TEST_F(SealTest, KeysMoveToANewMasterKey) {
  fill();
  const Vault newer = *Vault::from_key(Secret(std::string(32, 'n')));
  {
    auto transaction = database_->write();
    ASSERT_TRUE(rewrap_audit_keys(*transaction, newer, *vault_));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(seal_audit(*database_, *vault_, test_now).error().code, ErrorCode::data_corrupt);
  const auto made = seal_audit(*database_, newer, test_now);
  EXPECT_TRUE(made) << made.error().text();
  EXPECT_TRUE(verify().ok());
}

TEST_F(SealTest, TheExportHoldsEverything) {
  fill();
  std::string out;
  auto transaction = database_->read();
  ASSERT_TRUE(export_audit(
      *transaction,
      [&](std::string_view lines) {
        out += lines;
        return Result<>{};
      },
      test_now));
  const AuditLines lines = *read_audit_lines(out, "export");
  EXPECT_EQ(lines.seals.size(), 2U);
  EXPECT_EQ(lines.keys.size(), 1U);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1 + 1 + 7 + 2);
  EXPECT_NE(out.find("\"object_name\":\"示例系统\""), std::string::npos);
  EXPECT_EQ(out.find("private"), std::string::npos);
}

TEST_F(SealTest, TheSealerSealsInTheBackgroundAndAtItsEnd) {
  append(3);
  std::vector<std::string> logged;
  {
    SealerOptions options;
    options.heads_file = heads_;
    options.pause = std::chrono::milliseconds(5);
    options.interval = std::chrono::milliseconds(3'600'000);
    options.entries = 2;
    options.log = [&](const std::string& line) { logged.push_back(line); };
    const Sealer sealer(*database_, *vault_, std::move(options));
    // The first look seals what a crash left open; two more entries make it seal again.
    const auto wait_for = [&](std::int64_t number) {
      for (int i = 0; i < 2000; ++i) {
        auto transaction = database_->read();
        if (select_last_seal(*transaction)->number >= number) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      return false;
    };
    ASSERT_TRUE(wait_for(1));
    append(2);
    ASSERT_TRUE(wait_for(2));
    append(1);
  }
  ASSERT_EQ(logged.size(), 3U);
  EXPECT_NE(logged[2].find("sequence 6 "), std::string::npos);
  const AuditLines lines = published();
  EXPECT_EQ(lines.seals.size(), 3U);
  EXPECT_TRUE(verify(&lines).ok());
}

TEST_F(SealTest, TheSealerReportsWhatFails) {
  append(1);
  std::vector<ErrorCode> failed;
  {
    SealerOptions options;
    options.heads_file = directory_->path() / "no" / "such" / "heads";
    options.failed = [&](const Error& error) { failed.push_back(error.code); };
    const Sealer sealer(*database_, *vault_, std::move(options));
  }
  ASSERT_FALSE(failed.empty());
  EXPECT_EQ(failed[0], ErrorCode::unavailable);
}

}  // namespace
}  // namespace dengce::access
