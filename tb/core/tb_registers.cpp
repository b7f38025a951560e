// SPDX-License-Identifier: Apache-2.0
// Register file: every access against docs/registers.md, with a chip around it that is busy now and
// then, finishes, reports bad packets and answers cell reads.
#include <Vregisters_odd_a.h>
#include <Vregisters_smallest.h>
#include <Vregisters_widest.h>

#include <catch2/catch.hpp>
#include <optional>

#include "core/register_model.hpp"
#include "lib/sim.hpp"

using namespace xpike;
using namespace xpike::tb;

namespace {

template <class Model>
constexpr BuildShape ShapeOf = odd_a_shape;
template <>
constexpr BuildShape ShapeOf<Vregisters_widest> = widest_shape;
template <>
constexpr BuildShape ShapeOf<Vregisters_smallest> = smallest_shape;

/// The smallest build has no drift compensation.
template <class Model>
constexpr bool HasCalibration = true;
template <>
constexpr bool HasCalibration<Vregisters_smallest> = false;

std::uint64_t event_count(unsigned index) { return 0x9E3779B97F4A7C15U * (index + 1); }

struct Request {
  bool write;
  std::uint16_t address;
  std::uint32_t data;
};

template <class Model>
class Bench {
 public:
  explicit Bench(unsigned stream) : random(stream) { reset(); }

  void reset() {
    sim->reg_valid_i = 0;
    drive(ChipState{});
    sim->late_rvalid_i = 0;
    sim.reset();
    model = RegisterModel(shape, HasCalibration<Model>, event_count);
    state = {};
    cell_wait_.reset();
    sim.eval();
    require_settings();
    REQUIRE(sim->reg_rvalid_o == 0);
  }

  /// One cycle, with a request or without. Says whether the request was taken.
  bool cycle(const std::optional<Request>& request) {
    drive(state);
    const bool ready = !cell_wait_;
    answer_cell();
    sim->reg_valid_i = request.has_value();
    if (request) {
      sim->reg_write_i = request->write;
      sim->reg_addr_i = request->address;
      sim->reg_wdata_i = request->data;
    }
    sim.eval();
    sim->event_count_i = event_count(sim->event_index_o);
    sim.eval();
    REQUIRE((sim->reg_ready_o != 0) == ready);
    require_settings();

    RegisterAnswer expected;
    if (request && ready) {
      expected = model.access(request->write, request->address, request->data, state);
    } else {
      model.finish_cycle(state);
    }
    REQUIRE((sim->start_o != 0) == expected.start);
    REQUIRE((sim->clear_o != 0) == expected.clear);
    REQUIRE((sim->calibrate_o != 0) == expected.calibrate);
    sim.tick();
    require_response(request && ready, request && !request->write, expected);
    follow(expected);
    return request && ready;
  }

  void access(bool write, const regs::Register& reg, std::uint32_t data = 0, unsigned word = 0) {
    const Request request{write, static_cast<std::uint16_t>(reg.address + word), data};
    while (!cycle(request)) {
    }
  }

  /// Writes a random configuration that may start, through the registers.
  void configure() {
    const Ctrl ctrl = legal_ctrl(shape, random);
    access(true, regs::n_tokens, ctrl.n_tokens);
    access(true, regs::steps, ctrl.steps);
    access(true, regs::depth, ctrl.depth);
    access(true, regs::mode,
           regs::mode_causal.put(ctrl.causal) | regs::mode_pooling.put(ctrl.pooling) |
               regs::mode_anytime.put(ctrl.anytime));
    access(true, regs::input,
           regs::input_k_input.put(ctrl.k_input) | regs::input_rows.put(ctrl.input_rows) |
               regs::input_position_enable.put(ctrl.position_enable) |
               regs::input_spikes.put(ctrl.input_spikes));
    access(true, regs::position_base, ctrl.position_base);
    access(true, regs::classes, ctrl.classes);
    access(true, regs::calibration,
           regs::calibration_vectors.put(with_ends(random, 1, 1024)) |
               regs::calibration_density.put(with_ends(random, 1, 256)) |
               regs::calibration_baseline.put(random.chance(0.5)));
    for (unsigned l = 0; l < shape.depth; ++l) {
      std::uint32_t word = 0;
      set_fields(word, legal_layer(shape, random));
      access(true, regs::layer, word, l);
    }
  }

