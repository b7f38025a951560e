// SPDX-License-Identifier: Apache-2.0
// Calibration table against a plain map: writes and reads of host and pass in any order.
#include <Vcalibration_table_odd_a.h>
#include <Vcalibration_table_smallest.h>
#include <Vcalibration_table_widest.h>

#include <catch2/catch.hpp>
#include <map>
#include <tuple>

#include "core/build_shape.hpp"
#include "core/window_model.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

template <class Model>
constexpr BuildShape ShapeOf = odd_a_shape;
template <>
constexpr BuildShape ShapeOf<Vcalibration_table_widest> = widest_shape;
template <>
constexpr BuildShape ShapeOf<Vcalibration_table_smallest> = smallest_shape;

struct Word {
  unsigned gain0 = 0, gain = 0;
  std::uint32_t sum0 = 0, sum = 0;
};

/// The head has one word, whatever the row block.
std::tuple<unsigned, unsigned, unsigned> word_of(const Target& target) {
  return {target.matrix, target.layer, target.matrix == 7 ? 0 : target.row_block};
}

template <class Model>
struct Bench {
  Bench() {
    idle();
    sim.reset();
    for (unsigned matrix = 0; matrix < 8; ++matrix) {
      for (unsigned layer = 0; layer < shape.layers(matrix); ++layer) {
        for (unsigned block = 0; block < shape.row_blocks(matrix); ++block) {
          const Target target{.matrix = matrix, .layer = layer, .row_block = block};
          converter(target);
          sum0(target);
          finish(target, false);
        }
      }
    }
  }

  Target random_target() {
    const auto matrix = static_cast<unsigned>(random.below(8));
    return {.matrix = matrix,
            .layer = with_ends(random, 0, shape.layers(matrix) - 1),
            .row_block = with_ends(random, 0, shape.row_blocks(matrix) - 1),
            .array = static_cast<unsigned>(random.bits(8))};
  }
  std::uint32_t noise() { return static_cast<std::uint32_t>(random.bits(32)); }

  void idle() {
    set_fields(sim->par_i, ParWrite{.target = random_target(), .gain = noise()});
    set_fields(sim->host_i, TableAccess{.data = noise(), .target = random_target(), .item = 1});
    set_fields(sim->target_i, random_target());
    sim->pass_i = 0;
    sim->re_i = 0;
    sim->we_i = 0;
    sim->baseline_i = random.chance(0.5) ? 1 : 0;
    sim->sum_i = noise();
    sim->gain_i = static_cast<SData>(noise());
  }

  void converter(const Target& target) {
    Word& word = words[word_of(target)];
    word.gain0 = word.gain = static_cast<unsigned>(random.bits(16));
    set_fields(sim->par_i, ParWrite{.target = target, .converter = true, .gain = word.gain0});
    sim.tick();
    idle();
  }
  void neuron(const Target& target) {
    set_fields(sim->par_i, ParWrite{.target = target, .neuron = true, .gain = noise()});
    sim.tick();
    idle();
  }
  void sum0(const Target& target) {
    words[word_of(target)].sum0 = noise();
    set_fields(sim->host_i, TableAccess{.data = words[word_of(target)].sum0,
                                        .target = target,
                                        .item = TableAccess::sum0,
                                        .write = true});
    sim.tick();
    idle();
  }
  void read(const Target& target, unsigned item) {
    set_fields(sim->host_i, TableAccess{.target = target, .item = item, .read = true});
    sim.tick();
    idle();
    sim.eval();
    const Word& word = words.at(word_of(target));
    REQUIRE(sim->host_rvalid_o == 1);
    REQUIRE(sim->host_rdata_o == (item == TableAccess::sum    ? word.sum
                                  : item == TableAccess::sum0 ? word.sum0
                                                              : word.gain));
    if (random.chance(0.5)) {
      sim.tick();
      REQUIRE(sim->host_rvalid_o == 0);
      REQUIRE(sim->host_rdata_o == 0);
    }
  }
  /// The pass reads a word and, later, writes it.
  void finish(const Target& target, bool baseline) {
    Word& word = words[word_of(target)];
    set_fields(sim->target_i, target);
    sim->pass_i = 1;
    sim->re_i = 1;
    sim.tick();
    sim->re_i = 0;
    for (auto waits = random.below(3); waits > 0; --waits) sim.tick();
    REQUIRE(sim->gain0_o == word.gain0);
    REQUIRE(sim->sum0_o == word.sum0);
    word.sum = noise();
    word.gain = static_cast<unsigned>(random.bits(16));
    if (baseline) word.sum0 = word.sum;
    sim->sum_i = word.sum;
    sim->gain_i = static_cast<SData>(word.gain);
    sim->baseline_i = baseline;
    sim->we_i = 1;
    sim.tick();
    REQUIRE(sim->host_rvalid_o == 0);
    idle();
  }

  static constexpr BuildShape shape = ShapeOf<Model>;
  Sim<Model> sim;
  Random random{91};
  std::map<std::tuple<unsigned, unsigned, unsigned>, Word> words;
};

}  // namespace

TEMPLATE_TEST_CASE("every word of the calibration table is a place of its own", "[calibration]",
                   Vcalibration_table_odd_a, Vcalibration_table_widest,
                   Vcalibration_table_smallest) {
  Bench<TestType> bench;
  for (int i = 0; i < 20000; ++i) {
    const Target target = bench.random_target();
    switch (bench.random.below(6)) {
      case 0:
        bench.converter(target);
        break;
      case 1:
        bench.neuron(target);
        break;
      case 2:
        bench.sum0(target);
        break;
      case 3:
        bench.finish(target, bench.random.chance(0.3));
        break;
      default:
        bench.read(target, static_cast<unsigned>(bench.random.below(3)));
    }
    if (bench.random.below(1000) == 0) {
      bench.sim.reset();  // a memory: it stays
      REQUIRE(bench.sim->host_rvalid_o == 0);
    }
  }
}
