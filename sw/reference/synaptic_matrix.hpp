// SPDX-License-Identifier: Apache-2.0
// All synaptic arrays and converters of one matrix (docs/numerics.md, section 5), computed from the
// unmapped matrix: every `array_rows` consecutive inputs are one array, every `array_cols`
// consecutive outputs are one row block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "model/network.hpp"
#include "reference/active_rows.hpp"
#include "reference/kernels/kernels.hpp"
#include "reference/strips.hpp"

namespace xpike::reference {

// LIF neurons of the outputs of a matrix, one per column.
struct Neurons {
  Strips<std::int16_t> bias;
  Strips<std::int16_t> threshold;
};

class SynapticMatrix {
 public:
  // Throws Error for more than 256 arrays in a row block.
  SynapticMatrix(const Matrix& matrix, int array_rows, int array_cols, const Kernels& kernels);

  int in() const { return in_; }
  int out() const { return out_; }
  int array_rows() const { return array_rows_; }
  const Kernels& kernels() const { return *kernels_; }

  // Sum over the arrays of the codes of every output, [token-step][code_distance()].
  std::vector<std::int16_t> code_sums(const ActiveRows& input) const;
  std::size_t code_distance() const { return strips_ * kStrip; }

  // The same sums as the input of neurons, whose membranes start at 0 for every token; output:
  // [step][token][out].
  void fire(const ActiveRows& input, const Neurons& neurons, SpikeTensor& output) const;

 private:
  // Weights in 8 bits, sums in 16: without devices and with converter steps of at least one LSB.
  struct IdealCells {
    std::vector<Strip<std::int8_t>> cells;  // [strip][array][1 + row]
    Strips<std::int16_t> scale;
    IdealConverters converters(std::size_t strip) const { return {scale.data(strip)}; }
  };
  // Differences of devices in 16 bits, sums in 32: any devices, gains and shifts.
  struct DeviceCells {
    std::vector<Strip<std::int16_t>> cells;
    Strips<std::int32_t> gain;
    Strips<std::int32_t> shift;
    Strips<std::int32_t> limit;
    DeviceConverters converters(std::size_t strip) const {
      return {gain.data(strip), shift.data(strip), limit.data(strip)};
    }
  };
  struct Output;

  template <class Cells>
  void place(const Matrix& matrix, Cells& to, int scale) const;
  void run(const ActiveRows& input, const Output& output) const;
  template <class Cells, class Pass>
  void run_cells(const Cells& from, Pass pass, const ActiveRows& input, const Output& output) const;
  void run_pass(const IdealPass& pass) const;
  void run_pass(const DevicePass& pass) const;
  // First row of an array in a strip, which is the row of zeros.
  std::size_t array_start(std::size_t array) const {
    return array * (static_cast<std::size_t>(array_rows_) + 1);
  }

  const Kernels* kernels_;
  int in_;
  int out_;
  int array_rows_;
  std::size_t arrays_;
  std::size_t strips_;
  std::variant<IdealCells, DeviceCells> cells_;
};

}  // namespace xpike::reference
