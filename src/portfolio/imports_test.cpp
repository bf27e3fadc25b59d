// SPDX-License-Identifier: Apache-2.0
#include "portfolio/imports.h"

#include <fmt/format.h>

#include "office/xlsx_reader.h"
#include "portfolio/asset_store.h"
#include "portfolio/contacts.h"
#include "portfolio/data_items.h"
#include "portfolio/export.h"
#include "portfolio/filing_store.h"
#include "portfolio/import_values.h"
#include "portfolio/system_store.h"
#include "portfolio/testing/both.h"

namespace dengce::portfolio {
namespace {

using test::code;
using test::fields;
using test::noon;

const Vault& vault() {
  static const Vault made =
      Vault::from_text("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff").value();
  return made;
}

class Imports : public test::Both {
 protected:
  static access::Actor with_role(access::Actor actor, const char* role) {
    actor.roles = {role};
    return actor;
  }

  [[nodiscard]] access::Actor someone_of(std::size_t index) const {
    access::Actor actor = of_team(index);
    actor.account = "someone";
    return actor;
  }

  static access::Actor boss() { return with_role(manager(), "project_manager"); }

  // Takes a CSV in and maps its columns as found.
  Result<ImportView> previewed(const access::Actor& actor,
                               const char* noun,
                               std::string_view text,
                               const ImportDefaults& defaults = {}) {
    TRY_ASSIGN(const ImportView taken, desk_.take_in(actor, {noun, "表.csv", {}, text}));
    return desk_.map_columns(
        actor, taken.row.id, taken.row.version, mapping_from_json(taken.row.mapping), defaults);
  }

  Result<ImportView> applied(const access::Actor& actor,
                             const char* noun,
                             std::string_view text,
                             const ImportDefaults& defaults = {}) {
    TRY_ASSIGN(const ImportView seen, previewed(actor, noun, text, defaults));
    return desk_.apply(actor, seen.row.id, seen.row.version);
  }

  std::vector<Asset> assets() {
    db::Transaction read = database_.read().value();
    Visible all;
    all.everything = true;
    http::PageQuery query;
    query.sort = "name";
    query.limit = 500;
    return select_asset_page(read, all, query)->items;
  }

  std::int64_t count(const char* sql) {
    db::Transaction read = database_.read().value();
    return read.query({"t.count", sql})->front().integer(0);
  }

  [[nodiscard]] const std::string& system_name(std::size_t number) const {
    return portfolio_.systems.at(number - 1).name;
  }

