// SPDX-License-Identifier: Apache-2.0
#include "axi_chip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "chip.hpp"
#include "model/error.hpp"

namespace xpike::sim {

namespace {

// Cycles until any access is answered: a test may hold every channel most of the time.
constexpr std::uint64_t kAccessLimit = 10'000;
constexpr std::uint8_t kSlaveError = 2;

}  // namespace

AxiChip::AxiChip(const Config& config, std::unique_ptr<AxiModel> model)
    : model_(std::move(model)), input_words_(static_cast<std::size_t>(config.input_words)) {
  reset();
  require_shape(config, [this](unsigned i) { return read(regs::shape, i); });
}

void AxiChip::reset() {
  inputs_ = {};
  for (auto* queue : {&aw_, &w_, &ar_}) queue->clear();
  program_.clear();
  input_.clear();
  answers_.clear();
  results_.assign(1, {});
  inputs_.aresetn = false;
  for (int i = 0; i < 2; ++i) {
    rules_.see(inputs_, model_->settle(inputs_));
    model_->rise();
    ++cycles_;
  }
  inputs_.aresetn = true;
}

void AxiChip::cycle() {
  AxiInputs& in = inputs_;
  if (!in.awvalid && !aw_.empty() && free()) {
    in.awvalid = true;
    in.awaddr = aw_.front().awaddr;
  }
  if (!in.wvalid && !w_.empty() && free()) {
    in.wvalid = true;
    in.wdata = w_.front().wdata;
    in.wstrb = w_.front().wstrb;
  }
  if (!in.arvalid && !ar_.empty() && free()) {
    in.arvalid = true;
    in.araddr = ar_.front().araddr;
  }
  const bool hold =
      hold_program_ >= 0 && program_.size() <= static_cast<std::size_t>(hold_program_);
  if (!in.program_tvalid && !program_.empty() && !hold && free()) {
    in.program_tvalid = true;
    in.program_tdata = program_.front().words[0];
    in.program_tlast = program_.front().last;
  }
  if (!in.input_tvalid && !input_.empty() && free()) {
    in.input_tvalid = true;
    in.input_tdata = input_.front().words;
    in.input_tlast = input_.front().last;
  }
  in.bready = free();
  in.rready = free();
  in.result_tready = free();

  const AxiOutputs out = model_->settle(in);
  rules_.see(in, out);
  model_->rise();
  ++cycles_;

  irq_ = out.irq;
  const auto taken = [](bool& valid, bool ready, auto& queue) {
    if (!valid || !ready) return;
    valid = false;
    queue.pop_front();
  };
  taken(in.awvalid, out.awready, aw_);
  taken(in.wvalid, out.wready, w_);
  taken(in.arvalid, out.arready, ar_);
  taken(in.program_tvalid, out.program_tready, program_);
  taken(in.input_tvalid, out.input_tready, input_);
  if (out.bvalid && in.bready) answers_.push_back({0, out.bresp == kSlaveError});
  if (out.rvalid && in.rready) answers_.push_back({out.rdata, out.rresp == kSlaveError});
  if (out.result_tvalid && in.result_tready) {
    if (out.result_tuser) {
      results_.back().cut = true;
    } else {
      results_.back().words.push_back(out.result_tdata);
    }
    if (out.result_tlast) results_.emplace_back();
  }
}

AxiChip::Response AxiChip::access(bool write, std::uint32_t byte_address, std::uint32_t value,
                                  std::uint8_t strobe) {
  AxiInputs request;
  request.awaddr = byte_address;
  request.araddr = byte_address;
  request.wdata = value;
  request.wstrb = strobe;
  if (write) {
    aw_.push_back(request);
    w_.push_back(request);
  } else {
    ar_.push_back(request);
  }
  for (std::uint64_t waited = 0; answers_.empty(); ++waited) {
    if (waited == kAccessLimit) {
      throw Error("chip", fmt::format("byte address 0x{:x}", byte_address), "no answer");
    }
    cycle();
  }
  const Response response = answers_.front();
  answers_.pop_front();
  return response;
}

void AxiChip::write(const regs::Register& reg, std::uint32_t value, unsigned offset) {
  if (access(true, 4 * (reg.address + offset), value).error) {
    throw Error("chip", reg.name, fmt::format("write of 0x{:x} refused", value));
  }
}

std::uint32_t AxiChip::read(const regs::Register& reg, unsigned offset) {
  const Response response = access(false, 4 * (reg.address + offset), 0);
  if (response.error) throw Error("chip", reg.name, "read refused");
  return response.data;
}

void AxiChip::program(std::span<const std::uint32_t> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    Beat beat;
    beat.words[0] = words[i];
    beat.last = i + 1 == words.size();
    program_.push_back(beat);
  }
}

void AxiChip::send(std::span<const std::uint32_t> packet) {
  for (std::size_t first = 0; first < packet.size(); first += input_words_) {
    Beat beat;
    const std::size_t count = std::min(input_words_, packet.size() - first);
    std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(first), count, beat.words.begin());
    beat.last = first + count == packet.size();
    input_.push_back(beat);
  }
}

AxiChip::Packet AxiChip::take_result() {
  Packet packet = std::move(results_.front());
  results_.pop_front();
  return packet;
}

AxiChip::Packet AxiChip::wait_result(std::uint64_t limit) {
  for (std::uint64_t spent = 0; !has_result(); ++spent) {
    if (spent == limit) {
      throw Error("chip", "result packet",
                  fmt::format("does not come within {} cycles (status 0x{:x}, error 0x{:x}, cause "
                              "0x{:x})",
                              limit, read(regs::status), read(regs::error), read(regs::cause)));
    }
    cycle();
  }
  return take_result();
}

}  // namespace xpike::sim
