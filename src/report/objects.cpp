// SPDX-License-Identifier: Apache-2.0
// Objects: the tables of chapter 2.3 and of appendix A, and tables taken over as they are.
#include <algorithm>
#include <cmath>
#include <map>

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
       {"序号",
        "设备名称",
        "所属业务应用",
        "是否虚拟",
        "操作系统及版本",
        "数据库及版本",
        "中间件及版本",
        "重要程度",
        "备注"}},
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
      {"data",
       "数据资源",
       {"序号", "数据类别", "所属业务应用", "安全防护需求", "重要程度", "备注"}},
      {"cryptography",
       "密码产品",
       {"序号",
        "产品/模块名称",
        "生产厂商",
        "商密型号",
        "证书编号",
        "算法",
        "用途",
        "重要程度",
        "备注"}},
      {"people", "安全相关人员", {"序号", "姓名", "岗位/角色", "联系方式", "所属单位"}},
      {"documents", "安全管理文档", {"序号", "文档名称", "主要内容"}}};
  return tables;
}

bool is_centred(std::string_view column) {
  return column == "序号" || column == "重要程度" || column == "是否虚拟";
}

std::string attribute(const SnapshotObject& object, std::string_view column) {
  const auto at = object.attributes.find(std::string(column));
  if (at != object.attributes.end() && !trim(at->second).empty()) return at->second;
  return column == "备注" ? std::string() : std::string(nothing);
}

// Widths in Han characters, of the Latin letters in a Chinese serif face.
double display_width(std::string_view text) {
  constexpr std::string_view narrow = "fijlrtI()[]-.,:;/' ";
  constexpr std::string_view wide = "mwMW@%";
  double width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      width += byte >= 0xC0 ? 1.0 : 0.0;
    } else if (narrow.find(c) != std::string_view::npos) {
      width += 0.4;
    } else if (wide.find(c) != std::string_view::npos) {
      width += 0.9;
    } else {
      width += c >= 'A' && c <= 'Z' ? 0.72 : 0.58;
    }
  }
  return width;
}

// Chinese marks that stay on the line of the Latin word between text[begin] and text[end].
double clinging_width(std::string_view text, std::size_t begin, std::size_t end) {
  const auto before = text.substr(0, begin);
  const auto after = text.substr(end);
  double width = 0;
  for (const std::string_view mark : {"（", "“", "《"}) width += before.ends_with(mark) ? 1 : 0;
  for (const std::string_view mark : {"）", "”", "》", "、", "，", "。", "；", "："}) {
    width += after.starts_with(mark) ? 1 : 0;
  }
  return width;
}

// The widest piece of a text that a line must hold whole: a Latin word or a code of this many
// letters at most, longer ones may break at a hyphen or slash; a Han character with what clings
// to it.
double widest_word(std::string_view text) {
  constexpr std::size_t whole_code = 14;
  double widest = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && text[end] > ' ' && static_cast<unsigned char>(text[end]) < 0x80) {
      ++end;
    }
    auto word = text.substr(at, end - at);
    while (word.size() > whole_code) {
      const auto cut = std::min(word.find_first_of("-/,"), word.size() - 1) + 1;
      widest = std::max(widest, display_width(word.substr(0, cut)));
      word.remove_prefix(cut);
    }
    const double clinging = end > at ? clinging_width(text, at, end) : 0;
    widest = std::max(widest, display_width(word) + clinging);
    at = std::max(end, at + 1);
  }
  return std::max(widest, 2.0);
}

struct Wanted {
  double longest = 2;  // with the whole text on one line
  double least = 2;
};

std::vector<Wanted> wanted_widths(const Table& table) {
  std::vector<Wanted> wanted;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    Wanted column;
    column.longest = std::max(column.longest, display_width(table.columns[i].title) / 2);
    for (const auto& row : table.rows) {
      if (i >= row.size()) continue;
      column.longest = std::max(column.longest, display_width(row[i]));
      column.least = std::max(column.least, widest_word(row[i]));
    }
    wanted.push_back(column);
  }
  return wanted;
}

// Short columns as wide as their longest cell, the others share what is left by the length of
// their texts but stay wide enough for their longest word. Heads may take two lines.
void fit_columns(Table& table) {
  constexpr double page = 41;
  constexpr double margins = 0.6;
  constexpr double least_flexible = 5.2;
  double widest_short = 6.5;
  const auto wanted = wanted_widths(table);
  std::vector<double> widths(wanted.size());
  for (;; widest_short -= 0.5) {
    double left = page;
    int flexible_columns = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const bool is_short = wanted[i].longest <= widest_short;
      widths[i] = is_short ? wanted[i].longest + margins : 0;
      left -= widths[i];
      flexible_columns += is_short ? 0 : 1;
    }
    // Many columns: then only the shortest keep their width.
    if (left >= least_flexible * flexible_columns || widest_short < 3.5) break;
  }
  for (bool settled = false; !settled;) {
    settled = true;
    double left = page;
    double weights = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      left -= widths[i];
      if (widths[i] == 0) weights += std::sqrt(wanted[i].longest);
    }
    left = std::max(left, page / 3);
    for (std::size_t i = 0; i < wanted.size() && weights > 0; ++i) {
      const double share = left * std::sqrt(wanted[i].longest) / weights;
      if (widths[i] != 0 || share >= wanted[i].least + margins) continue;
      widths[i] = wanted[i].least + margins;
      settled = false;
      break;
    }
    if (!settled) continue;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (widths[i] == 0) widths[i] = left * std::sqrt(wanted[i].longest) / weights;
    }
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    table.columns[i].width = widths[i];
    for (auto& row : table.rows) {
      if (i < row.size()) row[i] = breakable(row[i]);
    }
  }
}

