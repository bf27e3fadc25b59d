// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/cipher.h"
#include "base/vault.h"
#include "db/testing/test_databases.h"
#include "job/job_store.h"
#include "job/runner.h"

namespace dengce::job {
namespace {

using namespace std::chrono_literals;

Instant now_{1'800'000'000'000};

Instant test_clock() {
  return now_;
}

access::Actor person() {
  access::Actor out;
  out.account = "account-1";
  out.login = "shili-jia";
  return out;
}

class Jobs : public testing::TestWithParam<std::string> {
 protected:
  Job submitted(const std::string& kind) {
    auto transaction = database_.write();
    auto job = submit(*transaction, person(), kind, "生成文档", "{}", "", test_clock);
    EXPECT_TRUE(job) << job.error().text();
    EXPECT_TRUE(transaction->commit());
    return *job;
  }

  static Job stored(db::Database& database, const std::string& id) {
    auto transaction = database.read();
    auto job = select_job(*transaction, id);
    EXPECT_TRUE(job) << job.error().text();
    return job.value_or(Job{});
  }

  db::test::TestDatabase place_{GetParam()};
  db::Database database_ = place_.migrated();
  Vault vault_ = *Vault::from_text(std::string(64, '5'));
};

TEST_P(Jobs, WorkGivesItsResultAndASealedFile) {
  const Job job = submitted("document");
  Runner runner(database_, vault_, {}, test_clock);
  runner.handle("document", [](const Job& one, Progress& progress) -> Result<Outcome> {
    EXPECT_EQ(one.attempts, 1);
    TRY(progress.report(50, "排版"));
    return Outcome{R"({"pages":3})", JobFile{"a.pdf", "application/pdf", "secret bytes"}};
  });
  const auto ran = runner.run_one();
  ASSERT_TRUE(ran) << ran.error().text();
  EXPECT_TRUE(*ran);
  const Job after = stored(database_, job.id);
  EXPECT_EQ(after.state, State::done);
  EXPECT_EQ(after.progress, 100);
  EXPECT_EQ(after.result, R"({"pages":3})");
  EXPECT_EQ(after.file_name, "a.pdf");
  EXPECT_EQ(job.file_name, "");
  auto transaction = database_.read();
  const auto file = select_file(*transaction, job.id);
  ASSERT_TRUE(file && *file);
  EXPECT_EQ((*file)->content.find("secret"), std::string::npos);
  const auto opened = vault_.open((*file)->content, file_context(job.id));
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, "secret bytes");
  EXPECT_FALSE(*runner.run_one());
}

TEST_P(Jobs, AFailureKeepsItsReason) {
  const Job job = submitted("document");
  const Job other = submitted("unheard");
  Runner runner(database_, vault_, {}, test_clock);
  runner.handle("document", [](const Job&, Progress&) -> Result<Outcome> {
    return fail(ErrorCode::unavailable, "未安装 LibreOffice");
  });
  EXPECT_TRUE(*runner.run_one());
  EXPECT_TRUE(*runner.run_one());
  EXPECT_EQ(stored(database_, job.id).state, State::failed);
  EXPECT_NE(stored(database_, job.id).error.find("LibreOffice"), std::string::npos);
  EXPECT_EQ(stored(database_, other.id).state, State::failed);
}

TEST_P(Jobs, ACancelledJobStopsOrNeverBegins) {
  const Job waiting = submitted("document");
  {
    auto transaction = database_.write();
    EXPECT_TRUE(*update_cancel(*transaction, waiting.id, now_));
    EXPECT_TRUE(transaction->commit());
  }
  EXPECT_EQ(stored(database_, waiting.id).state, State::cancelled);
  const Job running = submitted("document");
  Runner runner(database_, vault_, {}, test_clock);
  bool went_on = false;
  runner.handle("document", [&](const Job& one, Progress& progress) -> Result<Outcome> {
    EXPECT_EQ(one.id, running.id);
    {
      auto transaction = database_.write();
      EXPECT_TRUE(*update_cancel(*transaction, one.id, now_));
      EXPECT_TRUE(transaction->commit());
    }
    TRY(progress.report(10, "第一步"));
    went_on = true;
    return Outcome{};
  });
  EXPECT_TRUE(*runner.run_one());
  EXPECT_FALSE(went_on);
  EXPECT_EQ(stored(database_, running.id).state, State::cancelled);
  auto transaction = database_.write();
  EXPECT_FALSE(*update_cancel(*transaction, running.id, now_));
}

TEST_P(Jobs, ASilentWorkersJobIsTakenOverAndItsLateEndIsDropped) {
  const Job job = submitted("document");
  Runner first(database_, vault_, {}, test_clock);
  Runner second(database_, vault_, {}, test_clock);
  second.handle("document",
                [](const Job&, Progress&) -> Result<Outcome> { return Outcome{R"({"by":2})"}; });
  first.handle("document", [&](const Job& one, Progress& progress) -> Result<Outcome> {
    EXPECT_FALSE(*second.run_one());  // alive: nobody may take it
    now_.milliseconds += 61'000;      // silent for longer than the others wait
    EXPECT_TRUE(*second.run_one());
    EXPECT_EQ(stored(database_, one.id).result, R"({"by":2})");
    EXPECT_FALSE(progress.report(90, "迟到"));
    return Outcome{R"({"by":1})"};
  });
  EXPECT_TRUE(*first.run_one());
  const Job after = stored(database_, job.id);
  EXPECT_EQ(after.result, R"({"by":2})");
  EXPECT_EQ(after.attempts, 2);
}

TEST_P(Jobs, AJobThatKillsItsWorkersIsGivenUp) {
  const Job job = submitted("document");
  for (int i = 0; i < 3; ++i) {
    auto transaction = database_.write();
    auto taken = claim_job(*transaction, {now_.milliseconds - 60'000});
    ASSERT_TRUE(taken && *taken);
    (*taken)->worker = "dead";
    (*taken)->attempts += 1;
    ASSERT_TRUE(*update_started(*transaction, **taken, now_));
    ASSERT_TRUE(transaction->commit());
    now_.milliseconds += 61'000;
  }
  Runner runner(database_, vault_, {}, test_clock);
  runner.handle("document", [](const Job&, Progress&) -> Result<Outcome> {
    ADD_FAILURE() << "taken a fourth time";
    return Outcome{};
  });
  EXPECT_FALSE(*runner.run_one());
  EXPECT_EQ(stored(database_, job.id).state, State::failed);
}

TEST_P(Jobs, TwoServersShareTheQueueWithoutLosingOrDoublingAny) {
  constexpr int count = 40;
  for (int i = 0; i < count; ++i) submitted("count");
  std::mutex mutex;
  std::multiset<std::string> done;
  const auto work = [&](const Job& one, Progress&) -> Result<Outcome> {
    const std::lock_guard lock(mutex);
    done.insert(one.id);
    return Outcome{};
  };
  auto other_database = place_.open();
  {
    Runner first(database_, vault_, {.threads = 2, .pause = 10ms}, test_clock);
    Runner second(other_database, vault_, {.threads = 2, .pause = 10ms}, test_clock);
    first.handle("count", work);
    second.handle("count", work);
    first.start();
    second.start();
    for (int i = 0; i < 600; ++i) {
      std::this_thread::sleep_for(50ms);
      const std::lock_guard lock(mutex);
      if (done.size() >= count) break;
    }
  }
  EXPECT_EQ(done.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(std::set<std::string>(done.begin(), done.end()).size(),
            static_cast<std::size_t>(count));
  auto transaction = database_.read();
  const auto all = select_jobs(*transaction, "", "", "", 100);
  ASSERT_TRUE(all);
  for (const Job& one : *all) EXPECT_EQ(one.state, State::done) << one.id;
}

INSTANTIATE_TEST_SUITE_P(Both, Jobs, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::job
