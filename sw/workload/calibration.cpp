// SPDX-License-Identifier: Apache-2.0
#include "workload/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "reference/active_rows.hpp"
#include "reference/input_encoder.hpp"
#include "reference/lif.hpp"
#include "reference/neuron_stage.hpp"
#include "reference/residual.hpp"
#include "reference/ssa.hpp"
#include "reference/streams.hpp"
#include "reference/synaptic_matrix.hpp"
#include "workload/workload.hpp"

namespace xpike {
namespace {

using namespace reference;

const double kMiddleRate = std::sqrt(kLowestRate * kHighestRate);
constexpr double kCodeDeviation = 16.0 / 3.0;
constexpr int kSampleTokens = 128;  // that thresholds are chosen on

double rate_of(const Spikes& spikes) {
  std::uint64_t ones = 0;
  std::uint64_t places = 0;
  for (const SpikeTensor& tensor : spikes) {
    ones += tensor.count();
    places += tensor.places();
  }
  return static_cast<double>(ones) / static_cast<double>(places);
}

// How far a rate is off, as a factor: twice as much is as bad as half.
double distance(double rate) {
  return rate > 0 ? std::abs(std::log2(rate / kMiddleRate)) : HUGE_VAL;
}

// Some tokens of all images, evenly spread, as one tensor.
SpikeTensor sample(const Spikes& spikes) {
  const int steps = spikes.front().steps();
  const int tokens = spikes.front().tokens();
  const int all = tokens * static_cast<int>(spikes.size());
  const int count = std::min(all, kSampleTokens);
  SpikeTensor out(steps, count, spikes.front().features());
  for (int i = 0; i < count; ++i) {
    const int token = static_cast<int>(std::int64_t{i} * all / count);
    const SpikeTensor& from = spikes[static_cast<std::size_t>(token / tokens)];
    for (int t = 0; t < steps; ++t) {
      std::ranges::copy(from.row(t, token % tokens), out.row(t, i).begin());
    }
  }
  return out;
}

// Spikes of one neuron, whose membrane starts at 0 every `steps` values.
int count_spikes(std::span<const int> sums, int steps, int bias, int threshold) {
  int count = 0;
  for (auto token = sums.begin(); token != sums.end(); token += steps) {
    int membrane = 0;
    for (int t = 0; t < steps; ++t) {
      count += lif_update(membrane, token[t], bias, threshold) ? 1 : 0;
    }
  }
  return count;
}

// The threshold whose count comes nearest to the wanted one; counts fall as thresholds rise.
int choose_threshold(std::span<const int> sums, int steps, int bias, double wanted) {
  int low = 1;
  int high = kMaxThreshold;
  while (low < high) {  // the lowest threshold with at most the wanted count
    const int middle = (low + high) / 2;
    if (count_spikes(sums, steps, bias, middle) > wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 1) return low;
  const double below = wanted - count_spikes(sums, steps, bias, low);
  const double above = count_spikes(sums, steps, bias, low - 1) - wanted;
  return above < below ? low - 1 : low;
}

// Shift and gain that turn a sum of this standard deviation, in levels, into codes that use the
// converter's range.
std::pair<int, int> converter_for(double deviation) {
  const double gain = 256.0 * kCodeDeviation / deviation;  // without a shift
  int shift = 0;
  while (shift < kMaxShift && gain * std::exp2(shift) < 256.0) ++shift;
  const double scaled = std::round(gain * std::exp2(shift));
  return {shift, static_cast<int>(std::clamp(scaled, 1.0, double{kMaxGain}))};
}

}  // namespace

SpikeTensor Calibration::encode(const Network& network, const TokenImage& image, int index) const {
  const std::uint32_t number = first_image_ + static_cast<std::uint32_t>(index);
  LaneBank bank(lane_states(base_state(seed_, number, 0, kEncoderStream), ceil_div(image.rows, 4)),
                config_.leap_encoder);
  return encode_input(network.input, image, network.shape.steps, bank);
}

void Calibration::tune_converters(Matrix& matrix, const Spikes& input, bool one) const {
  const int blocks = ceil_div(matrix.out, config_.array_cols);
  const double driven = std::min(matrix.in, config_.array_rows) * rate_of(input);
  const auto deviation = [&](int first, int last) {  // outputs of a row block
    double squares = 0;
    for (int o = first; o < last; ++o) {
      for (int i = 0; i < matrix.in; ++i)
        squares += matrix.weight_at(o, i) * matrix.weight_at(o, i);
    }
    const double mean = squares / (static_cast<double>(last - first) * matrix.in);
    return std::max(std::sqrt(driven * mean), 0.1);  // even if nothing spikes or weighs
  };
  for (int b = 0; b < blocks; ++b) {
    const int first = one ? 0 : b * config_.array_cols;
    const int last = one ? matrix.out : std::min(first + config_.array_cols, matrix.out);
    const auto [shift, gain] = converter_for(deviation(first, last));
    matrix.shift.push_back(static_cast<std::uint8_t>(shift));
    matrix.gain.push_back(static_cast<std::uint16_t>(gain));
  }
}

void Calibration::tune_neurons(Matrix& matrix, const Spikes& input, double rate) const {
  const SynapticMatrix synapses(matrix, config_.array_rows, config_.array_cols, default_kernels());
  const SpikeTensor tokens = sample(input);
  const std::vector<std::int16_t> sums =
      synapses.code_sums({tokens, config_.array_rows, default_kernels()});
  const auto samples =
      static_cast<std::size_t>(tokens.steps()) * static_cast<std::size_t>(tokens.tokens());
  std::vector<int> column(samples);
  for (std::size_t c = 0; c < static_cast<std::size_t>(matrix.out); ++c) {
    double total = 0;
    for (std::size_t i = 0; i < samples; ++i) {
      column[i] = sums[i * synapses.code_distance() + c];
      total += column[i];
    }
    const double mean = total / static_cast<double>(samples);
    const int bias = std::clamp(static_cast<int>(std::lround(-4 * mean)), kMinBias, kMaxBias);
    const int threshold =
        choose_threshold(column, tokens.steps(), bias, rate * static_cast<double>(samples));
    matrix.bias.push_back(static_cast<std::int16_t>(bias));
    matrix.threshold.push_back(static_cast<std::int16_t>(threshold));
  }
}

Spikes Calibration::tune_stage(Matrix& matrix, const Spikes& input, double rate) const {
  tune_converters(matrix, input, false);
  tune_neurons(matrix, input, rate);
  const NeuronStage stage(matrix, config_.array_rows, config_.array_cols, default_kernels());
  Spikes output;
  for (const SpikeTensor& spikes : input) {
    output.push_back(stage.run({spikes, config_.array_rows, default_kernels()}));
  }
  return output;
}

Spikes Calibration::tune_attention(Layer& layer, int number, const Spikes& q, const Spikes& k,
                                   const Spikes& v) const {
  Spikes scores;
  const auto run = [&](int k_s, int k_a) {
    Spikes output;
    scores.clear();
    for (std::size_t i = 0; i < q.size(); ++i) {
      const std::uint32_t base = base_state(seed_, first_image_ + static_cast<std::uint32_t>(i),
                                            static_cast<std::uint32_t>(number), kAttentionStream);
      AttentionBanks banks(config_, base);
      Ssa ssa({.sequence = config_.tokens, .k_s = k_s, .k_a = k_a}, config_.heads, config_.head_dim,
              default_kernels());
      const int tokens = q[i].tokens();
      scores.emplace_back(q[i].steps(), config_.heads * tokens, tokens);
      output.emplace_back(q[i].steps(), tokens, config_.dim);
      for (int t = 0; t < q[i].steps(); ++t) {
        ssa.step(q[i], k[i], v[i], t, banks.score, banks.value, output.back(), &scores.back());
      }
    }
    return output;
  };
  double nearest = HUGE_VAL;
  for (int k_s = 0; k_s <= ceil_log2(config_.head_dim); ++k_s) {
    run(k_s, 0);
    if (const double off = distance(rate_of(scores)); off < nearest) {
      nearest = off;
      layer.k_s = k_s;
    }
  }
  nearest = HUGE_VAL;
  Spikes output;
  for (int k_a = 0; k_a <= kMaxExponent; ++k_a) {
    Spikes a = run(layer.k_s, k_a);
    if (const double off = distance(rate_of(a)); off < nearest) {
      nearest = off;
      layer.k_a = k_a;
      output = std::move(a);
    }
  }
  return output;
}

Spikes Calibration::tune_residual(Residual& kind, const Spikes& x, const Spikes& branch) const {
  double nearest = HUGE_VAL;
  Spikes output;
  for (const Residual candidate : {Residual::kIand, Residual::kOr, Residual::kXor}) {
    Spikes out;
    for (std::size_t i = 0; i < x.size(); ++i) {
      out.push_back(residual(candidate, x[i], branch[i]));
    }
    if (const double off = distance(rate_of(out)); off < nearest) {
      nearest = off;
      kind = candidate;
      output = std::move(out);
    }
  }
  return output;
}

}  // namespace xpike
