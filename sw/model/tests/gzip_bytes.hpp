// SPDX-License-Identifier: Apache-2.0
// The gzip file of some bytes, made by zlib.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <stdexcept>

#include "model/file_io.hpp"

inline xpike::Bytes gzip_bytes(const xpike::Bytes& contents) {
  z_stream stream{};
  constexpr int kGzip = 16;  // added to the window size
  if (::deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + kGzip, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("no compressor");
  }
  xpike::Bytes input = contents;  // zlib's interface knows no const
  xpike::Bytes out(::deflateBound(&stream, static_cast<uLong>(input.size())));
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = ::deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.erase(out.end() - static_cast<std::ptrdiff_t>(stream.avail_out), out.end());
  ::deflateEnd(&stream);
  if (!done) throw std::runtime_error("not compressed");
  return out;
}
