// SPDX-License-Identifier: Apache-2.0
#include "monitor.hpp"

#include <cstddef>

#include "model/error.hpp"

namespace xpike::sim {

namespace {
// The model calls back from within its evaluation, on the thread that evaluates it.
thread_local Monitor* current = nullptr;
}  // namespace

Monitor::Monitor(const Network& network, int tokens, int steps, int built_tokens,
                 std::size_t images)
    : images_(images), tokens_(tokens), built_tokens_(built_tokens) {
  const Shape& shape = network.shape;
  for (Tensors& tensors : images_) {
    tensors.input = SpikeTensor(steps, tokens, shape.input_rows);
    tensors.embed = SpikeTensor(steps, tokens, shape.dim);
    tensors.layers.resize(network.layers.size());
    for (LayerTensors& layer : tensors.layers) {
      for (SpikeTensor* tensor : {&layer.q, &layer.k, &layer.v, &layer.a, &layer.proj, &layer.res1,
                                  &layer.ff2, &layer.res2}) {
        *tensor = SpikeTensor(steps, tokens, shape.dim);
      }
      layer.ff1 = SpikeTensor(steps, tokens, shape.ff);
      layer.s = SpikeTensor(steps, shape.heads * tokens, tokens);
    }
  }
  current = this;
}

Monitor::~Monitor() { current = nullptr; }

Tensors& Monitor::tensors_of(std::string_view tensor, int layer, bool begins) {
  std::size_t& begun = begun_[{std::string(tensor), layer}];
  if (begins) ++begun;
  if (begun == 0 || begun > images_.size()) {
    throw Error("monitor", tensor, "the chip reports an image that is not run");
  }
  return images_[begun - 1];
}

SpikeTensor* Monitor::find(Tensors& tensors, std::string_view tensor, int layer) {
  if (tensor == "input") return &tensors.input;
  if (tensor == "embed") return &tensors.embed;
  if (layer < 0 || static_cast<std::size_t>(layer) >= tensors.layers.size()) return nullptr;
  LayerTensors& of = tensors.layers[static_cast<std::size_t>(layer)];
  if (tensor == "q") return &of.q;
  if (tensor == "k") return &of.k;
  if (tensor == "v") return &of.v;
  if (tensor == "s") return &of.s;
  if (tensor == "a") return &of.a;
  if (tensor == "proj") return &of.proj;
  if (tensor == "res1") return &of.res1;
  if (tensor == "ff1") return &of.ff1;
  if (tensor == "ff2") return &of.ff2;
  if (tensor == "res2") return &of.res2;
  return nullptr;
}

void Monitor::word(std::string_view tensor, int layer, int step, int row, int word,
                   std::uint64_t bits) {
  const bool begins = step == 0 && row == 0 && word == 0;
  SpikeTensor* target = find(tensors_of(tensor, layer, begins), tensor, layer);
  if (target == nullptr || step < 0 || step >= target->steps() || row < 0) {
    throw Error("monitor", tensor, "the chip reports a tensor, layer or time step that is not run");
  }
  if (tensor == "s") {  // rows of tokens that are not run hold nothing
    const int query = row % built_tokens_;
    if (query >= tokens_) return;
    row = row / built_tokens_ * tokens_ + query;
  }
  if (row >= target->tokens()) {
    throw Error("monitor", tensor, "the chip reports a token that is not run");
  }
  // Rows that the model does not use are built, but hold no spikes.
  const int rest = target->features() - 64 * word;
  if (rest <= 0) return;
  if (rest < 64) bits &= (std::uint64_t{1} << static_cast<unsigned>(rest)) - 1;
  target->row(step, row)[static_cast<std::size_t>(word)] = bits;
}

}  // namespace xpike::sim

// DPI imports of xpk_monitor_sim.sv.
extern "C" {
int xpk_monitor_enabled() { return xpike::sim::current != nullptr ? 1 : 0; }

void xpk_monitor_word(const char* tensor, int layer, int step, int row, int word,
                      unsigned long long bits) {
  xpike::sim::current->word(tensor, layer, step, row, word, bits);
}
}
