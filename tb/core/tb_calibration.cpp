// SPDX-License-Identifier: Apache-2.0
// Calibration pass with models of seeder, bank and row blocks around it: what is asked of whom, in
// which order and how often; table, gains, cycles; clear and reset anywhere.
#include <Vcalibration_odd_a.h>
#include <Vcalibration_odd_b.h>
#include <Vcalibration_smallest.h>
#include <Vcalibration_widest.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "aimc/calibration_checks.hpp"
#include "core/build_shape.hpp"
#include "core/window_model.hpp"
#include "lib/sim.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

template <class Model>
constexpr BuildShape ShapeOf = odd_a_shape;
template <>
constexpr BuildShape ShapeOf<Vcalibration_odd_b> = odd_b_shape;
template <>
constexpr BuildShape ShapeOf<Vcalibration_widest> = widest_shape;
template <>
constexpr BuildShape ShapeOf<Vcalibration_smallest> = smallest_shape;

constexpr unsigned head_matrix = 7;

/// Row block of a layer; the head's share a word of the table.
using Place = std::tuple<unsigned, unsigned, unsigned>;  // matrix, layer, row block
Place place_of(const Target& target) { return {target.matrix, target.layer, target.row_block}; }
Place word_of(const Target& target) {
  return {target.matrix, target.layer, target.matrix == head_matrix ? 0 : target.row_block};
}

struct Word {
  unsigned gain0 = 0;
  std::uint32_t sum0 = 0;
};

template <class Model>
class Bench : Agent {
 public:
  explicit Bench(unsigned stream) : random(stream) {
    set_fields(sim->par_i, ParWrite{});
    set_fields(sim->host_i, TableAccess{});
    sim.attach(*this);
    sim.reset();
  }

  std::vector<Target> targets(unsigned layer) const {
    std::vector<Target> all;
    for (unsigned matrix = 0; matrix < 8; ++matrix) {
      if (layer >= shape.layers(matrix)) continue;
      for (unsigned block = 0; block < shape.row_blocks(matrix); ++block) {
        all.push_back({.matrix = matrix, .layer = layer, .row_block = block});
      }
    }
    return all;
  }

  /// Gains and sums of the host, for every word of the table.
  void program() {
    for (unsigned layer = 0; layer < shape.depth; ++layer) {
      for (const Target& target : targets(layer)) {
        Word& word = words[word_of(target)];
        if (target.row_block == 0 || target.matrix != head_matrix) {
          word = {1 + static_cast<unsigned>(random.below(random.chance(0.2) ? 65535 : 2000)),
                  static_cast<std::uint32_t>(random.bits(32))};
        }
        set_fields(sim->par_i, ParWrite{.target = target, .converter = true, .gain = word.gain0});
        sim.tick();
        set_fields(sim->par_i, ParWrite{});
        write_sum0(target, word.sum0);
        gains[place_of(target)] = word.gain0;
      }
    }
  }
  void write_sum0(const Target& target, std::uint32_t sum0) {
    set_fields(
        sim->host_i,
        TableAccess{.data = sum0, .target = target, .item = TableAccess::sum0, .write = true});
    sim.tick();
    set_fields(sim->host_i, TableAccess{});
  }
  std::uint32_t read(const Target& target, unsigned item) {
    set_fields(sim->host_i, TableAccess{.target = target, .item = item, .read = true});
    sim.tick();
    set_fields(sim->host_i, TableAccess{.target = target, .item = random.below(3) == 0 ? 1U : 2U});
    REQUIRE(sim->host_rvalid_o == 1);
    const std::uint32_t data = sim->host_rdata_o;
    sim.tick();
    REQUIRE(sim->host_rvalid_o == 0);
    REQUIRE(sim->host_rdata_o == 0);
    return data;
  }