  const Catalogue catalogue_ = load_catalogue(test::real_content()).value();
  const ImportForms forms_ = ImportForms::load(test::real_content(), catalogue_).value();
  const access::Rights rights_ = access::Rights::load(test::real_content()).value();
  const ImportDesk desk_{database_, rights_, forms_, catalogue_, vault(), noon};
};

TEST_P(Imports, AssetsComeInAndAreTakenBack) {
  const std::string text = fmt::format(
      "资产类别,设备名称,IP地址,所属系统,品牌型号,重要程度\n"
      "网络设备,核心交换机,192.0.2.1,{0}；{1},型号甲,关键\n"
      "网络设备,接入交换机,192.0.2.2,{0},型号乙,普通\n"
      "网络设备,坏行,999.1.1.1,没有的系统,,\n",
      system_name(1),
      system_name(2));
  const auto seen = previewed(boss(), "asset", text);
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->row.preview, R"({"rows":3,"new":2,"changed":0,"same":0,"duplicate":0,"bad":1})");
  EXPECT_TRUE(assets().empty());
  const auto problems = desk_.problems(boss(), seen->row.id);
  ASSERT_EQ(problems->size(), 2U);
  EXPECT_EQ(problems->at(0).line, 4);
  EXPECT_EQ(problems->at(0).field, "IP地址");
  const auto done = desk_.apply(boss(), seen->row.id, seen->row.version);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->row.result, R"({"created":2,"changed":0,"skipped":0,"bad":1})");
  const auto now = assets();
  ASSERT_EQ(now.size(), 2U);
  EXPECT_EQ(now[1].name, "核心交换机");
  EXPECT_TRUE(now[1].shared);
  EXPECT_EQ(now[1].systems, (IdSet{system(1), system(2)}));
  EXPECT_EQ(now[1].attributes.at("品牌型号"), "型号甲");
  EXPECT_EQ(now[0].importance, "一般");
  EXPECT_EQ(now[0].origin, "import:" + done->row.id);
  EXPECT_EQ(audited(now[0].id), 1);
  EXPECT_EQ(audited(done->row.id), 3);
  // The same file again changes nothing, and there is nothing to apply.
  const auto again = previewed(boss(), "asset", text);
  EXPECT_EQ(again->row.preview, R"({"rows":3,"new":0,"changed":0,"same":2,"duplicate":0,"bad":1})");
  EXPECT_EQ(code(desk_.apply(boss(), again->row.id, again->row.version)),
            ErrorCode::failed_precondition);
  // Twice is once.
  EXPECT_EQ(code(desk_.apply(boss(), done->row.id, done->row.version)),
            ErrorCode::failed_precondition);
  const auto undone = desk_.undo(boss(), done->row.id, done->row.version);
  ASSERT_TRUE(undone) << undone.error().text();
  EXPECT_EQ(undone->removed, 2);
  EXPECT_TRUE(undone->kept.empty());
  EXPECT_TRUE(assets().empty());
  EXPECT_EQ(code(desk_.undo(boss(), done->row.id, done->row.version + 1)),
            ErrorCode::failed_precondition);
  EXPECT_EQ(audited(now[0].id), 2);
}

TEST_P(Imports, UndoRestoresWhatItChangedAndNamesWhatOthersTouched) {
  const auto row = [&](const char* name, const char* model) {
    return fmt::format("网络设备,{},{},{}\n", name, system_name(1), model);
  };
  const std::string head = "资产类别,设备名称,所属系统,品牌型号\n";
  ASSERT_TRUE(applied(boss(), "asset", head + row("甲", "旧") + row("乙", "旧")));
  const auto second =
      applied(boss(), "asset", head + row("甲", "新") + row("乙", "新") + row("丙", "新"));
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->row.result, R"({"created":1,"changed":2,"skipped":0,"bad":0})");
  auto now = assets();
  ASSERT_EQ(now.size(), 3U);
  for (const Asset& one : now) EXPECT_EQ(one.attributes.at("品牌型号"), "新");
  const auto touched =
      std::find_if(now.begin(), now.end(), [](const auto& one) { return one.name == "乙"; });
  AssetPatch patch;
  patch.location = "示例机房";
  ASSERT_TRUE(
      change_asset(database_, boss(), catalogue_, touched->id, touched->version, patch, noon));
  const auto undone = desk_.undo(boss(), second->row.id, second->row.version);
  ASSERT_TRUE(undone) << undone.error().text();
  EXPECT_EQ(undone->removed, 1);
  EXPECT_EQ(undone->restored, 1);
  ASSERT_EQ(undone->kept.size(), 1U);
  EXPECT_EQ(undone->kept.front().name, "乙");
  for (const Asset& one : assets()) {
    EXPECT_EQ(one.attributes.at("品牌型号"), one.name == "甲" ? "旧" : "新");
  }
}

