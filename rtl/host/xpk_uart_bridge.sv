// SPDX-License-Identifier: Apache-2.0
// From two pins to the ports of a core: frames over a UART become register accesses, input words and
// result words.
//
// | parameter    | legal    | meaning                                                       |
// |--------------|----------|---------------------------------------------------------------|
// | ClocksPerBit | 4..65535 | cycles of a bit on the line                                   |
// | TimeoutBits  | 8..30    | 2^TimeoutBits cycles of silence end a frame, or a wait for in_ready_i |
//
// One request at a time: a frame is received into a memory, executed if its CRC is right, answered.
// Bytes that come meanwhile are lost. A request with the sequence number of the one before is not
// executed again; its answer is sent again from the memory. Frames: docs/host.md, docs/registers.md.
//
// `reg_*` is a master of the register port of xpk_core. An input word that the core does not take
// within the time-out is withdrawn, the one exception to the rule of streams. Result words are taken
// when the host asks for them; they must stand still until then.

`default_nettype none

module xpk_uart_bridge #(
    parameter int unsigned ClocksPerBit = 4,
    parameter int unsigned TimeoutBits = 20
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        rx_i,
    output logic             tx_o,
    // Registers.
    output logic             reg_valid_o,
    input  wire logic        reg_ready_i,
    output logic             reg_write_o,
    output logic      [15:0] reg_addr_o,
    output logic      [31:0] reg_wdata_o,
    input  wire logic        reg_rvalid_i,
    input  wire logic [31:0] reg_rdata_i,
    input  wire logic        reg_error_i,
    // Input packets, word by word.
    output logic             in_valid_o,
    input  wire logic        in_ready_i,
    output logic      [31:0] in_data_o,
    output logic             in_last_o,
    // Result packets.
    input  wire logic        out_valid_i,
    output logic             out_ready_o,
    input  wire logic [31:0] out_data_i,
    input  wire logic        out_last_i
);

  if (TimeoutBits < 8 || TimeoutBits > 30) begin : gen_check
    $error("xpk_uart_bridge: TimeoutBits must be 8..30");
  end

  localparam logic [3:0] Hunt = 4'd0;      // bytes do not count before a flag
  localparam logic [3:0] Receive = 4'd1;   // behind a flag
  localparam logic [3:0] Head = 4'd2;      // fetches the first word of a good frame
  localparam logic [3:0] Decide = 4'd3;
  localparam logic [3:0] Next = 4'd4;      // a word of the request is due, or its end
  localparam logic [3:0] Fetch = 4'd5;     // four bytes from the memory
  localparam logic [3:0] Ask = 4'd6;       // register request
  localparam logic [3:0] Answer = 4'd7;
  localparam logic [3:0] Push = 4'd8;      // input word
  localparam logic [3:0] Store = 4'd9;     // four bytes to the memory
  localparam logic [3:0] Open = 4'd10;     // the flag before the reply
  localparam logic [3:0] Load = 4'd11;     // next byte of the reply
  localparam logic [3:0] Crc = 4'd12;      // the CRC sees it, or gives it
  localparam logic [3:0] Send = 4'd13;
  localparam logic [3:0] Close = 4'd14;    // the flag behind

  localparam logic [6:0] First = 7'h7F;  // index of the first word of a frame; words follow from 0 on

  logic [3:0] state_q, state_d;
  logic [6:0] index_q;       // of the word at work
  logic [1:0] lane_q;        // of the byte in it
  logic wait_q;              // the memory has been read
  logic escaped_q;
  logic [7:0] byte_q;
  logic [3:0] bits_q;        // of the byte that are left for the CRC
  logic [31:0] word_q;
  logic [15:0] addr_q;
  logic [5:0] count_q;       // words that the frame carries, those to do while it is executed
  logic [5:0] done_q;        // words of the last request that was executed
  logic synced_q;
  logic [7:0] tag_q;         // low byte of the last request that was executed
  logic [2:0] cause_q;       // of its reply; bit 2: the last word of a packet
  logic [3:0] nak_q;         // cause of a frame that was not executed, 0 for none
  logic tail_q;              // of the reply only the CRC is left
  logic [TimeoutBits-1:0] timer_q;

  // ---- Line --------------------------------------------------------------------------------------
  logic rx_valid, rx_framing, tx_valid, tx_ready, is_flag, is_escape, data_in;
  logic [7:0] rx_data, rx_byte, tx_data;

  xpk_uart_rx #(
      .ClocksPerBit(ClocksPerBit)
  ) u_rx (
      .clk_i, .rst_ni, .rx_i, .valid_o(rx_valid), .framing_o(rx_framing), .data_o(rx_data)
  );

  xpk_uart_tx #(
      .ClocksPerBit(ClocksPerBit)
  ) u_tx (
      .clk_i, .rst_ni, .valid_i(tx_valid), .ready_o(tx_ready), .data_i(tx_data), .tx_o
  );

  assign is_flag = rx_data == xpk_regs_pkg::UartFlag;
  assign is_escape = rx_data == xpk_regs_pkg::UartEscape;
  assign rx_byte = rx_data ^ (escaped_q ? xpk_regs_pkg::UartEscapeXor : 8'd0);
  assign data_in = state_q == Receive && rx_valid && !is_flag && !is_escape;

  // ---- Memory: requests below, words of replies above --------------------------------------------
  logic ram_we, fetching, last_byte;
  logic [7:0] ram_wdata, ram_rdata;
  logic [7:0] result_byte;

  assign fetching = state_q == Head || state_q == Fetch || state_q == Load;
  assign last_byte = lane_q == 2'd3;
  assign result_byte = out_data_i[8*lane_q+:8];
  assign ram_we = data_in || state_q == Store;
  assign ram_wdata = data_in ? rx_byte : (opcode == OpResult) ? result_byte : word_q[7:0];

  xpk_ram_1r1w #(
      .Width(8), .Depth(512), .ReadFirst(1'b0)
  ) u_ram (
      .clk_i, .we_i(ram_we), .waddr_i({state_q == Store, index_q[5:0], lane_q}), .wdata_i(ram_wdata),
      .re_i(fetching), .raddr_i({state_q == Load, index_q[5:0], lane_q}), .rdata_o(ram_rdata)
  );

  // ---- Requests ----------------------------------------------------------------------------------
  localparam logic [2:0] OpSync = xpk_regs_pkg::UartOpSync[2:0];
  localparam logic [2:0] OpRead = xpk_regs_pkg::UartOpRead[2:0];
  localparam logic [2:0] OpWrite = xpk_regs_pkg::UartOpWrite[2:0];
  localparam logic [2:0] OpResult = xpk_regs_pkg::UartOpResult[2:0];
  localparam logic [2:0] OpInputLast = xpk_regs_pkg::UartOpInputLast[2:0];

  logic [5:0] asked_count;
  logic [2:0] opcode;
  logic empty, complete, crc_good, timeout, carries, known, fits, repeats, finished, answered, executed;
  logic accept;

  assign empty = index_q[6] && lane_q == 2'd0 && !escaped_q;
  assign complete = !index_q[6] && index_q != '0 && lane_q == 2'd0 && !escaped_q;
  assign timeout = timer_q == '1;

  // The first word, while it is in word_q.
  assign asked_count = word_q[xpk_regs_pkg::UartRequestCountLsb+:xpk_regs_pkg::UartRequestCountWidth];
  assign known = word_q[2:0] <= OpInputLast;
  assign carries = word_q[2] || word_q[2:0] == OpWrite;
  assign fits = count_q == (carries ? asked_count : 6'd0) &&
      asked_count <= xpk_regs_pkg::UartMaxWords[5:0];
  assign repeats = word_q[7:4] == tag_q[7:4] && word_q[2:0] != OpSync;

  assign opcode = tag_q[2:0];
  assign finished = index_q[5:0] == count_q || opcode == OpSync;
  // A word of the request has done its work; words of replies have when they are stored.
  assign answered = state_q == Answer && reg_rvalid_i && !reg_error_i;
  assign executed = (answered && opcode == OpWrite) || (state_q == Push && in_ready_i);

  assign reg_valid_o = state_q == Ask;
  assign reg_write_o = opcode == OpWrite;
  assign reg_addr_o = addr_q;
  assign reg_wdata_o = word_q;
  assign in_valid_o = state_q == Push;
  assign in_data_o = word_q;
  assign in_last_o = opcode == OpInputLast && index_q[5:0] + 6'd1 == count_q;
  assign out_ready_o = state_q == Store && opcode == OpResult && last_byte;

  // ---- Replies -----------------------------------------------------------------------------------
  logic escape_due, brings, reply_end;
  logic [7:0] head_byte;
  logic [5:0] reply_count;

  assign reply_count = (nak_q != '0) ? 6'd0 : done_q;
  always_comb begin
    case (lane_q)
      2'd0:    head_byte = (nak_q != '0) ? 8'd0 : tag_q;
      2'd1:    head_byte = {2'd0, reply_count};
      2'd2:    head_byte = (nak_q != '0) ? {4'd0, nak_q} : {3'd0, cause_q[2], 2'd0, cause_q[1:0]};
      default: head_byte = xpk_regs_pkg::UartVersion;
    endcase
  end
  // READ and RESULT bring words, others none.
  assign brings = opcode == OpRead || opcode == OpResult;
  assign reply_end = !index_q[6] && (!brings || index_q[5:0] == reply_count) && lane_q == 2'd0;

  assign escape_due = state_q == Send && !escaped_q &&
      (byte_q == xpk_regs_pkg::UartFlag || byte_q == xpk_regs_pkg::UartEscape);
  assign tx_valid = state_q == Open || state_q == Send || state_q == Close;
  assign tx_data = (state_q != Send) ? xpk_regs_pkg::UartFlag
                 : escape_due        ? xpk_regs_pkg::UartEscape
                                     : byte_q ^ (escaped_q ? xpk_regs_pkg::UartEscapeXor : 8'd0);

  // ---- CRC ---------------------------------------------------------------------------------------
  logic crc_step, crc_out, crc_bit;

  assign crc_step = bits_q != '0;
  assign crc_out = tail_q && state_q == Crc;

  xpk_crc32_serial u_crc (
      .clk_i, .rst_ni, .clr_i((state_q == Receive && empty && !crc_step) || state_q == Open),
      .step_i(crc_step), .out_i(crc_out), .bit_i(byte_q[0]), .bit_o(crc_bit), .good_o(crc_good)
  );

  // ---- States ------------------------------------------------------------------------------------
  logic [3:0] nak;

  always_comb begin
    state_d = state_q;
    nak = '0;
    case (state_q)
      Hunt: if (rx_valid && is_flag) state_d = Receive;
      Receive: begin
        if (rx_framing) nak = xpk_regs_pkg::UartCauseFraming[3:0];
        else if (timeout) nak = xpk_regs_pkg::UartCauseTimeout[3:0];
        else if (data_in && !index_q[6] && index_q[5:0] == '1) nak = xpk_regs_pkg::UartCauseLength[3:0];
        else if (rx_valid && is_flag && !empty) begin
          if (!crc_good) nak = xpk_regs_pkg::UartCauseCrc[3:0];
          else if (!complete) nak = xpk_regs_pkg::UartCauseLength[3:0];
          else state_d = Head;
        end
      end
      Head: if (wait_q && last_byte) state_d = Decide;
      Decide: begin
        if (!known) nak = xpk_regs_pkg::UartCauseRequest[3:0];
        else if (!fits) nak = xpk_regs_pkg::UartCauseLength[3:0];
        else if (!synced_q && word_q[2:0] != OpSync) nak = xpk_regs_pkg::UartCauseUnsynced[3:0];
        else state_d = repeats ? Open : Next;
      end
      Next: begin
        if (finished || (opcode == OpResult && (cause_q[2] || !out_valid_i))) state_d = Open;
        else if (opcode == OpRead) state_d = Ask;
        else state_d = (opcode == OpResult) ? Store : Fetch;
      end
      Fetch: if (wait_q && last_byte) state_d = (opcode == OpWrite) ? Ask : Push;
      Ask: if (reg_ready_i) state_d = Answer;
      Answer: if (reg_rvalid_i) state_d = reg_error_i ? Open : (opcode == OpRead) ? Store : Next;
      Push: begin
        if (in_ready_i) state_d = Next;
        else if (timeout) state_d = Open;
      end
      Store: if (last_byte) state_d = Next;
      Open: if (tx_ready) state_d = Load;
      Load: if (wait_q) state_d = Crc;
      Crc: if (bits_q == 4'd1) state_d = Send;
      Send: begin
        if (tx_ready && !escape_due) state_d = (tail_q && last_byte) ? Close : tail_q ? Crc : Load;
      end
      Close: if (tx_ready) state_d = Hunt;
      default: state_d = Hunt;
    endcase
    if (nak != '0) state_d = Open;
  end
  assign accept = state_q == Decide && state_d == Next;

  // ---- Registers ---------------------------------------------------------------------------------
  logic byte_done, sent;

  assign sent = state_q == Send && tx_ready && !escape_due;
  assign byte_done = data_in || state_q == Store || sent ||
      (wait_q && (state_q == Head || state_q == Fetch));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Hunt;
      index_q <= First;
      lane_q <= '0;
      {wait_q, escaped_q, synced_q, tail_q} <= '0;
      {byte_q, bits_q, count_q, done_q, tag_q, cause_q, nak_q} <= '0;
    end else begin
      state_q <= state_d;
      wait_q <= fetching && !wait_q;

      // Place in the frame: back to its beginning with every flag and before every pass.
      if (state_q == Open || (state_q == Receive && rx_valid && is_flag) || state_q == Hunt) begin
        index_q <= First;
        lane_q <= '0;
      end else if (byte_done) begin
        lane_q <= lane_q + 2'd1;
        if (last_byte && state_q != Fetch) index_q <= index_q + 7'd1;
      end else if (executed) begin
        index_q <= index_q + 7'd1;
      end

      if (state_q == Receive && rx_valid) escaped_q <= is_escape;
      else if (state_q == Send && tx_ready) escaped_q <= escape_due;
      else if (state_q == Hunt || state_q == Open) escaped_q <= 1'b0;

      // A byte and the CRC.
      if (data_in) byte_q <= rx_byte;
      else if (state_q == Load && wait_q) byte_q <= index_q[6] ? head_byte : ram_rdata;
      else if (crc_step) byte_q <= {crc_out ? crc_bit : byte_q[0], byte_q[7:1]};
      if (state_q == Open) bits_q <= '0;
      else if (data_in || (state_q == Load && wait_q) || (sent && tail_q)) bits_q <= 4'd8;
      else if (crc_step) bits_q <= bits_q - 4'd1;
      if (state_q == Open) tail_q <= 1'b0;
      else if (state_q == Load && reply_end) tail_q <= 1'b1;

      // What the frame carries, what is to be done, what has been done.
      if (data_in) count_q <= index_q[5:0];
      else if (accept) count_q <= asked_count;
      if (accept) begin
        tag_q <= word_q[7:0];
        synced_q <= 1'b1;
        cause_q <= '0;
      end else if (out_ready_o) begin
        cause_q[2] <= out_last_i;
      end else if (state_q == Answer && reg_rvalid_i && reg_error_i) begin
        cause_q[1:0] <= xpk_regs_pkg::UartCauseRefused[1:0];
      end else if (state_q == Push && !in_ready_i && timeout) begin
        cause_q[1:0] <= xpk_regs_pkg::UartCauseStalled[1:0];
      end
      if (state_q == Next || state_q == Answer || state_q == Push) done_q <= index_q[5:0];
      if (state_q == Receive || state_q == Decide) nak_q <= nak;
    end
  end

  // What needs no reset: it is written, the timer cleared, before it counts.
  always_ff @(posedge clk_i) begin
    if ((state_q != Receive || empty || rx_valid) && state_q != Push) timer_q <= '0;
    else timer_q <= timer_q + 1'b1;

    if (wait_q && (state_q == Head || state_q == Fetch)) word_q <= {ram_rdata, word_q[31:8]};
    else if (answered && opcode == OpRead) word_q <= reg_rdata_i;
    else if (state_q == Store) word_q <= {8'd0, word_q[31:8]};
    if (accept) addr_q <= word_q[31:16];
    else if (answered && tag_q[xpk_regs_pkg::UartRequestIncrementLsb]) addr_q <= addr_q + 16'd1;
  end

endmodule

`default_nettype wire
