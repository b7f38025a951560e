// SPDX-License-Identifier: Apache-2.0
#include "chip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "model/error.hpp"
#include "packet_source.hpp"

namespace xpike::sim {

namespace {
constexpr std::uint64_t register_limit = 100;  // cycles until any access is answered
}

std::array<std::uint32_t, regs::shape.count> shape_words(const Config& config) {
  const std::array shape{config.tokens,      config.heads,      config.head_dim,
                         config.ff,          config.depth,      config.steps,
                         config.input_rows,  config.classes,    config.array_rows,
                         config.array_cols,  config.converters, config.adc_cycles,
                         config.input_words, config.tile_tokens};
  std::array<std::uint32_t, regs::shape.count> words{};
  static_assert(shape.size() == words.size());
  std::ranges::transform(shape, words.begin(), [](int n) { return static_cast<std::uint32_t>(n); });
  return words;
}

void require_shape(const Config& config, const std::function<std::uint32_t(unsigned)>& read) {
  const auto expected = shape_words(config);
  for (unsigned i = 0; i < expected.size(); ++i) {
    if (read(i) != expected[i]) {
      throw Error("chip", "SHAPE", fmt::format("the model is not configuration {}", config.name));
    }
  }
}

Chip::Chip(const Config& config, std::unique_ptr<CoreModel> model)
    : model_(std::move(model)), input_words_(static_cast<std::size_t>(config.input_words)) {
  reset();
  require_shape(config, [this](unsigned i) { return read(regs::shape, i); });
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
  PacketSource source(*this, {packet});
  CoreInputs inputs;
  for (std::uint64_t spent = 0; spent < limit; ++spent) {
    source.offer(inputs, stalls_.input);
    inputs.out_ready = !stalls_.output || !stalls_.output();
    const CoreOutputs outputs = cycle(inputs);
    source.see(outputs);
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

namespace {

// Starts the jobs through the register port: waits until the chip is ready, then writes seed, image
// number and the command. One access at a time.
class Starter {
 public:
  explicit Starter(std::span<const Chip::Job> jobs) : jobs_(jobs) {}

  void offer(CoreInputs& inputs) {
    inputs.reg_valid = job_ < jobs_.size() && !waiting_;
    if (!inputs.reg_valid) return;
    const std::array<std::pair<const regs::Register*, std::uint32_t>, 4> accesses{
        {{&regs::status, 0},
         {&regs::seed, jobs_[job_].seed},
         {&regs::image, jobs_[job_].image_number},
         {&regs::control, regs::control_start.put(1)}}};
    inputs.reg_write = step_ != 0;
    inputs.reg_addr = static_cast<std::uint16_t>(accesses.at(step_).first->address);
    inputs.reg_wdata = accesses.at(step_).second;
  }

  void see(const CoreInputs& inputs, const CoreOutputs& outputs) {
    if (outputs.reg_rvalid) {
      waiting_ = false;
      if (outputs.reg_error) throw Error("chip", "CONTROL", "the start of an image is refused");
      if (step_ == 0) {
        if (regs::status_ready.get(outputs.reg_rdata) != 0) step_ = 1;
      } else if (++step_ == 4) {
        step_ = 0;
        ++job_;
      }
    }
    if (inputs.reg_valid && outputs.reg_ready) waiting_ = true;
  }

 private:
  std::span<const Chip::Job> jobs_;
  std::size_t job_ = 0;
  std::size_t step_ = 0;
  bool waiting_ = false;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> Chip::infer_all(std::span<const Job> jobs,
                                                        std::uint64_t limit) {
  std::vector<std::vector<std::uint32_t>> results(1);
  result_cycles_.clear();
  std::vector<PacketSource::Packet> packets;
  for (const Job& job : jobs) packets.emplace_back(job.packet);
  PacketSource source(*this, std::move(packets));
  Starter starter(jobs);
  for (std::uint64_t idle = 0; result_cycles_.size() < jobs.size(); ++idle) {
    if (idle == limit) {
      cycle({});  // the answer to an access under way
      throw Error(
          "chip", "STATUS",
          fmt::format("result {} of {} does not come within {} cycles (status 0x{:x}, error "
                      "0x{:x})",
                      result_cycles_.size() + 1, jobs.size(), limit, read(regs::status),
                      read(regs::error)));
    }
    CoreInputs inputs;
    source.offer(inputs, stalls_.input);
    starter.offer(inputs);
    inputs.out_ready = !stalls_.output || !stalls_.output();
    const CoreOutputs outputs = cycle(inputs);
    source.see(outputs);
    starter.see(inputs, outputs);
    if (outputs.out_valid && inputs.out_ready) {
      results.back().push_back(outputs.out_data);
      if (outputs.out_last) {
        result_cycles_.push_back(cycles_);
        results.emplace_back();
        idle = 0;
      }
    }
  }
  cycle({});  // the controller goes idle
  results.pop_back();
  return results;
}

Chip::PassReport Chip::calibrate(const Pass& pass, std::uint64_t limit) {
  write(regs::calibration,
        regs::calibration_vectors.put(static_cast<std::uint32_t>(pass.vectors)) |
            regs::calibration_density.put(static_cast<std::uint32_t>(pass.density)) |
            regs::calibration_baseline.put(pass.baseline ? 1U : 0U));
  write(regs::calibration_seed, pass.seed);
  const std::uint32_t enabled = read(regs::irq_enable);
  write(regs::irq_enable, regs::irq_enable_done.put(1));
  write(regs::error, regs::error_silent.put(1));
  // The answer comes in the first cycle of the pass, the interrupt in the one after its last.
  write(regs::control, regs::control_calibrate.put(1));
  const std::uint64_t start = cycles_;
  while (!cycle({}).irq) {
    if (cycles_ - start == limit) {
      throw Error("chip", "CALIBRATION", fmt::format("not finished after {} cycles", limit));
    }
  }
  const PassReport report{cycles_ - start, regs::error_silent.get(read(regs::error)) != 0};
  write(regs::irq_enable, enabled);
  return report;
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
