// SPDX-License-Identifier: Apache-2.0
// xpk_replay NETLIST STIMULI ACTIVITY: replays recorded cycles on a gate-level netlist, compares
// its outputs with the recorded ones and writes how often every net toggled.
//
// Stimuli are text. First a line per port, "in NAME BITS" or "out NAME BITS", then a line per
// cycle: 1 or 0 (toggles count, or do not), and the ports' values in hexadecimal, in the same
// order, as they are before the rising edge of clk_i; "-" is an output that nobody knows. "*N": the
// line before, N more times. Activity: "cycles N" and "net TOGGLES HIGH_CYCLES" per net that has
// any. Standard output: one line of JSON. Exit codes: 0 equal, 1 outputs differ, 2 unusable input.
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gate_network.hpp"
#include "model/error.hpp"
#include "program.hpp"

namespace {

using xpike::Error;
using xpike::syn::GateNetwork;
using xpike::syn::Port;

struct Column {
  const Port* port;
  bool input;
};

unsigned digit(char c, const std::string& where) {
  unsigned value = 0;
  const auto [rest, code] = std::from_chars(&c, &c + 1, value, 16);
  if (code != std::errc() || rest != &c + 1) {
    throw Error(where, "value", fmt::format("expected hexadecimal digits, found '{}'", c));
  }
  return value;
}

class Replay {
 public:
  Replay(GateNetwork& network, std::string place) : network_(network), place_(std::move(place)) {}

  void line(const std::string& text, std::size_t number) {
    const std::string where = fmt::format("{}:{}", place_, number);
    if (text.starts_with("in ") || text.starts_with("out ")) {
      add_column(text, where);
    } else if (text.starts_with('*')) {
      std::uint64_t times = 0;
      const auto [rest, code] =
          std::from_chars(text.data() + 1, text.data() + text.size(), times, 10);
      if (code != std::errc() || last_.empty())
        throw Error(where, "*", "expected *N after a cycle");
      for (; times > 0; --times) cycle(last_, where);
    } else if (!text.empty()) {
      last_ = text;
      cycle(text, where);
    }
  }

  std::uint64_t cycles = 0;
  std::uint64_t counted = 0;
  std::uint64_t compared = 0;    // bits
  std::uint64_t mismatches = 0;  // bits
  std::string first_mismatch;

 private:
  void add_column(const std::string& text, const std::string& where) {
    std::istringstream words(text);
    std::string kind;
    std::string name;
    std::size_t bits = 0;
    words >> kind >> name >> bits;
    for (const Port& port : network_.ports()) {
      if (port.name != name) continue;
      if (port.input != (kind == "in") || port.nets.size() != bits) {
        throw Error(where, name,
                    fmt::format("the netlist has {} bits, {}", port.nets.size(),
                                port.input ? "an input" : "an output"));
      }
      columns_.push_back({&port, port.input});
      return;
    }
    throw Error(where, name, "is no port of the netlist");
  }

  void clock(bool high) {
    for (const Port& port : network_.ports()) {
      if (port.name == "clk_i") network_.set(port.nets[0], high);
    }
  }

  // The value of a column as hexadecimal digits, for the bits of a port.
  template <class Use>
  void for_bits(std::string_view value, const Port& port, const std::string& where, Use use) {
    if (value.size() != (port.nets.size() + 3) / 4) throw Error(where, port.name, "wrong width");
    for (std::size_t bit = 0; bit < port.nets.size(); ++bit) {
      const unsigned four = digit(value[value.size() - 1 - bit / 4], where);
      use(port.nets[bit], ((four >> (bit % 4)) & 1U) != 0);
    }
  }

  void cycle(std::string_view text, const std::string& where) {
    if (text.empty() || (text[0] != '0' && text[0] != '1')) throw Error(where, "", "no cycle");
    const bool counts = text[0] == '1';
    std::vector<std::string_view> values;
    for (std::size_t at = 1; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at + 1), text.size());
      values.push_back(text.substr(at + 1, end - at - 1));
      at = end;
    }
    if (values.size() != columns_.size()) throw Error(where, "", "a value per port is expected");
    network_.count(counts);
    clock(false);
    for (std::size_t c = 0; c < values.size(); ++c) {
      if (!columns_[c].input) continue;
      for_bits(values[c], *columns_[c].port, where,
               [&](std::uint32_t net, bool value) { network_.set(net, value); });
    }
    network_.settle();
    for (std::size_t c = 0; c < values.size(); ++c) {
      if (columns_[c].input || values[c] == "-") continue;
      for_bits(values[c], *columns_[c].port, where, [&](std::uint32_t net, bool value) {
        ++compared;
        if (network_.value(net) == value) return;
        if (mismatches++ == 0) {
          first_mismatch = fmt::format("{}, cycle {}", columns_[c].port->name, cycles);
        }
      });
    }
    network_.advance_time();
    clock(true);
    network_.settle();
    ++cycles;
    counted += counts ? 1 : 0;
  }

  GateNetwork& network_;
  std::string place_;
  std::vector<Column> columns_;
  std::string last_;
};

std::ifstream open(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error(path, "file", "cannot be read");
  return file;
}

int run(std::span<char*> arguments) {
  if (arguments.size() != 4) {
    throw Error("command line", "arguments", "expected NETLIST STIMULI ACTIVITY");
  }
  std::ifstream netlist = open(arguments[1]);
  GateNetwork network(netlist, arguments[1]);
  std::ifstream stimuli = open(arguments[2]);
  Replay replay(network, arguments[2]);
  std::string line;
  for (std::size_t number = 1; std::getline(stimuli, line); ++number) replay.line(line, number);
  network.count(false);

  std::ofstream activity(arguments[3]);
  activity << "cycles " << replay.counted << '\n';
  const std::vector<std::uint64_t> high = network.high_times();
  for (std::size_t net = 2; net < network.net_count(); ++net) {
    const std::uint64_t toggles = network.toggles()[net];
    if (toggles != 0 || high[net] != 0)
      activity << net << ' ' << toggles << ' ' << high[net] << '\n';
  }
  if (!activity.flush()) throw Error(arguments[3], "file", "cannot be written");
  fmt::print(
      "{{\"cycles\": {}, \"counted\": {}, \"compared_bits\": {}, \"mismatches\": {}, "
      "\"first_mismatch\": \"{}\"}}\n",
      replay.cycles, replay.counted, replay.compared, replay.mismatches, replay.first_mismatch);
  return replay.mismatches == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return xpike::syn::run_program("xpk_replay", argc, argv, run); }
