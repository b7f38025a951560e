// SPDX-License-Identifier: Apache-2.0
#include "axi_rules.hpp"

#include "model/error.hpp"

namespace xpike::sim {

namespace {

void require(bool kept, const char* channel, const char* rule) {
  if (!kept) throw Error("AXI", channel, rule);
}

constexpr const char* kStays = "changed or vanished before it was ready";
constexpr const char* kOne = "a response that nothing has asked for";

}  // namespace

void AxiRules::see(const AxiInputs& in, const AxiOutputs& out) {
  if (!in.aresetn) {
    *this = {};
    require(!out.bvalid && !out.rvalid && !out.result_tvalid, "aresetn", "valid during a reset");
    return;
  }
  require(!b_waits_ || (out.bvalid && out.bresp == before_.bresp), "B", kStays);
  require(!r_waits_ || (out.rvalid && out.rdata == before_.rdata && out.rresp == before_.rresp),
          "R", kStays);
  require(!result_waits_ || (out.result_tvalid && out.result_tdata == before_.result_tdata &&
                             out.result_tlast == before_.result_tlast &&
                             out.result_tuser == before_.result_tuser),
          "result", kStays);
  require(!out.bvalid || (aw_open_ > 0 && w_open_ > 0), "B", kOne);
  require(!out.rvalid || ar_open_ > 0, "R", kOne);

  const int answered = out.bvalid && in.bready ? 1 : 0;
  aw_open_ += (in.awvalid && out.awready ? 1 : 0) - answered;
  w_open_ += (in.wvalid && out.wready ? 1 : 0) - answered;
  ar_open_ += (in.arvalid && out.arready ? 1 : 0) - (out.rvalid && in.rready ? 1 : 0);
  b_waits_ = out.bvalid && !in.bready;
  r_waits_ = out.rvalid && !in.rready;
  result_waits_ = out.result_tvalid && !in.result_tready;
  before_ = out;
}

}  // namespace xpike::sim
