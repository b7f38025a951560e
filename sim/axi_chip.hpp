// SPDX-License-Identifier: Apache-2.0
// Drives one simulated accelerator through its AXI ports: register accesses, program, input and
// result packets, all at once if need be. Checks the rules of AXI in every cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>
#include <xpike/configs.hpp>
#include <xpike/registers.hpp>

#include "axi_model.hpp"
#include "axi_rules.hpp"

namespace xpike::sim {

class AxiChip {
 public:
  AxiChip(const Config& config, std::unique_ptr<AxiModel> model);

  /// Reset; transfers under way are forgotten. Conductances survive.
  void reset();
  AxiModel& model() { return *model_; }
  /// Back-pressure for tests: asked once per channel and cycle, true holds it still.
  void set_stall(std::function<bool()> stall) { stall_ = std::move(stall); }
  /// Lets the program stream stand still when only so many words are left, until told otherwise;
  /// negative: never.
  void hold_program(int words) { hold_program_ = words; }

  struct Response {
    std::uint32_t data;
    bool error;  // SLVERR
  };
  /// One access, from its first channel to its response. Throws Error if none comes.
  Response access(bool write, std::uint32_t byte_address, std::uint32_t value,
                  std::uint8_t strobe = 15);
  /// Word `offset` of a register. Throws Error if the chip refuses the access.
  void write(const regs::Register& reg, std::uint32_t value, unsigned offset = 0);
  std::uint32_t read(const regs::Register& reg, unsigned offset = 0);

  /// Queues a program packet, or an input packet of whole beats.
  void program(std::span<const std::uint32_t> words);
  void send(std::span<const std::uint32_t> packet);
  /// Nothing waits to be sent.
  bool sent() const { return program_.empty() && input_.empty(); }

  struct Packet {
    std::vector<std::uint32_t> words;
    bool cut = false;  // ended by the chip after a clear
  };
  /// Result packets that are complete; taking one removes it.
  bool has_result() const { return results_.size() > 1; }
  Packet take_result();
  /// Waits for a result. Throws Error after `limit` cycles.
  Packet wait_result(std::uint64_t limit);

  bool irq() const { return irq_; }
  void cycle();
  std::uint64_t cycles() const { return cycles_; }

 private:
  struct Beat {
    std::array<std::uint32_t, kMaxInputWords> words{};
    bool last = false;
  };
  bool free() { return !stall_ || !stall_(); }

  std::unique_ptr<AxiModel> model_;
  std::size_t input_words_;
  std::function<bool()> stall_;
  int hold_program_ = -1;
  AxiRules rules_;
  AxiInputs inputs_;                   // what is valid stays on them until it is taken
  std::deque<AxiInputs> aw_, w_, ar_;  // the fields of their channel count
  std::deque<Beat> program_, input_;
  std::deque<Response> answers_;
  std::deque<Packet> results_{1};  // the last one is not complete
  bool irq_ = false;
  std::uint64_t cycles_ = 0;
};

}  // namespace xpike::sim
