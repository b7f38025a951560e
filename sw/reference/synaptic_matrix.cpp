// SPDX-License-Identifier: Apache-2.0
#include "reference/synaptic_matrix.hpp"

#include <algorithm>

#include "model/error.hpp"

namespace xpike::reference {
namespace {

constexpr int kMaxRows = 1022;   // keeps places of rows, and sums of weights, in 16 bits
constexpr int kMaxArrays = 256;  // keeps sums of codes, and membranes that add them, in 16 bits

// Token-steps that pass through an array before the next array takes its place in the first-level
// cache: their sums of codes take as much room as the array.
constexpr std::size_t kGroupSteps = 64;

// Whether the scale gain * 2^(7 - shift) of a row block fits in 15 bits.
bool has_ideal_scale(const Matrix& matrix) {
  for (std::size_t block = 0; block < matrix.gain.size(); ++block) {
    if (matrix.gain[block] >= 256 << matrix.shift[block]) return false;
  }
  return true;
}

// Place of column c within its strip's rows: the halves of a strip alternate.
constexpr std::size_t cell_place(std::size_t c) {
  constexpr std::size_t half = kStrip / 2;
  return c < half ? 2 * c : 2 * (c - half) + 1;
}

}  // namespace

// What becomes of the codes.
struct SynapticMatrix::Output {
  std::int16_t* codes = nullptr;  // all sums of codes; or
  const Neurons* neurons = nullptr;
  SpikeTensor* spikes = nullptr;
};

SynapticMatrix::SynapticMatrix(const Matrix& matrix, int array_rows, int array_cols,
                               const Kernels& kernels)
    : kernels_(&kernels),
      in_(matrix.in),
      out_(matrix.out),
      array_rows_(std::min(array_rows, matrix.in)),
      arrays_(static_cast<std::size_t>(ceil_div(matrix.in, array_rows))),
      strips_((static_cast<std::size_t>(matrix.out) + kStrip - 1) / kStrip) {
  if (array_rows_ > kMaxRows) throw Error("matrix", "array rows", "more than 1022");
  if (arrays_ > kMaxArrays) {
    throw Error("matrix", "arrays", "more than 256 arrays in a row block");
  }
  std::vector<int> gain;
  std::vector<int> shift;
  for (int o = 0; o < out_; ++o) {
    const auto block = static_cast<std::size_t>(o / array_cols);
    gain.push_back(matrix.gain[block]);
    shift.push_back(matrix.shift[block]);
  }
  if (!matrix.devices && has_ideal_scale(matrix)) {
    IdealCells& ideal = cells_.emplace<IdealCells>();
    place(matrix, ideal, 256);
    for (std::size_t o = 0; o < gain.size(); ++o) gain[o] <<= kMaxShift - shift[o];
    ideal.scale = {gain, 0};
    return;
  }
  DeviceCells& devices = cells_.emplace<DeviceCells>();
  place(matrix, devices, 1);
  std::vector<int> limit;
  for (std::size_t o = 0; o < gain.size(); ++o) {
    shift[o] += 16;
    limit.push_back(ceil_div(17 << shift[o], gain[o]));  // 17 codes, one more than there are
  }
  devices.gain = {gain, 0};
  devices.shift = {shift, 16};
  devices.limit = {limit, 0};
}

// Cells in units of 1/256 level / scale.
template <class Cells>
void SynapticMatrix::place(const Matrix& matrix, Cells& to, int scale) const {
  const std::size_t rows = arrays_ * (static_cast<std::size_t>(array_rows_) + 1);
  to.cells.assign(strips_ * rows, {});
  for (int i = 0; i < in_; ++i) {
    const auto array = static_cast<std::size_t>(i / array_rows_);
    const std::size_t row = array_start(array) + 1 + static_cast<std::size_t>(i % array_rows_);
    for (int o = 0; o < out_; ++o) {
      const std::size_t strip = static_cast<std::size_t>(o) / kStrip;
      auto& cell =
          to.cells[strip * rows + row].at[cell_place(static_cast<std::size_t>(o) % kStrip)];
      cell = static_cast<std::remove_reference_t<decltype(cell)>>(matrix.cell_at(o, i) / scale);
    }
  }
}

std::vector<std::int16_t> SynapticMatrix::code_sums(const ActiveRows& input) const {
  const auto token_steps =
      static_cast<std::size_t>(input.tokens()) * static_cast<std::size_t>(input.steps());
  std::vector<std::int16_t> codes(token_steps * code_distance());
  run(input, {.codes = codes.data()});
  return codes;
}

void SynapticMatrix::fire(const ActiveRows& input, const Neurons& neurons,
                          SpikeTensor& output) const {
  run(input, {.neurons = &neurons, .spikes = &output});
}

// Strips outermost: their cells stay in the second-level cache for all token-steps; then groups of
// token-steps, for which one array after the other stays in the first.
template <class Cells, class Pass>
void SynapticMatrix::run_cells(const Cells& from, Pass pass, const ActiveRows& input,
                               const Output& output) const {
  const auto tokens = static_cast<std::size_t>(input.tokens());
  const auto steps = static_cast<std::size_t>(input.steps());
  const std::size_t group = std::max<std::size_t>(1, kGroupSteps / steps);
  const std::size_t strip_rows = array_start(arrays_);
  std::vector<std::int16_t> between;  // sums of codes between the passes of a group
  if (output.spikes != nullptr && arrays_ > 1) {
    between.resize(group * steps * kPassStrips * kStrip);
  }
  pass.rows = input.rows();
  pass.steps = steps;
  pass.strip_distance = strip_rows * kStrip;
  pass.code_distance = output.spikes != nullptr ? kPassStrips * kStrip : code_distance();
  for (std::size_t strip = 0; strip < strips_; strip += kPassStrips) {
    pass.strips = std::min(kPassStrips, strips_ - strip);
    pass.converters = from.converters(strip);
    for (std::size_t token = 0; token < tokens; token += group) {
      const std::size_t first_step = token * steps;
      pass.tokens = std::min(group, tokens - token);
      pass.codes = output.spikes != nullptr
                       ? between.data()
                       : output.codes + first_step * code_distance() + strip * kStrip;
      for (std::size_t a = 0; a < arrays_; ++a) {
        pass.begin = input.begin(a) + first_step;
        pass.cells = from.cells[strip * strip_rows + array_start(a)].at.data();
        pass.first = a == 0;
        pass.spikes = nullptr;
        if (output.spikes != nullptr && a + 1 == arrays_) {
          pass.bias = output.neurons->bias.data(strip);
          pass.threshold = output.neurons->threshold.data(strip);
          pass.spikes = output.spikes->row(0, static_cast<int>(token)).data() + strip;
          pass.token_distance = strips_;
          pass.step_distance = strips_ * tokens;
        }
        run_pass(pass);
      }
    }
  }
}

void SynapticMatrix::run_pass(const IdealPass& pass) const { kernels_->ideal_array(pass); }
void SynapticMatrix::run_pass(const DevicePass& pass) const { kernels_->device_array(pass); }

void SynapticMatrix::run(const ActiveRows& input, const Output& output) const {
  if (const auto* ideal = std::get_if<IdealCells>(&cells_)) {
    run_cells(*ideal, IdealPass{}, input, output);
  } else {
    run_cells(std::get<DeviceCells>(cells_), DevicePass{}, input, output);
  }
}

}  // namespace xpike::reference
