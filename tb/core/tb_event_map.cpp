// SPDX-License-Identifier: Apache-2.0
// From what happens in the chain to increments of the event counters (docs/registers.md, Events).
#include <Vevent_map_long.h>
#include <Vevent_map_odd_a.h>
#include <Vevent_map_odd_b.h>
#include <Vevent_map_widest.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>
#include <xpike/registers.hpp>

#include "core/build_shape.hpp"
#include "lib/sim.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

constexpr unsigned inc_bits = 24;

template <class Model>
constexpr BuildShape ShapeOf = odd_a_shape;
template <>
constexpr BuildShape ShapeOf<Vevent_map_long> = long_shape;
template <>
constexpr BuildShape ShapeOf<Vevent_map_odd_b> = odd_b_shape;
template <>
constexpr BuildShape ShapeOf<Vevent_map_widest> = widest_shape;

/// Everything that can happen in one cycle.
struct Cycle {
  bool running = false;
  unsigned phase = 0;
  ChainEvents chain;
  bool qk_re = false, v_re = false;
  unsigned gated_rows = 0;
  unsigned draw_row = 0;
  bool draw_encoder = false, draw_score = false, draw_value = false, input_re = false,
       input_spikes = false;
  Count a_column;
  unsigned a_words = 0;
  bool a_re = false, x_re = false, x_we = false;
};

Cycle random_cycle(const BuildShape& shape, Random& random) {
  const auto flag = [&] { return random.chance(0.5); };
  const auto count = [&](unsigned width) { return Count{flag(), with_ends(random, 0, width)}; };
  const unsigned dim = shape.dim();
  Cycle cycle;
  cycle.running = flag();
  cycle.phase = static_cast<unsigned>(random.below(6));
  cycle.chain = {.rows = count(shape.input_rows),
                 .a = count(dim),
                 .proj = count(dim),
                 .res1 = count(dim),
                 .ff1 = count(shape.ff),
                 .ff2 = count(dim),
                 .x = count(dim),
                 .q = count(dim),
                 .k = count(dim),
                 .v = count(dim),
                 .embed = flag(),
                 .qkv = flag(),
                 .head = flag(),
                 .converting = flag()};
  cycle.qk_re = flag();
  cycle.v_re = flag();
  cycle.gated_rows = with_ends(random, 0, shape.heads * shape.tile_tokens);
  cycle.draw_encoder = flag();
  cycle.draw_score = flag();
  cycle.draw_value = flag();
  cycle.draw_row = with_ends(random, 0, BuildShape::divide_up(shape.tokens, shape.tile_tokens) - 1);
  cycle.input_re = flag();
  cycle.input_spikes = flag();
  cycle.a_column = count(shape.heads * shape.tile_tokens);
  cycle.a_words = with_ends(random, 0, BuildShape::divide_up(shape.tile_tokens, shape.head_dim));
  cycle.a_re = flag();
  cycle.x_re = flag();
  cycle.x_we = flag();
  return cycle;
}

/// One matrix has worked on a vector with that many spikes.
void matrix(std::map<std::string, std::uint64_t>& events, const BuildShape& shape, unsigned number,
            const std::string& name, const Count& input, bool lif = true) {
  if (!input.fire) return;
  const std::uint64_t blocks = shape.row_blocks(number);
  const std::uint64_t arrays = shape.arrays(number);
  events["mvms_" + name] += arrays * blocks;
  events["active_rows_" + name] += input.spikes * blocks;
  events["conversions"] += arrays * shape.outputs(number);
  if (lif) events["lif_updates"] += shape.outputs(number);
}