  /// New sums of today for the row blocks; a share of the words is silent.
  void draw_sums(double silent) {
    sums.clear();
    for (unsigned layer = 0; layer < shape.depth; ++layer) {
      std::map<Place, bool> mute;
      for (const Target& target : targets(layer)) {
        const auto [entry, fresh] = mute.try_emplace(word_of(target), random.chance(silent));
        sums[place_of(target)] =
            entry->second ? 0 : static_cast<std::uint32_t>(random.bits(27) + random.below(2) * 7);
      }
    }
  }

  void start(unsigned vectors, unsigned density, unsigned depth, bool baseline) {
    Pass pass{.seed = static_cast<unsigned>(random.bits(32)),
              .vectors = vectors,
              .density = density,
              .baseline = baseline};
    set_fields(sim->pass_i, pass);
    pass_ = pass;
    sim->depth_i = static_cast<CData>(depth);
    sim->start_i = 1;
    sim.tick();
    sim->start_i = 0;
    busy_cycles = 0;
    silent_words = 0;
  }

  /// A whole pass, with everything that must come of it.
  void run(unsigned vectors, unsigned density, unsigned depth, bool baseline) {
    start(vectors, density, depth, baseline);
    sim.run_until([&] { return done_; }, 2'000'000);
    done_ = false;
    sim.tick();
    REQUIRE(sim->busy_o == 0);
    unsigned silent = 0;
    std::uint64_t cycles = 0;
    for (unsigned layer = 0; layer < depth; ++layer) {
      std::map<Place, std::uint32_t> totals;
      for (const Target& target : targets(layer)) {
        totals[word_of(target)] += sums.at(place_of(target));
      }
      std::uint64_t divisions = 0;
      for (const auto& [place, sum] : totals) {
        silent += sum == 0 ? 1U : 0U;
        divisions += sum != 0 && !baseline ? 1U : 0U;
      }
      cycles += std::uint64_t{vectors} * period() + 26 + seed_cycles_ + 7 * targets(layer).size() +
                67 * divisions + (totals.size() - divisions);
      for (const Target& target : targets(layer)) {
        Word& word = words.at(word_of(target));
        const std::uint32_t sum = totals.at(word_of(target));
        if (baseline) word.sum0 = sum;
        const std::uint64_t gain =
            baseline || sum == 0
                ? word.gain0
                : std::clamp<std::uint64_t>((std::uint64_t{word.gain0} * word.sum0 + sum / 2) / sum,
                                            1, 65535);
        INFO("matrix " << target.matrix << ", layer " << layer << ", block " << target.row_block);
        REQUIRE(gains.at(place_of(target)) == gain);
        REQUIRE(read(target, TableAccess::sum) == sum);
        REQUIRE(read(target, TableAccess::sum0) == word.sum0);
        REQUIRE(read(target, TableAccess::gain) == gain);
      }
      REQUIRE(measured_[layer] == vectors);
    }
    REQUIRE(silent_words == silent);
    REQUIRE(busy_cycles == cycles);
    measured_.clear();
  }

  void forget() {
    answer_.reset();
    seeding_ = 0;
    measured_.clear();
    done_ = false;
  }

  std::uint64_t period() const {
    return std::uint64_t{BuildShape::divide_up(shape.array_cols, shape.converters)} *
           shape.adc_cycles;
  }

  static constexpr BuildShape shape = ShapeOf<Model>;
  Sim<Model> sim{20'000'000};
  Random random;
  std::map<Place, Word> words;          // by word_of
  std::map<Place, std::uint32_t> sums;  // by place_of
  std::map<Place, unsigned> gains;      // of the row blocks
  std::uint64_t busy_cycles = 0;
  unsigned silent_words = 0;

 private:
  void drive() override {
    sim->seeding_i = seeding_ > 0;
    sim->answer_valid_i = answer_.has_value();
    sim->answer_i = static_cast<SData>(answer_.value_or(0));
    for (std::size_t lane = 0; 4 * lane < shape.array_rows; ++lane) {
      set_bits(sim->bytes_i, 32 * lane, 32, random.bits(32));
    }
  }

