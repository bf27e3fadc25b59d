// SPDX-License-Identifier: Apache-2.0
// Stages, products and internet-side tests through their use cases, on both databases.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "access/account_store.h"
#include "portfolio/risk_notices.h"
#include "portfolio/system_store.h"
#include "portfolio/testing/both.h"
#include "process/internet_tests.h"
#include "process/products.h"
#include "process/sheet.h"
#include "process/stages.h"
#include "process/testing/process.h"

namespace dengce::process {
namespace {

using portfolio::test::code;
using portfolio::test::day;
using portfolio::test::fields;
using portfolio::test::noon;
using test::real_process;

class Course : public portfolio::test::Both {
 protected:
  Course() {
    db::Transaction transaction = database_.write().value();
    for (const char* id : {"manager", "reviewer", "client", "other"}) {
      access::Account account;
      account.id = id;
      account.login = id;
      account.name = std::string("示例 ") + id;
      account.roles = {std::string(id) == "client" ? "client_security" : "assessor"};
      EXPECT_TRUE(access::insert_account(transaction, account));
    }
    EXPECT_TRUE(transaction.commit());
  }

  static access::Actor person(const char* id) {
    access::Actor actor = manager();
    actor.account = id;
    actor.login = id;
    actor.name = std::string("示例 ") + id;
    return actor;
  }

  Result<StageRow> change(const char* stage,
                          const StagePatch& patch,
                          const std::optional<access::Actor>& actor = {}) {
    return change_stage(database_,
                        real_process(),
                        {"assessor"},
                        actor.value_or(manager()),
                        system(1),
                        stage,
                        sheet().stage(stage).version,
                        patch,
                        noon);
  }

  Result<StageRow> begin(const char* stage, const char* from) {
    StagePatch patch;
    patch.actual_from.emplace(day(from));
    return change(stage, patch);
  }

  Result<StageRow> finish(const char* stage, const char* to) {
    StagePatch patch;
    patch.actual_to.emplace(day(to));
    return change(stage, patch);
  }

  Result<ProductRow> step(const char* product,
                          ProductState to,
                          const char* who,
                          const char* when = nullptr,
                          const char* note = "") {
    ProductStep one;
    one.to = to;
    if (when != nullptr) one.day = day(when);
    one.note = note;
    return take(product, one, who);
  }

  Result<ProductRow> take(const char* product, const ProductStep& one, const char* who) {
    return step_product(database_,
                        real_process(),
                        person(who),
                        system(1),
                        product,
                        sheet().product(product).version,
                        one,
                        noon);
  }

  // Drafted and reviewed.
  void review(const char* product, const char* when) {
    ASSERT_TRUE(step(product, ProductState::drafting, "manager", when));
    const auto done = step(product, ProductState::reviewed, "reviewer", when);
    ASSERT_TRUE(done) << done.error().text();
  }

  Sheet sheet() {
    db::Transaction read = database_.read().value();
    return select_sheet(read, {.everything = true}, system(1)).value();
  }

  Result<> gate(const char* id) {
    db::Transaction read = database_.read().value();
    return require_gate(read, real_process(), system(1), id);
  }

  void tell_risks() {
    portfolio::RiskNotice notice;
    notice.system_id = system(1);
    notice.risks = "可能短时变慢";
    notice.measures = "避开高峰";
    notice.backup_state = "已备份";
    notice.told = day("2026-07-02");
    notice.confirmed_by = "示例乙";
    notice.confirmed = day("2026-07-03");
    ASSERT_TRUE(create_risk_notice(database_, manager(), notice, noon));
  }

  // Prepared and planned; all that the on-site work needs but the plan's signature.
  void come_to_the_signature() {
    tell_risks();
    ASSERT_TRUE(begin("prepare", "2026-07-01"));
    review("project_plan", "2026-07-02");
    review("survey", "2026-07-03");
    ASSERT_TRUE(finish("prepare", "2026-07-03"));
    ASSERT_TRUE(begin("plan", "2026-07-06"));
    review("guidebook", "2026-07-08");
    review("plan", "2026-07-08");
    review("authorisation", "2026-07-08");
    ASSERT_TRUE(step("authorisation", ProductState::signed_off, "client"));
  }

