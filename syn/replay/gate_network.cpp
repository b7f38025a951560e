// SPDX-License-Identifier: Apache-2.0
#include "gate_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "model/error.hpp"

namespace xpike::syn {

namespace {

constexpr std::size_t kMaxNets = 1U << 24U;
constexpr std::uint32_t kMaxInputs = 6;  // of a gate: its table has 64 bits
constexpr unsigned kMaxRounds = 1000;

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    if (end > 0) words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

template <class Number>
bool parse(std::string_view word, Number& number, int base) {
  const auto [rest, code] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  return code == std::errc() && rest == word.data() + word.size();
}

// Groups of values by key: begin[k] .. begin[k + 1] of `items`.
void group(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs, std::size_t keys,
           std::vector<std::uint32_t>& begin, std::vector<std::uint32_t>& items) {
  begin.assign(keys + 1, 0);
  for (const auto& [key, item] : pairs) ++begin[key + 1];
  for (std::size_t k = 0; k < keys; ++k) begin[k + 1] += begin[k];
  items.resize(pairs.size());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (const auto& [key, item] : pairs) items[next[key]++] = item;
}

}  // namespace

GateNetwork::GateNetwork(std::istream& text, const std::string& place) {
  read(text, place);
  connect(place);
  level_nodes(place);
  values_[1] = 1;
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) schedule(n);
  settle();
}

std::uint32_t GateNetwork::net(std::string_view word) const {
  std::uint32_t number = 0;
  if (!parse(word, number, 10) || number >= values_.size()) {
    throw Error("", "", fmt::format("expected a net below {}, found '{}'", values_.size(), word));
  }
  return number;
}

void GateNetwork::add_gate(const std::vector<std::string_view>& words) {
  Node node;
  if (words.size() < 3 || words.size() > 3 + kMaxInputs || !parse(words[2], node.table, 16)) {
    throw Error("", "", fmt::format("expected gate OUT TABLE and up to {} inputs", kMaxInputs));
  }
  node.output = net(words[1]);
  node.first = static_cast<std::uint32_t>(inputs_.size());
  node.inputs = static_cast<std::uint32_t>(words.size() - 3);
  for (std::size_t w = 3; w < words.size(); ++w) inputs_.push_back(net(words[w]));
  nodes_.push_back(node);
}

void GateNetwork::add_state(const std::vector<std::string_view>& words, Kind kind) {
  if (words.size() != 6) throw Error("", "", "expected STATE D CLOCK CLEAR PRESET");
  Node node;
  node.kind = kind;
  node.output = net(words[1]);
  node.first = static_cast<std::uint32_t>(inputs_.size());
  node.inputs = 4;
  for (std::size_t w = 2; w < 6; ++w) inputs_.push_back(net(words[w]));
  nodes_.push_back(node);
}

void GateNetwork::read(std::istream& text, const std::string& place) {
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    const std::vector<std::string_view> words = split(line);
    if (words.empty()) continue;
    try {
      std::size_t nets = 0;
      if (words[0] == "nets") {
        if (!values_.empty() || words.size() != 2 || !parse(words[1], nets, 10) || nets < 2 ||
            nets > kMaxNets) {
          throw Error("", "", fmt::format("expected one 'nets N', N in 2..{}", kMaxNets));
        }
        values_.assign(nets, 0);
      } else if ((words[0] == "input" || words[0] == "output") && words.size() > 2) {
        Port port{std::string(words[1]), words[0] == "input", {}};
        for (std::size_t w = 2; w < words.size(); ++w) port.nets.push_back(net(words[w]));
        ports_.push_back(std::move(port));
      } else if (words[0] == "gate") {
        add_gate(words);
      } else if (words[0] == "ff") {
        add_state(words, Kind::kFlipFlop);
      } else if (words[0] == "latch") {
        add_state(words, Kind::kLatch);
      } else {
        throw Error("", "", fmt::format("unknown item '{}'", words[0]));
      }
    } catch (const Error& error) {
      throw Error(place, fmt::format("line {}", number), error.what());
    }
  }
  if (values_.empty()) throw Error(place, "nets", "is missing");
}

void GateNetwork::connect(const std::string& place) {
  std::vector<std::uint8_t> driven(values_.size(), 0);
  driven[0] = driven[1] = 1;
  const auto drive = [&](std::uint32_t net) {
    if (driven[net]++ != 0) throw Error(place, fmt::format("net {}", net), "has two drivers");
  };
  for (const Port& port : ports_) {
    if (port.input) std::for_each(port.nets.begin(), port.nets.end(), drive);
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> loads;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> clocks;
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    const Node& node = nodes_[n];
    drive(node.output);
    for (std::uint32_t i = 0; i < node.inputs; ++i) {
      // A flip-flop looks at D when its clock rises, not when D changes.
      if (node.kind == Kind::kFlipFlop && i < 2) continue;
      loads.emplace_back(input(node, i), n);
    }
    if (node.kind == Kind::kFlipFlop) clocks.emplace_back(input(node, 1), n);
  }
  for (const std::uint32_t used : inputs_) {
    if (driven[used] == 0) throw Error(place, fmt::format("net {}", used), "has no driver");
  }
  group(loads, values_.size(), fanout_begin_, fanout_);
  group(clocks, values_.size(), clocked_begin_, clocked_);
  toggles_.assign(values_.size(), 0);
  high_.assign(values_.size(), 0);
  since_.assign(values_.size(), 0);
}

