// SPDX-License-Identifier: Apache-2.0
// AIMC room; needs rtl/xpk_pkg.sv and rtl/common/common.f.
rtl/aimc/xpk_adc_delay_sim.sv
rtl/aimc/xpk_synaptic_array_sim.sv
rtl/aimc/xpk_synaptic_array_ram.sv
rtl/aimc/xpk_synaptic_array.sv
rtl/aimc/xpk_array_bank_sim_dpi.sv
rtl/aimc/xpk_array_bank.sv
rtl/aimc/xpk_lif_lane.sv
rtl/aimc/xpk_code_meter.sv
rtl/aimc/xpk_row_block.sv
rtl/aimc/xpk_neuron_tile.sv
rtl/aimc/xpk_mux_sequencer.sv
rtl/aimc/xpk_stage.sv
rtl/aimc/xpk_score_readout.sv
rtl/aimc/xpk_head.sv
