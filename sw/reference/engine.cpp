// SPDX-License-Identifier: Apache-2.0
#include "reference/engine.hpp"

#include <utility>

#include "model/fit.hpp"
#include "reference/event_counts.hpp"
#include "reference/input_encoder.hpp"
#include "reference/residual.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {
namespace {

// Lanes of one bank out of all lane starts of an attention layer.
LaneBank bank_of(const std::vector<std::uint32_t>& starts, int first, int count,
                 const LfsrJump& leap) {
  const auto begin = starts.begin() + first;
  return LaneBank(std::vector<std::uint32_t>(begin, begin + count), leap);
}

// Writes the head's columns of a into features head * width .. of the time step.
void place_columns(const BitMatrix& a, int head, int t, SpikeTensor& out) {
  const int begin = head * static_cast<int>(a.cols());
  for (std::size_t n = 0; n < a.rows(); ++n) {
    for_each_one(a.row(n), [&](std::size_t d) {
      out.set(t, static_cast<int>(n), begin + static_cast<int>(d), true);
    });
  }
}

// Writes the scores of a head at a time step into rows head * n_tokens .. of s.
void place_scores(const BitMatrix& scores, int head, int t, SpikeTensor& out) {
  for (std::size_t i = 0; i < scores.rows(); ++i) {
    const auto from = scores.row(i);
    const auto to = out.row(t, head * static_cast<int>(scores.rows()) + static_cast<int>(i));
    for (std::size_t w = 0; w < to.size(); ++w) to[w] = from[w];
  }
}

Network without_matrices(const Network& network) {
  Network out = network;
  for_each_matrix(out, [](const std::string&, Matrix& matrix, bool) { matrix = Matrix{}; });
  return out;
}

// Network, after it has been found usable; so that no member is built from a faulty one.
const Network& checked(const Network& network, const Config& config) {
  const std::string place = "network '" + network.name + "'";
  check_network(network, place);
  check_fit(network, config, place);
  return network;
}

}  // namespace

ReferenceEngine::ReferenceEngine(const Config& config, const Network& network)
    : config_(config),
      network_(without_matrices(checked(network, config))),
      embed_(network.embed, config.array_rows, config.array_cols),
      head_(network.head, network.pooling, config.array_rows, config.array_cols),
      encoder_leap_(static_cast<std::uint32_t>(config.leap_encoder)),
      score_leap_(static_cast<std::uint32_t>(config.leap_score)),
      value_leap_(static_cast<std::uint32_t>(config.leap_value)) {
  const auto stage = [&](const Matrix& matrix) {
    return NeuronStage(matrix, config.array_rows, config.array_cols);
  };
  for (const Layer& layer : network.layers) {
    const SsaParams ssa{config.tokens,  layer.k_s,          layer.k_a,
                        network.causal, layer.row_exponent, layer.row_offset};
    layers_.push_back({stage(layer.q), stage(layer.k), stage(layer.v), stage(layer.proj),
                       stage(layer.ff1), stage(layer.ff2), ssa});
  }
}

SpikeTensor ReferenceEngine::input_spikes(const TokenImage& image, std::uint32_t image_number,
                                          const RunOptions& options, Events& events) const {
  const std::uint32_t base = base_state(options.seed, image_number, 0, kEncoderStream);
  LaneBank bank(lane_states(base, ceil_div(config_.input_rows, 4)), encoder_leap_);
  SpikeTensor spikes = encode_input(network_.input, image, options.steps, bank);
  events["draws_encoder"] += bank.lane_draws();
  return spikes;
}

