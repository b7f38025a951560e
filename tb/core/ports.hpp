// SPDX-License-Identifier: Apache-2.0
// The structs of xpk_pkg that the modules of the core hand to each other (ctrl_t, pass_t, layer_t,
// chain_events_t) as flat ports. Programming structs: aimc/ports.hpp.
#pragma once

#include <type_traits>

#include "lib/fields.hpp"
#include "lib/random.hpp"

namespace xpike::tb {

struct Ctrl {
  unsigned n_tokens = 1, steps = 1, depth = 1;
  bool causal = false;
  unsigned pooling = 0;
  bool anytime = false;
  unsigned k_input = 0, input_rows = 1;
  bool input_spikes = false, position_enable = false;
  unsigned position_base = 0, classes = 1, seed = 0, image = 0;
  bool operator==(const Ctrl&) const = default;
};
template <class Fields, class Any>
requires std::is_same_v<std::remove_const_t<Any>, Ctrl>
void fields_of(Fields& f, Any& ctrl) {
  f.field(32, ctrl.image);
  f.field(32, ctrl.seed);
  f.field(11, ctrl.classes);
  f.field(16, ctrl.position_base);
  f.field(1, ctrl.position_enable);
  f.field(1, ctrl.input_spikes);
  f.field(11, ctrl.input_rows);
  f.field(4, ctrl.k_input);
  f.field(1, ctrl.anytime);
  f.field(2, ctrl.pooling);
  f.field(1, ctrl.causal);
  f.field(5, ctrl.depth);
  f.field(8, ctrl.steps);
  f.field(11, ctrl.n_tokens);
}

struct Pass {
  unsigned seed = 0, vectors = 0, density = 0;
  bool baseline = false;
  bool operator==(const Pass&) const = default;
};
template <class Fields, class Any>
requires std::is_same_v<std::remove_const_t<Any>, Pass>
void fields_of(Fields& f, Any& pass) {
  f.field(32, pass.seed);
  f.field(11, pass.vectors);
  f.field(9, pass.density);
  f.field(1, pass.baseline);
}

/// One layer; a word of the layer table has the same order.
struct LayerConfig {
  unsigned k_s = 0, k_a = 0;
  bool row_exponent = false;
  int row_offset = 0;
  unsigned res1 = 0, res2 = 0;
  bool operator==(const LayerConfig&) const = default;
};
template <class Fields, class Any>
requires std::is_same_v<std::remove_const_t<Any>, LayerConfig>
void fields_of(Fields& f, Any& layer) {
  f.field(4, layer.k_s);
  f.field(4, layer.k_a);
  f.field(1, layer.row_exponent);
  f.field(4, layer.row_offset);
  f.field(2, layer.res1);
  f.field(2, layer.res2);
}

/// A vector that passed, and its spikes.
struct Count {
  bool fire = false;
  unsigned spikes = 0;
  bool operator==(const Count&) const = default;
};
template <class Fields, class Any>
void fields_of_count(Fields& f, Any& count) {
  f.field(14, count.spikes);
  f.field(1, count.fire);
}
template <class Fields, class Any>
requires std::is_same_v<std::remove_const_t<Any>, Count>
void fields_of(Fields& f, Any& count) { fields_of_count(f, count); }

struct ChainEvents {
  Count rows, a, proj, res1, ff1, ff2, x, q, k, v;
  bool embed = false, qkv = false, head = false, converting = false;
  bool operator==(const ChainEvents&) const = default;
};
template <class Fields, class Any>
requires std::is_same_v<std::remove_const_t<Any>, ChainEvents>
void fields_of(Fields& f, Any& events) {
  f.field(1, events.converting);
  f.field(1, events.head);
  f.field(1, events.qkv);
  f.field(1, events.embed);
  for (auto* count : {&events.v, &events.k, &events.q, &events.x, &events.ff2, &events.ff1,
                      &events.res1, &events.proj, &events.a, &events.rows}) {
    fields_of_count(f, *count);
  }
}

}  // namespace xpike::tb
