// SPDX-License-Identifier: Apache-2.0
// Native charts: DrawingML parts with their numbers cached and an embedded workbook to edit them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "office/package.h"
#include "office/renderer.h"

namespace dengce::office {

// word/charts/chartN.xml of a chart.
std::string chart_xml(const Chart& chart);

// Adds the parts, relationships and content types of a body's charts and pictures.
Result<> add_objects(const RenderedBody& body,
                     Parts& parts,
                     std::vector<Relationship>& relationships,
                     std::map<std::string, std::string>& defaults,
                     std::map<std::string, std::string>& overrides);

}  // namespace dengce::office
