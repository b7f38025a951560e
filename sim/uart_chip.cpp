// SPDX-License-Identifier: Apache-2.0
#include "uart_chip.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "model/error.hpp"

namespace xpike::sim {

namespace {
constexpr std::uint64_t kCyclesPerMillisecond = 1000;
}

UartChip::UartChip(const Config& config) : UartChip(make_uart_model(config.name)) {}

UartChip::UartChip(std::unique_ptr<UartModel> model) : model_(std::move(model)) { reset(); }

void UartChip::set_damage(Damage to_chip, Damage from_chip) {
  to_chip_ = std::move(to_chip);
  from_chip_ = std::move(from_chip);
}

void UartChip::reset() {
  sender_.clear();
  receiver_ = UartReceiver(kUartClocksPerBit);
  received_.clear();
  for (int i = 0; i < 2; ++i) model_->cycle(true, true);
  cycles_ += 2;
}

void UartChip::send(std::uint8_t byte) {
  if (!to_chip_) {
    sender_.send(byte);
    return;
  }
  for (const Sent& sent : to_chip_(byte)) sender_.send(sent.byte, sent.flips);
}

void UartChip::cycle() {
  receiver_.sample(model_->cycle(false, sender_.next()));
  ++cycles_;
  for (; !receiver_.bytes.empty(); receiver_.bytes.pop_front()) {
    const std::uint8_t byte = receiver_.bytes.front();
    if (!from_chip_) {
      received_.push_back(byte);
      continue;
    }
    for (const Sent& sent : from_chip_(byte)) {
      received_.push_back(static_cast<std::uint8_t>(sent.byte ^ sent.flips));
    }
  }
}

xpk_uart_line UartChip::line() {
  xpk_uart_line functions{};
  functions.context = this;
  functions.send = [](void* context, const std::uint8_t* bytes, std::size_t count) {
    for (const std::uint8_t byte : std::span(bytes, count)) {
      static_cast<UartChip*>(context)->send(byte);
    }
    return 0;
  };
  functions.receive = [](void* context, std::uint8_t* bytes, std::size_t room,
                         unsigned timeout_ms) {
    UartChip& self = *static_cast<UartChip*>(context);
    const std::uint64_t limit = timeout_ms * kCyclesPerMillisecond;
    // Silence begins when all that was sent has left.
    for (std::uint64_t silent = 0; self.received_.empty() && silent < limit;) {
      self.cycle();
      if (self.sent()) ++silent;
    }
    const std::size_t count = std::min(room, self.received_.size());
    const auto end = self.received_.begin() + static_cast<std::ptrdiff_t>(count);
    std::copy(self.received_.begin(), end, bytes);
    self.received_.erase(self.received_.begin(), end);
    return static_cast<long>(count);
  };
  return functions;
}

xpk_transport UartTransport::open() {
  const xpk_uart_line line = chip_.line();
  xpk_transport transport{};
  if (xpk_uart_open(&uart_, &line, &transport) != 0) throw Error("chip", "UART", uart_.error);
  // Nothing on this line takes longer than the time-out of the bridge.
  uart_.timeout_ms = 4 * (1U << kUartTimeoutBits) / kCyclesPerMillisecond;
  return transport;
}

}  // namespace xpike::sim
