// SPDX-License-Identifier: Apache-2.0
// Objects: the tables of chapter 2.3 and of appendix A, and tables taken over as they are.
#include <algorithm>

#include "base/text.h"
#include "report/parts.h"

namespace dengce::report {
namespace {

using assessment::SnapshotObject;
using office::List;
using office::Record;
using office::Table;

struct AssetTable {
  std::string_view key;   // objects_… and assets_… of the shape
  std::string_view name;  // as SnapshotObject::asset_table has it
  std::vector<std::string_view> columns;
};

// The columns follow the asset tables of the report template; the second one is the name.
const std::vector<AssetTable>& asset_tables() {
  static const std::vector<AssetTable> tables{
      {"rooms", "物理机房", {"序号", "机房名称", "物理位置", "重要程度", "备注"}},
      {"network",
       "网络设备",
       {"序号", "设备名称", "是否虚拟", "系统及版本", "品牌型号", "用途", "重要程度", "备注"}},
      {"security",
       "安全设备",
       {"序号", "设备名称", "是否虚拟", "系统及版本", "品牌型号", "用途", "重要程度", "备注"}},
      {"servers",
       "服务器/存储设备",
       {"序号", "设备名称", "所属业务应用", "是否虚拟", "操作系统及版本", "数据库及版本",
        "中间件及版本", "重要程度", "备注"}},
      {"terminals",
       "终端设备",
       {"序号", "设备名称", "是否虚拟", "操作系统/控制软件及版本", "用途", "重要程度", "备注"}},
      {"others", "其他系统或设备", {"序号", "名称", "用途", "重要程度", "备注"}},
      {"management",
       "系统管理软件/平台",
       {"序号", "名称", "主要功能", "版本", "所在设备名称", "重要程度", "备注"}},
      {"applications",
       "业务应用系统/平台",
       {"序号", "名称", "主要功能", "软件及版本", "开发厂商", "重要程度", "备注"}},
      {"data", "数据资源", {"序号", "数据类别", "所属业务应用", "安全防护需求", "重要程度", "备注"}},
      {"cryptography",
       "密码产品",
       {"序号", "产品/模块名称", "生产厂商", "商密型号", "证书编号", "算法", "用途", "重要程度",
        "备注"}},
      {"people", "安全相关人员", {"序号", "姓名", "岗位/角色", "联系方式", "所属单位"}},
      {"documents", "安全管理文档", {"序号", "文档名称", "主要内容"}}};
  return tables;
}

double width_of(std::string_view column) {
  if (column == "序号") return 0.6;
  if (column == "重要程度" || column == "是否虚拟") return 0.9;
  if (column == "备注") return 1.2;
  if (column == "主要内容" || column == "物理位置" || column == "安全防护需求") return 3.5;
  if (column == "主要功能" || column == "文档名称") return 2.2;
  return 1.7;
}

bool is_centred(std::string_view column) {
  return column == "序号" || column == "重要程度" || column == "是否虚拟";
}

std::string attribute(const SnapshotObject& object, std::string_view column) {
  const auto at = object.attributes.find(std::string(column));
  if (at != object.attributes.end() && !trim(at->second).empty()) return at->second;
  return column == "备注" ? std::string() : std::string(nothing);
}

// Objects of an asset table; one that no table knows counts as 其他系统或设备.
bool belongs(const SnapshotObject& object, const AssetTable& table) {
  if (object.asset_table == table.name) return true;
  if (table.key != "others" || object.asset_table.empty()) return false;
  return std::none_of(asset_tables().begin(), asset_tables().end(),
                      [&](const AssetTable& each) { return each.name == object.asset_table; });
}

Table table_of(const Source& source, const AssetTable& kind, bool selected_only) {
  Table table;
  for (const auto column : kind.columns) {
    table.columns.push_back({std::string(column), width_of(column), is_centred(column)});
  }
  for (const auto& object : source.snapshot.objects) {
    if (!belongs(object, kind) || (selected_only && !object.selected)) continue;
    auto& row = table.rows.emplace_back();
    row.push_back(std::to_string(table.rows.size()));
    row.push_back(object.name);
    for (std::size_t i = 2; i < kind.columns.size(); ++i) {
      row.push_back(kind.columns[i] == "重要程度" ? or_nothing(object.importance)
                                                   : attribute(object, kind.columns[i]));
    }
  }
  return table;
}

// Selected objects that stand in no table of chapter 2.3: the network as a whole, borders,
// management; cryptographic products too, which only appendix A lists.
Table remaining_objects(const Source& source) {
  Table table;
  table.columns = {{"序号", 0.6, true}, {"对象名称", 3, false}, {"对象类别", 2, false},
                   {"安全层面", 2, false}, {"重要程度", 1, true}, {"备注", 1.5, false}};
  for (const auto& object : source.snapshot.objects) {
    if (!object.selected || (!object.asset_table.empty() && object.asset_table != "密码产品")) {
      continue;
    }
    auto& row = table.rows.emplace_back();
    row = {std::to_string(table.rows.size()), object.name, object.object_class,
           or_nothing(object.layer), or_nothing(object.importance), attribute(object, "备注")};
  }
  return table;
}

// Columns as wide as their contents ask for, within limits.
Table taken_over(const assessment::Table& given) {
  Table table;
  for (std::size_t i = 0; i < given.columns.size(); ++i) {
    std::size_t longest = character_count(given.columns[i]);
    for (const auto& row : given.rows) {
      if (i < row.cells.size()) longest = std::max(longest, character_count(row.cells[i]));
    }
    const double width = std::clamp(static_cast<double>(longest), 3.0, 20.0);
    table.columns.push_back({given.columns[i], width, longest <= 4});
  }
  for (const auto& row : given.rows) table.rows.push_back(row.cells);
  return table;
}

}  // namespace

void fill_objects(const Source& source, Record& model) {
  for (const auto& kind : asset_tables()) {
    model.set("objects_" + std::string(kind.key), table_of(source, kind, true));
    model.set("assets_" + std::string(kind.key), table_of(source, kind, false));
  }
  model.set("objects_cryptography", Table{});
  model.set("objects_remaining", remaining_objects(source));
  for (const char* name : {"process", "tools", "threats", "scan", "pentest", "previous"}) {
    const auto at = source.snapshot.tables.find(name);
    const bool given = at != source.snapshot.tables.end();
    model.set(std::string("table_") + name, given ? taken_over(at->second) : Table{});
  }
  std::vector<std::pair<std::string, std::vector<std::size_t>>> classes;
  for (std::size_t i = 0; i < source.snapshot.objects.size(); ++i) {
    const auto& object = source.snapshot.objects[i];
    if (!object.selected) continue;
    auto at = std::find_if(classes.begin(), classes.end(),
                           [&](const auto& each) { return each.first == object.object_class; });
    if (at == classes.end()) at = classes.insert(classes.end(), {object.object_class, {}});
    at->second.push_back(i);
  }
  List rows;
  for (const auto& [name, objects] : classes) {
    Record row = row_of(model, "object_classes");
    row.set("name", name).set("count", std::to_string(objects.size()));
    row.set("names", names_of(source.snapshot, objects));
    rows.rows.push_back(std::move(row));
  }
  model.set("object_classes", std::move(rows));
}

}  // namespace dengce::report