// Objects of an asset table; one that no table knows counts as 其他系统或设备.
bool belongs(const SnapshotObject& object, const AssetTable& table) {
  if (object.asset_table == table.name) return true;
  if (table.key != "others" || object.asset_table.empty()) return false;
  return std::none_of(asset_tables().begin(), asset_tables().end(), [&](const AssetTable& each) {
    return each.name == object.asset_table;
  });
}

Table table_of(const Source& source, const AssetTable& kind, bool selected_only) {
  Table table;
  for (const auto column : kind.columns) {
    table.columns.push_back({std::string(column), 1, is_centred(column)});
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
  fit_columns(table);
  return table;
}

// Selected objects that stand in no table of chapter 2.3: the network as a whole, borders,
// management; cryptographic products too, which only appendix A lists.
Table remaining_objects(const Source& source) {
  Table table;
  table.columns = {{"序号", 1, true},
                   {"对象名称", 1, false},
                   {"对象类别", 1, false},
                   {"安全层面", 1, false},
                   {"重要程度", 1, true},
                   {"备注", 1, false}};
  for (const auto& object : source.snapshot.objects) {
    if (!object.selected || (!object.asset_table.empty() && object.asset_table != "密码产品")) {
      continue;
    }
    auto& row = table.rows.emplace_back();
    row = {std::to_string(table.rows.size()),
           object.name,
           object.object_class,
           or_nothing(object.layer),
           or_nothing(object.importance),
           attribute(object, "备注")};
  }
  fit_columns(table);
  return table;
}

// Tables that were read from a CSV file carry its column names.
std::string column_title(const std::string& column) {
  static const std::map<std::string, std::string, std::less<>> titles{{"no", "序号"},
                                                                      {"id", "编号"},
                                                                      {"name", "名称"},
                                                                      {"version", "版本"},
                                                                      {"use", "用途"},
                                                                      {"access_point", "接入点"},
                                                                      {"note", "备注"},
                                                                      {"phase", "阶段"},
                                                                      {"activity", "活动"},
                                                                      {"begin", "开始日期"},
                                                                      {"end", "结束日期"},
                                                                      {"content", "工作内容"},
                                                                      {"output", "成果"},
                                                                      {"people", "参加人员"},
                                                                      {"description", "说明"},
                                                                      {"object", "对象"},
                                                                      {"vulnerability", "漏洞"},
                                                                      {"port", "端口"},
                                                                      {"risk", "风险等级"},
                                                                      {"state", "状态"},
                                                                      {"advice", "处置建议"},
                                                                      {"weakness", "测试内容"},
                                                                      {"path", "测试过程"},
                                                                      {"result", "测试结果"},
                                                                      {"code", "测评项"},
                                                                      {"problem", "安全问题"},
                                                                      {"action", "整改措施"}};
  const auto at = titles.find(column);
  return at == titles.end() ? column : at->second;
}

// Beside the name of an object its key in the imported file says nothing to a reader.
std::vector<std::size_t> columns_shown(const assessment::Table& given) {
  const auto has = [&](std::string_view name) {
    return std::find(given.columns.begin(), given.columns.end(), name) != given.columns.end();
  };
  const bool keyed = has("object") && has("name");
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < given.columns.size(); ++i) {
    if (!keyed || given.columns[i] != "object") shown.push_back(i);
  }
  return shown;
}

Table taken_over(const assessment::Table& given) {
  Table table;
  const auto shown = columns_shown(given);
  const bool keyed = shown.size() < given.columns.size();
  for (const auto i : shown) {
    const auto& column = given.columns[i];
    table.columns.push_back(
        {column_title(keyed && column == "name" ? "object" : column), 1, false});
  }
  for (const auto& row : given.rows) {
    auto& cells = table.rows.emplace_back();
    for (const auto i : shown) cells.push_back(i < row.cells.size() ? row.cells[i] : "");
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    table.columns[i].centred =
        std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
          return i >= row.size() || character_count(row[i]) <= 4;
        });
  }
  fit_columns(table);
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
    auto at = std::find_if(classes.begin(), classes.end(), [&](const auto& each) {
      return each.first == object.object_class;
    });
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