void ReferenceEngine::run_attention(const LayerStages& stages, std::uint32_t base,
                                    LayerTensors& tensors, Events& events) const {
  const int heads = config_.heads;
  const int width = config_.head_dim;
  const int lanes = lanes_per_bank(config_.tokens);
  const int tokens = tensors.q.tokens();
  const int steps = tensors.q.steps();
  const std::vector<std::uint32_t> starts = lane_states(base, 2 * heads * lanes);

  tensors.s = SpikeTensor(steps, heads * tokens, tokens);
  tensors.a = SpikeTensor(steps, tokens, config_.dim);
  for (int h = 0; h < heads; ++h) {
    LaneBank score_bank = bank_of(starts, first_score_lane(h, config_.tokens), lanes, score_leap_);
    LaneBank value_bank =
        bank_of(starts, first_value_lane(h, heads, config_.tokens), lanes, value_leap_);
    for (int t = 0; t < steps; ++t) {
      const SsaStep step =
          ssa_step(stages.ssa, tensors.q.step_columns(t, h * width, width),
                   tensors.k.step_columns(t, h * width, width),
                   tensors.v.step_columns(t, h * width, width), score_bank, value_bank);
      place_scores(step.s, h, t, tensors.s);
      place_columns(step.a, h, t, tensors.a);
    }
    events["draws_score"] += score_bank.lane_draws();
    events["draws_value"] += value_bank.lane_draws();
  }
  // All heads stream their columns together.
  events["ssa_columns"] += static_cast<std::uint64_t>(steps) * static_cast<std::uint64_t>(width);
  const auto q_bits = static_cast<std::uint64_t>(steps) * static_cast<std::uint64_t>(tokens) *
                      static_cast<std::uint64_t>(config_.dim);
  events["gated_rows"] += q_bits - tensors.q.count();
}

Result ReferenceEngine::run(const TokenImage& image, std::uint32_t image_number,
                            const RunOptions& options) {
  check_run(network_, config_, image, options);
  Result result;
  Events& events = result.events;
  Tensors tensors;

  // Runs one matrix and counts what it did.
  const auto run_stage = [&](const NeuronStage& stage, const std::string& name,
                             const SpikeTensor& input, const BuiltMatrix& built) {
    SpikeTensor output = stage.run(input);
    count_matrix(events, name, built, config_, input, true);
    count_spikes(events, name, output);
    return output;
  };
  const BuiltMatrix square{config_.dim, config_.dim};

  tensors.input = input_spikes(image, image_number, options, events);
  count_spikes(events, "input", tensors.input);
  tensors.embed = run_stage(embed_, "embed", tensors.input, {config_.input_rows, config_.dim});

  SpikeTensor x = tensors.embed;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const LayerStages& stages = layers_[l];
    const Layer& layer = network_.layers[l];
    LayerTensors out;
    out.q = run_stage(stages.q, "q", x, square);
    out.k = run_stage(stages.k, "k", x, square);
    out.v = run_stage(stages.v, "v", x, square);
    run_attention(
        stages,
        base_state(options.seed, image_number, static_cast<std::uint32_t>(l), kAttentionStream),
        out, events);
    count_spikes(events, "a", out.a);
    out.proj = run_stage(stages.proj, "proj", out.a, square);
    out.res1 = residual(layer.res1, x, out.proj);
    count_spikes(events, "res1", out.res1);
    out.ff1 = run_stage(stages.ff1, "ff1", out.res1, {config_.dim, config_.ff});
    out.ff2 = run_stage(stages.ff2, "ff2", out.ff1, {config_.ff, config_.dim});
    out.res2 = residual(layer.res2, out.res1, out.ff2);
    count_spikes(events, "res2", out.res2);
    x = out.res2;
    if (options.tensors) tensors.layers.push_back(std::move(out));
  }

  tensors.classes = network_.shape.classes;
  result.running = head_.running_scores(x);
  count_matrix(events, "head", {config_.dim, config_.classes}, config_,
               pooled_tokens(network_.pooling, x), false);

  result.scores.assign(result.running.end() - tensors.classes, result.running.end());
  result.predicted = best_class(result.scores);
  if (options.tensors) {
    tensors.head = result.running;
    result.tensors = std::move(tensors);
  }
  return result;
}

}  // namespace xpike::reference
