// SPDX-License-Identifier: Apache-2.0
rtl/core/xpk_input_receiver.sv
rtl/core/xpk_input_encoder.sv
rtl/core/xpk_residual.sv
rtl/core/xpk_token_reader.sv
rtl/core/xpk_column_memory.sv
rtl/core/xpk_corner_turn.sv
rtl/core/xpk_counters.sv
rtl/core/xpk_chain_events.sv
rtl/core/xpk_chain.sv
rtl/core/xpk_config_check.sv
rtl/core/xpk_program_window.sv
rtl/core/xpk_registers.sv
rtl/core/xpk_controller.sv
rtl/core/xpk_event_map.sv
rtl/core/xpk_core.sv
rtl/core/xpk_monitor_sim.sv
rtl/core/xpk_timeline_sim.sv
