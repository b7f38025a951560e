// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "gate_network.hpp"
#include "model/error.hpp"

using xpike::Error;
using xpike::syn::GateNetwork;

namespace {

GateNetwork network(const std::string& text) {
  std::istringstream stream(text);
  return GateNetwork(stream, "test");
}

// Nets: 2 clock, 3 enable, 4 D, 5 inverted clock, 6 latched enable, 7 gated clock, 8 Q, 9 Q
// delayed.
const std::string kGated =
    "nets 10\ninput clk_i 2\ninput en 3\ninput d 4\noutput q 8\n"
    "gate 5 1 2\nlatch 6 3 5 0 0\ngate 7 8 2 6\nff 8 4 7 0 0\nff 9 8 2 0 0\n";

void cycle(GateNetwork& net, bool enable, bool d) {
  net.set(2, false);
  net.set(3, enable);
  net.set(4, d);
  net.settle();
  net.advance_time();
  net.set(2, true);
  net.settle();
}

}  // namespace

TEST_CASE("a gated flip-flop takes D only in enabled cycles, and toggles are counted", "[syn]") {
  GateNetwork net = network(kGated);
  cycle(net, false, true);
  net.count(true);
  CHECK_FALSE(net.value(8));
  cycle(net, true, true);
  CHECK(net.value(8));
  CHECK_FALSE(net.value(9));  // it saw Q before the edge
  cycle(net, false, false);
  CHECK(net.value(8));
  CHECK(net.value(9));
  net.count(false);
  cycle(net, true, false);
  CHECK(net.toggles()[2] == 4);  // two falls, two rises
  CHECK(net.toggles()[7] == 2);  // one pulse, its fall in the next cycle
  CHECK(net.toggles()[8] == 1);
  CHECK(net.high_times()[8] == 1);
}

TEST_CASE("clear and preset act without a clock, clear wins", "[syn]") {
  GateNetwork net =
      network("nets 8\ninput clk_i 2\ninput d 3\ninput c 4\ninput p 5\nff 6 3 2 4 5\n");
  net.set(5, true);
  net.settle();
  CHECK(net.value(6));
  net.set(4, true);
  net.settle();
  CHECK_FALSE(net.value(6));
}

TEST_CASE("truth tables address inputs from bit 0", "[syn]") {
  GateNetwork net = network("nets 6\ninput a 2\ninput b 3\ngate 4 2 2 3\n");  // a and not b
  net.set(2, true);
  net.settle();
  CHECK(net.value(4));
  net.set(3, true);
  net.settle();
  CHECK_FALSE(net.value(4));
}

TEST_CASE("a text that is no netlist is refused with its line or net", "[syn]") {
  CHECK_THROWS_WITH(network("input a 2\n"), Catch::Contains("line 1"));
  CHECK_THROWS_WITH(network("nets 3\ngate 2 x\n"), Catch::Contains("line 2"));
  CHECK_THROWS_WITH(network("nets 4\ngate 2 1 3\n"), Catch::Contains("no driver"));
  CHECK_THROWS_WITH(network("nets 4\ninput a 2\ngate 2 1 0\n"), Catch::Contains("two drivers"));
  CHECK_THROWS_WITH(network("nets 4\ngate 2 1 3\ngate 3 1 2\n"), Catch::Contains("loop"));
  CHECK_THROWS_WITH(network("nets 99999999999\n"), Catch::Contains("nets"));
  CHECK_THROWS_AS(network(""), Error);
}
