// SPDX-License-Identifier: Apache-2.0
// For the tests of the room: the repository's content, once loaded, and edited copies of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/content.h"
#include "standard/standard.h"

namespace dengce::standard {

inline const Content& repository_content() {
  static const Content content = [] {
    auto loaded = Content::from_directory(DENGCE_SOURCE_DIR "/content");
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().text());
    return std::move(loaded).value();
  }();
  return content;
}

inline const Standard& repository_standard() {
  static const Standard standard = [] {
    auto loaded = Standard::load(repository_content());
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().text());
    return std::move(loaded).value();
  }();
  return standard;
}

inline std::string in_folder(std::string_view file) {
  return std::string(Standard::folder) + std::string(file);
}

// A copy of the content in which the first `from` of a file is `to`.
inline Content edited(std::string_view path, std::string_view from, std::string_view to) {
  Content content = repository_content();
  std::string text(content.read(path).value());
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << path << " has no: " << from;
  text.replace(at, from.size(), to);
  content.put(std::string(path), std::move(text));
  return content;
}

// A copy of the content with more text at the end of a file.
inline Content appended(std::string_view path, std::string_view more) {
  Content content = repository_content();
  content.put(std::string(path), std::string(content.read(path).value()) + std::string(more));
  return content;
}

// Line on which the text first stands, from 1.
inline std::int64_t line_of(std::string_view path, std::string_view text) {
  const std::string_view all = repository_content().read(path).value();
  const auto at = all.find(text);
  EXPECT_NE(at, std::string_view::npos) << text;
  std::int64_t line = 1;
  for (const char c : all.substr(0, at)) line += c == '\n' ? 1 : 0;
  return line;
}

// Whether the error names this place, and the reason holds this text.
inline ::testing::AssertionResult names(const Error& error,
                                        std::string_view path,
                                        std::int64_t line,
                                        std::string_view field,
                                        std::string_view reason) {
  for (const auto& problem : error.problems) {
    if (problem.path == path && problem.line == line && problem.field == field &&
        problem.reason.find(reason) != std::string::npos) {
      return ::testing::AssertionSuccess();
    }
  }
  return ::testing::AssertionFailure() << error.text();
}

}  // namespace dengce::standard
