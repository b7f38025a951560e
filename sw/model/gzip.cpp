// SPDX-License-Identifier: Apache-2.0
#include "model/gzip.hpp"

#include <fmt/format.h>
#define ZLIB_CONST  // makes next_in a pointer to const
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "model/error.hpp"

namespace xpike {
namespace {

constexpr std::size_t kChunk = 1U << 16;

class Inflater {
 public:
  Inflater(std::span<const std::uint8_t> file, std::string_view place) : place_(place) {
    if (file.size() > std::numeric_limits<uInt>::max()) fail("is too large");
    stream_.next_in = file.data();
    stream_.avail_in = static_cast<uInt>(file.size());
    constexpr int kGzipOnly = 16;  // added to the window size
    if (::inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { ::inflateEnd(&stream_); }

  // Until the end or until there are `count` bytes.
  Bytes read(std::size_t count) {
    Bytes out;
    while (!ended_ && out.size() < count) {
      const std::size_t filled = out.size();
      out.resize(filled + std::min(count - filled, std::max(filled, kChunk)));
      stream_.next_out = out.data() + filled;
      stream_.avail_out = static_cast<uInt>(out.size() - filled);
      step();
      out.resize(out.size() - stream_.avail_out);
    }
    return out;
  }
  bool ended() const { return ended_; }
  std::size_t unread() const { return stream_.avail_in; }

  [[noreturn]] void fail(std::string_view problem) const { throw Error(place_, "gzip", problem); }

 private:
  void step() {
    switch (::inflate(&stream_, Z_NO_FLUSH)) {
      case Z_OK:
        return;
      case Z_STREAM_END:
        ended_ = true;
        return;
      case Z_BUF_ERROR:  // no progress: there is room for output, so the input is used up
        fail("file is truncated");
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      default:
        fail("is damaged");
    }
  }

  std::string_view place_;
  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace

bool is_gzip(std::span<const std::uint8_t> file) {
  return file.size() >= 2 && file[0] == 0x1F && file[1] == 0x8B;
}

Bytes gunzip_start(std::span<const std::uint8_t> file, std::size_t count, std::string_view place) {
  return Inflater(file, place).read(count);
}

Bytes gunzip(std::span<const std::uint8_t> file, std::size_t limit, std::string_view place) {
  Inflater inflater(file, place);
  // Room for one byte more, so that the end is reached and an excess seen.
  Bytes out = inflater.read(limit + 1);
  if (out.size() > limit) inflater.fail(fmt::format("holds more than {} bytes", limit));
  if (inflater.unread() > 0) {
    inflater.fail(fmt::format("{} bytes follow the compressed data", inflater.unread()));
  }
  return out;
}

}  // namespace xpike