TEST_P(Imports, SystemsGetTheirHistory) {
  const std::string text = fmt::format(
      "系统名称,所属团队,等级,SAG,纳入日期,确认日期\n"
      "示例新系统,{0},三级,S3A2,2026/7/1,2026/7/15\n"
      "{1},{0},,,,\n"
      "{2},,二级,S2A1,,\n"
      "将来的系统,{0},二级,S2A2,2026-12-01,\n"
      "坏系统,{0},三级,S2A2,,2027-01-01\n",
      portfolio_.teams.at(2).name,
      system_name(1),
      system_name(3));
  const auto done = applied(boss(), "system", text);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->row.result, R"({"created":2,"changed":2,"skipped":0,"bad":1})");
  EXPECT_EQ(desk_.problems(boss(), done->row.id)->size(), 2U);
  EXPECT_EQ(coverage_on(database_, boss(), test::day("2026-06-30"))->all.total, 39);
  EXPECT_EQ(coverage_on(database_, boss(), test::day("2026-07-01"))->all.total, 40);
  EXPECT_EQ(coverage_on(database_, boss(), test::day("2026-12-01"))->all.total, 41);
  const auto history = system_history(database_, boss(), system(1));
  ASSERT_EQ(history->size(), 2U);
  EXPECT_EQ(history->at(1).kind, EventKind::transfer);
  EXPECT_EQ(history->at(1).reason, "表格导入：表.csv");
  const auto levels = system_history(database_, boss(), system(3));
  EXPECT_EQ(levels->at(1).level, 2);
  // Something hangs on one of the new ones by then.
  db::Transaction read = database_.read().value();
  const auto fresh = select_system(read, "示例新系统");
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->number, 40);
  EXPECT_TRUE(fresh->confirmed);
  ASSERT_TRUE(read.commit());
  ASSERT_TRUE(applied(boss(),
                      "data_item",
                      "所属系统,数据名称,数据类别,数据级别\n示例新系统,办件数据,业务数据,一般\n"));
  const auto undone = desk_.undo(boss(), done->row.id, done->row.version);
  ASSERT_TRUE(undone) << undone.error().text();
  EXPECT_EQ(undone->removed, 1);
  EXPECT_EQ(undone->restored, 2);
  ASSERT_EQ(undone->kept.size(), 1U);
  EXPECT_EQ(undone->kept.front().reason, "已有数据与之关联");
  EXPECT_EQ(system_history(database_, boss(), system(1))->size(), 3U);
  db::Transaction after = database_.read().value();
  EXPECT_EQ(select_system(after, system(1))->team_id, team(0));
  EXPECT_EQ(select_system(after, system(3))->level, 3);
}

TEST_P(Imports, FilingsDataAndContactsComeInToo) {
  const std::string filings = fmt::format(
      "备案编号,系统名称,等级,备案日期,对应系统\n31010000000-26001,{0},三级,2026年3月1日,{0}\n",
      system_name(1));
  const auto filing = applied(boss(), "filing", filings);
  ASSERT_TRUE(filing) << filing.error().text();
  const auto contacts = applied(boss(),
                                "contact",
                                "所属方,单位,姓名,职务,手机\n甲方,示例单位,示例甲,主任,"
                                "13800000000\n甲方,示例单位,示例乙,,电话\n");
  ASSERT_TRUE(contacts) << contacts.error().text();
  EXPECT_EQ(contacts->row.result, R"({"created":1,"changed":0,"skipped":0,"bad":1})");
  const auto items = applied(
      boss(),
      "data_item",
      fmt::format("系统名称,数据名称,类别,数据级别,是否含个人信息\n{},证照数据,业务数据,重要,是\n",
                  system_name(1)));
  ASSERT_TRUE(items) << items.error().text();
  {
    db::Transaction read = database_.read().value();
    const auto all = select_filings(read);
    ASSERT_EQ(all->size(), 1U);
    EXPECT_EQ(all->front().filed, test::day("2026-03-01"));
    EXPECT_EQ(all->front().systems, IdSet{system(1)});
  }
  EXPECT_EQ(count("SELECT COUNT(*) FROM contact"), 1);
  EXPECT_EQ(count("SELECT COUNT(*) FROM data_item WHERE measures <> ''"), 1);
  for (const auto* done : {&filing, &contacts, &items}) {
    const auto undone = desk_.undo(boss(), (*done)->row.id, (*done)->row.version);
    ASSERT_TRUE(undone) << undone.error().text();
    EXPECT_EQ(undone->removed, 1);
  }
  EXPECT_EQ(count("SELECT (SELECT COUNT(*) FROM filing) + (SELECT COUNT(*) FROM contact)"
                  " + (SELECT COUNT(*) FROM data_item)"),
            0);
}

