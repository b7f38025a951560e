// SPDX-License-Identifier: Apache-2.0
// What a run works on: a model and images from files, or a random workload.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <xpike/configs.hpp>

#include "cli/requests.hpp"
#include "model/engine.hpp"
#include "model/network.hpp"

namespace xpike::cli {

class RunInput {
 public:
  virtual ~RunInput() = default;
  RunInput(const RunInput&) = delete;
  RunInput& operator=(const RunInput&) = delete;

  const Config& config() const { return *config_; }
  const Network& network() const { return network_; }
  int tokens() const { return tokens_; }  // of every image
  int steps() const { return steps_; }
  std::size_t images() const { return images_; }  // that run, from number 0

  virtual std::string model() const = 0;  // where it comes from, for people
  virtual std::string data() const = 0;
  virtual std::string split() const = 0;
  virtual TokenImage image(std::size_t number) const = 0;
  virtual std::optional<int> label(std::size_t number) const = 0;
  // Whether every tensor must spike at the rates of sw/workload.
  virtual bool calibrated() const = 0;

 protected:
  RunInput() = default;

  const Config* config_ = nullptr;
  Network network_;
  int tokens_ = 0;
  int steps_ = 0;
  std::size_t images_ = 0;
};

// Throws Error for unusable files and values, and for a configuration without a simulated chip if
// the request needs one.
std::unique_ptr<RunInput> open_input(const RunRequest& request);

}  // namespace xpike::cli
