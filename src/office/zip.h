// SPDX-License-Identifier: Apache-2.0
// Writes zip archives whose bytes depend on the entries alone: fixed times, given order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dengce::office {

// Entries are deflated as they are written, so a large part needs no second copy.
class ZipWriter {
 public:
  ZipWriter();
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  void begin(std::string_view path);
  void write(std::string_view bytes);
  void end();
  void add(std::string_view path, std::string_view bytes);

  // The archive; too_large above 4 GiB or 65,535 entries, internal if deflate failed.
  Result<std::string> finish();

 private:
  struct Entry;
  struct Deflate;

  std::string out_;
  std::vector<Entry> entries_;
  std::unique_ptr<Deflate> deflate_;
  bool failed_ = false;
};

}  // namespace dengce::office
