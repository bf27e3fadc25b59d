// SPDX-License-Identifier: Apache-2.0
#include "office/model.h"

#include <cassert>

namespace dengce::office {

int Shape::find(std::string_view name) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Field text(std::string name) {
  return {std::move(name), Kind::text, nullptr};
}

Field flag(std::string name) {
  return {std::move(name), Kind::flag, nullptr};
}

Field table(std::string name) {
  return {std::move(name), Kind::table, nullptr};
}

Field picture(std::string name) {
  return {std::move(name), Kind::picture, nullptr};
}

Field chart(std::string name) {
  return {std::move(name), Kind::chart, nullptr};
}

Field list(std::string name, std::initializer_list<Field> row) {
  return {std::move(name), Kind::list, std::make_shared<const Shape>(row)};
}

Record::Record(const Shape& shape) : shape_(&shape) {
  values_.resize(shape.fields().size());
}

Value* Record::slot(std::string_view name, Kind kind) {
  const int at = shape_->find(name);
  const bool fits = at >= 0 && shape_->fields()[static_cast<std::size_t>(at)].kind == kind;
  assert(fits && "a value that the shape does not declare");
  return fits ? &values_[static_cast<std::size_t>(at)] : nullptr;
}

Record& Record::set(std::string_view name, std::string value) {
  if (auto* at = slot(name, Kind::text)) *at = std::move(value);
  return *this;
}

Record& Record::set_flag(std::string_view name, bool value) {
  if (auto* at = slot(name, Kind::flag)) *at = value;
  return *this;
}

Record& Record::set(std::string_view name, Table value) {
  if (auto* at = slot(name, Kind::table)) *at = std::make_shared<const Table>(std::move(value));
  return *this;
}

Record& Record::set(std::string_view name, Picture value) {
  if (auto* at = slot(name, Kind::picture)) *at = std::make_shared<const Picture>(std::move(value));
  return *this;
}

Record& Record::set(std::string_view name, Chart value) {
  if (auto* at = slot(name, Kind::chart)) *at = std::make_shared<const Chart>(std::move(value));
  return *this;
}

Record& Record::set(std::string_view name, List value) {
  if (auto* at = slot(name, Kind::list)) *at = std::make_shared<const List>(std::move(value));
  return *this;
}

const Shape& rows_of(const Shape& shape, std::string_view list) {
  static const Shape none{};
  const int at = shape.find(list);
  assert(at >= 0 && shape.fields()[static_cast<std::size_t>(at)].rows);
  if (at < 0) return none;
  const auto& rows = shape.fields()[static_cast<std::size_t>(at)].rows;
  return rows ? *rows : none;
}

bool is_present(const Value& value) {
  struct {
    bool operator()(const std::string& text) const { return !text.empty(); }

    bool operator()(bool flag) const { return flag; }

    bool operator()(const std::shared_ptr<const List>& list) const {
      return list && !list->rows.empty();
    }

    bool operator()(const std::shared_ptr<const Table>& table) const {
      return table && !table->rows.empty();
    }

    bool operator()(const std::shared_ptr<const Picture>& picture) const {
      return picture != nullptr;
    }

    bool operator()(const std::shared_ptr<const Chart>& chart) const {
      return chart && !chart->points.empty();
    }
  } visitor;

  return std::visit(visitor, value);
}

}  // namespace dengce::office
