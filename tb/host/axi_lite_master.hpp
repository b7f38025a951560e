// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite master with random gaps and stalls on all five channels. Checks the rules of the
// protocol in every cycle: what is valid stays, unchanged, until it is ready; a response comes
// after everything that it answers, and there is one for each.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "lib/random.hpp"
#include "lib/sim.hpp"
#include "lib/stream.hpp"

namespace xpike::tb {

inline constexpr unsigned kOkay = 0;
inline constexpr unsigned kSlaveError = 2;

/// Model has the AXI4-Lite ports of xpk_axi_lite and xpk_host.
template <class Model>
class AxiLiteMaster : public Agent {
 public:
  struct Data {
    std::uint32_t data;
    unsigned strobe;
  };
  struct Read {
    std::uint32_t data;
    unsigned response;
    bool operator==(const Read&) const = default;
  };

  AxiLiteMaster(Sim<Model>& sim, Random& random, double gap, double stall)
      : sim_(sim),
        aw_({.set_valid = [this](bool v) { sim_->aw_valid_i = v; },
             .ready = [this] { return sim_->aw_ready_o != 0; },
             .set_data = [this](std::uint32_t a) { sim_->aw_addr_i = a; }},
            random, gap),
        w_({.set_valid = [this](bool v) { sim_->w_valid_i = v; },
            .ready = [this] { return sim_->w_ready_o != 0; },
            .set_data =
                [this](const Data& d) {
                  sim_->w_data_i = d.data;
                  sim_->w_strb_i = static_cast<CData>(d.strobe);
                }},
           random, gap),
        ar_({.set_valid = [this](bool v) { sim_->ar_valid_i = v; },
             .ready = [this] { return sim_->ar_ready_o != 0; },
             .set_data = [this](std::uint32_t a) { sim_->ar_addr_i = a; }},
            random, gap),
        b_({.valid = [this] { return sim_->b_valid_o != 0; },
            .set_ready = [this](bool r) { sim_->b_ready_i = r; },
            .data = [this] { return unsigned{sim_->b_resp_o}; }},
           random, stall),
        r_({.valid = [this] { return sim_->r_valid_o != 0; },
            .set_ready = [this](bool r) { sim_->r_ready_i = r; },
            .data =
                [this] {
                  return Read{sim_->r_data_o, sim_->r_resp_o};
                }},
           random, stall) {
    // This agent looks first: at what had been sent before the cycle.
    sim_.attach(*this);
    sim_.attach(aw_);
    sim_.attach(w_);
    sim_.attach(ar_);
    sim_.attach(b_);
    sim_.attach(r_);
  }

  void write(std::uint32_t byte_address, std::uint32_t data, unsigned strobe = 15) {
    aw_.push(byte_address);
    w_.push({data, strobe});
    ++writes_;
  }
  void read(std::uint32_t byte_address) {
    ar_.push(byte_address);
    ++reads_;
  }
  /// Everything has been answered.
  bool idle() const { return b_.items().size() == writes_ && r_.items().size() == reads_; }
  const std::vector<unsigned>& written() const { return b_.items(); }
  const std::vector<Read>& answers() const { return r_.items(); }

  /// One access alone, from the first channel to the response.
  unsigned write_now(std::uint32_t byte_address, std::uint32_t data, unsigned strobe = 15) {
    write(byte_address, data, strobe);
    sim_.run_until([this] { return idle(); });
    return b_.items().back();
  }
  Read read_now(std::uint32_t byte_address) {
    read(byte_address);
    sim_.run_until([this] { return idle(); });
    return r_.items().back();
  }

  /// Forgets all transactions, as after a reset.
  void clear() {
    aw_.clear();
    w_.clear();
    ar_.clear();
    b_.clear();
    r_.clear();
    aw_before_ = aw_.sent();
    w_before_ = w_.sent();
    ar_before_ = ar_.sent();
    writes_ = 0;
    reads_ = 0;
  }

  void drive() override {}
  void sample() override {
    const std::size_t answered = b_.items().size();
    if (sim_->b_valid_o != 0 &&
        (answered >= aw_.sent() - aw_before_ || answered >= w_.sent() - w_before_)) {
      throw std::runtime_error("AXI4-Lite: a write is answered before it has come");
    }
    if (sim_->r_valid_o != 0 && r_.items().size() >= ar_.sent() - ar_before_) {
      throw std::runtime_error("AXI4-Lite: a read is answered before it has come");
    }
  }

 private:
  Sim<Model>& sim_;
  StreamSource<std::uint32_t> aw_;
  StreamSource<Data> w_;
  StreamSource<std::uint32_t> ar_;
  StreamSink<unsigned> b_;
  StreamSink<Read> r_;
  std::size_t writes_ = 0;
  std::size_t reads_ = 0;
  std::size_t aw_before_ = 0;  // sent before the last clear()
  std::size_t w_before_ = 0;
  std::size_t ar_before_ = 0;
};

}  // namespace xpike::tb