TEST_P(Imports, NothingOfAFileLiesOpenInTheDatabase) {
  ASSERT_TRUE(
      applied(boss(), "contact", "所属方,单位,姓名,手机\n甲方,示例单位,示例甲,13800000000\n"));
  db::Transaction read = database_.read().value();
  const auto rows = read.query({"t.parts", "SELECT content FROM import_content"});
  ASSERT_EQ(rows->size(), 3U);
  for (const db::Row& row : *rows) {
    EXPECT_TRUE(is_sealed(row.bytes(0)));
    EXPECT_EQ(row.bytes(0).find("示例甲"), std::string::npos);
  }
}

TEST_P(Imports, ATeamKeepsToItsOwn) {
  const access::Actor team_two = with_role(of_team(1), "project_manager");
  const std::string text = fmt::format(
      "资产类别,设备名称,所属系统\n网络设备,甲,{}\n网络设备,乙,{}\n网络设备,丙,无此系统\n",
      system_name(8),
      system_name(1));
  const auto seen = previewed(team_two, "asset", text);
  ASSERT_TRUE(seen) << seen.error().text();
  const auto problems = desk_.problems(team_two, seen->row.id);
  ASSERT_EQ(problems->size(), 2U);
  // A system of others reads like one that does not exist.
  EXPECT_EQ(problems->at(0).reason, "没有此系统：" + system_name(1));
  EXPECT_EQ(problems->at(1).reason, "没有此系统：无此系统");
  // Nobody of another team sees the import; who sees everything does.
  const access::Actor other = with_role(someone_of(3), "project_manager");
  EXPECT_EQ(code(desk_.view(other, seen->row.id)), ErrorCode::not_found);
  EXPECT_EQ(code(desk_.problems(other, seen->row.id)), ErrorCode::not_found);
  EXPECT_EQ(desk_.view(other, seen->row.id).error().text(), desk_.view(other, "x").error().text());
  EXPECT_EQ(code(desk_.apply(other, seen->row.id, seen->row.version)), ErrorCode::not_found);
  EXPECT_TRUE(desk_.view(boss(), seen->row.id));
  http::PageQuery query;
  query.sort = "created";
  EXPECT_EQ(desk_.list(other, query)->total, 0);
  EXPECT_EQ(desk_.list(team_two, query)->total, 1);
  // Systems are entered by who sees all.
  const auto systems =
      previewed(team_two,
                "system",
                fmt::format("系统名称,团队,等级\n新系统,{},三级\n", portfolio_.teams.at(1).name));
  EXPECT_EQ(desk_.problems(team_two, systems->row.id)->front().reason,
            "系统的登记由可见全部系统的人员办理");
  EXPECT_EQ(fields(desk_.map_columns(team_two,
                                     seen->row.id,
                                     seen->row.version,
                                     {{0, "class"}, {1, "name"}},
                                     {{"system_id", system(1)}})),
            std::vector<std::string>{"defaults.system_id"});
}

TEST_P(Imports, KeepsToTheRightsOfTheNoun) {
  const access::Actor assessor = with_role(manager(), "assessor");
  const auto seen =
      previewed(assessor,
                "system",
                fmt::format("系统名称,团队,等级\n新系统,{},三级\n", portfolio_.teams.at(1).name));
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->row.preview, R"({"rows":1,"new":0,"changed":0,"same":0,"duplicate":0,"bad":1})");
  const access::Actor auditor = with_role(manager(), "audit_admin");
  EXPECT_EQ(code(desk_.take_in(auditor, {"asset", "x.csv", {}, "名称\n甲\n"})),
            ErrorCode::permission_denied);
  EXPECT_EQ(code(desk_.problems(auditor, seen->row.id)), ErrorCode::permission_denied);
  EXPECT_EQ(code(desk_.take_in(boss(), {"nothing", "x.csv", {}, "名称\n甲\n"})),
            ErrorCode::not_found);
}

