// SPDX-License-Identifier: Apache-2.0
#include "cli/driver_engine.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>
#include <xpike/registers.hpp>

#include "axi_transport.hpp"
#include "bundle.hpp"
#include "driver/xpk_driver.h"
#include "driver/xpk_mmap.h"
#include "loader.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "result_packet.hpp"

namespace xpike::cli {
namespace {

// What lies below the driver: opened once, closed with the engine.
class Link {
 public:
  Link(const Config& config, const TransportChoice& choice) {
    if (choice.simulated) {
      simulated_ = std::make_unique<sim::AxiTransport>(config);
      transport_ = simulated_->transport();
    } else if (xpk_mmap_open(&map_, choice.file.c_str(), choice.offset, &transport_) != 0) {
      throw Error(choice.file, "--transport",
                  "cannot be mapped: " + std::generic_category().message(errno));
    }
  }
  ~Link() { xpk_mmap_close(&map_); }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const xpk_transport& transport() const { return transport_; }
  std::string failure() const { return simulated_ ? simulated_->failure() : ""; }

 private:
  std::unique_ptr<sim::AxiTransport> simulated_;
  xpk_mmap map_{nullptr, -1};
  xpk_transport transport_{};
};

class DriverEngine final : public Engine {
 public:
  DriverEngine(const Config& config, Network network, const TransportChoice& transport)
      : network_(std::move(network)), link_(config, transport) {
    require(xpk_open(&device_, &link_.transport()));
    const std::vector<std::uint32_t> bundle = sim::make_bundle(config, network_);
    require(xpk_load(&device_, bundle.data(), bundle.size(), !transport.simulated));
  }

  std::string name() const override { return "driver"; }

  Result run(const TokenImage& image, std::uint32_t image_number,
             const RunOptions& options) override {
    xpk_run_options run{};
    run.tokens = static_cast<std::uint32_t>(image.tokens);
    run.steps = static_cast<std::uint32_t>(options.steps);
    run.rows = static_cast<std::uint32_t>(sim::packet_rows(network_, image, options.steps));
    run.seed = options.seed;
    run.image = image_number;
    run.spikes = image.stream.has_value();
    run.anytime = !options.final_scores;

    const std::vector<std::uint16_t> values = values_of(image, run);
    std::vector<std::uint32_t> packet(xpk_input_words(&device_, &run));
    require(xpk_make_packet(&device_, &run, values.data(), packet.data()));
    std::size_t result_words = 0;
    require(xpk_result_words(&device_, &run, &result_words));
    std::vector<std::uint32_t> words(result_words);
    require(xpk_run(&device_, &run, packet.data(), packet.size(), words.data(), words.size()));

    Result result;
    sim::unpack_result(words, static_cast<std::size_t>(network_.shape.classes),
                       run.anytime ? run.steps : 1, result);
    std::array<std::uint64_t, XPIKE_EVENTS> counts{};
    require(xpk_events(&device_, counts.data()));
    for (std::size_t i = 0; i < counts.size(); ++i) {
      result.events[std::string(regs::event_list[i].name)] = counts[i];
    }
    result.cycles = result.events.at("cycles");
    return result;
  }

 private:
  void require(int status) const {
    if (status == XPK_OK) return;
    std::string text = xpk_error_text(&device_);
    if (const std::string failure = link_.failure(); !failure.empty()) text += ": " + failure;
    throw Error("driver", "chip", text);
  }

  // Intensities or spikes in the order of xpk_make_packet.
  static std::vector<std::uint16_t> values_of(const TokenImage& image, const xpk_run_options& run) {
    std::vector<std::uint16_t> values;
    for (int n = 0; n < image.tokens; ++n) {
      for (std::uint32_t t = 0; run.spikes && t < run.steps; ++t) {
        for (std::uint32_t f = 0; f < run.rows; ++f) {
          const bool inside = static_cast<int>(f) < image.rows;
          values.push_back(
              inside && image.stream->get(static_cast<int>(t), n, static_cast<int>(f)) ? 1 : 0);
        }
      }
      for (std::uint32_t f = 0; !run.spikes && f < run.rows; ++f) {
        values.push_back(image.at(n, static_cast<int>(f)));
      }
    }
    return values;
  }

  Network network_;
  Link link_;
  xpk_device device_{};
};

}  // namespace

TransportChoice parse_transport(const std::string& text) {
  const std::string prefix = "mmap:";
  if (text == "sim") return {};
  const auto refuse = [&](const char* problem) {
    throw Error("command line", "--transport", "'" + text + "' " + problem);
  };
  if (!text.starts_with(prefix)) refuse("is not sim, mmap:FILE or mmap:FILE@OFFSET");
  TransportChoice choice{.simulated = false, .file = text.substr(prefix.size())};
  if (const std::size_t at = choice.file.rfind('@'); at != std::string::npos) {
    const std::string digits = choice.file.substr(at + 1);
    const bool hexadecimal = digits.starts_with("0x");
    const char* begin = digits.data() + (hexadecimal ? 2 : 0);
    const char* end = digits.data() + digits.size();
    const auto [rest, code] = std::from_chars(begin, end, choice.offset, hexadecimal ? 16 : 10);
    if (code != std::errc() || rest != end) refuse("has an offset that is no number of bytes");
    choice.file.resize(at);
  }
  if (choice.file.empty()) refuse("names no file");
  return choice;
}

std::unique_ptr<Engine> make_driver(const Config& config, const Network& network,
                                    const TransportChoice& transport) {
  check_fit(network, config, "network");
  return std::make_unique<DriverEngine>(config, network, transport);
}

}  // namespace xpike::cli
