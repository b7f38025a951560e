// SPDX-License-Identifier: Apache-2.0
#include "cli/driver_engine.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>
#include <xpike/registers.hpp>

#include "axi_transport.hpp"
#include "bundle.hpp"
#include "driver/xpk_driver.h"
#include "driver/xpk_mmap.h"
#include "driver/xpk_tty.h"
#include "driver/xpk_uart.h"
#include "loader.hpp"
#include "model/error.hpp"
#include "model/fit.hpp"
#include "result_packet.hpp"
#include "uart_chip.hpp"

namespace xpike::cli {
namespace {

// A UART is asked for every poll, which takes a while: so many are minutes.
constexpr std::uint32_t kUartPolls = 100'000;

// What lies below the driver: opened once, closed with the engine.
class Link {
 public:
  Link(const Config& config, const TransportChoice& choice) {
    switch (choice.kind) {
      case TransportChoice::Kind::kSim:
        simulated_ = std::make_unique<sim::AxiTransport>(config);
        transport_ = simulated_->transport();
        break;
      case TransportChoice::Kind::kUartSim:
        uart_simulated_ = std::make_unique<sim::UartTransport>(config);
        transport_ = uart_simulated_->open();
        break;
      case TransportChoice::Kind::kMmap:
        if (xpk_mmap_open(&map_, choice.file.c_str(), choice.offset, &transport_) != 0) {
          throw Error(choice.file, "--transport",
                      "cannot be mapped: " + std::generic_category().message(errno));
        }
        break;
      case TransportChoice::Kind::kUart:
        open_uart(choice);
    }
  }
  ~Link() {
    xpk_mmap_close(&map_);
    xpk_tty_close(&tty_);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  const xpk_transport& transport() const { return transport_; }

 private:
  void open_uart(const TransportChoice& choice) {
    xpk_uart_line line{};
    if (xpk_tty_open(&tty_, choice.file.c_str(), choice.rate, &line) != 0) {
      throw Error(choice.file, "--transport",
                  "cannot be opened: " + std::generic_category().message(errno));
    }
    if (xpk_uart_open(&uart_, &line, &transport_) != 0) {
      xpk_tty_close(&tty_);
      throw Error(choice.file, "--transport", std::string("no chip: ") + uart_.error);
    }
  }

  std::unique_ptr<sim::AxiTransport> simulated_;
  std::unique_ptr<sim::UartTransport> uart_simulated_;
  xpk_mmap map_{nullptr, -1};
  xpk_tty tty_{-1};
  xpk_uart uart_{};
  xpk_transport transport_{};
};

class DriverEngine final : public Engine {
 public:
  DriverEngine(const Config& config, Network network, const TransportChoice& transport,
               const std::optional<CalibrationChoice>& calibration, const OnCalibration& report)
      : network_(std::move(network)), link_(config, transport) {
    require(xpk_open(&device_, &link_.transport()));
    if (transport.kind == TransportChoice::Kind::kUart) device_.poll_limit = kUartPolls;
    const auto load = [&](const Network& now) {
      const std::vector<std::uint32_t> bundle = sim::make_bundle(config, now);
      require(xpk_load(&device_, bundle.data(), bundle.size(), !transport.simulated()));
    };
    if (calibration) {
      CalibrationReport found = calibrate_device(device_, network_, *calibration, load);
      if (report) report(std::move(found));
    } else {
      load(network_);
    }
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
    throw Error("driver", "chip", xpk_error_text(&device_));
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

namespace {

[[noreturn]] void refuse_transport(const std::string& text, const char* problem) {
  throw Error("command line", "--transport", "'" + text + "' " + problem);
}

// Takes the number behind the last @ off `file`; nothing if there is none.
std::optional<std::uint64_t> number_behind(std::string& file, const std::string& text) {
  const std::size_t at = file.rfind('@');
  if (at == std::string::npos) return std::nullopt;
  const std::string digits = file.substr(at + 1);
  const bool hexadecimal = digits.starts_with("0x");
  const char* begin = digits.data() + (hexadecimal ? 2 : 0);
  const char* end = digits.data() + digits.size();
  std::uint64_t number = 0;
  const auto [rest, code] = std::from_chars(begin, end, number, hexadecimal ? 16 : 10);
  if (code != std::errc() || rest != end) refuse_transport(text, "has no number behind @");
  file.resize(at);
  return number;
}

}  // namespace

TransportChoice parse_transport(const std::string& text) {
  TransportChoice choice;
  if (text == "sim") return choice;
  choice.kind = TransportChoice::Kind::kUartSim;
  if (text == "uart-sim") return choice;
  if (text.starts_with("mmap:")) {
    choice.kind = TransportChoice::Kind::kMmap;
    choice.file = text.substr(std::strlen("mmap:"));
    choice.offset = number_behind(choice.file, text).value_or(choice.offset);
  } else if (text.starts_with("uart:")) {
    choice.kind = TransportChoice::Kind::kUart;
    choice.file = text.substr(std::strlen("uart:"));
    choice.rate = number_behind(choice.file, text).value_or(choice.rate);
    if (!xpk_tty_has_rate(choice.rate)) {
      refuse_transport(text, "has a rate that serial devices of this system do not have");
    }
  } else {
    refuse_transport(text, "is not sim, uart-sim, mmap:FILE[@OFFSET] or uart:DEVICE[@RATE]");
  }
  if (choice.file.empty()) refuse_transport(text, "names no file");
  return choice;
}

std::unique_ptr<Engine> make_driver(const Config& config, const Network& network,
                                    const TransportChoice& transport,
                                    const std::optional<CalibrationChoice>& calibration,
                                    const OnCalibration& report) {
  check_fit(network, config, "network");
  if (calibration) require_calibration(config);
  return std::make_unique<DriverEngine>(config, network, transport, calibration, report);
}

void require_calibration(const Config& config) {
  if (config.calibration != 0) return;
  throw Error("command line", "--calibrate",
              "configuration " + std::string(config.name) + " has no drift compensation");
}

}  // namespace xpike::cli