TEST_P(Imports, TwoWhoApplyAtOnceAndStalePreviews) {
  const auto seen = previewed(
      boss(), "asset", fmt::format("资产类别,设备名称,所属系统\n网络设备,甲,{}\n", system_name(1)));
  ASSERT_TRUE(seen);
  EXPECT_EQ(code(desk_.apply(boss(), seen->row.id, seen->row.version - 1)), ErrorCode::conflict);
  // Somebody enters the same asset between preview and apply: it is not doubled.
  Asset asset;
  asset.class_name = "网络设备";
  asset.name = "甲";
  asset.systems = {system(1)};
  ASSERT_TRUE(create_asset(database_, boss(), catalogue_, asset, noon));
  EXPECT_EQ(code(desk_.apply(boss(), seen->row.id, seen->row.version)),
            ErrorCode::failed_precondition);
  EXPECT_EQ(assets().size(), 1U);
  EXPECT_EQ(desk_.view(boss(), seen->row.id)->row.state, "preview");
}

TEST_P(Imports, FiveThousandRowsWithThreeHundredBadOnes) {
  const int rows = GetParam() == "sqlite" ? 5000 : 1000;  // a server takes its time for each row
  std::string text = "资产类别,名称,IP地址,所属系统,品牌型号\n";
  std::vector<std::int64_t> bad_lines;
  for (int i = 0; i < rows; ++i) {
    const bool bad = i % 50 < 3;
    if (bad) bad_lines.push_back(i + 2);
    text += fmt::format("{},设备-{},10.{}.{}.1,{},型号\n",
                        bad && i % 50 == 0 ? "没有的类" : "网络设备",
                        bad && i % 50 == 1 ? "" : std::to_string(i),
                        i / 250,
                        bad && i % 50 == 2 ? 999 : i % 250,
                        system_name(1 + static_cast<std::size_t>(i) % 39));
    // A name is there even where the number is not.
    if (bad && i % 50 == 1) {
      const auto at = text.rfind("设备-,");
      text.erase(at, std::string("设备-").size());
    }
  }
  const auto done = applied(boss(), "asset", text);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(
      done->row.result,
      fmt::format(
          R"({{"created":{},"changed":0,"skipped":0,"bad":{}}})", rows * 47 / 50, rows * 3 / 50));
  std::vector<std::int64_t> named;
  const auto problems = desk_.problems(boss(), done->row.id);
  for (const RowProblem& problem : *problems) named.push_back(problem.line);
  EXPECT_EQ(named, bad_lines);
  EXPECT_EQ(count("SELECT COUNT(*) FROM asset"), rows * 47 / 50);
  EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE action = 'asset.create'"),
            rows * 47 / 50);
}

SheetOrder wish(const std::string& noun, const http::PageQuery& query, SheetFormat format) {
  return {noun, query, format, {"核对", "示例甲"}};
}

