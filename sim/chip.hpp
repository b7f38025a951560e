// SPDX-License-Identifier: Apache-2.0
// Drives one simulated core through its ports alone: reset, registers, packets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>
#include <xpike/configs.hpp>
#include <xpike/registers.hpp>

#include "core_model.hpp"
#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::sim {

/// Random back-pressure for tests: asked once per cycle, true holds the stream still.
struct Stalls {
  std::function<bool()> input;
  std::function<bool()> output;
};

/// Words of the register SHAPE of a core of this configuration.
std::array<std::uint32_t, regs::shape.count> shape_words(const Config& config);

/// `read` gives word i of the register SHAPE of a model. Throws Error if it is of another
/// configuration.
void require_shape(const Config& config, const std::function<std::uint32_t(unsigned)>& read);

class Chip {
 public:
  Chip(const Config& config, std::unique_ptr<CoreModel> model);

  /// Asynchronous reset. Conductances survive.
  void reset();
  void set_stalls(Stalls stalls) { stalls_ = std::move(stalls); }
  CoreModel& model() { return *model_; }

  /// Word `offset` of a register. Throws Error if the chip refuses the access.
  void write(const regs::Register& reg, std::uint32_t value, unsigned offset = 0);
  std::uint32_t read(const regs::Register& reg, unsigned offset = 0);
  /// One access that may be refused: the answer of the chip.
  struct Response {
    std::uint32_t data;
    bool error;
  };
  Response access(bool write, std::uint16_t address, std::uint32_t value);
  /// Writes words to one address, one per cycle.
  void write_all(const regs::Register& reg, std::span<const std::uint32_t> values);

  /// Words of an input beat.
  std::size_t input_words() const { return input_words_; }
  /// Puts the beat of a packet that starts at word `first` on the input; true if it is the last.
  bool put_beat(CoreInputs& inputs, std::span<const std::uint32_t> packet, std::size_t first) const;

  /// Starts an inference with the configuration registers as they are, sends the packet and
  /// collects the result packet. Throws Error on a chip error or after `limit` cycles.
  std::vector<std::uint32_t> infer(std::span<const std::uint32_t> packet, std::uint64_t limit);

  /// One image for infer_all.
  struct Job {
    std::uint32_t seed;
    std::uint32_t image_number;
    std::vector<std::uint32_t> packet;
  };
  /// Starts one image after the other, each as soon as the chip can take it, while packets and
  /// results move. The other configuration registers hold for all of them. Result packets are in
  /// the order of the jobs. Throws Error on a chip error or when `limit` cycles bring no result.
  std::vector<std::vector<std::uint32_t>> infer_all(std::span<const Job> jobs, std::uint64_t limit);
  /// Cycle (see cycles()) in which each result packet of the last infer_all was complete.
  const std::vector<std::uint64_t>& result_cycles() const { return result_cycles_; }

  /// What a calibration pass is told, but for the layers: register DEPTH.
  struct Pass {
    int vectors;
    int density;
    std::uint32_t seed;
    bool baseline;  ///< sums right after programming, instead of new gains
  };
  struct PassReport {
    std::uint64_t cycles;
    bool silent;  ///< some row block had a sum of 0 and kept its gain
  };
  /// A calibration pass of the idle chip, waited for by its interrupt. Throws Error if the chip
  /// refuses it or after `limit` cycles.
  PassReport calibrate(const Pass& pass, std::uint64_t limit);

  /// Values of all event counters, in the order of regs::event_list.
  std::vector<std::uint64_t> events();

  /// One clock cycle with the given inputs; returns the outputs before the rising edge.
  CoreOutputs cycle(const CoreInputs& inputs);
  std::uint64_t cycles() const { return cycles_; }

 private:
  std::unique_ptr<CoreModel> model_;
  std::size_t input_words_;
  Stalls stalls_;
  std::vector<std::uint64_t> result_cycles_;
  std::uint64_t cycles_ = 0;
};

}  // namespace xpike::sim
