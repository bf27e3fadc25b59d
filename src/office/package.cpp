// SPDX-License-Identifier: Apache-2.0
#include "office/package.h"

#include <pugixml.hpp>

#include "base/archive.h"
#include "office/xml.h"

namespace dengce::office {
namespace {

constexpr std::string_view relationships_end = "</Relationships>";
constexpr std::string_view relationships_head =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)"
    "\n"
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";

}  // namespace

Result<Parts> read_package(const std::string& name, std::string_view bytes) {
  ArchiveLimits limits;
  limits.max_entries = 2'000;
  limits.max_entry_bytes = 32ULL << 20;
  limits.max_total_bytes = 128ULL << 20;
  TRY_ASSIGN(auto entries, read_archive(name, bytes, limits));
  Parts parts;
  for (auto& entry : entries) parts[entry.path] = std::move(entry.bytes);
  if (!parts.contains("[Content_Types].xml")) {
    return fail(ErrorCode::data_corrupt, name + " 不是 OOXML 文档：缺少 [Content_Types].xml");
  }
  return parts;
}

std::string relationships_path(std::string_view part) {
  const auto slash = part.rfind('/');
  const auto folder =
      slash == std::string_view::npos ? std::string_view{} : part.substr(0, slash + 1);
  const auto file = slash == std::string_view::npos ? part : part.substr(slash + 1);
  return std::string(folder) + "_rels/" + std::string(file) + ".rels";
}

std::vector<Relationship> relationships_of(const Parts& parts, std::string_view part) {
  std::vector<Relationship> found;
  const auto at = parts.find(relationships_path(part));
  if (at == parts.end()) return found;
  pugi::xml_document document;
  if (!document.load_buffer(at->second.data(), at->second.size())) return found;
  for (const auto node : document.child("Relationships").children("Relationship")) {
    found.push_back({node.attribute("Id").value(),
                     node.attribute("Type").value(),
                     node.attribute("Target").value()});
  }
  return found;
}

std::string with_relationships(const Parts& parts,
                               std::string_view part,
                               const std::vector<Relationship>& added) {
  const auto at = parts.find(relationships_path(part));
  std::string out(relationships_head);
  if (at != parts.end()) {
    const auto end = at->second.rfind(relationships_end);
    if (end != std::string::npos) out = at->second.substr(0, end);
  }
  for (const auto& relationship : added) {
    out += "<Relationship Id=\"";
    append_escaped(out, relationship.id);
    out += "\" Type=\"";
    append_escaped(out, relationship.type);
    out += "\" Target=\"";
    append_escaped(out, relationship.target);
    out += "\"/>";
  }
  out += relationships_end;
  return out;
}

std::string with_content_types(std::string_view content_types,
                               const std::map<std::string, std::string>& defaults,
                               const std::map<std::string, std::string>& overrides) {
  std::string out(content_types);
  std::string added;
  for (const auto& [extension, type] : defaults) {
    if (out.find("Extension=\"" + extension + "\"") != std::string::npos) continue;
    added.append("<Default Extension=\"").append(extension);
    added.append("\" ContentType=\"").append(type).append("\"/>");
  }
  for (const auto& [part, type] : overrides) {
    if (out.find("PartName=\"" + part + "\"") != std::string::npos) continue;
    added.append("<Override PartName=\"").append(part);
    added.append("\" ContentType=\"").append(type).append("\"/>");
  }
  const auto end = out.rfind("</Types>");
  if (end != std::string::npos) out.insert(end, added);
  return out;
}

}  // namespace dengce::office
