// SPDX-License-Identifier: Apache-2.0
// Controller of overlapping images: whatever time copies, attention, seeders, input and readout
// take, every image passes every layer once and in order, pages never collide, and nothing stands
// still.
#include <Voverlap_controller_2.h>
#include <Voverlap_controller_5.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"

using namespace xpike::tb;

namespace {

template <class Model>
constexpr int DepthOf = 2;
template <>
constexpr int DepthOf<Voverlap_controller_5> = 5;

struct Words {
  std::uint32_t seed, image;
};

/// The engines around the controller. Images are numbered from 0 in the order of their starts; -1
/// is none.
template <class Model>
class Chip : public Agent {
 public:
  static constexpr int depth = DepthOf<Model>;

  Chip(Sim<Model>& sim, Random& random) : dut_(*sim), random_(random) {
    dut_.start_i = dut_.clr_i = 0;
    dut_.depth_i = depth;
    sim.attach(*this);
  }

  struct Speed {
    double input = 0.3, encoder_seeds = 0.3, encoded = 0.2, chain = 0.1, ssa_seeds = 0.5, ssa = 0.3,
           readout = 0.3;  // chances to end in a cycle
  };
  Speed speed;
  double asking = 0.5;  // chance to start an image when that is allowed
  int last = depth;     // layers of the run
  int most_in_flight = 0;

  /// After a reset or clear: a new run of `last` layers.
  void begin(int layers) {
    last = layers;
    dut_.depth_i = static_cast<CData>(layers);
    encoder_seeding_ = encoding_ = ssa_seeding_ = ssa_ = reading_out_ = false;
    packets_ = encoded_ = seeded_ = read_out_ = ssa_layer_ = 0;
    begun_.fill(0);
    ended_.fill(0);
    ssa_begun_.fill(0);
    ssa_ended_.fill(0);
    words_.clear();
  }

  int results() const { return read_out_; }
  int started() const { return static_cast<int>(words_.size()); }

  void drive() override {
    dut_.start_i = dut_.can_start_o != 0 && random_.chance(asking);
    dut_.seed_i = static_cast<IData>(random_.word());
    dut_.image_i = static_cast<IData>(random_.word());
    packets_ += packets_ < encoded_ + 2 && random_.chance(speed.input) ? 1 : 0;
    dut_.input_full_i = packets_ > encoded_;
    encoder_seeding_ = encoder_seeding_ && !random_.chance(speed.encoder_seeds);
    dut_.encoder_seeding_i = encoder_seeding_;
    dut_.encoded_i = encoding_ && random_.chance(speed.encoded);
    dut_.chain_done_i = 0;
    for (int c = 0; c <= depth; ++c) {
      // Copy 0 ends after its encoder.
      const bool may_end = works(c) && !(c == 0 && encoding_);
      if (may_end && random_.chance(speed.chain)) {
        dut_.chain_done_i = static_cast<CData>(dut_.chain_done_i | 1U << static_cast<unsigned>(c));
      }
    }
    ssa_seeding_ = ssa_seeding_ && !random_.chance(speed.ssa_seeds);
    dut_.ssa_seeding_i = ssa_seeding_;
    dut_.ssa_done_i = ssa_ && random_.chance(speed.ssa);
    dut_.readout_done_i = reading_out_ && random_.chance(speed.readout);
  }

