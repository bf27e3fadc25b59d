// SPDX-License-Identifier: Apache-2.0
// The short notation in which content/api/ says what a body looks like, turned into JSON schema:
//
//   text integer number boolean id day instant object any   a word is a type
//   System                a word with a capital is a schema of its own
//   module|domain         one of these words
//   text or null          (of every word)
//   [System]              a list of these
//   {id: id, "note?": text}   an object with these members and no others; `?`: may be left out
//   {"*": integer}        an object with any members of this type
#pragma once

#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/yaml.h"

namespace dengce::access {

// Adds what is wrong to `problems`, with path and line; `names` are the schemas there are.
boost::json::object schema_of(const YamlNode& node,
                              const std::string& path,
                              const std::set<std::string, std::less<>>& names,
                              std::vector<Problem>& problems);

}  // namespace dengce::access
