// SPDX-License-Identifier: Apache-2.0
rtl/core/xpk_input_encoder.sv
rtl/core/xpk_residual.sv
rtl/core/xpk_token_reader.sv
rtl/core/xpk_column_memory.sv
rtl/core/xpk_corner_turn.sv
rtl/core/xpk_counters.sv