  void sample() override {
    const int flight = started() - read_out_;
    REQUIRE((dut_.busy_o != 0) == (flight > 0));
    most_in_flight = std::max(most_in_flight, flight);
    follow_entry();
    follow_ssa();
    for (int c = 0; c <= depth; ++c) follow_chain(c);
    follow_readout();
    if (dut_.start_i != 0) words_.push_back({dut_.seed_i, dut_.image_i});
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  bool works(int c) const { return begun_[at(c)] > ended_[at(c)]; }
  static bool bit(unsigned vector, int i) { return (vector >> static_cast<unsigned>(i) & 1U) != 0; }

  void follow_entry() {
    if (dut_.encoder_seed_o != 0) {
      REQUIRE_FALSE(encoding_);  // the bank draws no more
      REQUIRE(seeded_ == begun_[0]);
      REQUIRE(dut_.encoder_word_o == words_.at(at(seeded_)).seed);
      REQUIRE(dut_.encoder_image_o == words_.at(at(seeded_)).image);
      ++seeded_;
      encoder_seeding_ = true;
    }
    REQUIRE(dut_.encoder_release_o == dut_.encoded_i);
    if (dut_.encoded_i != 0) {
      encoding_ = false;
      ++encoded_;
    }
    if (dut_.encoder_start_o != 0) {
      REQUIRE_FALSE(encoder_seeding_);
      REQUIRE(seeded_ == begun_[0] + 1);
      REQUIRE(packets_ > encoded_);
      REQUIRE(encoded_ == begun_[0]);
      encoding_ = true;
    }
    REQUIRE(bit(dut_.chain_start_o, 0) == (dut_.encoder_start_o != 0));
  }

  void follow_chain(int c) {
    REQUIRE(bit(dut_.chain_busy_o, c) == works(c));
    if (works(c)) {
      const int image = ended_[at(c)];
      // The pages of a copy at work stand still, and image after image they alternate.
      if (c > 0) REQUIRE(bit(dut_.a_rpage_o, c - 1) == (image % 2 != 0));
      if (c < last) REQUIRE(bit(dut_.qkv_wpage_o, c) == (image % 2 != 0));
      if (c == last) REQUIRE((dut_.head_page_o != 0) == (image % 2 != 0));
    }
    if (bit(dut_.chain_done_i, c)) ++ended_[at(c)];
    if (!bit(dut_.chain_start_o, c)) return;
    REQUIRE_FALSE(bit(dut_.chain_busy_o, c));
    REQUIRE(c <= last);
    const int image = begun_[at(c)]++;
    if (c > 0) REQUIRE(image < ssa_ended_[at(c - 1)]);  // A is complete
    if (c < last) {
      // Room for x: no more than this image and one other wait for the next copy.
      REQUIRE(image - begun_[at(c + 1)] <= 1);
      // Its page of Q, K, V holds nothing that is still needed.
      REQUIRE(image - ssa_ended_[at(c)] <= 1);
    } else {
      REQUIRE(image - read_out_ <= 1);
    }
  }

  void follow_ssa() {
    const int l = dut_.ssa_layer_o;
    if (dut_.ssa_seed_o != 0) {
      REQUIRE_FALSE(ssa_);
      REQUIRE(l < last);
      const int image = ssa_begun_[at(l)]++;
      REQUIRE(image < ended_[at(l)]);           // Q, K, V are complete
      REQUIRE(image - ended_[at(l + 1)] <= 1);  // the page of A is free
      REQUIRE(dut_.ssa_word_o == words_.at(at(image)).seed);
      REQUIRE(dut_.ssa_image_o == words_.at(at(image)).image);
      ssa_seeding_ = true;
      ssa_layer_ = l;
    }
    if (dut_.ssa_start_o != 0) {
      REQUIRE_FALSE(ssa_seeding_);
      ssa_ = true;
    }
    if (ssa_) {
      REQUIRE(l == ssa_layer_);
      const int image = ssa_ended_[at(l)];
      REQUIRE((dut_.qkv_rpage_o != 0) == (image % 2 != 0));
      REQUIRE((dut_.a_wpage_o != 0) == (image % 2 != 0));
      if (works(l)) REQUIRE(ended_[at(l)] == image + 1);          // the other page of Q, K, V
      if (works(l + 1)) REQUIRE(ended_[at(l + 1)] == image - 1);  // the other page of A
    }
    if (dut_.ssa_done_i != 0) {
      ssa_ = false;
      ++ssa_ended_[at(l)];
    }
  }

  void follow_readout() {
    if (dut_.readout_o != 0) {
      REQUIRE_FALSE(reading_out_);
      REQUIRE(read_out_ < ended_[at(last)]);
      reading_out_ = true;
    }
    if (reading_out_) REQUIRE((dut_.readout_page_o != 0) == (read_out_ % 2 != 0));
    REQUIRE(dut_.done_o == dut_.readout_done_i);
    if (dut_.readout_done_i != 0) {
      reading_out_ = false;
      ++read_out_;
    }
  }

  Model& dut_;
  Random& random_;
  bool encoder_seeding_ = false, encoding_ = false;
  bool ssa_seeding_ = false, ssa_ = false, reading_out_ = false;
  int packets_ = 0, encoded_ = 0, seeded_ = 0, read_out_ = 0, ssa_layer_ = 0;
  std::array<int, 17> begun_{}, ended_{};          // images, by copy
  std::array<int, 16> ssa_begun_{}, ssa_ended_{};  // images, by layer
  std::vector<Words> words_;
};

template <class Model>
void run_images(Sim<Model>& sim, Chip<Model>& chip, int images) {
  sim.run_until([&] { return chip.results() >= images; });
}

}  // namespace

TEMPLATE_TEST_CASE("images pass all layers in order, whatever each engine takes",
                   "[overlap_controller]", Voverlap_controller_2, Voverlap_controller_5) {
  Random random(1);
  for (int round = 0; round < 60; ++round) {
    Sim<TestType> sim{400'000};
    Chip<TestType> chip(sim, random);
    sim.reset();
    const auto any = [&] { return random.chance(0.3) ? 1.0 : random.chance(0.3) ? 0.02 : 0.3; };
    chip.speed = {any(), any(), any(), any(), any(), any(), any()};
    chip.asking = random.chance(0.5) ? 1.0 : 0.05;
    chip.begin(random.between(1, chip.depth));
    run_images(sim, chip, 60);
  }
}

TEMPLATE_TEST_CASE("the slowest engine never waits once the chip is full", "[overlap_controller]",
                   Voverlap_controller_2, Voverlap_controller_5) {
  Random random(2);
  Sim<TestType> sim{400'000};
  Chip<TestType> chip(sim, random);
  sim.reset();
  chip.speed = {1.0, 1.0, 1.0, 0.02, 1.0, 1.0, 1.0};
  chip.asking = 1.0;
  run_images(sim, chip, 200);
  CHECK(chip.most_in_flight > chip.depth);
}

TEMPLATE_TEST_CASE("clear and reset empty the chip at any moment", "[overlap_controller]",
                   Voverlap_controller_2, Voverlap_controller_5) {
  Random random(3);
  Sim<TestType> sim{2'000'000};
  Chip<TestType> chip(sim, random);
  sim.reset();
  for (int round = 0; round < 80; ++round) {
    sim.tick(random.below(400));
    if (round % 2 == 0) {
      sim->clr_i = 1;
      sim.tick();
      sim->clr_i = 0;
    } else {
      sim.reset();
    }
    chip.begin(random.between(1, chip.depth));
    run_images(sim, chip, 10);
  }
}
