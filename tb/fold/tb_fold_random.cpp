// SPDX-License-Identifier: Apache-2.0
// Random lanes in a memory against lanes that step bit by bit: any runs of lanes, seeds that take
// the write port meanwhile, clears and resets in the middle of a draw.
#include <Vfold_random_16.h>
#include <Vfold_random_3.h>
#include <Vfold_random_odd.h>
#include <Vfold_random_one.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <vector>

#include "fold/fold_bench.hpp"
#include "lib/bits.hpp"

namespace {

using namespace xpike::tb;

struct Shape {
  unsigned lanes, leap, most;
};
template <class Model>
constexpr Shape ShapeOf{};
template <>
constexpr Shape ShapeOf<Vfold_random_one>{1, 1, 1};
template <>
constexpr Shape ShapeOf<Vfold_random_3>{5, 32, 3};
template <>
constexpr Shape ShapeOf<Vfold_random_odd>{33, 17, 5};
template <>
constexpr Shape ShapeOf<Vfold_random_16>{48, 31, 16};

template <class Model>
class RandomBench {
 public:
  static constexpr Shape shape = ShapeOf<Model>;

  explicit RandomBench(unsigned stream) : random(stream) {
    sim->clr_i = 0;
    sim->seed_we_i = 0;
    sim->draw_i = 0;
    sim.reset();
    seed_all();
  }

  void seed(unsigned lane, std::uint32_t state) {
    sim->seed_we_i = 1;
    put(sim->seed_lane_i, lane);
    sim->seed_state_i = state;
    lanes_[lane] = LaneModel(state, shape.leap);
  }
  void seed_all() {
    lanes_.resize(shape.lanes);
    const auto states = random_states(random, shape.lanes);
    for (unsigned lane = 0; lane < shape.lanes; ++lane) {
      seed(lane, states[lane]);
      sim.tick();
    }
    rest();
  }
  void rest() {
    sim->seed_we_i = 0;
    put(sim->seed_lane_i, random.below(shape.lanes));
    sim->seed_state_i = static_cast<IData>(random.word());
  }

  void start(unsigned first, unsigned count) {
    REQUIRE(sim->busy_o == 0);
    sim->draw_i = 1;
    put(sim->first_i, first);
    put(sim->count_i, count);
    sim.tick();
    sim->draw_i = 0;
    put(sim->first_i, random.below(shape.lanes));  // sampled with draw_i only
    put(sim->count_i, 1 + random.below(shape.most));
  }

  /// A draw, while other lanes are seeded with the given probability per cycle.
  void draw(unsigned first, unsigned count, double seeding) {
    start(first, count);
    unsigned cycles = 0;
    unsigned seeds = 0;
    while (sim->busy_o != 0) {
      rest();
      const auto lane = static_cast<unsigned>(random.below(shape.lanes));
      if (random.chance(seeding) && (lane < first || lane >= first + count)) {
        seed(lane, static_cast<std::uint32_t>(random.word()) | 1U);
        ++seeds;
      }
      sim.tick();
      ++cycles;
      REQUIRE(cycles < 10'000);
    }
    rest();
    REQUIRE(cycles >= 3 * count);
    REQUIRE(cycles <= 3 * count + seeds);
    for (unsigned l = 0; l < count; ++l) lanes_[first + l].draw();
    for (int look = 0; look < 2; ++look) {  // the bytes stay
      for (unsigned l = 0; l < count; ++l) {
        REQUIRE(get_bits(sim->bytes_o, 32 * l, 32) == lanes_[first + l].state());
      }
      sim.tick(random.below(3));
    }
  }
  void draw_somewhere(double seeding) {
    const unsigned most = shape.most < shape.lanes ? shape.most : shape.lanes;
    const auto count = static_cast<unsigned>(random.between(1, static_cast<int>(most)));
    draw(static_cast<unsigned>(random.below(shape.lanes - count + 1)), count, seeding);
  }

  Sim<Model> sim;
  Random random;

 private:
  std::vector<LaneModel> lanes_;
};

}  // namespace

TEMPLATE_TEST_CASE("lanes in a memory draw like lanes of their own", "[fold]", Vfold_random_one,
                   Vfold_random_3, Vfold_random_odd, Vfold_random_16) {
  for (const double seeding : {0.0, 0.2, 0.8}) {
    RandomBench<TestType> bench(201);
    for (int i = 0; i < 150; ++i) bench.draw_somewhere(seeding);
    // Every lane once more, whatever others did to it.
    for (unsigned lane = 0; lane < bench.shape.lanes; ++lane) bench.draw(lane, 1, 0.0);
  }
}

TEMPLATE_TEST_CASE("a lane in a memory takes three cycles, and a cycle for each seed in its way",
                   "[fold]", Vfold_random_3, Vfold_random_16) {
  RandomBench<TestType> bench(202);
  for (unsigned count = 1; count <= bench.shape.most; ++count) {
    const auto begin = bench.sim.cycles();
    bench.start(1, count);
    bench.sim.run_until([&] { return bench.sim->busy_o == 0; });
    CHECK(bench.sim.cycles() - begin == 1 + 3 * count);
  }
  // The write of a draw waits as long as lane 0 is seeded.
  bench.seed_all();
  bench.start(1, 1);
  bench.seed(0, 77);
  bench.sim.tick(20);
  CHECK(bench.sim->busy_o == 1);
  bench.rest();
  bench.sim.tick();
  CHECK(bench.sim->busy_o == 0);
}

TEMPLATE_TEST_CASE("a clear or a reset ends a draw in a memory", "[fold]", Vfold_random_one,
                   Vfold_random_3, Vfold_random_odd, Vfold_random_16) {
  RandomBench<TestType> bench(203);
  for (int round = 0; round < 60; ++round) {
    bench.start(0, 1 + static_cast<unsigned>(
                           bench.random.below(std::min(bench.shape.most, bench.shape.lanes))));
    bench.sim.tick(bench.random.below(3 * bench.shape.most));
    abandon(bench.sim, round % 2 == 0);
    REQUIRE(bench.sim->busy_o == 0);
    bench.sim.tick(4);
    REQUIRE(bench.sim->busy_o == 0);
    bench.seed_all();
    for (int i = 0; i < 4; ++i) bench.draw_somewhere(0.1);
  }
}
