// SPDX-License-Identifier: Apache-2.0
#include "reference/engine.hpp"

#include <utility>

#include "model/fit.hpp"
#include "reference/input_encoder.hpp"
#include "reference/residual.hpp"
#include "reference/streams.hpp"

namespace xpike::reference {
namespace {

using regs::Event;

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

const Faults& checked(const Faults& faults) {
  check_faults(faults);
  return faults;
}

// Bank of faults.hpp.
void stick(LaneBank& lanes, const Faults& faults, std::uint32_t bank) {
  if (faults.stuck_lanes > 0.0) lanes.stick(stuck_bits(faults, lanes.lanes(), bank));
}

}  // namespace

ReferenceEngine::ReferenceEngine(const Config& config, const Network& network,
                                 const Kernels& kernels, Randomness randomness,
                                 const Faults& faults)
    : config_(config),
      network_(without_matrices(checked(network, config))),
      kernels_(&kernels),
      randomness_(randomness),
      faults_(checked(faults)),
      embed_(network.embed, config.array_rows, config.array_cols, kernels, faults.converter),
      head_(network.head, config.array_rows, config.array_cols, kernels, faults.converter) {
  const auto stage = [&](const Matrix& matrix) {
    return NeuronStage(matrix, config.array_rows, config.array_cols, kernels, faults.converter);
  };
  for (const Layer& layer : network.layers) {
    const SsaParams ssa{config.tokens,  layer.k_s,          layer.k_a,
                        network.causal, layer.row_exponent, layer.row_offset};
    layers_.push_back({stage(layer.q), stage(layer.k), stage(layer.v), stage(layer.proj),
                       stage(layer.ff1), stage(layer.ff2), ssa});
  }
}

SpikeTensor ReferenceEngine::input_spikes(const TokenImage& image, std::uint32_t image_number,
                                          const RunOptions& options, EventCounts& counts) const {
  if (image.stream) {
    SpikeTensor spikes = pass_stream(network_.input, *image.stream, options.steps);
    counts.add(Event::draws_encoder, 0);
    counts.add(Event::spikes_input, count(spikes));
    return spikes;
  }
  const std::uint32_t base = base_state(options.seed, image_number, 0, kEncoderStream);
  // Lanes behind the rows of the network draw as well on the chip, but nobody uses their bytes.
  LaneBank bank(lane_states(base, ceil_div(image.rows, 4)), config_.leap_encoder, *kernels_,
                randomness_);
  stick(bank, faults_, 0);
  SpikeTensor spikes = encode_input(network_.input, image, options.steps, bank, *kernels_);
  counts.add(Event::draws_encoder, static_cast<std::uint64_t>(image.tokens) *
                                       static_cast<std::uint64_t>(options.steps) *
                                       static_cast<std::uint64_t>(ceil_div(config_.input_rows, 4)));
  counts.add(Event::spikes_input, count(spikes));
  return spikes;
}

SpikeTensor ReferenceEngine::run_stage(const NeuronStage& stage, const MatrixEvents& names,
                                       const ActiveRows& input, const BuiltMatrix& built,
                                       EventCounts& counts) const {
  SpikeTensor output = stage.run(input);
  counts.add_stage(names, built, config_, input, count(output));
  return output;
}

void ReferenceEngine::run_attention(std::size_t l, std::uint32_t image_number,
                                    const RunOptions& options, LayerTensors& tensors,
                                    EventCounts& counts) const {
  const SsaParams& params = layers_[l].ssa;
  const std::uint32_t base =
      base_state(options.seed, image_number, static_cast<std::uint32_t>(l), kAttentionStream);
  const int tokens = tensors.q.tokens();
  const int steps = tensors.q.steps();
  AttentionBanks banks(config_, base, *kernels_, randomness_);
  // One engine serves all layers.
  stick(banks.score, faults_, 1);
  stick(banks.value, faults_, 2);
  recall(image_number, l, SpikeMemory::kQ, tensors.q);
  recall(image_number, l, SpikeMemory::kK, tensors.k);
  recall(image_number, l, SpikeMemory::kV, tensors.v);
  if (options.tensors) tensors.s = SpikeTensor(steps, config_.heads * tokens, tokens);
  tensors.a = SpikeTensor(steps, tokens, config_.dim);
  Ssa ssa(params, config_.heads, config_.head_dim, *kernels_);
  for (int t = 0; t < steps; ++t) {
    ssa.step(tensors.q, tensors.k, tensors.v, t, banks.score, banks.value, tensors.a,
             options.tensors ? &tensors.s : nullptr);
  }
  counts.add(Event::draws_score, banks.score.lane_draws());
  counts.add_attention(config_, params.causal, tensors.q, *kernels_);
  counts.add(Event::spikes_a, count(tensors.a));
  recall(image_number, l, SpikeMemory::kA, tensors.a);
}

LayerTensors ReferenceEngine::run_layer(std::size_t l, const SpikeTensor& x,
                                        std::uint32_t image_number, const RunOptions& options,
                                        EventCounts& counts) const {
  const LayerStages& stages = layers_[l];
  const Layer& layer = network_.layers[l];
  const BuiltMatrix square{config_.dim, config_.dim};
  LayerTensors out;
  const ActiveRows rows = rows_of(x);
  out.q = run_stage(stages.q, kQEvents, rows, square, counts);
  out.k = run_stage(stages.k, kKEvents, rows, square, counts);
  out.v = run_stage(stages.v, kVEvents, rows, square, counts);
  run_attention(l, image_number, options, out, counts);
  out.proj = run_stage(stages.proj, kProjEvents, rows_of(out.a), square, counts);
  if (faults_.flipped_spikes > 0.0) {
    SpikeTensor kept = x;
    recall(image_number, l, SpikeMemory::kX, kept);
    out.res1 = residual(layer.res1, kept, out.proj);
  } else {
    out.res1 = residual(layer.res1, x, out.proj);
  }
  counts.add(Event::spikes_res1, count(out.res1));
  out.ff1 = run_stage(stages.ff1, kFf1Events, rows_of(out.res1), {config_.dim, config_.ff}, counts);
  out.ff2 = run_stage(stages.ff2, kFf2Events, rows_of(out.ff1), {config_.ff, config_.dim}, counts);
  out.res2 = residual(layer.res2, out.res1, out.ff2);
  counts.add(Event::spikes_res2, count(out.res2));
  return out;
}

Result ReferenceEngine::run(const TokenImage& image, std::uint32_t image_number,
                            const RunOptions& options) {
  check_run(network_, config_, image, options);
  Result result;
  EventCounts counts;
  Tensors tensors;
  tensors.input = input_spikes(image, image_number, options, counts);
  tensors.embed = run_stage(embed_, kEmbedEvents, rows_of(tensors.input),
                            {config_.input_rows, config_.dim}, counts);

  SpikeTensor x = tensors.embed;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    LayerTensors layer = run_layer(l, x, image_number, options, counts);
    if (options.tensors) {
      x = layer.res2;
      tensors.layers.push_back(std::move(layer));
    } else {
      x = std::move(layer.res2);
    }
  }

  tensors.classes = network_.shape.classes;
  const ActiveRows pooled = rows_of(pooled_tokens(network_.pooling, x));
  result.running = head_.running_scores(pooled);
  counts.add_products(Event::mvms_head, Event::active_rows_head, {config_.dim, config_.classes},
                      config_, pooled);
  result.events = counts.events();

  result.scores.assign(result.running.end() - tensors.classes, result.running.end());
  if (options.final_scores) result.running = result.scores;
  result.predicted = best_class(result.scores);
  if (options.tensors) {
    tensors.head = result.running;
    result.tensors = std::move(tensors);
  }
  return result;
}

}  // namespace xpike::reference
