// SPDX-License-Identifier: Apache-2.0
// Controller: the order of the phases of docs/architecture.md, whatever input, seeds, chain,
// attention and readout take.
#include <Vcontroller.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

enum Phase : unsigned { idle, wait_input, wait_seed, aimc, ssa, readout };

/// The engines around the controller: each takes a random number of cycles, and what the
/// controller asks of them is written down.
class Engines : public Agent {
 public:
  Engines(Vcontroller& dut, Random& random) : dut_(dut), random_(random) {}

  struct Speed {
    double input = 0.1, seeder = 0.2, chain = 0.2, ssa = 0.2, readout = 0.2;  // chance to end
  };
  Speed speed;
  std::vector<std::string> log;
  bool full = false;

  void drive() override {
    full = full || random_.chance(speed.input);
    dut_.input_full_i = full;
    seeding_ = seeding_ && !random_.chance(speed.seeder);
    dut_.seeder_busy_i = seeding_;
    dut_.chain_done_i = ends(chain_, speed.chain);
    dut_.ssa_done_i = ends(ssa_, speed.ssa);
    dut_.readout_done_i = ends(readout_, speed.readout);
  }

  void sample() override {
    const std::string layer = std::to_string(dut_.layer_o);
    if (dut_.encoder_start_o != 0) {
      log.push_back("encode");
      require_phase(wait_input);
      REQUIRE(full);
      REQUIRE_FALSE(seeding_);  // the encoder's lanes are ready
      chain_ = true;
    }
    if (dut_.chain_start_o != 0) {
      log.push_back("chain of layer " + layer + ", Q of " + std::to_string(dut_.qkv_layer_o));
      require_phase(aimc);
      REQUIRE(dut_.embed_o == 0);
      chain_ = true;
    }
    if (dut_.chain_done_i != 0) {
      log.push_back(std::string("chain done") + (dut_.embed_o != 0 ? ", embed" : "") +
                    (dut_.last_o != 0 ? ", last" : ""));
      require_phase(aimc);
      if (dut_.embed_o != 0) REQUIRE(dut_.qkv_layer_o == 0);
    }
    if (dut_.encoder_release_o != 0) {
      log.push_back("release");
      full = false;
    }
    if (dut_.ssa_start_o != 0) {
      log.push_back("attention of layer " + layer);
      require_phase(ssa);
      REQUIRE_FALSE(seeding_);  // its lanes are ready
      ssa_ = true;
    }
    if (dut_.readout_o != 0) {
      log.push_back("readout");
      readout_ = true;
    }
    if (dut_.done_o != 0) {
      log.push_back("done");
      require_phase(readout);
    }
    if (dut_.seeder_start_o != 0) {
      REQUIRE_FALSE(seeding_);  // a busy seeder would not listen
      log.push_back("seeds of kind " + std::to_string(dut_.seeder_kind_o) + ", layer " +
                    std::to_string(dut_.seeder_layer_o));
      seeding_ = true;
    }
    REQUIRE((dut_.busy_o != 0) == (dut_.phase_o != idle));
    REQUIRE(dut_.phase_o <= readout);
  }

  /// What a reset or clear does to the engines.
  void stop() { full = seeding_ = chain_ = ssa_ = readout_ = false; }

 private:
  bool ends(bool& working, double chance) {
    const bool end = working && random_.chance(chance);
    working = working && !end;
    return end;
  }
  void require_phase(unsigned phase) { REQUIRE(dut_.phase_o == phase); }

  Vcontroller& dut_;
  Random& random_;
  bool seeding_ = false, chain_ = false, ssa_ = false, readout_ = false;
};

/// The whole inference of a network with that many layers.
std::vector<std::string> expected_log(unsigned depth) {
  std::vector<std::string> log{"seeds of kind 0, layer 0", "encode", "seeds of kind 1, layer 0",
                               "chain done, embed", "release"};
  for (unsigned l = 0; l < depth; ++l) {
    const std::string layer = std::to_string(l);
    const bool last = l + 1 == depth;
    log.push_back("attention of layer " + layer);
    if (!last) log.push_back("seeds of kind 1, layer " + std::to_string(l + 1));
    log.push_back("chain of layer " + layer + ", Q of " + std::to_string((l + 1) % 16));
    log.push_back(last ? "chain done, last" : "chain done");
  }
  log.push_back("readout");
  log.push_back("done");
  return log;
}

