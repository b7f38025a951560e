// SPDX-License-Identifier: Apache-2.0
// Lanes and banks for every Leap, against the bit-by-bit model.
#include <Vlfsr_leaps.h>

#include <catch2/catch.hpp>
#include <vector>

#include "lib/bits.hpp"
#include "lib/lane_model.hpp"
#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace {

using xpike::tb::LaneModel;
using xpike::tb::Random;

constexpr unsigned kBanks = 32;
unsigned lanes_of(unsigned bank) { return bank % 5 + 1; }

class Bench {
 public:
  Bench() : lanes_(kBanks) {
    sim_->seed_we_i = 0;
    sim_->draw_i = 0;
    sim_.reset();
  }

  void seed(unsigned bank, unsigned lane, std::uint32_t state) {
    sim_->seed_we_i = 1U << bank;
    sim_->seed_lane_i = static_cast<CData>(lane);
    sim_->seed_i = state;
    sim_.tick();
    sim_->seed_we_i = 0;
    lanes_[bank].at(lane) = LaneModel(state, bank + 1);
    lanes_[bank][lane].draw();  // what is on offer is the state after the first draw
  }

  void seed_all(Random& random) {
    for (unsigned bank = 0; bank < kBanks; ++bank) {
      lanes_[bank].resize(lanes_of(bank));
      for (unsigned lane = 0; lane < lanes_of(bank); ++lane) {
        seed(bank, lane, static_cast<std::uint32_t>(random.word()) | 1U);
      }
    }
  }

  void draw(std::uint32_t banks) {
    sim_->draw_i = banks;
    sim_.tick();
    sim_->draw_i = 0;
    for (unsigned bank = 0; bank < kBanks; ++bank) {
      if (((banks >> bank) & 1U) != 0) {
        for (LaneModel& lane : lanes_[bank]) {
          lane.draw();
        }
      }
    }
  }

  std::uint64_t offered(unsigned bank, unsigned lane) {
    return xpike::tb::get_bits(sim_->bytes_o, bank * 160 + lane * 32, 32);
  }

  int mismatches() {
    int wrong = 0;
    for (unsigned bank = 0; bank < kBanks; ++bank) {
      for (unsigned lane = 0; lane < lanes_of(bank); ++lane) {
        wrong += offered(bank, lane) != lanes_[bank].at(lane).state() ? 1 : 0;
      }
    }
    return wrong;
  }

  void reset() { sim_.reset(); }

 private:
  xpike::tb::Sim<Vlfsr_leaps> sim_;
  std::vector<std::vector<LaneModel>> lanes_;
};

}  // namespace

TEST_CASE("every lane of every Leap follows the polynomial under random draws", "[lfsr]") {
  Bench bench;
  Random random(1);
  bench.seed_all(random);
  REQUIRE(bench.mismatches() == 0);
  for (int cycle = 0; cycle < 2000; ++cycle) {
    bench.draw(static_cast<std::uint32_t>(random.word() & random.word()));
    REQUIRE(bench.mismatches() == 0);
  }
}

TEST_CASE("single bits of the state are drawn as the polynomial says", "[lfsr]") {
  Bench bench;
  Random random(2);
  bench.seed_all(random);
  for (unsigned bit = 0; bit < 32; ++bit) {
    for (unsigned bank = 0; bank < kBanks; ++bank) {
      bench.seed(bank, lanes_of(bank) - 1, 1U << bit);
    }
    REQUIRE(bench.mismatches() == 0);
  }
}

TEST_CASE("a seed write between draws touches one lane only", "[lfsr]") {
  Bench bench;
  Random random(3);
  bench.seed_all(random);
  for (int i = 0; i < 200; ++i) {
    const auto bank = static_cast<unsigned>(random.below(kBanks));
    bench.seed(bank, static_cast<unsigned>(random.below(lanes_of(bank))),
               static_cast<std::uint32_t>(random.word()) | 0x100U);
    bench.draw(static_cast<std::uint32_t>(random.word()));
    REQUIRE(bench.mismatches() == 0);
  }
}

TEST_CASE("lanes leave reset with a state that is not zero", "[lfsr]") {
  Bench bench;
  Random random(4);
  bench.seed_all(random);
  bench.reset();
  int zero = 0;
  for (unsigned bank = 0; bank < kBanks; ++bank) {
    for (unsigned lane = 0; lane < lanes_of(bank); ++lane) {
      zero += bench.offered(bank, lane) == 0 ? 1 : 0;
    }
  }
  CHECK(zero == 0);
}
