// SPDX-License-Identifier: Apache-2.0
rtl/common/xpk_ram_1r1w.sv
rtl/common/xpk_bit_ram.sv
rtl/common/xpk_fifo.sv
rtl/common/xpk_stream_reg.sv
rtl/common/xpk_rmw_ram.sv
rtl/common/xpk_lfsr_lane.sv
rtl/common/xpk_lfsr_bank.sv
rtl/common/xpk_popcount.sv