TEST_P(Imports, AnExportComesBackAsItWas) {
  ASSERT_TRUE(
      applied(boss(),
              "asset",
              fmt::format("资产类别,名称,IP地址,所属系统,品牌型号,用途\n"
                          "网络设备,\"=HYPERLINK(\"\"x\"\")\",192.0.2.1,{0}；{1},+86,@用途\n"
                          "服务器,-服务器,\"192.0.2.2;192.0.2.3\",{0},,\n",
                          system_name(1),
                          system_name(2))));
  const auto query = whole_list(asset_import(catalogue_)->rules());
  for (const SheetFormat format : {SheetFormat::csv, SheetFormat::xlsx}) {
    const auto file = export_rows(database_, desk_, boss(), wish("asset", query, format), noon);
    ASSERT_TRUE(file) << file.error().text();
    EXPECT_EQ(file->rows, 2);
    EXPECT_EQ(file->name, "资产_20260720." + std::string(extension(format)));
    if (format == SheetFormat::csv) {
      EXPECT_NE(file->bytes.find("\"'=HYPERLINK("), std::string::npos);
      EXPECT_NE(file->bytes.find(",'@用途"), std::string::npos);
      EXPECT_EQ(file->bytes.find(",=HYPER"), std::string::npos);
    } else {
      EXPECT_EQ(office::read_xlsx("x", file->bytes)->size(), 1U);
    }
    const auto again = previewed(boss(), "asset", file->bytes);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->row.preview,
              R"({"rows":2,"new":0,"changed":0,"same":2,"duplicate":0,"bad":0})");
  }
  EXPECT_EQ(count("SELECT COUNT(*) FROM audit_entry WHERE action = 'export.create'"), 2);
  // Who sees a part exports a part.
  const auto part = export_rows(database_,
                                desk_,
                                with_role(of_team(1), "project_manager"),
                                wish("asset", query, SheetFormat::csv),
                                noon);
  EXPECT_EQ(part->rows, 0);
  const auto refused = export_rows(database_,
                                   desk_,
                                   with_role(manager(), "audit_admin"),
                                   wish("asset", query, SheetFormat::csv),
                                   noon);
  EXPECT_EQ(code(refused), ErrorCode::permission_denied);
  SheetOrder silent = wish("asset", query, SheetFormat::csv);
  silent.note.recipient.clear();
  EXPECT_EQ(fields(export_rows(database_, desk_, boss(), silent, noon)),
            (std::vector<std::string>{"recipient"}));
}

TEST_P(Imports, TheClientsListComesBackAsItWas) {
  const auto query = whole_list(system_import()->rules());
  const auto file =
      export_rows(database_, desk_, boss(), wish("system", query, SheetFormat::xlsx), noon);
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(file->rows, 39);
  const auto again = previewed(boss(), "system", file->bytes);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->row.preview,
            R"({"rows":39,"new":0,"changed":0,"same":39,"duplicate":0,"bad":0})");
}

TEST_P(Imports, TemplatesMapOntoThemselves) {
  for (const ImportForm& form : forms_.all()) {
    for (const SheetFormat format : {SheetFormat::csv, SheetFormat::xlsx}) {
      const auto file = import_template(form, format);
      ASSERT_TRUE(file) << file.error().text();
      std::vector<std::string> heads;
      if (format == SheetFormat::xlsx) {
        heads = office::read_xlsx("x", file->bytes)->front().rows.front().cells;
      } else {
        const auto table = read_import_table(form, "x", file->bytes + "甲\n");
        ASSERT_TRUE(table) << table.error().text();
        heads = table->heads;
      }
      EXPECT_EQ(map_heads(form, heads).size(), form.fields.size()) << form.noun;
    }
  }
}

TEST_P(Imports, ProblemsAreHarmlessInASpreadsheetToo) {
  const std::string text = problems_csv({{3, "名称", "=1+1", "错误"}, {0, "", "", "说明"}});
  EXPECT_EQ(text, "\xEF\xBB\xBF行号,列,内容,问题\n3,名称,'=1+1,错误\n,,,说明\n");
  EXPECT_EQ(harmless_cell("-1"), "'-1");
  EXPECT_EQ(without_apostrophe("'-1"), "-1");
  EXPECT_EQ(without_apostrophe("'甲'"), "'甲'");
}

INSTANTIATE_TEST_SUITE_P(Kinds, Imports, testing::ValuesIn(db::test::kinds()), db::test::name);

}  // namespace
}  // namespace dengce::portfolio
