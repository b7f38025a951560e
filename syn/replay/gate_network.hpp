// SPDX-License-Identifier: Apache-2.0
// A gate-level netlist that is simulated cycle by cycle, with zero delay, and counts its toggles.
//
// Text format, one item per line; nets are numbers below N, 0 and 1 are the constants:
//   nets N
//   input NAME net...           bits from the least significant one
//   output NAME net...
//   gate OUT TABLE net...       bit i of the hexadecimal TABLE: value where input k is bit k of i
//   ff STATE D CLOCK CLEAR PRESET       rising edge; clear (wins) and preset are levels; 0: none
//   latch STATE D ENABLE CLEAR PRESET   transparent while the enable is high
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace xpike::syn {

struct Port {
  std::string name;
  bool input = false;
  std::vector<std::uint32_t> nets;  // from the least significant bit
};

class GateNetwork {
 public:
  /// Throws Error(place, line, ...) if the text is no netlist.
  GateNetwork(std::istream& text, const std::string& place);

  const std::vector<Port>& ports() const { return ports_; }
  std::size_t net_count() const { return values_.size(); }
  bool value(std::uint32_t net) const { return values_[net] != 0; }

  /// Sets an input bit; takes effect with settle().
  void set(std::uint32_t net, bool value);
  /// Lets all logic and latches settle; flip-flops whose clock rose take over what their D was
  /// before any of them changed. Throws Error if that never ends.
  void settle();

  /// From now on changes count, or no longer.
  void count(bool on);
  /// Of every net, while counting: changes, and the time spent high in calls of advance_time().
  const std::vector<std::uint64_t>& toggles() const { return toggles_; }
  std::vector<std::uint64_t> high_times() const;
  void advance_time() { time_ += counting_ ? 1 : 0; }

 private:
  enum class Kind : std::uint8_t { kGate, kFlipFlop, kLatch };
  struct Node {
    Kind kind = Kind::kGate;
    std::uint32_t output = 0;
    std::uint64_t table = 0;
    std::uint32_t first = 0;  // of inputs_; flip-flops and latches: D, clock, clear, preset
    std::uint32_t inputs = 0;
    std::uint32_t level = 0;
  };

  void read(std::istream& text, const std::string& place);
  void add_gate(const std::vector<std::string_view>& words);
  void add_state(const std::vector<std::string_view>& words, Kind kind);
  void connect(const std::string& place);
  void level_nodes(const std::string& place);
  std::uint32_t net(std::string_view word) const;
  std::uint32_t input(const Node& node, std::uint32_t index) const {
    return inputs_[node.first + index];
  }
  void change(std::uint32_t net, bool value);
  void schedule(std::uint32_t node);
  void evaluate(std::uint32_t number);
  void propagate();

  std::vector<Port> ports_;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> inputs_;
  std::vector<std::uint32_t> fanout_begin_;  // of net n: fanout_[begin(n) .. begin(n + 1))
  std::vector<std::uint32_t> fanout_;
  std::vector<std::uint32_t> clocked_begin_;  // the same for flip-flops clocked by the net
  std::vector<std::uint32_t> clocked_;
  std::vector<std::uint8_t> values_;
  std::vector<std::uint64_t> toggles_;
  std::vector<std::uint64_t> high_;
  std::vector<std::uint64_t> since_;
  std::vector<std::vector<std::uint32_t>> waiting_;  // nodes to evaluate, by level
  std::vector<std::uint8_t> is_waiting_;
  std::vector<std::uint32_t> risen_;  // flip-flops whose clock rose
  std::uint64_t time_ = 0;
  bool counting_ = false;
  std::size_t lowest_ = 0;
};

}  // namespace xpike::syn
