// SPDX-License-Identifier: Apache-2.0
// Sequences longer than a tile: the same model, images and seeds on a build with small tiles and on
// one whose tile is as long as the sequence; both equal the reference, and so each other, tensor by
// tensor (docs/long-sequences.md).
#include "core_bench.hpp"

using namespace xpike;
using tb::CoreBench;
using tb::Random;

TEST_CASE("small tiles and one large tile compute the same", "[core][long]") {
  REQUIRE(config_by_name("nano-long").tile_tokens < config_by_name("nano-32").tile_tokens);
  Random random(31);
  for (const bool causal : {false, true}) {
    RandomModelOptions options;
    options.causal = causal;
    const Network network = random_model(config_by_name("nano-32"), 32, options);
    CoreBench small("nano-long", network);
    CoreBench large("nano-32", network);
    const int tile = small.config().tile_tokens;
    for (const int tokens : {1, tile - 1, tile, tile + 1, 2 * tile + 3, 4 * tile - 1, 4 * tile}) {
      CoreBench::Run run = large.random_run(random);
      run.tokens = tokens;
      large.set_image(run, random.chance(0.5), static_cast<std::uint32_t>(random.bits(32)));
      small.check(run);
      large.check(run);
      tb::require_equal(small.tensors(), large.tensors());
      for (const char* event : {"spikes_a", "spikes_proj", "draws_score", "a_write_bits"}) {
        INFO(event);
        CHECK(small.event(event) == large.event(event));
      }
      const int side = ceil_div(tokens, tile);
      const auto blocks = static_cast<std::uint64_t>(causal ? side * (side + 1) / 2 : side * side);
      CHECK(small.event("ssa_columns") == blocks * large.event("ssa_columns"));
    }
  }
}

TEST_CASE("whole blocks, one token less and one more equal the reference", "[core][long]") {
  Random random(33);
  for (const std::string name : {"odd-long", "wide-long"}) {
    for (const bool causal : {false, true}) {
      RandomModelOptions options;
      options.causal = causal;
      options.row_exponent = causal;
      CoreBench bench(name, random_model(config_by_name(name), 34, options));
      const int tile = bench.config().tile_tokens;
      for (const int tokens : {1, tile, tile + 1, 2 * tile, bench.config().tokens}) {
        CoreBench::Run run = bench.random_run(random);
        run.tokens = tokens;
        bench.set_image(run, random.chance(0.5), static_cast<std::uint32_t>(random.bits(32)));
        bench.check(run);
      }
    }
  }
}