// Level: longest path from a port or a flip-flop. Latches count as gates.
void GateNetwork::level_nodes(const std::string& place) {
  std::vector<std::uint32_t> driver(values_.size(), 0);  // node + 1
  std::vector<std::uint32_t> open(nodes_.size(), 0);     // inputs without a level
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    if (nodes_[n].kind != Kind::kFlipFlop) driver[nodes_[n].output] = n + 1;
  }
  std::vector<std::uint32_t> ready;
  for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
    for (std::uint32_t i = 0; i < nodes_[n].inputs; ++i) {
      if (nodes_[n].kind == Kind::kFlipFlop && i < 2) continue;
      open[n] += driver[input(nodes_[n], i)] != 0 ? 1U : 0U;
    }
    if (open[n] == 0) ready.push_back(n);
  }
  std::uint32_t highest = 0;
  std::size_t done = 0;
  for (; done < ready.size(); ++done) {
    const Node& node = nodes_[ready[done]];
    highest = std::max(highest, node.level);
    if (node.kind == Kind::kFlipFlop) continue;
    for (std::uint32_t f = fanout_begin_[node.output]; f < fanout_begin_[node.output + 1]; ++f) {
      Node& load = nodes_[fanout_[f]];
      load.level = std::max(load.level, node.level + 1);
      if (--open[fanout_[f]] == 0) ready.push_back(fanout_[f]);
    }
  }
  if (done != nodes_.size()) throw Error(place, "gates", "form a loop");
  waiting_.resize(highest + 1);
  is_waiting_.assign(nodes_.size(), 0);
  lowest_ = waiting_.size();
}

void GateNetwork::schedule(std::uint32_t node) {
  if (is_waiting_[node] != 0) return;
  is_waiting_[node] = 1;
  waiting_[nodes_[node].level].push_back(node);
  lowest_ = std::min<std::size_t>(lowest_, nodes_[node].level);
}

void GateNetwork::change(std::uint32_t net, bool value) {
  if ((values_[net] != 0) == value) return;
  values_[net] = value ? 1 : 0;
  if (counting_) {
    ++toggles_[net];
    if (!value) high_[net] += time_ - since_[net];
    since_[net] = time_;
  }
  for (std::uint32_t f = fanout_begin_[net]; f < fanout_begin_[net + 1]; ++f) schedule(fanout_[f]);
  if (value) {
    risen_.insert(risen_.end(), clocked_.begin() + clocked_begin_[net],
                  clocked_.begin() + clocked_begin_[net + 1]);
  }
}

void GateNetwork::set(std::uint32_t net, bool value) { change(net, value); }

void GateNetwork::evaluate(std::uint32_t number) {
  const Node& node = nodes_[number];
  if (node.kind == Kind::kGate) {
    std::uint32_t row = 0;
    for (std::uint32_t i = 0; i < node.inputs; ++i)
      row |= std::uint32_t{values_[input(node, i)]} << i;
    change(node.output, ((node.table >> row) & 1U) != 0);
  } else if (value(input(node, 2))) {
    change(node.output, false);
  } else if (value(input(node, 3))) {
    change(node.output, true);
  } else if (node.kind == Kind::kLatch && value(input(node, 1))) {
    change(node.output, value(input(node, 0)));
  }
}

void GateNetwork::propagate() {
  while (lowest_ < waiting_.size()) {
    std::vector<std::uint32_t>& level = waiting_[lowest_];
    if (level.empty()) {
      ++lowest_;
      continue;
    }
    const std::uint32_t node = level.back();
    level.pop_back();
    is_waiting_[node] = 0;
    evaluate(node);
  }
}

void GateNetwork::settle() {
  propagate();
  for (unsigned round = 0; !risen_.empty(); ++round) {
    if (round == kMaxRounds) throw Error("netlist", "clocks", "never stand still");
    std::vector<std::pair<std::uint32_t, bool>> taken;
    for (const std::uint32_t n : risen_) {
      const Node& node = nodes_[n];
      if (!value(input(node, 2)) && !value(input(node, 3))) {
        taken.emplace_back(node.output, value(input(node, 0)));
      }
    }
    risen_.clear();
    for (const auto& [state, next] : taken) change(state, next);
    propagate();
  }
}

void GateNetwork::count(bool on) {
  if (on && !counting_) std::fill(since_.begin(), since_.end(), time_);
  if (!on && counting_) high_ = high_times();
  counting_ = on;
}

std::vector<std::uint64_t> GateNetwork::high_times() const {
  std::vector<std::uint64_t> high = high_;
  for (std::size_t n = 0; n < high.size() && counting_; ++n) {
    if (values_[n] != 0) high[n] += time_ - since_[n];
  }
  return high;
}

}  // namespace xpike::syn
