// SPDX-License-Identifier: Apache-2.0
// GB/T 22239-2019 as data: items, test points, object classes, which item applies to which object,
// and which check answers which point. Immutable once loaded; share it as a const reference.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/content.h"
#include "base/result.h"

namespace dengce::standard {

enum class Extension : std::uint8_t { general, cloud, mobile, iot, ics, bigdata };
inline constexpr std::array<std::string_view, 6> extension_names{
    "general", "cloud", "mobile", "iot", "ics", "bigdata"};
inline constexpr std::array<std::string_view, 6> extension_titles{
    "安全通用要求", "云计算", "移动互联", "物联网", "工业控制系统", "大数据"};

enum class Sag : std::uint8_t { s, a, g };
inline constexpr std::array<std::string_view, 3> sag_names{"S", "A", "G"};

// How an item is mostly examined.
enum class Kind : std::uint8_t { machine, document, interview, site };
inline constexpr std::array<std::string_view, 4> kind_names{
    "machine", "document", "interview", "site"};

// How the verdict of one object follows from the points (GB/T 28448 unit judgement).
enum class Rule : std::uint8_t { all, any, single };
inline constexpr std::array<std::string_view, 3> rule_names{"all", "any", "single"};

// conditional: depends on the single object; the note says on what.
enum class Applicability : std::uint8_t { yes, no, conditional };

// assist: the check can only prove a failure, its pass still needs a person.
enum class MappingMode : std::uint8_t { automatic, assist };

constexpr std::string_view name(Extension value) {
  return extension_names[static_cast<std::size_t>(value)];
}

constexpr std::string_view title(Extension value) {
  return extension_titles[static_cast<std::size_t>(value)];
}

constexpr std::string_view name(Sag value) {
  return sag_names[static_cast<std::size_t>(value)];
}

constexpr std::string_view name(Kind value) {
  return kind_names[static_cast<std::size_t>(value)];
}

constexpr std::string_view name(Rule value) {
  return rule_names[static_cast<std::size_t>(value)];
}

std::optional<Extension> extension_from(std::string_view text);

// The ten layers in the order of the standard; the first five are technical.
inline constexpr std::array<std::string_view, 10> layer_names{"安全物理环境",
                                                              "安全通信网络",
                                                              "安全区域边界",
                                                              "安全计算环境",
                                                              "安全管理中心",
                                                              "安全管理制度",
                                                              "安全管理机构",
                                                              "安全管理人员",
                                                              "安全建设管理",
                                                              "安全运维管理"};
// Position in layer_names, or -1.
int layer_index(std::string_view layer);

constexpr bool is_technical(int index) {
  return index >= 0 && index < 5;
}

struct TestPoint {
  int number = 0;      // from 1
  std::string method;  // 访谈, 核查, 测试, or two of them: 核查/测试
  std::string text;
};

// What a user imported; never part of our own content.
struct Official {
  std::string wording;  // empty: not imported
  std::string weight;   // 一般, 重要, 关键; empty: not imported
};

struct Item {
  int level = 0;
  std::string code;    // L3-CES1-01; unique except for big data
  std::string clause;  // 8.1.4.1
  std::string letter;
  std::string layer;
  std::string control_point;
  Extension extension = Extension::general;
  Sag sag = Sag::g;
  Kind kind = Kind::document;
  std::vector<std::string> methods;
  int points = 1;             // number of test points, at least 1
  bool points_known = false;  // false: neither the item nor its test points tell the number
  Rule rule = Rule::single;
  bool partial_allowed = false;
  std::vector<std::string> object_classes;  // where the assessor looks
  std::string text;                         // our own wording of the requirement
  std::string confidence;
  std::vector<TestPoint> test_points;  // `points` rows, or none: "text missing"
  Official official;
};

struct ObjectClass {
  std::string id;    // server
  std::string name;  // 服务器
  std::vector<std::string> aliases;
  std::vector<std::string> layers;  // whose items an object of this class carries
  std::string asset_table;          // of the report; empty: none
};

struct ControlPoint {
  int level = 0;
  std::string clause;
  std::string layer;
  std::string name;
  Extension extension = Extension::general;
  int items = 0;
  Sag sag = Sag::g;
};

struct Mapping {
  int level = 0;
  std::string code;
  int point = 0;
  std::vector<std::string> object_classes;
  std::string platform;  // linux
  std::string check;     // id of a check
  MappingMode mode = MappingMode::automatic;
  std::string path;  // where it is written, for errors about the check
  std::int64_t line = 0;
};

// A graded system: level = max(s, a), e.g. S2A3G3.
struct Grade {
  int level = 3;
  int s = 3;
  int a = 3;