  Request random_request() {
    const auto kind = random.below(20);
    const auto data = static_cast<std::uint32_t>(random.bits(32));
    const bool write = random.chance(0.5);
    if (kind < 5) {
      const WindowAccess window = random_window_access(shape, random);
      return {window.write, window.address, window.data};
    }
    if (kind < 8) {
      return {true, regs::control.address,
              (data & ~7U) | regs::control_start.put(random.chance(0.5)) |
                  regs::control_calibrate.put(random.chance(0.4)) |
                  regs::control_clear.put(random.chance(0.2))};
    }
    if (kind < 9) return {write, regs::error.address, data};
    if (kind < 10) return {write, regs::irq_enable.address, data};
    if (kind < 11) return {write, regs::seed.address, data};
    if (kind < 18) {
      const regs::Register& reg = regs::all[random.below(regs::all.size())];
      const auto word = static_cast<std::uint16_t>(random.below(reg.count));
      // Configuration is seldom written here, so that it stays legal most of the time.
      const bool configuration = reg.access == regs::Access::rw;
      return {write && (!configuration || random.chance(0.02)),
              static_cast<std::uint16_t>(reg.address + word), data};
    }
    return {write, static_cast<std::uint16_t>(random.chance(0.5) ? random.below(0x110) : data),
            data};
  }

  /// The chip around the registers moves on.
  void step_chip() {
    const bool ends = state.busy && random.chance(0.05);
    state.done = ends && !calibrating;
    state.calibrated = ends && calibrating;
    state.silent = random.chance(0.02);
    state.packet_error = random.chance(0.02);
    state.input_full = random.chance(0.5);
    state.phase = static_cast<unsigned>(random.below(16));
    state.layer = static_cast<unsigned>(random.below(shape.depth));
  }

  static constexpr BuildShape shape = ShapeOf<Model>;
  Sim<Model> sim;
  Random random;
  RegisterModel model{shape, HasCalibration<Model>, event_count};
  ChipState state;
  bool calibrating = false;  // what keeps the chip busy
  unsigned passes = 0;

 private:
  void drive(const ChipState& chip) {
    sim->busy_i = chip.busy;
    sim->can_start_i = !chip.busy;
    sim->done_i = chip.done;
    sim->phase_i = static_cast<CData>(chip.phase);
    sim->layer_i = static_cast<CData>(chip.layer);
    sim->input_full_i = chip.input_full;
    sim->packet_error_i = chip.packet_error;
    sim->calibrated_i = chip.calibrated;
    sim->silent_i = chip.silent;
  }

  void answer_cell() {
    sim->late_rvalid_i = cell_wait_ && *cell_wait_ == 0;
    sim->late_rdata_i = static_cast<IData>(random.bits(32));
    cell_data_ = sim->late_rdata_i;
  }

  void require_settings() {
    REQUIRE(get_fields<Ctrl>(sim->ctrl_o) == model.ctrl());
    REQUIRE(get_fields<Pass>(sim->pass_o) == model.pass());
    REQUIRE(get_fields<LayerConfig>(sim->layer_o) == model.layer(state.layer));
    REQUIRE((sim->irq_o != 0) == model.irq());
    const auto row = static_cast<unsigned>(random.below(shape.input_rows));
    REQUIRE((get_bits(sim->binary_o, row) != 0) == model.binary(row));
  }

