// SPDX-License-Identifier: Apache-2.0
#include "assessment/demo_content.h"

#include "assessment/test_support.h"

namespace dengce::assessment {
namespace {

using test::real_content;
using test::real_knowledge;

Result<DemoContent> load(const Content& content) {
  return load_demo(content, real_knowledge().standard);
}

// The real demo with one file changed.
Content with(const std::string& path, const std::string& from, const std::string& to) {
  Content content = real_content();
  std::string text(content.read(path).value());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << path << " has no " << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  content.put(path, text);
  return content;
}

// One more line at the end of a file; gives its number.
std::int64_t with_line(Content& content, const std::string& path, const std::string& line) {
  std::string text(content.read(path).value());
  if (text.back() != '\n') text += '\n';
  text += line + "\n";
  content.put(path, text);
  return std::count(text.begin(), text.end(), '\n');
}

void expect_problem(const Content& content,
                    const std::string& path,
                    std::int64_t line,
                    const std::string& field) {
  const auto loaded = load(content);
  ASSERT_FALSE(loaded) << path << " " << field;
  for (const Problem& problem : loaded.error().problems) {
    if (problem.path == path && problem.field == field && (line == 0 || problem.line == line)) {
      EXPECT_FALSE(problem.reason.empty());
      return;
    }
  }
  ADD_FAILURE() << path << ":" << line << " [" << field << "] not in\n" << loaded.error().text();
}

TEST(DemoContent, TheRealOneIsRight) {
  const auto demo = load(real_content());
  ASSERT_TRUE(demo) << demo.error().text();
  EXPECT_TRUE(demo->assessment.demo);
  EXPECT_EQ(demo->assessment.level, 3);
  EXPECT_GT(demo->system_number, 0);
  int live = 0;
  for (const AssessmentObject& object : demo->objects) {
    EXPECT_FALSE(object.id.empty());
    live += object.origin == "live" ? 1 : 0;
    EXPECT_EQ(object.origin != "people", demo->bundles.contains(object.reference)) << object.name;
  }
  EXPECT_EQ(live, 1);
  for (const char* name : {"process", "tools", "threats", "scan", "pentest", "previous"}) {
    EXPECT_FALSE(demo->tables.at(name).rows.empty()) << name;
  }
}

// People answer only points marked "by a person": no answer stands where a check answers alone.
TEST(DemoContent, PeopleDoNotAnswerForMachines) {
  const auto demo = load(real_content()).value();
  std::map<std::string, const AssessmentObject*> objects;
  for (const AssessmentObject& object : demo.objects) objects[object.id] = &object;
  for (const PersonAnswer& answer : demo.answers) {
    const AssessmentObject& object = *objects.at(answer.object_id);
    if (!demo.bundles.contains(object.reference)) continue;
    const auto& standard = real_knowledge().standard;
    const auto* object_class = standard.object_class(object.object_class);
    const standard::Item& item = **standard.item(answer.code);
    for (const standard::Mapping* mapping : standard.mappings(item, "linux", *object_class)) {
      EXPECT_FALSE(mapping->point == answer.point &&
                   mapping->mode == standard::MappingMode::automatic)
          << object.reference << " " << answer.code << " " << answer.point;
    }
  }
}

TEST(DemoContent, EveryNameIsMarkedAsMadeUp) {
  const auto demo = load(real_content()).value();
  for (const PersonAnswer& answer : demo.answers) {
    const bool marked = answer.person.starts_with("测评员") || answer.person.starts_with("示例");
    EXPECT_TRUE(marked) << answer.person;
  }
}

TEST(DemoContent, BadObjectsAreNamedWithTheirLine) {
  const std::string path = "demo/objects.csv";

  const struct {
    const char* line;
    const char* field;
  } cases[] = {{"room-1,物理机房,又一个,,一般,yes,", "id"},
               {",物理机房,没有编号,,一般,yes,", "id"},
               {"a b,物理机房,空格,,一般,yes,", "id"},
               {"ship,飞船,x,,一般,yes,", "class"},
               {"odd,物理机房,x,,一般,yes,没有等号", "attributes"}};

  for (const auto& one : cases) {
    Content content = real_content();
    const auto number = with_line(content, path, one.line);
    expect_problem(content, path, number, one.field);
  }
}

TEST(DemoContent, BadRecordsAreNamedWithTheirLine) {
  const std::string path = "demo/records.csv";

  const struct {
    const char* line;
    const char* field;
  } cases[] = {{"nobody,L3-PES1-01,1,pass,看到,测评员甲,2026-11-16", "object"},
               {"room-1,L3-PES1-99,1,pass,看到,测评员甲,2026-11-16", "code"},
               {"room-1,L3-PES1-01,99,pass,看到,测评员甲,2026-11-16", "point"},
               {"room-1,L3-PES1-01,0,pass,看到,测评员甲,2026-11-16", "point"},
               {"room-1,L3-PES1-01,x,pass,看到,测评员甲,2026-11-16", "point"},
               {"room-1,L3-PES1-01,1,good,看到,测评员甲,2026-11-16", "status"},
               {"room-1,L3-PES1-01,1,unknown,看到,测评员甲,2026-11-16", "status"},
               {"room-1,L3-PES1-01,1,pass,看到,测评员甲,2026-02-30", "date"},
               {"room-1,L3-PES1-01,1,pass,,测评员甲,2026-11-16", "record"},
               {"room-1,L3-PES1-01,1,pass,看到,,2026-11-16", "record"},
               {"room-1,L3-PES1-01,1,pass,看到,测评员甲,2026-11-16", "point"}};

  for (const auto& one : cases) {
    Content content = real_content();
    const auto number = with_line(content, path, one.line);
    SCOPED_TRACE(one.line);
    expect_problem(content, path, number, one.field);
  }
}

TEST(DemoContent, BadRisksAreNamedWithTheirLine) {
  const std::string path = "demo/risks.csv";

  const struct {
    const char* line;
    const char* field;
  } cases[] = {{"p,L3-PES1-99,room-1,t,a,x,,不变,低,no,,y,示例甲", "code"},
               {"p,L3-PES1-01,room-1|nobody,t,a,x,,不变,低,no,,y,示例甲", "object"},
               {"p,L3-PES1-01,room-1,t,a,x,,不变,大,no,,y,示例甲", "risk"}};

  for (const auto& one : cases) {
    Content content = real_content();
    const auto number = with_line(content, path, one.line);
    expect_problem(content, path, number, one.field);
  }
}

TEST(DemoContent, AMissingColumnFileOrBundleIsNamed) {
  EXPECT_FALSE(load(with("demo/risks.csv", "problem,code", "problems,code")));
  const auto bundle =
      load(with("demo/assessment.yaml", "object: server-live", "object: server-dead"));
  ASSERT_FALSE(bundle);
  EXPECT_NE(bundle.error().text().find("server-dead"), std::string::npos);
  const auto file = load(with("demo/assessment.yaml", "source: live", "source: bundle"));
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().text().find("demo/bundle/server-live.tar.gz"), std::string::npos);
}

TEST(DemoContent, AllProblemsComeTogether) {
  Content content = real_content();
  with_line(content, "demo/objects.csv", "ship,飞船,x,,一般,yes,");
  with_line(content, "demo/records.csv", "room-1,L3-PES1-99,1,pass,看到,测评员甲,2026-11-16");
  with_line(content, "demo/risks.csv", "p,L3-PES1-01,room-1,t,a,x,,不变,大,no,,y,示例甲");
  const auto loaded = load(content);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().problems.size(), 3U) << loaded.error().text();
}

}  // namespace
}  // namespace dengce::assessment
