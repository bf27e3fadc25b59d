// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <boost/json.hpp>

#include "base/digest.h"
#include "base/json_writer.h"
#include "report/model.h"
#include "report/shape.h"

namespace dengce::report {
namespace {

using assessment::Snapshot;
using office::Document;
using office::Pagination;

constexpr std::size_t max_headings = 100'000;

std::string template_path(std::string_view scheme) {
  return "template/report-l3-" + std::string(scheme) + "/template.docx";
}

office::DocumentProperties properties_of(const Snapshot& snapshot,
                                         std::string_view watermark = {}) {
  const auto name = snapshot.facts.find("system_name");
  return {(name == snapshot.facts.end() ? std::string() : name->second) + "等级测评报告",
          "Dengce",
          snapshot.taken,
          std::string(watermark)};
}

std::vector<int> numbers(const boost::json::value& value) {
  std::vector<int> out;
  for (const auto& each : value.as_array()) out.push_back(static_cast<int>(each.as_int64()));
  return out;
}

}  // namespace

Result<office::Template> load_template(std::string_view scheme, const Content& content) {
  if (scheme != "2021" && scheme != "2025") {
    return fail(ErrorCode::invalid_argument,
                "没有 " + std::string(scheme) + " 版的报告模板，可用的是 2021 和 2025");
  }
  const auto path = template_path(scheme);
  TRY_ASSIGN(const auto bytes, content.read(path));
  return office::Template::compile(path, bytes, report_shape());
}

Result<std::string> render_docx(const Snapshot& snapshot,
                                std::string_view scheme,
                                const Content& content,
                                const Pagination* pages,
                                std::string_view watermark) {
  TRY_ASSIGN(const auto made, load_template(scheme, content));
  TRY_ASSIGN(const auto model, build_model(snapshot, scheme));
  TRY_ASSIGN(auto document, made.render(model, properties_of(snapshot, watermark), pages));
  return std::move(document.bytes);
}

Result<office::Paginated> lay_out(const Snapshot& snapshot,
                                  std::string_view scheme,
                                  const Content& content,
                                  const office::PdfOptions& options) {
  TRY_ASSIGN(const auto made, load_template(scheme, content));
  TRY_ASSIGN(const auto model, build_model(snapshot, scheme));
  const auto properties = properties_of(snapshot);
  return office::paginate(
      [&](const Pagination* pages) { return made.render(model, properties, pages); }, options);
}

Result<std::string> render_pdf(const Snapshot& snapshot,
                               std::string_view scheme,
                               const Content& content,
                               const Pagination* pages,
                               const office::PdfOptions& options,
                               std::string_view watermark) {
  if (pages) {
    TRY_ASSIGN(const auto docx, render_docx(snapshot, scheme, content, pages, watermark));
    return office::convert_to_pdf(docx, options);
  }
  TRY_ASSIGN(auto made, lay_out(snapshot, scheme, content, options));
  return std::move(made.pdf);
}

std::string layout_key(const Snapshot& snapshot, std::string_view scheme, const Content& content) {
  return sha256_hex(snapshot.id + "\n" + std::string(scheme) + "\n" +
                    content.digest(template_path(scheme)));
}

std::string pagination_to_json(const Pagination& pages) {
  std::string out;
  JsonWriter writer(out);
  const auto list = [&](std::string_view name, const std::vector<int>& values) {
    writer.key(name).begin_array();
    for (const int value : values) writer.integer(value);
    writer.end_array();
  };
  writer.begin_object();
  list("headings", pages.headings);
  list("sections", pages.sections);
  writer.member("pages", static_cast<std::int64_t>(pages.pages)).end_object();
  return out;
}

Result<Pagination> pagination_from_json(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse({json.data(), json.size()}, error);
  Pagination pages;
  try {
    if (error) return fail(ErrorCode::data_corrupt, "页码数据不是有效的 JSON");
    pages.headings = numbers(value.at("headings"));
    pages.sections = numbers(value.at("sections"));
    pages.pages = static_cast<int>(value.at("pages").as_int64());
  } catch (const std::exception& caught) {
    return fail(ErrorCode::data_corrupt, "页码数据的内容不完整", caught.what());
  }
  if (pages.headings.size() > max_headings || pages.sections.size() > max_headings) {
    return fail(ErrorCode::too_large, "页码数据过大");
  }
  return pages;
}

}  // namespace dengce::report
