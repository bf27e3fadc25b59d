// SPDX-License-Identifier: Apache-2.0
// What a template is filled with: named values in a declared shape. The shape is known before any
// value is, so a template can be checked without data.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dengce::office {

enum class Kind : std::uint8_t { text, flag, list, table, picture, chart };

class Shape;

struct Field {
  std::string name;
  Kind kind = Kind::text;
  std::shared_ptr<const Shape> rows;  // of a list
};

// The names a scope knows, in the order of the values.
class Shape {
 public:
  Shape(std::initializer_list<Field> fields) : fields_(fields) {}

  explicit Shape(std::vector<Field> fields) : fields_(std::move(fields)) {}

  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

  [[nodiscard]] int find(std::string_view name) const;  // -1 if unknown

 private:
  std::vector<Field> fields_;
};

Field text(std::string name);
Field flag(std::string name);
Field table(std::string name);
Field picture(std::string name);
Field chart(std::string name);
Field list(std::string name, std::initializer_list<Field> row);

// A table with columns that only the data knows; rows are streamed, a new one after row_limit rows.
struct Table {
  struct Column {
    std::string title;
    double width = 1;  // relative
    bool centred = false;
  };

  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

struct Picture {
  std::string bytes;  // PNG or JPEG
  double width_cm = 15;
  double height_cm = 8;
  std::string description;
};

struct Chart {
  enum class Type : std::uint8_t { bar, doughnut };

  struct Point {
    std::string category;
    double value = 0;
    std::string color;  // RRGGBB, empty = the theme's
  };

  Type type = Type::bar;
  std::string title;
  std::string series;
  std::string number_format = "0.00";
  double maximum = 0;  // of the value axis, 0 = automatic
  double width_cm = 15;
  double height_cm = 8;
  std::vector<Point> points;
};

struct List;

using Value = std::variant<std::string,
                           bool,
                           std::shared_ptr<const List>,
                           std::shared_ptr<const Table>,
                           std::shared_ptr<const Picture>,
                           std::shared_ptr<const Chart>>;

// Values of one scope, in the order of its shape. Setting a name the shape lacks, or another kind
// than it declares, is a bug of the caller and asserts.
class Record {
 public:
  explicit Record(const Shape& shape);

  Record& set(std::string_view name, std::string value);

  Record& set(std::string_view name, const char* value) { return set(name, std::string(value)); }

  Record& set_flag(std::string_view name, bool value);
  Record& set(std::string_view name, Table value);
  Record& set(std::string_view name, Picture value);
  Record& set(std::string_view name, Chart value);
  Record& set(std::string_view name, List value);

  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

  [[nodiscard]] const Shape& shape() const { return *shape_; }

 private:
  Value* slot(std::string_view name, Kind kind);

  const Shape* shape_;
  std::vector<Value> values_;
};

struct List {
  std::vector<Record> rows;
};

// The shape of a list's rows; the shape must hold such a list.
const Shape& rows_of(const Shape& shape, std::string_view list);

// False for "", false, an empty list or a table without rows.
bool is_present(const Value& value);

}  // namespace dengce::office
