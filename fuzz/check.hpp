// SPDX-License-Identifier: Apache-2.0
// What every target asks of its reader: a value that keeps its promises, or the reader's own error
// with one line of text. Anything else ends the program, which is a finding.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string_view>

// The interface of libFuzzer; replay.cpp calls it as well.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace xpike::fuzz {

// A promise that must hold for every input.
inline void require(bool condition, const char* promise) {
  if (condition) return;
  std::fprintf(stderr, "finding: %s\n", promise);
  std::abort();
}

inline bool is_one_line(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

// Calls read(), which may throw Refusal and nothing else.
template <class Refusal, class Read>
void value_or_refusal(Read&& read) {
  try {
    read();
  } catch (const Refusal& error) {
    require(is_one_line(error.what()), "an error message is not one line");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "exception: %s\n", error.what());
    require(false, "an exception of another kind left the reader");
  }
}

inline std::span<const std::uint8_t> bytes(const std::uint8_t* data, std::size_t size) {
  return {data, size};
}
inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace xpike::fuzz
