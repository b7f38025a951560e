// SPDX-License-Identifier: Apache-2.0
#include "register_recorder.hpp"

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <xpike/registers.hpp>

#include "chip.hpp"
#include "loader.hpp"
#include "model/error.hpp"

namespace xpike::sim {

namespace {

// A core that has nothing but registers: it takes every write, and reads as its build parameters.
class Recorder final : public CoreModel {
 public:
  Recorder(const Config& config, std::vector<RegisterWrite>& writes)
      : shape_(shape_words(config)), writes_(writes) {}

  CoreOutputs settle(const CoreInputs& inputs) override {
    CoreOutputs outputs;
    outputs.reg_ready = true;
    outputs.reg_rvalid = std::exchange(answered_, inputs.rst_n && inputs.reg_valid);
    outputs.reg_rdata = data_;
    if (answered_ && inputs.reg_write) writes_.push_back({inputs.reg_addr, inputs.reg_wdata});
    const std::size_t place = inputs.reg_addr - std::size_t{regs::shape.address};
    data_ = place < shape_.size() ? shape_[place] : 0;
    return outputs;
  }
  void rise() override {}
  void open_wave(const std::string& file) override { throw Error(file, "--wave", "no chip"); }

 private:
  std::array<std::uint32_t, regs::shape.count> shape_;
  std::vector<RegisterWrite>& writes_;
  bool answered_ = false;  // the request of the cycle before
  std::uint32_t data_ = 0;
};

std::vector<RegisterWrite> record(const Config& config, const std::function<void(Chip&)>& load) {
  std::vector<RegisterWrite> writes;
  Chip chip(config, std::make_unique<Recorder>(config, writes));
  load(chip);
  return writes;
}

}  // namespace

std::vector<RegisterWrite> network_writes(const Config& config, const Network& network) {
  return record(config, [&](Chip& chip) { load_network(chip, config, network, Door::kFront); });
}

std::vector<RegisterWrite> run_writes(const Config& config, const Network& network,
                                      const TokenImage& image, const RunOptions& options,
                                      std::uint32_t image_number) {
  return record(config, [&](Chip& chip) { load_run(chip, network, image, options, image_number); });
}

}  // namespace xpike::sim