  // Files of two systems.
  void store_files() {
    db::Transaction write = database_.write().value();
    for (const std::size_t owner : {1, 2}) {
      const std::vector<db::Value> values{"file" + std::to_string(owner), system(owner)};
      ASSERT_TRUE(write.execute(
          {"t.file",
           "INSERT INTO file (id, system_id, kind, name, note, length, sha256, sm3, handed_in_by,"
           " handed_in_at, version) VALUES ($1, $2, 'other', '签字页.pdf', '', 3, 'aa', 'bb', 'm',"
           " 0, 1)"},
          values));
    }
    ASSERT_TRUE(write.commit());
  }

  std::vector<std::string> listed(std::map<std::string, std::string, std::less<>> filters,
                                  const portfolio::Visible& visible = {.everything = true}) {
    http::PageQuery query;
    query.sort = "due";
    query.filters = std::move(filters);
    db::Transaction read = database_.read().value();
    const auto page = select_progress_page(read, real_process(), visible, query, day("2026-07-20"));
    EXPECT_TRUE(page) << page.error().text();
    std::vector<std::string> out;
    for (const ProgressRow& row : page->items) out.push_back(row.name);
    EXPECT_LE(out.size(), static_cast<std::size_t>(page->total));
    return out;
  }
};

TEST_P(Course, AGateHoldsUntilTheClientHasSigned) {
  come_to_the_signature();
  // The plan can not be finished, and the site not be entered, for one reason each at least.
  const auto unsigned_plan = finish("plan", "2026-07-20");
  EXPECT_EQ(code(unsigned_plan), ErrorCode::failed_precondition);
  EXPECT_EQ(fields(unsigned_plan), std::vector<std::string>{"plan"});
  const auto too_early = begin("onsite", "2026-07-20");
  EXPECT_EQ(code(too_early), ErrorCode::failed_precondition);
  EXPECT_EQ(fields(too_early), (std::vector<std::string>{"plan", "plan"}));
  EXPECT_EQ(code(gate("onsite_records")), ErrorCode::failed_precondition);

  const auto signature = step("plan", ProductState::signed_off, "client");
  ASSERT_TRUE(signature) << signature.error().text();
  EXPECT_EQ(signature->how, "own");
  EXPECT_EQ(signature->signed_by, "示例 client");
  ASSERT_TRUE(finish("plan", "2026-07-20"));
  EXPECT_EQ(fields(begin("onsite", "2026-07-19")),
            (std::vector<std::string>{"actual_from", "actual_from", "actual_from"}));
  ASSERT_TRUE(begin("onsite", "2026-07-20"));
  EXPECT_TRUE(gate("onsite_records"));

  // Returned: on-site records stop until it is signed again; nothing is lost.
  EXPECT_EQ(fields(step("plan", ProductState::returned, "manager")),
            std::vector<std::string>{"note"});
  ASSERT_TRUE(step("plan", ProductState::returned, "manager", nullptr, "范围有变"));
  EXPECT_EQ(fields(gate("onsite_records")), std::vector<std::string>{"plan"});
  const auto history =
      product_history(database_, real_process(), manager(), system(1), "plan").value();
  std::string states;
  for (const ProductEvent& event : history)
    states += std::string(state_name(event.fact.state)) + " ";
  EXPECT_EQ(states, "drafting reviewed signed returned ");
  EXPECT_EQ(history[2].signed_by, "示例 client");
  EXPECT_EQ(history[3].note, "范围有变");
  EXPECT_EQ(code(gate("nothing")), ErrorCode::internal);
}

TEST_P(Course, NobodyReviewsTheirOwnAndNoStepIsLeftOut) {
  EXPECT_EQ(code(step("plan", ProductState::signed_off, "client")), ErrorCode::failed_precondition);
  EXPECT_EQ(code(step("plan", ProductState::reviewed, "reviewer")), ErrorCode::failed_precondition);
  ASSERT_TRUE(step("plan", ProductState::drafting, "manager", "2026-07-10"));
  const auto own = step("plan", ProductState::reviewed, "manager");
  EXPECT_EQ(code(own), ErrorCode::failed_precondition);
  EXPECT_EQ(fields(step("plan", ProductState::reviewed, "reviewer", "2026-07-09")),
            std::vector<std::string>{"day"});
  EXPECT_EQ(fields(step("plan", ProductState::reviewed, "reviewer", "2026-07-21")),
            std::vector<std::string>{"day"});
  ASSERT_TRUE(step("plan", ProductState::reviewed, "reviewer"));
  // Another one's drawing up anew may be reviewed by the first.
  ASSERT_TRUE(step("plan", ProductState::returned, "reviewer", nullptr, "缺接入点"));
  ASSERT_TRUE(step("plan", ProductState::drafting, "reviewer"));
  ASSERT_TRUE(step("plan", ProductState::reviewed, "manager"));
  EXPECT_EQ(audited(system(1)), 5);
  EXPECT_EQ(code(step("nothing", ProductState::drafting, "manager")), ErrorCode::not_found);
}

TEST_P(Course, ASignatureOnPaperNeedsItsScan) {
  store_files();
  review("plan", "2026-07-08");
  ProductStep copy;
  copy.to = ProductState::signed_off;
  copy.day = day("2026-07-09");
  copy.file_id = "file2";
  EXPECT_EQ(fields(take("plan", copy, "manager")),
            (std::vector<std::string>{"file_id", "signed_by"}));
  copy.file_id = "file1";
  copy.signed_by = "示例丙";
  const auto row = take("plan", copy, "manager");
  ASSERT_TRUE(row) << row.error().text();
  EXPECT_EQ(row->how, "scan");
  EXPECT_EQ(sheet().product("plan").file_id, "file1");
  const auto history =
      product_history(database_, real_process(), manager(), system(1), "plan").value();
  EXPECT_EQ(history.back().file_sm3, "bb");
  EXPECT_EQ(history.back().signed_by, "示例丙");
  // The scan of a signature is not deleted with the other files.
  db::Transaction again = database_.write().value();
  EXPECT_EQ(code(again.execute({"t.remove", "DELETE FROM file WHERE id = 'file1'"})),
            ErrorCode::failed_precondition);
}

TEST_P(Course, WhatIsOutOfSightDoesNotExist) {
  const access::Actor stranger = of_team(1);
  StagePatch patch;
  patch.note = "x";
  EXPECT_EQ(code(change("prepare", patch, stranger)), ErrorCode::not_found);
  EXPECT_EQ(code(step_product(database_, real_process(), stranger, system(1), "plan", 0, {}, noon)),
            ErrorCode::not_found);
  EXPECT_EQ(code(product_history(database_, real_process(), stranger, system(1), "plan")),
            ErrorCode::not_found);
  PlanOrder order{{system(8), system(1)}, day("2026-08-03"), 0, true};
  EXPECT_EQ(fields(plan_progress(database_, real_process(), stranger, order, noon)),
            std::vector<std::string>{"systems"});
  EXPECT_EQ(sheet().stage("prepare").version, 0);
  db::Transaction read = database_.read().value();
  const auto visible = portfolio::select_visible(read, stranger).value();
  EXPECT_EQ(listed({}, visible).size(), visible.systems.size());
}

TEST_P(Course, AStaleVersionChangesNothing) {
  StagePatch patch;
  patch.note = "先到";
  ASSERT_TRUE(change("prepare", patch));
  for (const std::int64_t version : {0, 2}) {
    EXPECT_EQ(
        code(change_stage(
            database_, real_process(), {}, manager(), system(1), "prepare", version, patch, noon)),
        ErrorCode::conflict);
  }
  ASSERT_TRUE(step("plan", ProductState::drafting, "manager"));
  EXPECT_EQ(code(step_product(database_,
                              real_process(),
                              manager(),
                              system(1),
                              "plan",
                              0,
                              {.to = ProductState::returned, .note = "x"},
                              noon)),
            ErrorCode::conflict);
}

TEST_P(Course, PeopleAreOfTheProvider) {
  StagePatch patch;
  patch.lead.emplace("manager");
  patch.members = std::vector<std::string>{"client", "reviewer", "nobody"};
  EXPECT_EQ(fields(change("onsite", patch)), (std::vector<std::string>{"members", "members"}));
  patch.members = std::vector<std::string>{"reviewer", "manager"};
  patch.planned_from.emplace(day("2026-07-20"));
  patch.planned_to.emplace(day("2026-07-24"));
  ASSERT_TRUE(change("onsite", patch));
  const auto people = sheet().stage("onsite").people;
  ASSERT_EQ(people.size(), 2U);
  EXPECT_TRUE(people[0].lead);
  EXPECT_EQ(people[0].person.name, "示例 manager");
  StagePatch members;
  members.members.emplace();
  ASSERT_TRUE(change("onsite", members));
  EXPECT_EQ(sheet().stage("onsite").people.size(), 1U);
  db::Transaction read = database_.read().value();
  const auto duties = [&](const char* from, const char* to) {
    return select_duties(read, {.everything = true}, day(from), day(to), day("2026-07-20"))
        .value()
        .size();
  };
  EXPECT_EQ(duties("2026-07-24", "2026-07-31"), 1U);
  EXPECT_EQ(duties("2026-07-25", "2026-07-31"), 0U);
  EXPECT_EQ(duties("2026-07-01", "2026-07-19"), 0U);
}

TEST_P(Course, AStageUnderWayKeepsItsPeopleBusyUntilToday) {
  StagePatch patch;
  patch.lead.emplace("manager");
  patch.planned_from.emplace(day("2026-07-01"));
  patch.planned_to.emplace(day("2026-07-03"));
  patch.actual_from.emplace(day("2026-07-02"));
  ASSERT_TRUE(change("prepare", patch));
  db::Transaction read = database_.read().value();
  const auto duties = select_duties(
      read, {.everything = true}, day("2026-07-20"), day("2026-07-31"), day("2026-07-20"));
  ASSERT_EQ(duties->size(), 1U);
  EXPECT_EQ(duties->front().from, day("2026-07-02"));
  EXPECT_EQ(duties->front().to, day("2026-07-20"));
}

TEST_P(Course, PlanningHelpIsAPreviewUntilItIsApplied) {
  PlanOrder order{{system(2), system(1), system(3)}, day("2026-09-24"), 2, false};
  const auto preview = plan_progress(database_, real_process(), manager(), order, noon);
  ASSERT_TRUE(preview) << preview.error().text();
  ASSERT_EQ(preview->size(), 3U);
  EXPECT_EQ(preview->at(0).stages.front().after.planned_from, day("2026-09-24"));
  // 25 to 27 September are off.
  EXPECT_EQ(preview->at(1).stages.front().after.planned_from, day("2026-09-29"));
  EXPECT_EQ(preview->at(2).stages.front().after.planned_from, day("2026-10-08"));
  EXPECT_EQ(sheet().stage("prepare").version, 0);
  order.apply = true;
  const auto applied = plan_progress(database_, real_process(), manager(), order, noon);
  ASSERT_TRUE(applied) << applied.error().text();
  EXPECT_EQ(sheet().stage("prepare").dates.planned_from, day("2026-09-29"));
  EXPECT_EQ(sheet().stages.size(), real_process().stages.size());
  EXPECT_EQ(audited(system(1)), 1);
  EXPECT_EQ(listed({{"late", "no"}}).front(), portfolio_.systems.at(1).name);
}

TEST_P(Course, TheListKnowsWhoIsLateAndWhereTheyStand) {
  EXPECT_EQ(listed({}).size(), 39U);
  EXPECT_TRUE(listed({{"late", "yes"}}).empty());
  StagePatch patch;
  patch.planned_from.emplace(day("2026-07-13"));
  patch.planned_to.emplace(day("2026-07-19"));
  patch.lead.emplace("other");
  ASSERT_TRUE(change("prepare", patch));
  const std::string name = portfolio_.systems.front().name;
  EXPECT_EQ(listed({{"late", "yes"}}), std::vector<std::string>{name});
  EXPECT_EQ(listed({{"late", "no"}}).size(), 38U);
  EXPECT_EQ(listed({{"person", "other"}}), std::vector<std::string>{name});
  EXPECT_EQ(listed({}).front(), name);
  ASSERT_TRUE(begin("prepare", "2026-07-13"));
  review("project_plan", "2026-07-13");
  review("survey", "2026-07-13");
  ASSERT_TRUE(finish("prepare", "2026-07-20"));
  EXPECT_TRUE(listed({{"late", "yes"}}).empty());
  EXPECT_EQ(listed({{"stage", "plan"}}), std::vector<std::string>{name});
  EXPECT_EQ(listed({{"stage", "prepare"}}).size(), 38U);
  EXPECT_TRUE(listed({{"stage", "finished"}}).empty());
}

TEST_P(Course, OfManyWritersOfOneSystemOnlyOneBeginsAStage) {
  constexpr int writers = 6;
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  StagePatch patch;
  patch.actual_from.emplace(day("2026-07-20"));
  threads.reserve(writers);
  for (int i = 0; i < writers; ++i) {
    threads.emplace_back([&] {
      const auto row = change_stage(
          database_, real_process(), {}, manager(), system(1), "prepare", 0, patch, noon);
      if (row) {
        ++done;
      } else {
        EXPECT_EQ(row.error().code, ErrorCode::conflict) << row.error().text();
      }
    });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(sheet().stage("prepare").version, 1);
}

class InternetTests : public Course {
 protected:
  Result<InternetTest> make(const char* from, const char* to) {
    InternetTest test;
    test.system_id = system(1);
    test.targets = "www.example.test";
    test.methods = "端口和漏洞扫描";
    test.planned_from = day(from);
    test.planned_to = day(to);
    return create_internet_test(database_, real_process(), manager(), test, noon);
  }

  Result<InternetTest> patch(const InternetTest& test, const InternetTestPatch& change) {
    return change_internet_test(
        database_, real_process(), manager(), test.id, test.version, change, noon);
  }

  void authorise() {
    tell_risks();
    review("test_authorisation", "2026-07-08");
    ASSERT_TRUE(step("test_authorisation", ProductState::signed_off, "client"));
  }
};

TEST_P(InternetTests, GoOneStepAfterTheOther) {
  const auto made = make("2026-07-18", "2026-07-21");
  ASSERT_TRUE(made) << made.error().text();
  InternetTestPatch tested;
  tested.tested.emplace(day("2026-07-20"));
  EXPECT_EQ(fields(patch(*made, tested)), std::vector<std::string>{"tested_day"});
  const auto approved =
      approve_internet_test(database_, real_process(), person("client"), made->id, 1, noon);
  ASSERT_TRUE(approved) << approved.error().text();
  EXPECT_EQ(approved->approved_by, "示例 client");
  EXPECT_EQ(
      code(approve_internet_test(database_, real_process(), person("client"), made->id, 2, noon)),
      ErrorCode::failed_precondition);
  InternetTestPatch wider;
  wider.targets = "*.example.test";
  EXPECT_EQ(code(patch(*approved, wider)), ErrorCode::failed_precondition);
  // Approved, but neither authorised nor were the risks told.
  EXPECT_EQ(fields(patch(*approved, tested)),
            (std::vector<std::string>{"test_authorisation", "risk_notice"}));
  authorise();
  InternetTestPatch early;
  early.tested.emplace(day("2026-07-19"));
  EXPECT_EQ(fields(patch(*approved, early)), std::vector<std::string>{"tested_day"});
  const auto done = patch(*approved, tested);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(code(delete_internet_test(database_, manager(), made->id, 3, noon)),
            ErrorCode::failed_precondition);
  InternetTestPatch reported;
  reported.closed.emplace(day("2026-07-20"));
  reported.reported.emplace(day("2026-07-20"));
  EXPECT_EQ(fields(patch(*done, reported)), std::vector<std::string>{"reported_day"});
  reported.data_deleted.emplace(day("2026-07-20"));
  const auto end = patch(*done, reported);
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_EQ(step_of(*end), "reported");
  EXPECT_EQ(audited(made->id), 4);
  EXPECT_TRUE(gate("internet_tests"));
}

TEST_P(InternetTests, AreNotApprovedAfterwards) {
  const auto made = make("2026-07-17", "2026-07-19");
  ASSERT_TRUE(made);
  EXPECT_EQ(
      code(approve_internet_test(database_, real_process(), person("client"), made->id, 1, noon)),
      ErrorCode::failed_precondition);
  EXPECT_EQ(code(delete_internet_test(database_, of_team(1), made->id, 1, noon)),
            ErrorCode::not_found);
  EXPECT_TRUE(delete_internet_test(database_, manager(), made->id, 1, noon));
  EXPECT_EQ(fields(make("2026-07-19", "2026-07-18")), std::vector<std::string>{"planned_to"});
}

TEST(InternetTestRules, WhatIsNotClosedOrReportedInTimeIsOverdue) {
  InternetTest test;
  test.planned_from = day("2026-07-01");
  test.planned_to = day("2026-07-02");
  const auto overdue = [&](const char* today) {
    return overdue_step(real_process(), test, day(today));
  };
  EXPECT_EQ(overdue("2026-08-01"), "");
  test.approved = day("2026-06-30");
  EXPECT_EQ(overdue("2026-07-03"), "");
  EXPECT_EQ(overdue("2026-07-04"), "closed");
  test.tested = test.closed = day("2026-07-02");
  EXPECT_EQ(overdue("2026-07-07"), "");
  EXPECT_EQ(overdue("2026-07-08"), "reported");
  test.data_deleted = test.reported = day("2026-07-08");
  EXPECT_EQ(overdue("2026-08-01"), "");
}

INSTANTIATE_TEST_SUITE_P(Both, Course, testing::ValuesIn(db::test::kinds()), db::test::name);
INSTANTIATE_TEST_SUITE_P(Both, InternetTests, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::process