struct Bench {
  explicit Bench(unsigned stream) : random(stream), engines(*sim, random) {
    sim->clr_i = 0;
    sim->start_i = 0;
    sim->depth_i = 1;
    sim.reset();
    sim.attach(engines);
  }

  void start(unsigned depth) {
    engines.log.clear();
    sim->depth_i = static_cast<CData>(depth);
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
    REQUIRE(sim->busy_o == 1);
    REQUIRE(sim->phase_o == wait_input);
  }

  void run(unsigned depth) {
    start(depth);
    sim.run_until([&] { return sim->busy_o == 0; });
    REQUIRE(engines.log == expected_log(depth));
    sim.tick(random.below(5));  // idle: nothing more happens
    REQUIRE(engines.log.size() == expected_log(depth).size());
  }

  Sim<Vcontroller> sim;
  Random random;
  Engines engines;
};

}  // namespace

TEST_CASE("phases follow each other in order, whatever each of them takes", "[controller]") {
  Bench bench(80);
  for (int round = 0; round < 300; ++round) {
    const auto chance = [&] { return bench.random.between(1, 50) / 50.0; };
    bench.engines.speed = {chance(), chance(), chance(), chance(), chance()};
    bench.run(round < 16 ? static_cast<unsigned>(round) + 1
                         : static_cast<unsigned>(bench.random.between(1, 16)));
  }
}

TEST_CASE("a phase starts in the cycle after the one before has ended", "[controller]") {
  Bench bench(81);
  bench.engines.speed = {1.0, 1.0, 1.0, 1.0, 1.0};
  bench.start(3);
  std::vector<unsigned> phases;
  while (bench.sim->busy_o != 0) {
    phases.push_back(bench.sim->phase_o);
    bench.sim.tick();
  }
  // Engines end in the cycle after the one that asked for them; the encoder and the readout are
  // asked in the cycle before their phase.
  const std::vector<unsigned> expected{wait_input, wait_input, aimc, ssa, ssa, aimc, aimc, ssa,
                                       ssa,        aimc,       aimc, ssa, ssa, aimc, aimc, readout};
  CHECK(phases == expected);
}

TEST_CASE("attention waits for its seeds in a phase of its own", "[controller]") {
  Bench bench(82);
  bench.engines.speed = {1.0, 0.0, 1.0, 1.0, 1.0};
  bench.start(1);
  bench.sim.tick(20);
  CHECK(bench.sim->phase_o == wait_input);  // the encoder's lanes are missing
  bench.engines.speed.seeder = 1.0;
  bench.sim.run_until([&] { return bench.sim->phase_o == aimc; });
  bench.engines.speed.seeder = 0.0;
  bench.sim.tick(20);
  CHECK(bench.sim->phase_o == wait_seed);
  CHECK(bench.sim->ssa_start_o == 0);
  bench.engines.speed.seeder = 1.0;
  bench.sim.run_until([&] { return bench.sim->busy_o == 0; });
  CHECK(bench.engines.log == expected_log(1));
}

TEST_CASE("clear and reset end an inference in every phase", "[controller]") {
  for (unsigned round = 0; round < 400; ++round) {
    Bench bench(1000 + round);
    const auto depth = static_cast<unsigned>(bench.random.between(1, 4));
    bench.engines.speed.seeder = round % 3 == 0 ? 0.03 : 0.5;
    bench.start(depth);
    bench.sim.tick(bench.random.below(60));
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim->start_i = bench.random.chance(0.2);  // clear wins
      bench.sim.tick();
      bench.sim->clr_i = 0;
      bench.sim->start_i = 0;
    } else {
      bench.sim.reset();
    }
    bench.engines.stop();
    bench.engines.log.clear();
    CHECK(bench.sim->phase_o == idle);
    CHECK(bench.sim->layer_o == 0);  // register STATUS shows it
    CHECK(bench.sim->embed_o == 1);
    CHECK(bench.sim->chain_start_o == 0);
    CHECK(bench.sim->ssa_start_o == 0);
    bench.sim.tick(10);
    CHECK(bench.sim->busy_o == 0);
    CHECK(bench.engines.log.empty());
    bench.run(static_cast<unsigned>(bench.random.between(1, 4)));
  }
}
