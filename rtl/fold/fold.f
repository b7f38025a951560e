// SPDX-License-Identifier: Apache-2.0
rtl/fold/xpk_fold_random.sv
rtl/fold/xpk_fold_seeder.sv
rtl/fold/xpk_fold_encoder.sv
rtl/fold/xpk_fold_matrix.sv
rtl/fold/xpk_fold_attention.sv
rtl/fold/xpk_fold_spikes.sv
rtl/fold/xpk_fold_scores.sv
rtl/fold/xpk_fold_sequencer.sv
rtl/fold/xpk_folded_core.sv
rtl/fold/xpk_fold_monitor_sim.sv
