// SPDX-License-Identifier: Apache-2.0
// Drivers of valid/ready streams: a source with random gaps, a sink with random stalls.
// Ports are reached through functions, so that any port names and widths will do.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"

namespace xpike::tb {

/// Sends queued items. An item stays on the port, unchanged, until it is accepted.
template <class Item>
class StreamSource : public Agent {
 public:
  struct Ports {
    std::function<void(bool)> set_valid;
    std::function<bool()> ready;
    std::function<void(const Item&)> set_data;
  };

  /// `gap` is the probability that a new item waits one more cycle.
  StreamSource(Ports ports, Random& random, double gap)
      : ports_(std::move(ports)), random_(random), gap_(gap) {}

  void push(Item item) { queue_.push_back(std::move(item)); }
  bool idle() const { return queue_.empty(); }
  std::size_t sent() const { return sent_; }
  /// Forgets what was not sent, as after a reset.
  void clear() {
    queue_.clear();
    offered_ = false;
  }

  void drive() override {
    offered_ = offered_ || (!queue_.empty() && !random_.chance(gap_));
    ports_.set_valid(offered_);
    if (offered_) {
      ports_.set_data(queue_.front());
    }
  }

  void sample() override {
    if (offered_ && ports_.ready()) {
      queue_.pop_front();
      offered_ = false;
      ++sent_;
    }
  }

 private:
  Ports ports_;
  Random& random_;
  double gap_;
  std::deque<Item> queue_;
  bool offered_ = false;
  std::size_t sent_ = 0;
};

/// Collects items, and checks the stream rule: valid and data hold until ready.
/// Item needs an operator ==.
template <class Item>
class StreamSink : public Agent {
 public:
  struct Ports {
    std::function<bool()> valid;
    std::function<void(bool)> set_ready;
    std::function<Item()> data;
  };

  /// `stall` is the probability that a cycle is not ready.
  StreamSink(Ports ports, Random& random, double stall)
      : ports_(std::move(ports)), random_(random), stall_(stall) {}

  const std::vector<Item>& items() const { return items_; }
  /// Forgets what was received, as after a reset.
  void clear() {
    items_.clear();
    waiting_.reset();
  }

  void drive() override {
    ready_ = !random_.chance(stall_);
    ports_.set_ready(ready_);
  }

  void sample() override {
    if (!ports_.valid()) {
      if (waiting_) {
        throw std::runtime_error(rule("valid fell before ready"));
      }
      return;
    }
    Item item = ports_.data();
    if (waiting_ && !(*waiting_ == item)) {
      throw std::runtime_error(rule("data changed before ready"));
    }
    if (ready_) {
      items_.push_back(std::move(item));
      waiting_.reset();
    } else {
      waiting_ = std::move(item);
    }
  }

 private:
  std::string rule(const char* what) const {
    return std::string("stream rule broken: ") + what + ", after " + std::to_string(items_.size()) +
           " items";
  }

  Ports ports_;
  Random& random_;
  double stall_;
  bool ready_ = false;
  std::optional<Item> waiting_;
  std::vector<Item> items_;
};

}  // namespace xpike::tb