  [[nodiscard]] std::string text() const;  // "S2A3"
};

// `sag` is "", "S2A3" or "S2A3G3"; fails unless max(S, A), and G where given, equal the level.
Result<Grade> parse_grade(int level, std::string_view sag);
// "cloud,mobile" to a list in the order of the enum; "" gives none, "all" gives the five.
Result<std::vector<Extension>> parse_extensions(std::string_view text);

struct ApplicabilityAnswer {
  Applicability value = Applicability::no;
  std::string_view note;
};

class Standard {
 public:
  static constexpr std::string_view folder = "standard/gbt22239-2019/";

  // Loads and validates the whole folder; an error carries every problem found.
  static Result<Standard> load(const Content& content);

  Standard(Standard&&) = default;
  Standard& operator=(Standard&&) = default;
  Standard(const Standard&) = delete;  // items are handed out by pointer
  Standard& operator=(const Standard&) = delete;
  ~Standard() = default;

  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

  [[nodiscard]] const std::vector<ObjectClass>& object_classes() const { return classes_; }

  [[nodiscard]] const std::vector<ControlPoint>& control_points() const { return control_points_; }

  [[nodiscard]] const std::vector<Mapping>& mappings() const { return mappings_; }

  // All items with this code: none, one, or for big data several.
  [[nodiscard]] std::vector<const Item*> find(std::string_view code) const;
  // The one item; fails when unknown, or ambiguous without a clause.
  [[nodiscard]] Result<const Item*> item(std::string_view code, std::string_view clause = {}) const;

  // Items of a grade: S items at level s, A items at level a, the rest and the extensions at the
  // level. In the order of the standard, extensions last.
  [[nodiscard]] std::vector<const Item*> select(const Grade& grade,
                                                const std::vector<Extension>& extensions) const;

  // By id, name or alias; nullptr if there is none.
  [[nodiscard]] const ObjectClass* object_class(std::string_view text) const;
  [[nodiscard]] ApplicabilityAnswer applicability(const ObjectClass& object_class,
                                                  const Item& item) const;

  // Checks that answer points of the item on this platform for this class, by point.
  [[nodiscard]] std::vector<const Mapping*> mappings(const Item& item,
                                                     std::string_view platform,
                                                     const ObjectClass& object_class) const;

  // Items without test point texts.
  [[nodiscard]] std::size_t missing_texts(int level, Extension extension) const;

  // Puts a user's wording and weights (see official.h) beside ours.
  void set_official(const Item& item, Official official);

 private:
  friend class StandardLoader;
  Standard() = default;

  [[nodiscard]] std::size_t index_of(const Item& item) const;

  struct Cell {
    Applicability value = Applicability::no;
    std::string note;
  };

  std::vector<Item> items_;
  std::vector<ObjectClass> classes_;
  std::vector<ControlPoint> control_points_;
  std::vector<Mapping> mappings_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_code_;
  std::unordered_map<std::string, std::vector<std::size_t>> mapping_by_code_;
  std::unordered_map<std::string, std::size_t> class_by_text_;
  std::map<std::size_t, std::map<std::string, Cell, std::less<>>> cells_;  // item → class name
};

}  // namespace dengce::standard
