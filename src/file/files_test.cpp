// SPDX-License-Identifier: Apache-2.0
// Uploads, their intake and the way back out, on both databases.
#include "file/files.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "file/file_store.h"
#include "file/uploads.h"
#include "portfolio/filing_store.h"
#include "portfolio/testing/both.h"

namespace dengce::file {
namespace {

Vault test_vault() {
  return Vault::from_text("sm4-gcm:" + std::string(64, 'a')).value();
}

Instant clock_now = portfolio::test::noon();

Instant now() {
  return clock_now;
}

class Quiet : public job::Progress {
 public:
  Result<> report(std::int64_t percent, const std::string& /*step*/) override {
    EXPECT_GE(percent, last);
    last = percent;
    return stop ? fail(ErrorCode::conflict, "已取消") : Result<>();
  }

  std::int64_t last = 0;
  bool stop = false;
};

class Files : public portfolio::test::Both {
 protected:
  void SetUp() override { clock_now = portfolio::test::noon(); }

  // An upload whose bytes came in these pieces.
  std::string uploaded(const std::vector<std::string>& pieces, const std::string& owner) {
    std::string all;
    for (const std::string& piece : pieces) all += piece;
    const auto made = uploads_.create(owner, all.size(), {{"filename", "a.txt"}}).value();
    std::uint64_t at = 0;
    for (const std::string& piece : pieces) {
      EXPECT_TRUE(uploads_.append(made.id, at, piece));
      at += piece.size();
    }
    return made.id;
  }

  HandIn hand_in(const std::string& upload, const std::string& kind = "photo") {
    return {upload, system(1), kind, "机房.jpg", "北侧"};
  }

  Result<job::Outcome> work(const job::Job& job, std::map<std::string, Inspector> inspectors = {}) {
    Quiet quiet;
    return file_work(database_, vault_, std::move(inspectors), now)(job, quiet);
  }

  File only_file() {
    auto read = database_.read().value();
    http::PageQuery query;
    query.sort = "id";
    const auto page = select_file_page(read, {true, {}, {}}, query).value();
    EXPECT_EQ(page.total, 1);
    return page.items.at(0);
  }

  std::int64_t count(std::string_view sql) {
    return database_.read()->query({"t.count", sql})->front().integer(0);
  }

  std::string content(const access::Actor& actor, const std::string& id) {
    auto response = download_file(database_, vault_, actor, id, purpose_, now);
    std::string out;
    if (!response) return "refused";
    while (response->stream(out).value_or(false)) {
    }
    return out;
  }

