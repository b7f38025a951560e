// SPDX-License-Identifier: Apache-2.0
// Brings the requests of the bus slave, of program packets and of the cell scan to the register port
// of the core, and those of the slave to the registers of the host interface.
//
// No parameters. The slave goes first, then the packets. One request of the core is open at a time;
// a new one begins in the cycle of its answer, so writes pass at one per cycle. While a packet or a
// scan is at work, the slave gets no access to the windows and can give no command but a clear.

`default_nettype none

module xpk_host_bus (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    // From the slave: one request at a time.
    input  wire logic        axi_valid_i,
    output logic             axi_ready_o,
    input  wire logic        axi_write_i,
    input  wire logic [15:0] axi_addr_i,
    input  wire logic [31:0] axi_wdata_i,
    output logic             axi_rvalid_o,
    output logic      [31:0] axi_rdata_o,
    output logic             axi_error_o,
    // From program packets: writes.
    input  wire logic        program_valid_i,
    output logic             program_ready_o,
    input  wire logic [15:0] program_addr_i,
    input  wire logic [31:0] program_wdata_i,
    output logic             program_rvalid_o,
    // From the scan: reads of CELL_DATA.
    input  wire logic        scan_valid_i,
    output logic             scan_ready_o,
    output logic             scan_rvalid_o,
    // To the core.
    output logic             reg_valid_o,
    input  wire logic        reg_ready_i,
    output logic             reg_write_o,
    output logic      [15:0] reg_addr_o,
    output logic      [31:0] reg_wdata_o,
    input  wire logic        reg_rvalid_i,
    input  wire logic [31:0] reg_rdata_i,
    input  wire logic        reg_error_i,
    // To the registers of the host interface, which answer in the same cycle.
    output logic             host_access_o,
    input  wire logic [31:0] host_rdata_i,
    input  wire logic        host_error_i,
    // What happened.
    input  wire logic        locked_i,         // a packet or a scan is at work
    output logic             clear_o,          // pulse: the core is cleared
    output logic             core_refused_o,   // pulse: an access of the slave
    output logic             locked_refused_o, // pulse: the same
    output logic             window_o,         // pulse: a word has passed a window
    output logic      [31:0] window_word_o
);

  localparam logic [1:0] Slave = 2'd0;
  localparam logic [1:0] Program = 2'd1;
  localparam logic [1:0] Scan = 2'd2;

  logic asked_q;  // the core has a request that it has not answered
  logic [1:0] owner_q, owner;
  logic moves_q, write_q;  // that request moves a window word; is a write
  logic [31:0] wdata_q, rdata_q;
  logic local_q, error_q;  // answer of the slave without the core
  logic free, take, is_host, is_window, commands, is_locked, axi_core, moves;

  // ---- The slave's own registers, and what it may not do now --------------------------------------
  assign is_host = axi_addr_i >= xpk_regs_pkg::AddrHostMode &&
      axi_addr_i <= xpk_regs_pkg::AddrProgramPackets;
  assign is_window = axi_addr_i >= xpk_regs_pkg::AddrTarget &&
      axi_addr_i < xpk_regs_pkg::AddrEvents;
  assign commands = axi_write_i && axi_addr_i == xpk_regs_pkg::AddrControl &&
      !axi_wdata_i[xpk_regs_pkg::ControlClearLsb];
  assign is_locked = locked_i && (is_window || commands);
  assign host_access_o = axi_valid_i && is_host;
  assign locked_refused_o = axi_valid_i && is_locked;
  assign axi_core = axi_valid_i && !is_host && !is_locked;

  // ---- Requests -----------------------------------------------------------------------------------
  assign free = !asked_q || reg_rvalid_i;
  assign owner = axi_core ? Slave : program_valid_i ? Program : Scan;
  assign reg_valid_o = free && (axi_core || program_valid_i || scan_valid_i);
  assign take = reg_valid_o && reg_ready_i;
  assign axi_ready_o = axi_core ? (take && owner == Slave) : 1'b1;
  assign program_ready_o = take && owner == Program;
  assign scan_ready_o = take && owner == Scan;

  always_comb begin
    case (owner)
      Slave: begin
        reg_write_o = axi_write_i;
        reg_addr_o = axi_addr_i;
        reg_wdata_o = axi_wdata_i;
      end
      Program: begin
        reg_write_o = 1'b1;
        reg_addr_o = program_addr_i;
        reg_wdata_o = program_wdata_i;
      end
      default: begin
        reg_write_o = 1'b0;
        reg_addr_o = xpk_regs_pkg::AddrCellData;
        reg_wdata_o = '0;
      end
    endcase
  end

  assign clear_o = take && reg_write_o && reg_addr_o == xpk_regs_pkg::AddrControl &&
      reg_wdata_o[xpk_regs_pkg::ControlClearLsb];
  assign moves = reg_addr_o == xpk_regs_pkg::AddrCellData || (reg_write_o &&
      (reg_addr_o == xpk_regs_pkg::AddrNeuron || reg_addr_o == xpk_regs_pkg::AddrConverter));

  // ---- Answers ------------------------------------------------------------------------------------
  logic answered;
  assign answered = asked_q && reg_rvalid_i;
  assign axi_rvalid_o = local_q || (answered && owner_q == Slave);
  assign axi_rdata_o = local_q ? rdata_q : reg_rdata_i;
  assign axi_error_o = local_q ? error_q : reg_error_i;
  assign program_rvalid_o = answered && owner_q == Program;
  assign scan_rvalid_o = answered && owner_q == Scan;
  assign core_refused_o = answered && owner_q == Slave && reg_error_i;
  assign window_o = answered && moves_q && !reg_error_i;
  assign window_word_o = write_q ? wdata_q : reg_rdata_i;

  always_ff @(posedge clk_i) begin
    if (take) begin
      moves_q <= moves;
      write_q <= reg_write_o;
      wdata_q <= reg_wdata_o;
    end
    rdata_q <= host_rdata_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      asked_q <= 1'b0;
      owner_q <= Slave;
      local_q <= 1'b0;
      error_q <= 1'b0;
    end else begin
      asked_q <= take || (asked_q && !reg_rvalid_i);
      if (take) owner_q <= owner;
      local_q <= axi_valid_i && !axi_core;
      error_q <= is_locked || host_error_i;
    end
  end

endmodule

`default_nettype wire
