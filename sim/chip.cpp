// SPDX-License-Identifier: Apache-2.0
#include "chip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "model/error.hpp"

namespace xpike::sim {

namespace {
constexpr std::uint64_t register_limit = 100;  // cycles until any access is answered
}

Chip::Chip(const Config& config, std::unique_ptr<CoreModel> model)
    : model_(std::move(model)), input_words_(static_cast<std::size_t>(config.input_words)) {
  reset();
  const std::array expected{
      config.tokens,     config.heads,      config.head_dim,   config.ff,         config.depth,
      config.steps,      config.input_rows, config.classes,    config.array_rows, config.array_cols,
      config.converters, config.adc_cycles, config.input_words};
  static_assert(expected.size() == regs::shape.count);
  for (unsigned i = 0; i < expected.size(); ++i) {
    if (read(regs::shape, i) != static_cast<std::uint32_t>(expected[i])) {
      throw Error("chip", "SHAPE", fmt::format("the model is not configuration {}", config.name));
    }
  }
}

CoreOutputs Chip::cycle(const CoreInputs& inputs) {
  const CoreOutputs outputs = model_->settle(inputs);
  model_->rise();
  ++cycles_;
  return outputs;
}

void Chip::reset() {
  CoreInputs inputs;
  inputs.rst_n = false;
  cycle(inputs);
  cycle(inputs);
  cycle({});
}

Chip::Response Chip::access(bool write, std::uint16_t address, std::uint32_t value) {
  CoreInputs inputs;
  inputs.reg_valid = true;
  inputs.reg_write = write;
  inputs.reg_addr = address;
  inputs.reg_wdata = value;
  for (std::uint64_t waited = 0; waited < register_limit; ++waited) {
    const CoreOutputs outputs = cycle(inputs);
    if (outputs.reg_rvalid) return {outputs.reg_rdata, outputs.reg_error};
    if (outputs.reg_ready) inputs.reg_valid = false;
  }
  throw Error("chip", fmt::format("register 0x{:02x}", address), "no answer");
}

void Chip::write(const regs::Register& reg, std::uint32_t value, unsigned offset) {
  if (access(true, static_cast<std::uint16_t>(reg.address + offset), value).error) {
    throw Error("chip", reg.name, fmt::format("write of 0x{:x} refused", value));
  }
}

std::uint32_t Chip::read(const regs::Register& reg, unsigned offset) {
  const Response response = access(false, static_cast<std::uint16_t>(reg.address + offset), 0);
  if (response.error) throw Error("chip", reg.name, "read refused");
  return response.data;
}

void Chip::write_all(const regs::Register& reg, std::span<const std::uint32_t> values) {
  std::size_t sent = 0;
  std::size_t answered = 0;
  std::uint64_t idle = 0;
  CoreInputs inputs;
  inputs.reg_write = true;
  inputs.reg_addr = reg.address;
  while (answered < values.size()) {
    inputs.reg_valid = sent < values.size();
    if (inputs.reg_valid) inputs.reg_wdata = values[sent];
    const CoreOutputs outputs = cycle(inputs);
    if (outputs.reg_rvalid) {
      if (outputs.reg_error)
        throw Error("chip", reg.name, fmt::format("write {} refused", answered));
      ++answered;
    }
    if (inputs.reg_valid && outputs.reg_ready) ++sent;
    idle = outputs.reg_rvalid ? 0 : idle + 1;
    if (idle > register_limit) throw Error("chip", reg.name, "no answer");
  }
}

bool Chip::put_beat(CoreInputs& inputs, std::span<const std::uint32_t> packet,
                    std::size_t first) const {
  const std::size_t count = std::min(input_words_, packet.size() - first);
  inputs.in_data = {};
  std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(first), count, inputs.in_data.begin());
  return first + count == packet.size();
}

std::vector<std::uint32_t> Chip::infer(std::span<const std::uint32_t> packet, std::uint64_t limit) {
  write(regs::control, regs::control_start.put(1));
  std::vector<std::uint32_t> result;
  std::size_t sent = 0;
  bool offered = false;
  CoreInputs inputs;
  for (std::uint64_t spent = 0; spent < limit; ++spent) {
    offered = sent < packet.size() && (offered || !stalls_.input || !stalls_.input());
    inputs.in_valid = offered;
    if (offered) inputs.in_last = put_beat(inputs, packet, sent);
    inputs.out_ready = !stalls_.output || !stalls_.output();
    const CoreOutputs outputs = cycle(inputs);
    if (offered && outputs.in_ready) {
      sent += input_words_;
      offered = false;
    }
    if (outputs.out_valid && inputs.out_ready) {
      result.push_back(outputs.out_data);
      if (outputs.out_last) {
        cycle({});  // the controller goes idle
        return result;
      }
    }
  }
  const std::uint32_t status = read(regs::status);
  throw Error("chip", "STATUS",
              fmt::format("no result after {} cycles (status 0x{:x}, error 0x{:x})", limit, status,
                          read(regs::error)));
}

std::vector<std::uint64_t> Chip::events() {
  std::vector<std::uint64_t> values;
  for (unsigned i = 0; i < regs::event_list.size(); ++i) {
    const std::uint64_t low = read(regs::events, 2 * i);
    values.push_back(low | std::uint64_t{read(regs::events, 2 * i + 1)} << 32U);
  }
  return values;
}

}  // namespace xpike::sim
