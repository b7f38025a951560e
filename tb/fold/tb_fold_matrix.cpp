// SPDX-License-Identifier: Apache-2.0
// Matrices of a folded chip against docs/numerics.md sections 5, 6 and 9: all matrices of all
// layers in any order, held reads, cells and neurons beyond the matrices, cycles, clears and
// resets.
#include <Vfold_matrix_a.h>
#include <Vfold_matrix_b.h>
#include <Vfold_matrix_c.h>
#include <Vfold_matrix_d.h>
#include <Vfold_matrix_e.h>
#include <Vfold_matrix_f.h>

#include <catch2/catch.hpp>

#include "fold/matrix_bench.hpp"

namespace {

using namespace xpike::tb;

// See CMakeLists.txt.
template <class Model>
constexpr MatrixShape ShapeOf{};
template <>
constexpr MatrixShape ShapeOf<Vfold_matrix_a>{6, 13, 2, 9, 3, 5, 6};  // several arrays each way
template <>
constexpr MatrixShape ShapeOf<Vfold_matrix_b>{12, 7, 1, 20, 21, 32, 16};  // HEAD is the widest
template <>
constexpr MatrixShape ShapeOf<Vfold_matrix_c>{1, 2, 3, 1, 1, 1, 1};  // arrays of one cell
template <>
constexpr MatrixShape ShapeOf<Vfold_matrix_d>{40, 9, 2, 33, 5, 256, 8};  // arrays with most rows

template <>
constexpr MatrixShape ShapeOf<Vfold_matrix_e>{2, 2048, 1, 1024, 1024, 8, 8};  // most columns
template <>
constexpr MatrixShape ShapeOf<Vfold_matrix_f>{6, 300, 16, 5, 4, 256, 256};  // most layers

template <class Model>
using Bench = MatrixBench<Model, ShapeOf<Model>>;

}  // namespace

TEMPLATE_TEST_CASE("matrices of a folded chip give the spikes and sums of the definition", "[fold]",
                   Vfold_matrix_a, Vfold_matrix_b, Vfold_matrix_c, Vfold_matrix_d) {
  for (const double hold : {0.0, 0.1, 0.6}) {
    Bench<TestType> bench(241, hold);
    for (int round = 0; round < 2; ++round) {
      bench.program();
      // Membranes of one matrix stay while others are multiplied; tokens begin at any time step of
      // theirs alone.
      for (int i = 0; i < 60; ++i) bench.multiply_some();
    }
  }
}

TEMPLATE_TEST_CASE("the largest matrices of a folded chip", "[fold]", Vfold_matrix_e,
                   Vfold_matrix_f) {
  Bench<TestType> bench(246, 0.05);
  bench.program();
  for (unsigned matrix = 0; matrix < 8; ++matrix) {
    for (int step = 0; step < 2; ++step) bench.multiply(matrix, 0, step == 0, 0.5);
  }
  for (int i = 0; i < 20; ++i) bench.multiply_some();
}

TEMPLATE_TEST_CASE("full-scale corners of a folded matrix", "[fold]", Vfold_matrix_a,
                   Vfold_matrix_b, Vfold_matrix_c, Vfold_matrix_d) {
  Bench<TestType> bench(242, 0.0);
  const std::vector<Corner> corners{
      {15, {0, 65535}, {2047, 2047}}, {-15, {0, 65535}, {1, -2048}}, {15, {7, 65535}, {1, 2047}},
      {-15, {7, 1}, {2047, 2047}},    {15, {0, 1}, {1, 0}},          {-15, {3, 256}, {2047, 0}},
      {15, {0, 256}, {2047, 1987}},   {1, {0, 128}, {1, 0}},         {-1, {0, 128}, {4, 0}}};
  for (const Corner& corner : corners) {
    bench.program(corner);
    for (unsigned matrix = 0; matrix < 8; ++matrix) {
      for (int step = 0; step < 5; ++step)
        bench.multiply(matrix, 0, step == 0, step == 4 ? 0.5 : 1.0);
    }
  }
}

TEMPLATE_TEST_CASE("cells of a folded matrix answer, those beyond it are 0", "[fold]",
                   Vfold_matrix_a, Vfold_matrix_b, Vfold_matrix_c, Vfold_matrix_d) {
  Bench<TestType> bench(243, 0.0);
  bench.program();
  bench.read_all_cells();
  bench.write_beyond();
  bench.read_all_cells();
  for (int i = 0; i < 20; ++i) bench.multiply_some();
}

TEMPLATE_TEST_CASE("a folded matrix takes the cycles of its rows or of its conversions", "[fold]",
                   Vfold_matrix_a, Vfold_matrix_b, Vfold_matrix_c, Vfold_matrix_d) {
  Bench<TestType> bench(244, 0.0);
  for (int round = 0; round < 8; ++round) {
    bench.program();
    for (unsigned matrix = 0; matrix < 8; ++matrix) {
      bench.multiply(matrix, 0, true, 0.3);
      CHECK(bench.last_cycles() == bench.expected_cycles(matrix, 0));
    }
  }
}

TEMPLATE_TEST_CASE("a clear or a reset ends a folded matrix", "[fold]", Vfold_matrix_a,
                   Vfold_matrix_b, Vfold_matrix_c, Vfold_matrix_d) {
  Bench<TestType> bench(245, 0.2);
  bench.program();
  for (int round = 0; round < 60; ++round) {
    bench.start(static_cast<unsigned>(bench.random.below(8)), 0, true, 0.5);
    bench.sim.tick(bench.random.below(200));
    abandon(bench.sim, round % 2 == 0);
    bench.forget();
    REQUIRE(bench.sim->busy_o == 0);
    REQUIRE(bench.sim->bit_re_o == 0);
    REQUIRE(bench.sim->out_valid_o == 0);
    bench.sim.tick(30);
    REQUIRE(bench.results() == 0);
    for (int i = 0; i < 4; ++i) bench.multiply_some();
  }
}