std::map<std::string, std::uint64_t> expected_events(const BuildShape& shape, const Cycle& cycle) {
  std::map<std::string, std::uint64_t> events;
  const ChainEvents& chain = cycle.chain;
  const std::uint64_t dim = shape.dim();
  const std::uint64_t column = shape.heads * shape.tile_tokens;
  const std::uint64_t lanes = shape.heads * BuildShape::divide_up(shape.tokens, 4);
  events["cycles"] = cycle.running;
  const char* const phases[] = {nullptr, "wait_input", "wait_seed", "aimc", "ssa", "readout"};
  if (cycle.phase != 0) events[std::string("cycles_") + phases[cycle.phase]] = 1;
  events["aimc_busy"] = chain.converting;
  events["ssa_columns"] = cycle.qk_re;

  matrix(events, shape, 0, "embed", chain.rows);
  const Count to_qkv{chain.x.fire && chain.qkv, chain.x.spikes};
  matrix(events, shape, 1, "q", to_qkv);
  matrix(events, shape, 2, "k", to_qkv);
  matrix(events, shape, 3, "v", to_qkv);
  matrix(events, shape, 4, "proj", chain.a);
  matrix(events, shape, 5, "ff1", chain.res1);
  matrix(events, shape, 6, "ff2", chain.ff1);
  matrix(events, shape, 7, "head", {chain.x.fire && chain.head, chain.x.spikes}, false);

  const auto spikes = [&](const std::string& name, const Count& count) {
    events["spikes_" + name] = count.fire ? count.spikes : 0;
  };
  spikes("input", chain.rows);
  spikes(chain.embed ? "embed" : "res2", chain.x);
  spikes("q", chain.q);
  spikes("k", chain.k);
  spikes("v", chain.v);
  spikes("a", cycle.a_column);
  spikes("proj", chain.proj);
  spikes("res1", chain.res1);
  spikes("ff1", chain.ff1);
  spikes("ff2", chain.ff2);

  events["gated_rows"] = cycle.gated_rows;
  events["draws_encoder"] = cycle.draw_encoder ? BuildShape::divide_up(shape.input_rows, 4) : 0;
  events["draws_score"] = cycle.draw_score ? lanes : 0;
  // Those that have rows of the row block.
  const unsigned lane_rows = shape.tokens > 256 ? 2 : 4;
  const unsigned first = cycle.draw_row * shape.tile_tokens;
  const unsigned rows = std::min(shape.tile_tokens, shape.tokens - first);
  events["draws_value"] =
      cycle.draw_value ? shape.heads * BuildShape::divide_up(rows, lane_rows) : 0;
  events["input_read_bits"] = cycle.input_re ? (cycle.input_spikes ? 1 : 9) * shape.input_rows : 0;
  events["qkv_write_bits"] = to_qkv.fire ? 3 * dim : 0;
  events["qkv_read_bits"] = (cycle.qk_re ? 2 * column : 0) + (cycle.v_re ? column : 0);
  events["a_write_bits"] = cycle.a_words * dim;
  events["a_read_bits"] = cycle.a_re ? dim : 0;
  events["x_write_bits"] = cycle.x_we ? dim : 0;
  events["x_read_bits"] = cycle.x_re ? dim : 0;
  return events;
}

}  // namespace

TEMPLATE_TEST_CASE("every event counts what the register map says", "[event_map]", Vevent_map_odd_a,
                   Vevent_map_odd_b, Vevent_map_widest, Vevent_map_long) {
  constexpr BuildShape shape = ShapeOf<TestType>;
  Sim<TestType> sim;
  Random random(70);
  for (int round = 0; round < 3000; ++round) {
    const Cycle cycle = random_cycle(shape, random);
    sim->running_i = cycle.running;
    // The fields of activity_t, the first one highest.
    constexpr unsigned order[] = {0, 2, 1, 4, 3, 0};  // bit of the phase
    sim->activity_i = static_cast<CData>(cycle.phase == 0 ? 0U : 1U << order[cycle.phase]);
    set_fields(sim->chain_i, cycle.chain);
    sim->qk_re_i = cycle.qk_re;
    sim->v_re_i = cycle.v_re;
    set_bits(sim->gated_rows_i, 0, 8 * sizeof(sim->gated_rows_i), cycle.gated_rows);
    sim->draw_encoder_i = cycle.draw_encoder;
    sim->draw_score_i = cycle.draw_score;
    sim->draw_value_i = cycle.draw_value;
    sim->draw_row_i = static_cast<CData>(cycle.draw_row);
    sim->input_re_i = cycle.input_re;
    sim->input_spikes_i = cycle.input_spikes;
    set_fields(sim->a_column_i, cycle.a_column);
    sim->a_words_i = static_cast<CData>(cycle.a_words);
    sim->a_re_i = cycle.a_re;
    sim->x_re_i = cycle.x_re;
    sim->x_we_i = cycle.x_we;
    sim.eval();
    auto expected = expected_events(shape, cycle);
    for (std::size_t e = 0; e < regs::event_list.size(); ++e) {
      const std::string name(regs::event_list[e].name);
      INFO(name);
      REQUIRE(get_bits(sim->inc_o, e * inc_bits, inc_bits) == expected[name]);
    }
    REQUIRE(expected.size() <= regs::event_list.size());  // no name of ours is misspelt
  }
}
