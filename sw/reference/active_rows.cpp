// SPDX-License-Identifier: Apache-2.0
#include "reference/active_rows.hpp"

#include <algorithm>

#include "model/network.hpp"

namespace xpike::reference {
namespace {

constexpr std::size_t kSlack = 64;  // entries that a kernel may write behind a list

constexpr int kGroupSteps = 128;  // token-steps that are listed at once

// Copies features [first, first + count) of some tokens to whole words, [token][step][word].
void copy_features(const SpikeTensor& input, int token, int tokens, std::size_t first,
                   std::size_t count, std::vector<std::uint64_t>& to) {
  to.clear();
  for (int n = token; n < token + tokens; ++n) {
    for (int t = 0; t < input.steps(); ++t) {
      for (std::size_t bit = 0; bit < count; bit += 64) {
        to.push_back(bits_at(input.row(t, n), first + bit, std::min<std::size_t>(64, count - bit)));
      }
    }
  }
}

}  // namespace

void ActiveRows::make_room(std::size_t used, std::size_t more) {
  if (used + more <= room_) return;
  room_ = std::max(used + more, 2 * room_);
  auto larger = std::make_unique_for_overwrite<std::uint16_t[]>(room_);
  std::copy_n(rows_.get(), used, larger.get());
  rows_ = std::move(larger);
}

ActiveRows::ActiveRows(const SpikeTensor& input, int array_rows, const Kernels& kernels)
    : tokens_(input.tokens()), steps_(input.steps()), features_(input.features()) {
  const auto features = static_cast<std::size_t>(features_);
  const auto height = static_cast<std::size_t>(array_rows);
  const std::size_t arrays = (features + height - 1) / height;
  const int group = std::max(1, kGroupSteps / steps_);
  std::vector<std::uint64_t> copies;
  begin_.resize(arrays * token_steps() + 1);
  std::uint32_t* begin = begin_.data();
  for (std::size_t a = 0; a < arrays; ++a) {
    const std::size_t first = a * height;
    const std::size_t count = std::min(height, features - first);
    for (int token = 0; token < tokens_; token += group) {
      const int tokens = std::min(group, tokens_ - token);
      const auto steps = static_cast<std::size_t>(tokens) * static_cast<std::size_t>(steps_);
      make_room(*begin, steps * (count + 7) + kSlack);
      ListPass pass{};
      pass.words = (count + 63) / 64;
      pass.tokens = static_cast<std::size_t>(tokens);
      pass.steps = static_cast<std::size_t>(steps_);
      pass.rows = rows_.get();
      pass.begin = begin;
      if (first % 64 == 0 && count % 64 == 0) {
        const std::size_t row_words = (features + 63) / 64;
        pass.spikes = input.row(0, token).data() + first / 64;
        pass.token_distance = row_words;
        pass.step_distance = row_words * static_cast<std::size_t>(tokens_);
      } else {
        copy_features(input, token, tokens, first, count, copies);
        pass.spikes = copies.data();
        pass.token_distance = pass.words * pass.steps;
        pass.step_distance = pass.words;
      }
      spikes_ += kernels.list_rows(pass);
      begin += steps;
    }
  }
}

}  // namespace xpike::reference
