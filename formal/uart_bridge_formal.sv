// SPDX-License-Identifier: Apache-2.0
// xpk_uart_bridge between any bytes and any core: what docs/host.md says of frames, as a model that
// sees the bytes of the line, beside the bridge. Nothing reaches the core but the words of a frame
// that arrived whole, with a right CRC, after a SYNC, and that was not executed before; each word once,
// in order; and behind every damage the bridge listens again within a bound.
//
// Receiver, transmitter and memory are stand-ins that may do more than the real ones, whose own
// proofs are beside this one. Assumes of the core that it answers what it has taken, later.

module uart_bridge_formal (
    input wire logic        clk_i,
    input wire logic        rst_ni,
    input wire logic        reg_ready_i,
    input wire logic        reg_rvalid_i,
    input wire logic [31:0] reg_rdata_i,
    input wire logic        reg_error_i,
    input wire logic        in_ready_i,
    input wire logic        out_valid_i,
    input wire logic [31:0] out_data_i,
    input wire logic        out_last_i
);

  logic tx, reg_valid, reg_write, in_valid, in_last, out_ready;
  logic [15:0] reg_addr;
  logic [31:0] reg_wdata, in_data;

  xpk_uart_bridge #(
      .ClocksPerBit(4), .TimeoutBits(8)
  ) u_dut (
      .clk_i, .rst_ni, .rx_i(1'b1), .tx_o(tx),
      .reg_valid_o(reg_valid), .reg_ready_i, .reg_write_o(reg_write), .reg_addr_o(reg_addr),
      .reg_wdata_o(reg_wdata), .reg_rvalid_i, .reg_rdata_i, .reg_error_i,
      .in_valid_o(in_valid), .in_ready_i, .in_data_o(in_data), .in_last_o(in_last),
      .out_valid_i, .out_ready_o(out_ready), .out_data_i, .out_last_i
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // Connected to the inside by name: bytes of the line, and state for the helpers.
  logic probe_rx_valid, probe_rx_framing, probe_tx_valid, probe_tx_ready, probe_wait, probe_escaped;
  logic probe_synced, probe_tail;
  logic [7:0] probe_rx_data, probe_tx_data, probe_watched, probe_rdata, probe_byte, probe_tag, probe_timer;
  logic [3:0] probe_state, probe_bits, probe_nak, probe_age;
  logic [6:0] probe_index;
  logic [1:0] probe_lane;
  logic [31:0] probe_word, probe_head, probe_crc;
  logic [15:0] probe_addr;
  logic [5:0] probe_count;
  logic [2:0] probe_cause;
  logic [8:0] probe_watch;

  // ---- The model: frames ----------------------------------------------------------------------------
  localparam logic [31:0] Polynomial = 32'hEDB8_8320;
  localparam logic [31:0] Residue = 32'hDEBB_20E3;

  function automatic logic [31:0] crc_steps(input logic [31:0] crc, input logic [7:0] data,
                                            input logic [3:0] bits);
    crc_steps = crc;
    for (int unsigned i = 0; i < 8; i++) begin
      if (i < 32'(bits)) crc_steps = (crc_steps >> 1) ^ ((crc_steps[0] ^ data[i]) ? Polynomial : 32'd0);
    end
  endfunction

  logic in_frame, answering, escaped;   // behind a flag; from the end of a frame to that of its reply
  logic [8:0] bytes;                    // of the frame so far
  logic [31:0] crc, head;
  logic [7:0] watched;                  // the byte at the watched place
  logic [8:0] silence;
  logic opened;                         // the first flag of the reply is out
  logic run, refused, damaged;          // the frame that is being answered
  logic synced, synced_before;          // before: the frame that is being answered
  logic [3:0] last_sequence, sequence_before;

  logic flag, escape, arrives, timeout, overflow, ends, good;
  logic [7:0] data;
  assign flag = probe_rx_valid && probe_rx_data == xpk_regs_pkg::UartFlag;
  assign escape = probe_rx_valid && probe_rx_data == xpk_regs_pkg::UartEscape;
  assign data = probe_rx_data ^ (escaped ? xpk_regs_pkg::UartEscapeXor : 8'd0);
  assign arrives = in_frame && probe_rx_valid && !flag && !escape;
  assign overflow = arrives && bytes == 9'd256;
  assign timeout = in_frame && silence == 9'd255;
  assign good = flag && !timeout && crc == Residue && bytes[1:0] == '0 && bytes >= 9'd8 && !escaped;
  assign ends = in_frame && (probe_rx_framing || timeout || overflow || (flag && (bytes != '0 || escaped)));

  // The request, when its frame has ended.
  logic [2:0] opcode;
  logic [5:0] count;
  logic carries, known, fits, fresh, runs;
  assign opcode = head[2:0];
  assign count = head[13:8];
  assign carries = opcode == xpk_regs_pkg::UartOpWrite[2:0] || opcode == xpk_regs_pkg::UartOpInput[2:0] || opcode == xpk_regs_pkg::UartOpInputLast[2:0];
  assign known = opcode <= xpk_regs_pkg::UartOpInputLast[2:0];
  assign fits = bytes[8:2] == 7'd2 + (carries ? 7'(count) : 7'd0) && count <= xpk_regs_pkg::UartMaxWords[5:0];
  assign fresh = head[7:4] != last_sequence || opcode == xpk_regs_pkg::UartOpSync[2:0];
  assign runs = good && known && fits && (synced || opcode == xpk_regs_pkg::UartOpSync[2:0]) && fresh;

  logic closes;  // the second flag of the reply is taken
  assign closes = answering && opened && probe_tx_valid && probe_tx_ready && probe_tx_data == xpk_regs_pkg::UartFlag;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {in_frame, answering, escaped, opened, run, refused, damaged, synced, synced_before} <= '0;
      bytes <= '0;
      crc <= '1;
      silence <= '0;
      {last_sequence, sequence_before} <= '0;
    end else begin
      if (!in_frame && !answering && flag) in_frame <= 1'b1;
      if (ends) begin
        in_frame <= 1'b0;
        answering <= 1'b1;
        opened <= 1'b0;
        run <= runs;
        damaged <= !good;
        refused <= !(good && known && fits && (synced || opcode == xpk_regs_pkg::UartOpSync[2:0]));
        sequence_before <= last_sequence;
        synced_before <= synced;
        if (runs) begin
          synced <= 1'b1;
          last_sequence <= head[7:4];
        end
      end
      if (probe_tx_valid && probe_tx_ready && probe_tx_data == xpk_regs_pkg::UartFlag) opened <= 1'b1;
      if (closes) answering <= 1'b0;
      if ((!in_frame && (!answering || closes)) || (in_frame && flag && !ends)) begin
        bytes <= '0;
        crc <= '1;
      end
      if (!in_frame || flag) begin
        escaped <= 1'b0;
      end else if (probe_rx_valid) begin
        escaped <= escape;
      end
      if (arrives && !overflow) begin
        bytes <= bytes + 9'd1;
        crc <= crc_steps(crc, data, 4'd8);
      end
      silence <= (in_frame && !ends && (bytes != '0 || escaped) && !probe_rx_valid) ? silence + 9'd1 : '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (arrives && bytes < 9'd4) head[8*bytes[1:0]+:8] <= data;
    if (arrives && 9'({bytes[8:2] - 7'd1, bytes[1:0]}) == probe_watch) watched <= data;
  end

  // ---- The model: what the core is asked ------------------------------------------------------------
  logic acts, asked, failed;
  logic [5:0] done;              // words of this request
  logic [15:0] address;          // of the next one
  logic executed;
  assign acts = reg_valid || in_valid || out_ready;
  assign executed = (asked && reg_rvalid_i && !reg_error_i) || (in_valid && in_ready_i) || out_ready;
  assign address = head[31:16] + (head[3] ? 16'(done) : 16'd0);

  always_comb begin
    assume (!reg_rvalid_i || asked);
    assume (!out_ready || out_valid_i);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {asked, failed} <= '0;
      done <= '0;
    end else begin
      asked <= (reg_valid && reg_ready_i) || (asked && !reg_rvalid_i);
      if (ends) begin
        done <= '0;
        failed <= 1'b0;
      end else begin
        if (executed) done <= done + 6'd1;
        if ((asked && reg_rvalid_i && reg_error_i) || (in_valid && !in_ready_i && probe_state == Push && probe_timer == '1)) begin
          failed <= 1'b1;
        end
      end
    end
  end

  localparam logic [3:0] Hunt = 4'd0, Receive = 4'd1, Head = 4'd2, Decide = 4'd3, Next = 4'd4, Fetch = 4'd5,
                         Ask = 4'd6, Answer = 4'd7, Push = 4'd8, Store = 4'd9, Open = 4'd10, Load = 4'd11,
                         Crc = 4'd12, Send = 4'd13, Close = 4'd14;

  // The watched place is a byte of the word at hand.
  logic [7:0] at_watch;
  logic here;
  assign here = probe_watch[8:2] == {1'b0, done};
  assign at_watch = (in_valid ? in_data : reg_wdata) >> (8 * probe_watch[1:0]);

  // Index of the word that the last byte belongs to; the first word has -1.
  logic [8:0] byte_last;
  logic [5:0] word_last;
  assign byte_last = bytes - 9'd1;
  assign word_last = byte_last[7:2] - 6'd1;

  // Cycles of a refused frame's answer, the waits for the line left out.
  localparam int unsigned Bound = 102;
  logic [7:0] answer_age;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) answer_age <= '0;
    else if (!answering) answer_age <= '0;
    else if (refused && !(probe_tx_valid && !probe_tx_ready)) answer_age <= answer_age + 8'd1;
  end

  always_comb begin
    if (acts) begin
      a_good: assert (answering && !opened && run);
      a_count: assert (done < count && !failed);
      a_one: assert (!asked);
    end
    if (reg_valid) begin
      a_register: assert (opcode == (reg_write ? xpk_regs_pkg::UartOpWrite[2:0] : xpk_regs_pkg::UartOpRead[2:0]) && reg_addr == address);
    end
    if (in_valid) begin
      a_input: assert ((opcode == xpk_regs_pkg::UartOpInput[2:0] || opcode == xpk_regs_pkg::UartOpInputLast[2:0]) &&
                       in_last == (opcode == xpk_regs_pkg::UartOpInputLast[2:0] && done + 6'd1 == count));
    end
    if (out_ready) a_result: assert (opcode == xpk_regs_pkg::UartOpResult[2:0]);
    if ((in_valid || (reg_valid && reg_write)) && here) a_word: assert (at_watch == watched);
    // The reply comes when all is done, unless the core refused or has no more.
    if (answering && run && probe_tx_valid && !opened && opcode != xpk_regs_pkg::UartOpResult[2:0] && opcode != xpk_regs_pkg::UartOpSync[2:0]) begin
      a_complete: assert (done == count || failed);
    end
    // What is damaged goes to its reply at once, and what is refused never to work.
    if (answering && damaged) a_damage: assert (probe_state >= Open && probe_state <= Close);
    if (probe_state >= Next && probe_state <= Store) a_work: assert (answering && run);
    // The reply of a refused frame takes less than Bound cycles: those so far and those that are left.
    if (refused && answering) a_back: assert (32'(answer_age) + left < Bound);
    // It listens when it is not answering.
    a_listens: assert (answering || probe_state == (in_frame ? Receive : Hunt));

    // ---- Helpers of the induction -------------------------------------------------------------------
    h_answering: assert (!answering || (probe_state != Hunt && probe_state != Receive && !in_frame));
    if (!answering) begin
      h_escaped: assert (probe_escaped == escaped || probe_state == Hunt);
      h_not_asked: assert (!asked);
    end
    if (!in_frame && !answering) h_hunt: assert (bytes == '0 && crc == '1 && !escaped && probe_bits <= 4'd8);
    if (in_frame) begin
      h_bytes: assert (bytes == {probe_index + 7'd1, probe_lane} && bytes <= 9'd256);
      h_crc: assert ((bytes == '0 && !escaped && probe_age != 4'd8) || crc == crc_steps(probe_crc, probe_byte, probe_bits));
      h_bits: assert (5'(probe_bits) + 5'(probe_age) <= ((bytes == '0 && probe_bits != '0) ? 5'd7 : 5'd8));
      if (bytes == '0) h_empty: assert (crc == '1 && (!escaped || probe_bits == '0));
      h_silence: assert (silence == 9'(probe_timer) && (silence == '0 || bytes != '0 || escaped));
    end
    if (!in_frame) h_no_silence: assert (silence == '0);
    h_age_range: assert (probe_age <= 4'd8);
    if (in_frame && bytes != '0) h_frame_count: assert (probe_count == word_last);
    h_head_bytes: assert (!(in_frame || probe_state == Head || probe_state == Decide) ||
        ((probe_head ^ head) & ((bytes >= 9'd4) ? 32'hFFFF_FFFF : ~(32'hFFFF_FFFF << (8 * bytes[1:0])))) == '0);
    if ((in_frame || answering) && probe_watch[8:2] < 7'd63 && bytes > {probe_watch[8:2] + 7'd1, probe_watch[1:0]}) begin
      h_watched: assert (probe_watched == watched);
    end
    if (answering) begin
      h_whole: assert (refused || (bytes[1:0] == '0 && bytes >= 9'd8 && bytes <= 9'd256));
      h_run: assert (!run || (!refused && known && fits));
      h_same: assert (run || (last_sequence == sequence_before && synced == synced_before));
      if (run) h_taken: assert (last_sequence == head[7:4] && synced);
    end
    if (probe_state == Head || probe_state == Decide) begin
      h_good: assert (answering && !opened && bytes[1:0] == '0 && bytes >= 9'd8 && bytes <= 9'd256);
      h_decision: assert (refused == !(known && fits && (synced_before || opcode == xpk_regs_pkg::UartOpSync[2:0])) &&
          run == (!refused && (head[7:4] != sequence_before || opcode == xpk_regs_pkg::UartOpSync[2:0])));
      h_before: assert (probe_synced == synced_before && probe_tag[7:4] == sequence_before);
      h_words: assert (probe_count == word_last);
      h_done_0: assert (done == '0 && !failed);
    end else begin
      h_after: assert (probe_synced == synced && probe_tag[7:4] == last_sequence);
    end
    if (probe_state == Head) begin
      h_head: assert (probe_index == 7'h7F && (probe_word >> (6'd32 - 6'({probe_lane, 3'd0}))) ==
                      (head & ~(32'hFFFF_FFFF << {probe_lane, 3'd0})));
      if (probe_wait) h_head_read: assert (probe_rdata == 8'(head >> {probe_lane, 3'd0}));
    end
    if (probe_state == Decide) h_decide: assert (probe_word == head && probe_index == '0);
    if (probe_state >= Next && probe_state <= Store) begin
      h_request: assert (answering && run && !opened && !failed && probe_tag == head[7:0] &&
                         probe_count == count && done <= count);
      if (opcode == xpk_regs_pkg::UartOpRead[2:0] || opcode == xpk_regs_pkg::UartOpWrite[2:0]) begin
        h_address: assert (probe_addr == address);
      end
      h_index: assert (probe_index == 7'(done) -
          ((probe_state == Store && opcode == xpk_regs_pkg::UartOpRead[2:0]) ? 7'd1 : 7'd0));
    end
    if (probe_state == Fetch || probe_state == Ask || probe_state == Answer || probe_state == Push) begin
      h_due: assert (done < count);
    end
    if (probe_state == Store) h_store: assert (opcode == xpk_regs_pkg::UartOpRead[2:0] ? done != '0 :
                                               opcode == xpk_regs_pkg::UartOpResult[2:0] && done < count);
    if (probe_state == Fetch) h_fetch: assert (carries);
    if (probe_state == Push) h_push: assert (carries && opcode != xpk_regs_pkg::UartOpWrite[2:0]);
    if (probe_state == Ask || probe_state == Answer) begin
      h_ask: assert (opcode == xpk_regs_pkg::UartOpRead[2:0] || opcode == xpk_regs_pkg::UartOpWrite[2:0]);
    end
    h_asked: assert (asked == (probe_state == Answer));
    if (probe_state != Head && probe_state != Fetch && probe_state != Load) h_wait: assert (!probe_wait);
    if (probe_state == Decide || probe_state == Next || probe_state == Ask || probe_state == Answer ||
        probe_state == Push) begin
      h_lane: assert (probe_lane == '0);
    end
    if (here && carries && done < 6'd63) begin
      if (probe_state == Fetch && probe_lane > probe_watch[1:0]) begin
        h_fetched: assert (8'(probe_word >> {2'd0 - probe_lane + probe_watch[1:0], 3'd0}) == watched);
      end
      if (probe_state == Fetch && probe_wait && probe_lane == probe_watch[1:0]) begin
        h_fetch_read: assert (probe_rdata == watched);
      end
      if (probe_state == Ask || probe_state == Push) begin
        h_word: assert (8'(probe_word >> {probe_watch[1:0], 3'd0}) == watched);
      end
    end
    if (probe_state >= Head && probe_state <= Store) h_no_cause: assert (probe_nak == '0);
    // Replies.
    h_state: assert (probe_state <= Close);
    if (probe_state >= Open) begin
      h_reply: assert (answering && opened == (probe_state != Open));
      // A refused frame gets a cause, no other does.
      a_cause: assert (refused == (probe_nak != '0));
    end
    if (answering && probe_state != Open && probe_state != Send) h_plain: assert (!probe_escaped);
    if (probe_state == Send && probe_escaped) begin
      h_escape: assert (probe_byte == xpk_regs_pkg::UartFlag || probe_byte == xpk_regs_pkg::UartEscape);
    end
    if (answering && probe_state != Open) begin
      h_step: assert ((probe_state == Crc) ? probe_bits >= 4'd1 && probe_bits <= 4'd8 :
                      (probe_state == Close) ? probe_bits <= 4'd8 : probe_bits == '0);
    end
    if (refused && probe_state == Load) h_load: assert (probe_index == 7'h7F && !probe_tail || probe_index == '0 && probe_lane == '0);
    if (refused && (probe_state == Crc || probe_state == Send)) begin
      h_place: assert (probe_index == (probe_tail ? 7'd0 : 7'h7F));
    end
    if (probe_state == Load && !probe_wait) h_tail: assert (!probe_tail);
    if (probe_state == Load && probe_wait && refused) h_tail_due: assert (probe_tail == !probe_index[6]);
  end

  // Cycles that are left of a refused frame's answer, at most.
  localparam int unsigned Byte = 8 + 2;                         // the CRC, the byte, perhaps an escape before it
  localparam int unsigned Tail = 2 + 4 * Byte + 1;              // the CRC of the reply, the flag behind it
  logic [31:0] left, rest;
  assign rest = probe_tail ? (3 - 32'(probe_lane)) * Byte + 1 : (3 - 32'(probe_lane)) * (2 + Byte) + Tail;
  always_comb begin
    case (probe_state)
      Head: left = 8 - 2 * 32'(probe_lane) - 32'(probe_wait) + 1 + 1 + 4 * (2 + Byte) + Tail;
      Decide: left = 1 + 1 + 4 * (2 + Byte) + Tail;
      Open: left = 1 + 4 * (2 + Byte) + Tail;
      Load: left = 2 - 32'(probe_wait) + Byte + (probe_index[6] ? (3 - 32'(probe_lane)) * (2 + Byte) + Tail : 3 * Byte + 1);
      Crc: left = 32'(probe_bits) + 2 + rest;
      Send: left = (probe_escaped ? 1 : 2) + rest;
      default: left = 1;
    endcase
  end

endmodule
