// SPDX-License-Identifier: Apache-2.0
// A text across every page, behind what stands there.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "office/package.h"

namespace dengce::office {

// Puts the text into every page header of a document. It takes no room, so page numbers stay.
// failed_precondition when the document has no header.
Result<> add_watermark(Parts& parts, std::string_view text);

}  // namespace dengce::office
