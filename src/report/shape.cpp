// SPDX-License-Identifier: Apache-2.0
#include "report/shape.h"

#include "report/parts.h"

namespace dengce::report {
namespace {

using office::chart;
using office::Field;
using office::flag;
using office::list;
using office::Shape;
using office::table;
using office::text;

// Counts of verdicts carry the same names wherever a row has them.
Field counted(std::string name, std::initializer_list<Field> first) {
  std::vector<Field> fields(first);
  for (const char* each : {"total",
                           "applicable",
                           "compliant",
                           "partial",
                           "non_compliant",
                           "not_applicable",
                           "pending",
                           "rate"}) {
    fields.push_back(text(each));
  }
  return {std::move(name), office::Kind::list, std::make_shared<const Shape>(std::move(fields))};
}

Field measures() {
  return list("measures", {text("control_point"), text("text")});
}

Field issues() {
  return list("issues",
              {text("number"),
               text("description"),
               text("objects"),
               text("codes"),
               text("risk"),
               text("verdict")});
}

Field problems(std::string name) {
  return list(std::move(name),
              {text("number"),
               text("description"),
               text("layer"),
               text("control_point"),
               text("codes"),
               text("objects"),
               text("objects_short"),
               text("verdict"),
               text("threat"),
               text("asset"),
               text("analysis"),
               text("risk"),
               text("change"),
               text("argument"),
               text("case"),
               text("mitigation"),
               text("hazards"),
               text("advice")});
}

Field layer_rows() {
  return list(
      "layers",
      {text("number"),
       text("name"),
       text("total"),
       text("applicable"),
       text("compliant"),
       text("partial"),
       text("non_compliant"),
       text("not_applicable"),
       text("pending"),
       text("rate"),
       text("summary"),
       text("evaluation"),
       text("pending_note"),
       flag("plain"),
       measures(),
       issues(),
       list("classes", {text("number"), text("name"), text("objects"), measures(), issues()})});
}

void add_identity(std::vector<Field>& fields) {
  for (const char* name : identity_facts) fields.push_back(text(name));
  for (const char* name : {"edition", "snapshot_id", "snapshot_time"}) fields.push_back(text(name));
  fields.push_back(flag("demo"));
  fields.push_back(flag("has_extensions"));
  fields.push_back(flag("has_cloud"));
  fields.push_back(flag("has_big_data"));
  fields.push_back(flag("has_industry_standards"));
  fields.push_back(list("versions", {text("name"), text("value")}));
}

void add_conclusion(std::vector<Field>& fields) {
  for (const char* name : {"conclusion",
                           "conclusion_note",
                           "clause",
                           "value",
                           "value_low",
                           "value_high",
                           "value_range",
                           "conclusion_range",
                           "technical",
                           "management",
                           "count_total",
                           "count_applicable",
                           "count_compliant",
                           "count_partial",
                           "count_non_compliant",
                           "count_not_applicable",
                           "count_pending",
                           "count_rate",
                           "problem_count",
                           "high_count",
                           "medium_count",
                           "low_count",
                           "unjudged_count",
                           "problem_summary",
                           "hazard_count",
                           "hazard_note",
                           "object_count",
                           "unchanged_note",
                           "record_count",
                           "overall_evaluation"}) {
    fields.push_back(text(name));
  }
  fields.push_back(flag("complete"));
  fields.push_back(text("open_layers"));
  fields.push_back(list("pending_items",
                        {text("layer"),
                         text("control_point"),
                         text("code"),
                         text("text"),
                         text("objects"),
                         text("reason")}));
  fields.push_back(list(
      "derivation",
      {text("code"), text("layer"), text("x"), text("weight"), text("lost"), text("objects")}));
  fields.push_back(chart("chart_rates"));
  fields.push_back(chart("chart_verdicts"));
}

void add_objects(std::vector<Field>& fields) {
  for (const char* name : {"rooms",
                           "network",
                           "security",
                           "servers",
                           "terminals",
                           "others",
                           "management",
                           "applications",
                           "data",
                           "cryptography",
                           "people",
                           "documents",
                           "remaining"}) {
    fields.push_back(table(std::string("objects_") + name));
    if (std::string_view(name) != "remaining")
      fields.push_back(table(std::string("assets_") + name));
  }
  for (const char* name : {"process", "tools", "threats", "scan", "pentest", "previous"}) {
    fields.push_back(table(std::string("table_") + name));
  }
  fields.push_back(
      list("general_indicators",
           {text("layer"), text("control_points"), text("point_count"), text("count")}));
  fields.push_back(list("extension_indicators",
                        {text("extension"), text("layer"), text("control_point"), text("count")}));
  fields.push_back(
      list("excluded_items",
           {text("layer"), text("control_point"), text("code"), text("text"), text("reason")}));
  fields.push_back(list("object_classes", {text("name"), text("count"), text("names")}));
}

void add_results(std::vector<Field>& fields) {
  fields.push_back(layer_rows());
  fields.push_back(counted("extension_results", {text("name")}));
  fields.push_back(counted("object_results", {text("number"), text("name"), text("object_class")}));
  fields.push_back(list("control_points",
                        {text("layer"),
                         text("control_point"),
                         text("compliant"),
                         text("partial"),
                         text("non_compliant"),
                         text("not_applicable"),
                         text("pending"),
                         text("verdict")}));
  fields.push_back(problems("problems"));
  fields.push_back(problems("changed_problems"));
  fields.push_back(problems("main_problems"));
  fields.push_back(problems("general_problems"));
  fields.push_back(problems("hazard_problems"));
  fields.push_back(list("hazards",
                        {text("number"),
                         text("title"),
                         text("layer"),
                         text("control_point"),
                         text("manifestation"),
                         text("triggered"),
                         text("problems")}));
  fields.push_back(list("triggered_hazards",
                        {text("number"),
                         text("title"),
                         text("layer"),
                         text("control_point"),
                         text("manifestation"),
                         text("triggered"),
                         text("problems")}));
  fields.push_back(list("summaries",
                        {text("number"),
                         text("layer"),
                         {"points",
                          office::Kind::list,
                          counted("", {text("control_point"), text("objects")}).rows}}));
  fields.push_back(list("record_objects",
                        {text("number"),
                         text("name"),
                         text("object_class"),
                         text("importance"),
                         text("origin"),
                         text("summary"),
                         list("records",
                              {text("index"),
                               text("control_point"),
                               text("code"),
                               text("item"),
                               text("record"),
                               text("verdict")})}));
}

Shape make_shape() {
  std::vector<Field> fields;
  add_identity(fields);
  add_conclusion(fields);
  add_objects(fields);
  add_results(fields);
  return Shape(std::move(fields));
}

}  // namespace

const office::Shape& report_shape() {
  static const Shape shape = make_shape();
  return shape;
}

}  // namespace dengce::report