  void sample() override {
    busy_cycles += sim->busy_o;
    silent_words += sim->silent_o;
    done_ = done_ || sim->done_o != 0;
    if (seeding_ > 0) --seeding_;
    if (sim->seed_o != 0) seeding_ = 18 + seed_cycles_;  // mixing, writing
    answer_.reset();
    const auto request = get_fields<CalibRequest>(sim->calib_o);
    if (request.measure) {
      REQUIRE(seeding_ == 0);
      const std::uint64_t since = sim.cycles() - last_vector_;
      if (measured_[request.target.layer]++ != 0) REQUIRE(since == period());
      last_vector_ = sim.cycles();
      for (unsigned r = 0; r < shape.array_rows; ++r) {
        REQUIRE((get_bits(sim->rows_o, r) != 0) ==
                (pass_.density > get_bits(sim->bytes_i, 8 * r, 8)));
      }
      REQUIRE(sim->layer_o == request.target.layer);
      // All gains are those of the model again.
      for (const Target& target : targets(request.target.layer)) {
        REQUIRE(gains.at(place_of(target)) == words.at(word_of(target)).gain0);
      }
    }
    REQUIRE(sim->draw_o == request.measure);
    if (request.read) {
      // Complete: m * AdcCycles + 4 cycles after the last vector.
      REQUIRE(sim.cycles() - last_vector_ >= period() + 4);
      const std::uint32_t sum = sums.at(place_of(request.target));
      answer_ = request.high ? sum >> 16U : sum & 0xFFFFU;
    }
    if (request.gain_write) {
      for (const Target& target : targets(request.target.layer)) {
        if (word_of(target) == word_of(request.target)) gains[place_of(target)] = request.gain;
      }
    }
  }

  Pass pass_;
  std::map<unsigned, unsigned> measured_;  // vectors by layer
  std::uint64_t last_vector_ = 0;
  std::optional<std::uint32_t> answer_;
  std::uint64_t seeding_ = 0;
  static constexpr std::uint64_t seed_cycles_ = 11;
  bool done_ = false;
};

}  // namespace

#define SMALL_SHAPES Vcalibration_odd_a, Vcalibration_odd_b, Vcalibration_smallest

TEMPLATE_TEST_CASE("a pass measures, stores and corrects every row block", "[calibration]",
                   SMALL_SHAPES) {
  Bench<TestType> bench(81);
  for (int round = 0; round < 40; ++round) {
    if (round % 10 == 0) bench.program();
    bench.draw_sums(round % 4 == 0 ? 0.3 : 0.0);
    bench.run(with_ends(bench.random, 1, 20), with_ends(bench.random, 1, 256),
              with_ends(bench.random, 1, bench.shape.depth), bench.random.chance(0.3));
  }
  bench.draw_sums(0.0);
  bench.run(1024, 51, bench.shape.depth, false);
}

TEST_CASE("a pass of the largest build", "[calibration]") {
  Bench<Vcalibration_widest> bench(82);
  bench.program();
  bench.draw_sums(0.1);
  bench.run(2, 256, 16, true);
  bench.draw_sums(0.1);
  bench.run(1, 1, 16, false);
}

TEMPLATE_TEST_CASE("a pass that is cleared leaves nothing that the next one does not mend",
                   "[calibration]", SMALL_SHAPES) {
  Bench<TestType> bench(83);
  bench.program();
  bench.draw_sums(0.0);
  bench.run(3, 51, bench.shape.depth, true);
  for (int round = 0; round < 150; ++round) {
    bench.draw_sums(0.1);
    bench.start(3, 51, bench.shape.depth, false);
    bench.sim.tick(bench.random.below(round < 50 ? 60 : 4000));
    if (round % 2 == 0) {
      bench.sim->clr_i = 1;
      bench.sim.tick();
      bench.sim->clr_i = 0;
    } else {
      bench.sim.reset();
    }
    bench.forget();
    bench.sim.tick();
    REQUIRE(bench.sim->busy_o == 0);
    bench.run(3, 51, bench.shape.depth, false);
  }
}
