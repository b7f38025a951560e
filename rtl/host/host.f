// SPDX-License-Identifier: Apache-2.0
rtl/host/xpk_crc32.sv
rtl/host/xpk_axi_lite.sv
rtl/host/xpk_program_stream.sv
rtl/host/xpk_cell_scan.sv
rtl/host/xpk_input_port.sv
rtl/host/xpk_result_port.sv
rtl/host/xpk_host_bus.sv
rtl/host/xpk_host_registers.sv
rtl/host/xpk_host.sv
rtl/host/xpk_any_core.sv
rtl/host/xpk_axi_top.sv
rtl/host/xpk_crc32_serial.sv
rtl/host/xpk_uart_rx.sv
rtl/host/xpk_uart_tx.sv
rtl/host/xpk_uart_bridge.sv
rtl/host/xpk_uart_top.sv
