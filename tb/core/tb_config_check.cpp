// SPDX-License-Identifier: Apache-2.0
// Which run-time configurations a build accepts: everything in range, and each limit by itself.
#include <Vconfig_check_odd_b.h>
#include <Vconfig_check_smallest.h>
#include <Vconfig_check_widest.h>

#include <catch2/catch.hpp>
#include <functional>

#include "core/build_shape.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

template <class Model>
constexpr BuildShape ShapeOf = odd_b_shape;
template <>
constexpr BuildShape ShapeOf<Vconfig_check_widest> = widest_shape;
template <>
constexpr BuildShape ShapeOf<Vconfig_check_smallest> = smallest_shape;

constexpr std::size_t layer_bits = 17;

template <class Model>
struct Bench {
  explicit Bench(unsigned stream) : random(stream) {}

  void draw() {
    ctrl = legal_ctrl(shape, random);
    layers.clear();
    for (unsigned l = 0; l < shape.depth; ++l) {
      layers.push_back(legal_layer(shape, random));
      if (l >= ctrl.depth) {
        layers[l].k_s = layers[l].k_a = 15;  // layers that do not run may hold anything
        layers[l].res1 = layers[l].res2 = 3;
      }
    }
  }

  bool accepted() {
    set_fields(sim->ctrl_i, ctrl);
    for (std::size_t l = 0; l < layers.size(); ++l) {
      std::uint32_t word = 0;
      set_fields(word, layers[l]);
      set_bits(sim->layers_i, l * layer_bits, layer_bits, word);
    }
    sim.eval();
    return sim->ok_o != 0;
  }

  static constexpr BuildShape shape = ShapeOf<Model>;
  Sim<Model> sim;
  Random random;
  Ctrl ctrl;
  std::vector<LayerConfig> layers;
};

}  // namespace

#define EVERY_SHAPE Vconfig_check_odd_b, Vconfig_check_widest, Vconfig_check_smallest

TEMPLATE_TEST_CASE("configurations within the limits may start", "[config_check]", EVERY_SHAPE) {
  Bench<TestType> bench(40);
  for (int round = 0; round < 2000; ++round) {
    bench.draw();
    REQUIRE(is_legal(bench.shape, bench.ctrl, bench.layers));
    REQUIRE(bench.accepted());
  }
}

TEMPLATE_TEST_CASE("one value out of range refuses the start", "[config_check]", EVERY_SHAPE) {
  Bench<TestType> bench(41);
  const BuildShape& shape = bench.shape;
  Ctrl& ctrl = bench.ctrl;
  const auto above = [&](unsigned limit, unsigned bits) {
    return with_ends(bench.random, limit + 1, (1U << bits) - 1);
  };
  const auto layer = [&]() -> LayerConfig& { return bench.layers[bench.random.below(ctrl.depth)]; };
  const std::vector<std::function<void()>> faults{
      [&] { ctrl.n_tokens = 0; },
      [&] { ctrl.n_tokens = above(shape.tokens, 11); },
      [&] { ctrl.steps = 0; },
      [&] { ctrl.steps = above(shape.steps, 8); },
      [&] { ctrl.depth = 0; },
      [&] { ctrl.depth = above(shape.depth, 5); },
      [&] { ctrl.pooling = 3; },
      [&] { ctrl.k_input = above(8, 4); },
      [&] { ctrl.input_rows = 0; },
      [&] { ctrl.input_rows = above(shape.input_rows, 11); },
      [&] { ctrl.classes = 0; },
      [&] { ctrl.classes = above(shape.classes, 11); },
      [&] {
        ctrl.position_enable = true;
        ctrl.position_base = with_ends(
            bench.random, shape.input_rows + 1 - std::min(shape.input_rows, ctrl.n_tokens), 65535);
      },
      [&] { layer().k_s = above(shape.largest_k_s(), 4); },
      [&] { layer().k_a = above(shape.largest_k_a(), 4); },
      [&] { layer().res1 = 3; },
      [&] { layer().res2 = 3; },
  };
  for (int round = 0; round < 100; ++round) {
    for (std::size_t fault = 0; fault < faults.size(); ++fault) {
      INFO("fault " << fault);
      bench.draw();
      faults[fault]();
      REQUIRE_FALSE(is_legal(shape, ctrl, bench.layers));
      REQUIRE_FALSE(bench.accepted());
    }
  }
}