  access::Protection protection_ = access::Protection::load(Content::embedded()).value();
  Purpose purpose_{protection_.of(access::protected_class::evidence), {"复核", "示例甲"}};
  Vault vault_ = test_vault();
  Uploads uploads_{database_, vault_, now};
};

TEST_P(Files, AFinishedUploadBecomesAFileOfItsSystem) {
  const std::string id = uploaded({"hello ", "world"}, "manager");
  const auto job = submit_file(database_, manager(), hand_in(id), now);
  ASSERT_TRUE(job);
  ASSERT_TRUE(work(*job));
  const File file = only_file();
  EXPECT_EQ(file.id, id);
  EXPECT_EQ(file.length, 11);
  EXPECT_EQ(file.sha256, "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
  EXPECT_EQ(file.sm3, sm3_hex("hello world"));
  EXPECT_EQ(file.system_id, system(1));
  EXPECT_EQ(content(manager(), id), "hello world");
  EXPECT_EQ(audited(id), 2);  // in, and out again
  EXPECT_EQ(count("SELECT COUNT(*) FROM export_log WHERE class = 'evidence'"), 1);
  EXPECT_FALSE(uploads_.find("manager", id));
}

TEST_P(Files, NothingOfTheContentLiesInTheOpen) {
  const std::string id = uploaded({"secret words of a host"}, "manager");
  auto read = database_.read().value();
  const std::string kept = select_piece(read, id, 0).value();
  EXPECT_EQ(kept.find("secret"), std::string::npos);
  EXPECT_TRUE(vault_.holds(kept));
}

TEST_P(Files, WorkBegunAgainAfterItsEndFindsItDone) {
  const std::string id = uploaded({"x"}, "manager");
  const auto job = submit_file(database_, manager(), hand_in(id), now).value();
  ASSERT_TRUE(work(job));
  EXPECT_TRUE(work(job));
  EXPECT_EQ(only_file().id, id);
}

TEST_P(Files, AnUnfinishedUploadIsNotTaken) {
  const auto made = uploads_.create("manager", 10, {}).value();
  ASSERT_TRUE(uploads_.append(made.id, 0, "01234"));
  const auto refused = submit_file(database_, manager(), hand_in(made.id), now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::failed_precondition);
}

TEST_P(Files, OthersUploadsAndSystemsDoNotExist) {
  const std::string id = uploaded({"x"}, "manager");
  access::Actor other = of_team(0);
  HandIn input = hand_in(id);
  EXPECT_EQ(portfolio::test::code(submit_file(database_, other, input, now)), ErrorCode::not_found);
  EXPECT_FALSE(uploads_.find("team", id));
  EXPECT_FALSE(uploads_.remove("team", id));
  const std::string own = uploaded({"y"}, "team");
  for (const auto& candidate : portfolio_.systems) {
    if (candidate.team_id == team(0)) continue;
    input = {own, candidate.id, "photo", "a", ""};
    break;
  }
  EXPECT_EQ(portfolio::test::code(submit_file(database_, other, input, now)), ErrorCode::not_found);
}

TEST_P(Files, OutOfSightIsNotFoundForEveryWay) {
  const std::string id = uploaded({"x"}, "manager");
  HandIn input = hand_in(id);
  for (const auto& candidate : portfolio_.systems) {
    if (candidate.team_id != team(0)) input.system_id = candidate.id;
  }
  ASSERT_TRUE(work(submit_file(database_, manager(), input, now).value()));
  EXPECT_EQ(content(of_team(0), id), "refused");
  EXPECT_EQ(portfolio::test::code(delete_file(database_, of_team(0), id, 1, now)),
            ErrorCode::not_found);
  EXPECT_EQ(content(manager(), id), "x");
}

TEST_P(Files, AContinuationFromTheWrongPlaceIsAConflict) {
  const auto made = uploads_.create("manager", 10, {}).value();
  ASSERT_TRUE(uploads_.append(made.id, 0, "0123"));
  for (const std::uint64_t at : {0, 3, 5}) {
    EXPECT_EQ(portfolio::test::code(uploads_.append(made.id, at, "45")), ErrorCode::conflict) << at;
  }
  EXPECT_EQ(uploads_.find("manager", made.id)->received, 4U);
  ASSERT_TRUE(uploads_.append(made.id, 4, "45"));
  ASSERT_TRUE(uploads_.cut_back(made.id, 6, 4));
  EXPECT_EQ(uploads_.find("manager", made.id)->received, 4U);
  ASSERT_TRUE(uploads_.append(made.id, 4, "456789"));
  ASSERT_TRUE(work(submit_file(database_, manager(), hand_in(made.id), now).value()));
  EXPECT_EQ(content(manager(), made.id), "0123456789");
}

TEST_P(Files, AnInspectorRefusesWhatIsNotOfItsKind) {
  std::vector<std::string> kept;
  const auto keep = [&](db::Transaction&, const access::Actor& actor, const File& file) {
    kept.push_back(actor.login + " " + file.name);
    return Result<>();
  };
  const std::map<std::string, Inspector> inspectors{
      {"bundle", [&](const std::string& name, const std::string& bytes) -> Result<Inspected> {
         if (bytes == "good") return Inspected{"{\"target\":\"h\"}", keep};
         return fail(ErrorCode::data_corrupt, "证据包已损坏", {{name, 3, {}, "摘要不符"}});
       }}};
  const std::string bad = uploaded({"ba", "d"}, "manager");
  const auto refused =
      work(submit_file(database_, manager(), hand_in(bad, "bundle"), now).value(), inspectors);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().problems.at(0).line, 3);
  EXPECT_EQ(count("SELECT count(*) FROM file"), 0);
  EXPECT_TRUE(uploads_.find("manager", bad)) << "the bytes are still there for another kind";
  const std::string good = uploaded({"go", "od"}, "manager");
  const auto taken =
      work(submit_file(database_, manager(), hand_in(good, "bundle"), now).value(), inspectors);
  ASSERT_TRUE(taken);
  EXPECT_NE(taken->result.find("\"target\":\"h\""), std::string::npos);
  EXPECT_EQ(kept.size(), 1U) << "of the refused one nothing is kept";
}

TEST_P(Files, AnUnfinishedUploadIsToldWithWhatItWasBegunWith) {
  const std::map<std::string, std::string, std::less<>> metadata{
      {"filename", "主机.tar.gz"}, {"kind", "bundle"}, {"note", "\"北\"侧"}};
  const auto made = uploads_.create("manager", 10, metadata).value();
  ASSERT_TRUE(uploads_.append(made.id, 0, "0123"));
  const auto list = uploads_.list("manager").value();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].id, made.id);
  EXPECT_EQ(list[0].received, 4U);
  EXPECT_EQ(list[0].metadata, metadata);
  EXPECT_TRUE(uploads_.list("team")->empty());
  clock_now = Instant{made.expires.milliseconds + 1};
  EXPECT_TRUE(uploads_.list("manager")->empty());
}

