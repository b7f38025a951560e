// SPDX-License-Identifier: Apache-2.0
// What the benches of this folder expect: one matrix with its converters and neurons, written from
// docs/numerics.md (sections 5 and 6) as plainly as possible, in real and unbounded arithmetic.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "lib/bits.hpp"
#include "lib/random.hpp"

namespace xpike::tb {

using Bits = std::vector<std::uint8_t>;  // one element per bit, 0 or 1

/// Build parameters of a bench, as given to xpk_verilate.
struct Shape {
  int inputs;
  int outputs;
  int layers;
  int matrix;
  int rows;
  int cols;
  int converters;
  int adc_cycles;

  int arrays() const { return (inputs + rows - 1) / rows; }
  int row_blocks() const { return (outputs + cols - 1) / cols; }
  int mux_steps() const { return (cols + converters - 1) / converters; }
  int columns(int row_block) const { return std::min(cols, outputs - row_block * cols); }
  int period() const { return mux_steps() * adc_cycles; }
};

struct Devices {
  unsigned plus = 0;
  unsigned minus = 0;
};
struct Converter {
  unsigned shift = 0;
  unsigned gain = 256;
};
struct Neuron {
  int threshold = 1;
  int bias = 0;
};

/// Converter: round half up to whole codes, then saturate.
inline int expected_code(std::int64_t sum, Converter setting) {
  const double scaled = static_cast<double>(sum) * setting.gain /
                        std::ldexp(1.0, static_cast<int>(setting.shift) + 16);
  return static_cast<int>(std::clamp(std::floor(scaled + 0.5), -16.0, 15.0));
}

/// One neuron over the time steps of one token.
class ExpectedNeuron {
 public:
  void restart() { membrane_ = 0; }
  bool update(int current, Neuron neuron) {
    const double leaked = std::floor(membrane_ / 2.0);
    const double u = std::clamp(leaked + current + neuron.bias, -2048.0, 2047.0);
    const bool spike = u >= neuron.threshold;
    membrane_ = spike ? 0 : static_cast<int>(u);
    return spike;
  }

 private:
  int membrane_ = 0;
};

inline Bits random_bits(Random& random, int count, double density) {
  Bits bits(static_cast<std::size_t>(count));
  for (auto& bit : bits) {
    bit = random.chance(density) ? 1 : 0;
  }
  return bits;
}

class MatrixModel {
 public:
  explicit MatrixModel(Shape shape)
      : shape_(shape),
        devices_(size(shape.layers) * size(shape.outputs) * size(shape.inputs)),
        converters_(size(shape.layers) * size(shape.row_blocks())),
        neurons_(size(shape.layers) * size(shape.outputs)),
        states_(size(shape.outputs)) {}

  const Shape& shape() const { return shape_; }
  Devices& devices(int layer, int out, int in) {
    return devices_[(size(layer) * size(shape_.outputs) + size(out)) * size(shape_.inputs) +
                    size(in)];
  }
  Devices devices(int layer, int out, int in) const {
    return const_cast<MatrixModel*>(this)->devices(layer, out, in);
  }
  Converter& converter(int layer, int row_block) {
    return converters_[size(layer) * size(shape_.row_blocks()) + size(row_block)];
  }
  Converter converter(int layer, int row_block) const {
    return const_cast<MatrixModel*>(this)->converter(layer, row_block);
  }
  Neuron& neuron(int layer, int out) {
    return neurons_[size(layer) * size(shape_.outputs) + size(out)];
  }
  Neuron neuron(int layer, int out) const {
    return const_cast<MatrixModel*>(this)->neuron(layer, out);
  }

  /// Conductances, converters and neurons that make codes, spikes and saturation all common.
  void randomize(Random& random) {
    for (auto& cell : devices_) {
      const int kind = random.between(0, 9);
      const auto any = [&] { return static_cast<unsigned>(random.below(8192)); };
      cell = kind == 0   ? Devices{8191, 0}
             : kind == 1 ? Devices{0, 8191}
             : kind == 2 ? Devices{8191, 8191}
             : kind < 7  ? Devices{any(), any()}
                         : Devices{256U * static_cast<unsigned>(random.below(16)), 0};
    }
    for (auto& setting : converters_) {
      setting.shift = static_cast<unsigned>(random.below(8));
      const int most = random.chance(0.2) ? 65535 : 2000;
      setting.gain = random.chance(0.5) ? 256U : static_cast<unsigned>(random.between(1, most));
    }
    for (auto& neuron : neurons_) {
      neuron = random.chance(0.1)   ? Neuron{2047, 2047}
               : random.chance(0.1) ? Neuron{1, -2048}
                                    : Neuron{random.between(1, 60), random.between(-40, 40)};
    }
  }

  /// Code of one of the arrays that an output is spread over.
  int code(int layer, int out, int array, const Bits& x) const {
    const int first = array * shape_.rows;
    std::int64_t sum = 0;
    for (int in = first; in < std::min(first + shape_.rows, shape_.inputs); ++in) {
      const Devices cell = devices(layer, out, in);
      if (x[size(in)] != 0) {
        sum += static_cast<std::int64_t>(cell.plus) - static_cast<std::int64_t>(cell.minus);
      }
    }
    return expected_code(sum, converter(layer, out / shape_.cols));
  }

  /// Sum of the codes of all arrays of an output.
  int code_sum(int layer, int out, const Bits& x) const {
    int total = 0;
    for (int array = 0; array < shape_.arrays(); ++array) total += code(layer, out, array, x);
    return total;
  }

  /// Spikes of one time step; `first` marks time step 0 of a token.
  Bits spikes(int layer, const Bits& x, bool first) {
    Bits result(states_.size());
    for (int out = 0; out < shape_.outputs; ++out) {
      ExpectedNeuron& state = states_[size(out)];
      if (first) {
        state.restart();
      }
      result[size(out)] = state.update(4 * code_sum(layer, out, x), neuron(layer, out)) ? 1 : 0;
    }
    return result;
  }

 private:
  static std::size_t size(int value) { return static_cast<std::size_t>(value); }

  Shape shape_;
  std::vector<Devices> devices_;
  std::vector<Converter> converters_;
  std::vector<Neuron> neurons_;
  std::vector<ExpectedNeuron> states_;
};

template <class Port>
void set_vector(Port& port, const Bits& bits) {
  for (std::size_t i = 0; i < bits.size(); ++i) {
    set_bits(port, i, 1, bits[i]);
  }
}

}  // namespace xpike::tb
