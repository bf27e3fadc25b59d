// SPDX-License-Identifier: Apache-2.0
// Tar files that may be larger than memory: written and read in pieces.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace dengce {

struct TarEntry {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;
  std::string sm3;
};

// Mode 0600, never over an existing file; it appears under its name once it is whole.
class TarWriter {
 public:
  static Result<TarWriter> create(const std::filesystem::path& file);

  TarWriter(TarWriter&&) noexcept;
  TarWriter& operator=(TarWriter&&) = delete;
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;
  // Without close() nothing stays.
  ~TarWriter();

  Result<TarEntry> add(const std::string& name, std::string_view bytes);
  Result<TarEntry> add_file(const std::string& name, const std::filesystem::path& file);
  // `bytes` in all, in the pieces that `next` gives one after the other.
  Result<TarEntry> add_pieces(const std::string& name,
                              std::uint64_t bytes,
                              const std::function<Result<std::string>()>& next);
  Result<> close();

 private:
  struct State;
  explicit TarWriter(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

using TarSink = std::function<Result<>(std::string_view piece)>;

// Calls `open` for every entry; what it gives takes the entry's bytes. Only regular files with
// plain relative names are let in. Gives the entries with the digests of what was read.
Result<std::vector<TarEntry>> read_tar_file(
    const std::filesystem::path& file,
    const std::function<Result<TarSink>(const std::string& name, std::uint64_t bytes)>& open);

}  // namespace dengce
