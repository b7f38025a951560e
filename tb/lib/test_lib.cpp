// SPDX-License-Identifier: Apache-2.0
// Tests of the bench library itself, on a register slice written in C++ instead of Verilog.
#include <catch2/catch.hpp>

#include "lib/bits.hpp"
#include "lib/fields.hpp"
#include "lib/random.hpp"
#include "lib/stream.hpp"

using namespace xpike::tb;

namespace {

/// The ports of a one-deep valid/ready buffer, in the manner of a Verilated model.
struct FakeSlice {
  explicit FakeSlice(VerilatedContext*) {}
  CData clk_i = 0, rst_ni = 0;
  CData in_valid_i = 0, in_ready_o = 1, out_valid_o = 0, out_ready_i = 0;
  IData in_data_i = 0, out_data_o = 0;
  bool drop_valid = false;  // fault: valid falls while the sink stalls

  void eval() {
    const bool rise = clk_i != 0 && last_clk == 0;
    last_clk = clk_i;
    if (rst_ni == 0) {
      out_valid_o = 0;
    } else if (rise) {
      if (in_valid_i != 0 && in_ready_o != 0) {
        out_data_o = in_data_i;
        out_valid_o = 1;
      } else if (out_ready_i != 0 || drop_valid) {
        out_valid_o = 0;
      }
    }
    in_ready_o = out_valid_o == 0 || (clk_i == 0 && out_ready_i != 0) ? 1 : 0;
  }
  void final() {}

 private:
  CData last_clk = 0;
};

struct Mixed {
  unsigned low = 0;
  int middle = 0;
  std::uint64_t high = 0;
  bool top = false;
};
template <class Fields, class AnyMixed>
void fields_of(Fields& f, AnyMixed& mixed) {
  f.field(3, mixed.low);
  f.field(12, mixed.middle);
  f.field(60, mixed.high);
  f.field(1, mixed.top);
}

struct Bench {
  Bench(double gap, double stall)
      : source({.set_valid = [this](bool v) { sim->in_valid_i = v ? 1 : 0; },
                .ready = [this] { return sim->in_ready_o != 0; },
                .set_data = [this](const IData& x) { sim->in_data_i = x; }},
               random, gap),
        sink({.valid = [this] { return sim->out_valid_o != 0; },
              .set_ready = [this](bool r) { sim->out_ready_i = r ? 1 : 0; },
              .data = [this] { return sim->out_data_o; }},
             random, stall) {
    sim.attach(source);
    sim.attach(sink);
    sim.reset();
  }

  Sim<FakeSlice> sim{5000};
  Random random{1};
  StreamSource<IData> source;
  StreamSink<IData> sink;
};

}  // namespace

TEST_CASE("streams deliver every item once and in order, whatever gaps and stalls", "[tb]") {
  for (const double gap : {0.0, 0.5}) {
    for (const double stall : {0.0, 0.7}) {
      Bench bench(gap, stall);
      for (IData i = 0; i < 200; ++i) {
        bench.source.push(i * 3);
      }
      bench.sim.run_until([&] { return bench.sink.items().size() == 200; });
      CHECK(bench.source.idle());
      for (IData i = 0; i < 200; ++i) {
        REQUIRE(bench.sink.items()[i] == i * 3);
      }
      if (gap == 0.0 && stall == 0.0) {
        CHECK(bench.sim.cycles() == 201);
      }
    }
  }
}

TEST_CASE("a sink reports a broken stream rule", "[tb]") {
  Bench bench(0.0, 1.0);
  bench.source.push(1);
  SECTION("valid falls") {
    bench.sim->drop_valid = true;
    CHECK_THROWS_WITH(bench.sim.tick(9), Catch::Contains("valid fell"));
  }
  SECTION("data changes") {
    bench.sim.tick(4);
    bench.sim->out_data_o = 2;
    CHECK_THROWS_WITH(bench.sim.tick(), Catch::Contains("data changed"));
  }
}

TEST_CASE("a run that hangs ends in a time-out", "[tb]") {
  Bench bench(0.0, 1.0);
  CHECK_THROWS_AS(bench.sim.run_until([] { return false; }, 10), Timeout);
  CHECK_THROWS_AS(bench.sim.tick(6000), Timeout);
}

TEST_CASE("bit fields reach every port type", "[tb]") {
  VlWide<4> wide{};
  QData quad = 0;
  CData byte = 0;
  set_bits(wide, 25, 40, 0xABCDEF0123U);
  CHECK(get_bits(wide, 25, 40) == 0xABCDEF0123U);
  CHECK(wide.at(0) == 0x46000000U);  // 0xABCDEF0123 << 25, low word
  set_bits(wide, 26, 3, 0);
  CHECK(get_bits(wide, 25, 8) == 0x21U);
  set_bits(quad, 60, 4, 0x1F);
  CHECK(quad == 0xF000000000000000U);
  set_bits(byte, 7, 1, 1);
  CHECK(byte == 0x80U);
  CHECK(get_bits(byte, 4, 4) == 8U);
}

TEST_CASE("fields are packed from bit 0 and come back, signs included", "[tb]") {
  VlWide<3> port{};
  set_fields(port, Mixed{.low = 13, .middle = -2, .high = 0x9'0000'0000'0000'01U, .top = true});
  CHECK(port.at(0) == (5U | 0xFFEU << 3U | 1U << 15U));  // 13 does not fit in three bits
  CHECK(port.at(2) == (0x9U << 7U | 1U << 11U));
  const auto read = get_fields<Mixed>(port);
  CHECK(read.low == 5U);
  CHECK(read.middle == -2);
  CHECK(read.high == 0x9'0000'0000'0000'01U);
  CHECK(read.top);
}

TEST_CASE("random helpers stay in their ranges and streams differ", "[tb]") {
  Random a(1);
  Random b(2);
  CHECK(a.word() != b.word());
  int seen = 0;
  for (int i = 0; i < 1000; ++i) {
    const int x = a.between(-2, 3);
    REQUIRE(x >= -2);
    REQUIRE(x <= 3);
    seen |= 1 << (x + 2);
    REQUIRE(a.bits(5) < 32U);
    REQUIRE_FALSE(a.chance(0.0));
    REQUIRE(a.chance(1.0));
  }
  CHECK(seen == 0x3F);
  CHECK(a.bits(0) == 0U);
}