class Certificates : public Files {
 protected:
  std::string filing_of(const portfolio::IdSet& systems) {
    portfolio::Filing filing;
    filing.number = "示例-1";
    filing.name = "示例备案";
    filing.level = 3;
    filing.systems = systems;
    return portfolio::create_filing(database_, manager(), filing, now)->id;
  }

  portfolio::Filing filing(const std::string& id) {
    auto read = database_.read().value();
    return portfolio::select_filing(read, {.everything = true}, id).value();
  }

  Result<job::Outcome> hand_in_as_certificate(const std::string& id, const std::string& bytes) {
    HandIn input;
    input.upload = uploaded({bytes}, "manager");
    input.name = "证明.pdf";
    const auto job = submit_certificate(database_, manager(), id, input, now);
    if (!job) return tl::make_unexpected(job.error());
    return work(*job, {{"certificate", inspect_certificate}});
  }

  std::string certificate(const access::Actor& actor, const std::string& id) {
    auto response = download_certificate(database_, vault_, actor, id, purpose_, now);
    std::string out;
    if (!response) return "refused";
    while (response->stream(out).value_or(false)) {
    }
    return out;
  }
};

TEST_P(Certificates, AreLinkedFromTheirFilingAndEachFetchIsAudited) {
  const std::string id = filing_of({system(1)});
  ASSERT_TRUE(hand_in_as_certificate(id, "%PDF-1.7 one"));
  const portfolio::Filing first = filing(id);
  EXPECT_EQ(first.certificate_name, "证明.pdf");
  EXPECT_EQ(first.certificate_sm3, sm3_hex("%PDF-1.7 one"));
  EXPECT_EQ(first.certificate_file, only_file().id);
  EXPECT_EQ(first.version, 2);
  const auto before = audited(id);
  EXPECT_EQ(certificate(manager(), id), "%PDF-1.7 one");
  EXPECT_EQ(audited(id), before + 1);
  ASSERT_TRUE(hand_in_as_certificate(id, "%PDF-1.7 two"));
  EXPECT_EQ(certificate(manager(), id), "%PDF-1.7 two");
  // A digest told by hand is another paper.
  portfolio::FilingPatch patch;
  patch.certificate = portfolio::FilingPatch::Certificate{"旧证明.pdf", std::string(64, 'a')};
  ASSERT_TRUE(portfolio::change_filing(database_, manager(), id, 3, patch, now));
  EXPECT_EQ(filing(id).certificate_file, "");
  EXPECT_EQ(certificate(manager(), id), "refused");
}

