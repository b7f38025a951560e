// SPDX-License-Identifier: Apache-2.0
// Registers of the host interface: mode, causes, interrupt, CRC of the windows, packets by words.
// Map: docs/registers.md.
//
// No parameters. Answers in the cycle of the access. An access that is refused changes nothing but
// CAUSE and CAUSE_ADDRESS. `clr_i` clears all but HOST_MODE and HOST_IRQ_ENABLE.

`default_nettype none

module xpk_host_registers (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    // Accesses to these registers; the address and direction are also those of refused accesses.
    input  wire logic        access_i,
    input  wire logic        write_i,
    input  wire logic [15:0] addr_i,
    input  wire logic [31:0] wdata_i,
    output logic      [31:0] rdata_o,
    output logic             error_o,
    // Refused accesses (pulses).
    input  wire logic        core_refused_i,
    input  wire logic        unaligned_i,
    input  wire logic        strobe_i,
    input  wire logic        locked_refused_i,
    // Program packets and the scan.
    input  wire logic        program_active_i,
    input  wire logic        program_good_i,     // pulses
    input  wire logic        program_length_i,
    input  wire logic        program_refused_i,
    input  wire logic        program_crc_i,
    input  wire logic        scan_active_i,
    input  wire logic        scan_refused_i,     // pulse
    output logic             scan_start_o,
    output logic      [16:0] scan_cells_o,
    // Window words, of the slave, of packets and of the scan.
    input  wire logic        window_i,
    input  wire logic [31:0] window_word_i,
    // Packets.
    output logic             words_o,
    input  wire logic        input_open_i,
    input  wire logic        input_room_i,
    output logic             input_we_o,
    output logic             input_last_o,
    input  wire logic        result_open_i,
    input  wire logic        result_valid_i,
    input  wire logic [31:0] result_word_i,
    input  wire logic        result_last_i,
    input  wire logic        result_cut_i,
    output logic             result_re_o,
    input  wire logic        result_done_i,      // pulse
    // Interrupt.
    input  wire logic        core_irq_i,
    output logic             irq_o
);

  localparam int unsigned Causes = xpk_regs_pkg::CauseProgramCrcLsb + 1;
  // Those that come from an access, and have an address.
  localparam logic [Causes-1:0] AccessCauses = (Causes'(1) << xpk_regs_pkg::CauseVerifyLsb) - Causes'(1);

  logic words_q;
  logic [2:0] irq_enable_q, irq_status_q, irq_new;
  logic [Causes-1:0] cause_q, cause_new;
  logic [16:0] cause_address_q;
  logic [31:0] crc_q, crc_next;
  logic [15:0] packets_q;
  logic write, mode_write, verify_write, input_write, result_read;
  logic mode_locked, verify_locked, input_bad, result_bad;

  assign words_o = words_q;
  assign irq_o = (irq_enable_q & irq_status_q) != '0;

  // ---- Accesses -----------------------------------------------------------------------------------
  assign write = access_i && write_i;
  assign mode_write = write && addr_i == xpk_regs_pkg::AddrHostMode;
  assign verify_write = write && addr_i == xpk_regs_pkg::AddrVerify;
  assign input_write = write && (addr_i == xpk_regs_pkg::AddrInputWord ||
                                 addr_i == xpk_regs_pkg::AddrInputLast);
  assign result_read = access_i && !write_i && addr_i == xpk_regs_pkg::AddrResultWord;

  assign mode_locked = mode_write && (input_open_i || result_open_i);
  assign verify_locked = verify_write && (program_active_i || scan_active_i);
  assign input_bad = input_write && !input_room_i;
  assign result_bad = result_read && !result_valid_i;
  assign error_o = mode_locked || verify_locked || input_bad || result_bad;

  assign scan_start_o = verify_write && !verify_locked;
  assign scan_cells_o = wdata_i[xpk_regs_pkg::VerifyCellsLsb+:xpk_regs_pkg::VerifyCellsWidth];
  assign input_we_o = input_write && !input_bad;
  assign input_last_o = addr_i == xpk_regs_pkg::AddrInputLast;
  assign result_re_o = result_read && !result_bad;

  // ---- Causes and interrupt -----------------------------------------------------------------------
  always_comb begin
    cause_new = '0;
    cause_new[xpk_regs_pkg::CauseCoreLsb] = core_refused_i;
    cause_new[xpk_regs_pkg::CauseUnalignedLsb] = unaligned_i;
    cause_new[xpk_regs_pkg::CauseStrobeLsb] = strobe_i;
    cause_new[xpk_regs_pkg::CauseLockedLsb] = locked_refused_i || mode_locked || verify_locked;
    cause_new[xpk_regs_pkg::CauseInputLsb] = input_bad;
    cause_new[xpk_regs_pkg::CauseResultLsb] = result_bad;
    cause_new[xpk_regs_pkg::CauseVerifyLsb] = scan_refused_i;
    cause_new[xpk_regs_pkg::CauseProgramLengthLsb] = program_length_i;
    cause_new[xpk_regs_pkg::CauseProgramRefusedLsb] = program_refused_i;
    cause_new[xpk_regs_pkg::CauseProgramCrcLsb] = program_crc_i;
    irq_new = '0;
    irq_new[xpk_regs_pkg::HostIrqStatusDoneLsb] = result_done_i;
    irq_new[xpk_regs_pkg::HostIrqStatusErrorLsb] = cause_new != '0;
    irq_new[xpk_regs_pkg::HostIrqStatusCoreLsb] = core_irq_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cause_q <= '0;
      cause_address_q <= '0;
      irq_status_q <= '0;
    end else if (clr_i) begin
      cause_q <= '0;
      cause_address_q <= '0;
      irq_status_q <= '0;
    end else begin
      cause_q <= cause_new | ((write && addr_i == xpk_regs_pkg::AddrCause) ?
                              (cause_q & ~wdata_i[Causes-1:0]) : cause_q);
      irq_status_q <= irq_new | ((write && addr_i == xpk_regs_pkg::AddrHostIrqStatus) ?
                                 (irq_status_q & ~wdata_i[2:0]) : irq_status_q);
      if ((cause_new & AccessCauses) != '0 && (cause_q & AccessCauses) == '0) begin
        cause_address_q <= {write_i, addr_i};
      end
    end
  end

  // ---- CRC, packets, configuration ----------------------------------------------------------------
  xpk_crc32 u_crc (.crc_i(crc_q), .data_i(window_word_i), .crc_o(crc_next));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      words_q <= 1'b0;
      irq_enable_q <= '0;
      crc_q <= '0;
      packets_q <= '0;
    end else begin
      if (mode_write && !mode_locked) words_q <= wdata_i[xpk_regs_pkg::HostModeWordsLsb];
      if (write && addr_i == xpk_regs_pkg::AddrHostIrqEnable) irq_enable_q <= wdata_i[2:0];
      if (clr_i) crc_q <= '0;
      else if (write && addr_i == xpk_regs_pkg::AddrWindowCrc) crc_q <= wdata_i;
      else if (window_i) crc_q <= crc_next;
      if (clr_i) packets_q <= '0;
      else if (program_good_i) packets_q <= packets_q + 16'd1;
    end
  end

  // ---- Reads --------------------------------------------------------------------------------------
  always_comb begin
    rdata_o = '0;
    case (addr_i)
      xpk_regs_pkg::AddrHostMode: rdata_o[xpk_regs_pkg::HostModeWordsLsb] = words_q;
      xpk_regs_pkg::AddrHostStatus: begin
        rdata_o[xpk_regs_pkg::HostStatusInputRoomLsb] = input_room_i;
        rdata_o[xpk_regs_pkg::HostStatusResultValidLsb] = result_valid_i;
        rdata_o[xpk_regs_pkg::HostStatusResultLastLsb] = result_valid_i && result_last_i;
        rdata_o[xpk_regs_pkg::HostStatusResultCutLsb] = result_valid_i && result_cut_i;
        rdata_o[xpk_regs_pkg::HostStatusProgrammingLsb] = program_active_i;
        rdata_o[xpk_regs_pkg::HostStatusVerifyingLsb] = scan_active_i;
      end
      xpk_regs_pkg::AddrHostIrqEnable: rdata_o[2:0] = irq_enable_q;
      xpk_regs_pkg::AddrHostIrqStatus: rdata_o[2:0] = irq_status_q;
      xpk_regs_pkg::AddrCause: rdata_o[Causes-1:0] = cause_q;
      xpk_regs_pkg::AddrCauseAddress: rdata_o[16:0] = cause_address_q;
      xpk_regs_pkg::AddrWindowCrc: rdata_o = crc_q;
      xpk_regs_pkg::AddrResultWord: if (result_valid_i) rdata_o = result_word_i;
      xpk_regs_pkg::AddrProgramPackets: rdata_o[15:0] = packets_q;
      default: ;
    endcase
  end

endmodule

`default_nettype wire
