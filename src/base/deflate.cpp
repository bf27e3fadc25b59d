// SPDX-License-Identifier: Apache-2.0
#include "base/deflate.h"

#include <zlib.h>

#include <algorithm>

namespace dengce {
namespace {

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::data_corrupt, "压缩的数据已损坏");
}

struct Inflating {
  z_stream stream{};
  bool ready = ::inflateInit(&stream) == Z_OK;

  Inflating() = default;
  Inflating(const Inflating&) = delete;
  Inflating& operator=(const Inflating&) = delete;

  ~Inflating() {
    if (ready) ::inflateEnd(&stream);
  }
};

}  // namespace

std::string deflate(std::string_view bytes) {
  uLongf size = ::compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  // Cannot fail: the room is what the library asks for.
  ::compress2(reinterpret_cast<Bytef*>(out.data()),
              &size,
              reinterpret_cast<const Bytef*>(bytes.data()),
              static_cast<uLong>(bytes.size()),
              Z_BEST_SPEED);
  out.resize(size);
  return out;
}

Result<std::string> inflate(std::string_view packed, std::size_t max_bytes) {
  Inflating state;
  if (!state.ready) return fail(ErrorCode::internal, "数据无法解压");
  if (packed.size() > 0xFFFF'FFFFU) return fail(ErrorCode::too_large, "压缩的数据过大");
  z_stream& stream = state.stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const std::size_t used = out.size();
    if (used > max_bytes) return fail(ErrorCode::too_large, "解压后的数据过大");
    const std::size_t more = std::clamp<std::size_t>(used, 64U << 10, 16U << 20);
    out.resize(used + more);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(more);
    status = ::inflate(&stream, Z_NO_FLUSH);
    out.resize(used + more - stream.avail_out);
    const bool stuck = out.size() == used && stream.avail_in == 0;
    if ((status != Z_OK && status != Z_STREAM_END) || (status == Z_OK && stuck)) return damaged();
  }
  if (stream.avail_in != 0) return damaged();
  if (out.size() > max_bytes) return fail(ErrorCode::too_large, "解压后的数据过大");
  return out;
}

}  // namespace dengce
