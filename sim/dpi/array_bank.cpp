// SPDX-License-Identifier: Apache-2.0
#include "array_bank.hpp"

#include <stdexcept>
#include <utility>

namespace xpike::dpi {

namespace {

thread_local Written last_written;

}  // namespace

ArrayBank::ArrayBank(std::uint32_t layers, std::uint32_t arrays, std::uint32_t rows,
                     std::uint32_t cols)
    : arrays_(arrays), all_(std::size_t{layers} * arrays, SynapticArray(rows, cols)) {
  if (all_.empty()) throw std::invalid_argument("array bank: no array");
}

SynapticArray& ArrayBank::array(std::uint32_t layer, std::uint32_t array) {
  const std::size_t index = std::size_t{layer} * arrays_ + array;
  if (array >= arrays_ || index >= all_.size()) {
    throw std::out_of_range("array bank: array does not exist");
  }
  return all_[index];
}

Written take_last_written() { return std::exchange(last_written, {}); }

void note_written(const Written& place) { last_written = place; }

}  // namespace xpike::dpi
