// SPDX-License-Identifier: Apache-2.0
#include "axi_transport.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>

namespace xpike::sim {

namespace {
constexpr int kIdleCycles = 16;  // between two polls
}

template <class Body>
int AxiTransport::guarded(Body body) {
  try {
    body();
    return 0;
  } catch (const std::exception& error) {
    failure_ = error.what();
    return -1;
  }
}

// SLVERR is not looked at: a processor would not see it either. The driver reads CAUSE.
xpk_transport AxiTransport::transport() {
  xpk_transport functions{};
  functions.context = this;
  functions.write = [](void* context, std::uint32_t address, const std::uint32_t* words,
                       std::size_t count) {
    return self(context).guarded([&] {
      for (const std::uint32_t word : std::span(words, count)) {
        self(context).chip_.access(true, 4 * address, word);
      }
    });
  };
  functions.read = [](void* context, std::uint32_t address, std::uint32_t* word) {
    return self(context).guarded(
        [&] { *word = self(context).chip_.access(false, 4 * address, 0).data; });
  };
  functions.program = [](void* context, const std::uint32_t* words, std::size_t count) {
    return self(context).guarded([&] {
      self(context).chip_.program(std::span(words, count));
      while (!self(context).chip_.sent()) self(context).chip_.cycle();
    });
  };
  functions.failure = [](void* context) { return self(context).failure_.c_str(); };
  functions.idle = [](void* context) {
    return self(context).guarded([&] {
      for (int i = 0; i < kIdleCycles; ++i) self(context).chip_.cycle();
    });
  };
  return functions;
}

}  // namespace xpike::sim
