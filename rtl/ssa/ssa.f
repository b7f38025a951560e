// SPDX-License-Identifier: Apache-2.0
rtl/ssa/xpk_ssa_rows.sv
rtl/ssa/xpk_ssa_tile.sv
rtl/ssa/xpk_ssa_cursor.sv
rtl/ssa/xpk_ssa_draws.sv
rtl/ssa/xpk_ssa_engine.sv
rtl/ssa/xpk_stream_seeder.sv