TEST_P(Certificates, OfADeletedFileLeaveNoLink) {
  const std::string id = filing_of({system(1)});
  ASSERT_TRUE(hand_in_as_certificate(id, "%PDF-1.7"));
  ASSERT_TRUE(delete_file(database_, manager(), only_file().id, 1, now));
  EXPECT_EQ(filing(id).certificate_file, "");
  EXPECT_EQ(filing(id).certificate_name, "证明.pdf");
  EXPECT_EQ(certificate(manager(), id), "refused");
}

TEST_P(Certificates, AreRefusedWhereTheyDoNotBelong) {
  const std::string id = filing_of({system(1)});
  const auto bad = hand_in_as_certificate(id, "MZ program");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(filing(id).certificate_name, "");
  EXPECT_EQ(portfolio::test::code(hand_in_as_certificate(filing_of({}), "%PDF-1.7")),
            ErrorCode::failed_precondition);
  for (const auto& candidate : portfolio_.systems) {
    if (candidate.team_id == team(0)) continue;
    const std::string foreign = filing_of({candidate.id});
    ASSERT_TRUE(hand_in_as_certificate(foreign, "%PDF-1.7"));
    EXPECT_EQ(certificate(of_team(0), foreign), "refused");
    HandIn input;
    input.upload = uploaded({"%PDF-"}, "team");
    input.name = "a.pdf";
    EXPECT_EQ(portfolio::test::code(submit_certificate(database_, of_team(0), foreign, input, now)),
              ErrorCode::not_found);
    break;
  }
}

TEST_P(Files, WhatWasCancelledLeavesNoFile) {
  const std::string id = uploaded({"x"}, "manager");
  const auto job = submit_file(database_, manager(), hand_in(id), now).value();
  Quiet quiet;
  quiet.stop = true;
  EXPECT_FALSE(file_work(database_, vault_, {}, now)(job, quiet));
  EXPECT_EQ(count("SELECT count(*) FROM file"), 0);
}

TEST_P(Files, UploadsAreForgottenInTimeAndNotHoarded) {
  const std::string old = uploaded({"x"}, "manager");
  clock_now.milliseconds += (upload_days * 24 * 60 * 60 + 1) * 1000;
  EXPECT_FALSE(uploads_.find("manager", old));
  for (std::int64_t i = 0; i < uploads_at_once; ++i) {
    EXPECT_TRUE(uploads_.create("manager", 1, {}));
  }
  EXPECT_EQ(portfolio::test::code(uploads_.create("manager", 1, {})),
            ErrorCode::failed_precondition);
  EXPECT_TRUE(uploads_.create("somebody", 1, {}));
  EXPECT_EQ(count("SELECT count(*) FROM file_piece"), 0) << "pieces went with their upload";
}

TEST_P(Files, DeletionTakesTheContentAlong) {
  const std::string id = uploaded({"a", "b"}, "manager");
  ASSERT_TRUE(work(submit_file(database_, manager(), hand_in(id), now).value()));
  EXPECT_EQ(portfolio::test::code(delete_file(database_, manager(), id, 2, now)),
            ErrorCode::conflict);
  ASSERT_TRUE(delete_file(database_, manager(), id, 1, now));
  EXPECT_EQ(content(manager(), id), "refused");
  EXPECT_EQ(count("SELECT count(*) FROM file_piece"), 0);
}

INSTANTIATE_TEST_SUITE_P(Both, Files, testing::ValuesIn(db::test::kinds()), db::test::name);
INSTANTIATE_TEST_SUITE_P(Both, Certificates, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::file