  void require_response(bool accepted, bool read, const RegisterAnswer& expected) {
    const bool cell_read = expected.window.late_read();
    const bool cell_answered = cell_wait_ && *cell_wait_ == 0;
    REQUIRE((sim->reg_rvalid_o != 0) == ((accepted && !cell_read) || cell_answered));
    if (cell_answered) {
      REQUIRE(sim->reg_rdata_o == cell_data_);
      REQUIRE(sim->reg_error_o == 0);
    } else if (accepted && !cell_read) {
      REQUIRE((sim->reg_error_o != 0) == expected.error);
      if (read && !expected.error) REQUIRE(sim->reg_rdata_o == expected.data);
    }
    const auto par = get_fields<ParWrite>(sim->par_o);
    const auto cell = get_fields<CellAccess>(sim->cell_o);
    REQUIRE((par.neuron || par.converter) == expected.window.par.has_value());
    REQUIRE((cell.read || cell.write) == expected.window.cell.has_value());
    const auto table = get_fields<TableAccess>(sim->table_o);
    REQUIRE((table.read || table.write) == expected.window.table.has_value());
    // An answer comes one cycle after the array has seen the access, or later.
    if (cell_answered) cell_wait_.reset();
    if (cell_wait_) --*cell_wait_;
    if (cell_read) cell_wait_ = 1 + random.below(3);
    if (cell_read && random.chance(0.5)) cell_wait_ = 1;
  }

  void follow(const RegisterAnswer& answer) {
    if (state.done || state.calibrated || answer.clear) state.busy = false;
    if (answer.start || answer.calibrate) state.busy = true;
    calibrating = answer.calibrate || (calibrating && !answer.start);
    passes += answer.calibrate ? 1U : 0U;
  }

  std::optional<std::uint64_t> cell_wait_;  // cycles until array or table answers
  std::uint32_t cell_data_ = 0;
};

}  // namespace

#define EVERY_SHAPE Vregisters_odd_a, Vregisters_widest, Vregisters_smallest

TEMPLATE_TEST_CASE("every access is answered as the register map says", "[registers]",
                   EVERY_SHAPE) {
  Bench<TestType> bench(60);
  unsigned starts = 0;
  for (int i = 0; i < 40000; ++i) {
    if (i % 1000 == 0) {
      bench.state = {};
      bench.configure();
    }
    const bool was_busy = bench.state.busy;
    bench.step_chip();
    const bool quiet = bench.random.chance(0.2);
    bench.cycle(quiet ? std::nullopt : std::optional(bench.random_request()));
    starts += !was_busy && bench.state.busy ? 1U : 0U;
  }
  CHECK(starts > 200);  // the walk must not get stuck with an illegal configuration
  CHECK((bench.passes > 50) == HasCalibration<TestType>);
}

TEMPLATE_TEST_CASE("registers keep what is written, field by field", "[registers]", EVERY_SHAPE) {
  Bench<TestType> bench(61);
  for (const std::uint32_t pattern : {0xFFFFFFFFU, 0U, 0xAAAAAAAAU, 0x55555555U}) {
    for (const regs::Register& reg : regs::all) {
      if (reg.address >= regs::cell_data.address) continue;  // windows and counters
      for (unsigned word = 0; word < reg.count; ++word) {
        if (reg.address == regs::control.address) continue;
        bench.access(true, reg, pattern ^ word, word);
        bench.access(false, reg, 0, word);
      }
    }
  }
}

TEMPLATE_TEST_CASE("every address is read once", "[registers]", EVERY_SHAPE) {
  Bench<TestType> bench(62);
  for (unsigned address = 0; address < 0x200; ++address) {
    const Request request{false, static_cast<std::uint16_t>(address), 0};
    while (!bench.cycle(request)) {
    }
  }
}

TEMPLATE_TEST_CASE("a reset brings every register back, also while a cell is read", "[registers]",
                   EVERY_SHAPE) {
  Bench<TestType> bench(63);
  for (int round = 0; round < 30; ++round) {
    bench.configure();
    for (int i = 0; i < 100; ++i) {
      bench.step_chip();
      bench.cycle(bench.random_request());
    }
    bench.reset();
    for (const regs::Register& reg : regs::all) {
      const bool table =
          reg.address >= regs::calibration_sum.address && reg.address <= regs::gain.address;
      if (reg.address != regs::cell_data.address && !table) bench.access(false, reg);
    }
  }
}
