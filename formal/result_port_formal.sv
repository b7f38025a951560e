// SPDX-License-Identifier: Apache-2.0
// xpk_result_port: rule of AXI4-Stream whatever the core and its clear do; packets always end, and
// what is cut off is marked. Assumes that the mode stands still while a packet is in the middle.

module result_port_formal (
    input wire logic        clk_i,
    input wire logic        rst_ni,
    input wire logic        clr_i,
    input wire logic        words_i,
    input wire logic        out_valid_i,
    input wire logic [31:0] out_data_i,
    input wire logic        out_last_i,
    input wire logic        m_ready_i,
    input wire logic        word_re_i
);

  logic out_ready, m_valid, m_last, m_cut, word_valid, open, done;
  logic [31:0] m_data;

  xpk_result_port u_dut (
      .clk_i, .rst_ni, .clr_i, .words_i,
      .out_valid_i, .out_ready_o(out_ready), .out_data_i, .out_last_i,
      .m_valid_o(m_valid), .m_ready_i, .m_data_o(m_data), .m_last_o(m_last), .m_cut_o(m_cut),
      .word_valid_o(word_valid), .word_re_i, .open_o(open), .done_o(done)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // ---- Seen from outside --------------------------------------------------------------------------
  logic push, pop, waits, was_words, was_last, was_cut, was_open;
  logic [31:0] was_data;
  logic in_begun, out_begun;  // a packet is in the middle, on the side of the core, of the receiver

  assign push = out_valid_i && out_ready;
  assign pop = words_i ? (word_valid && word_re_i) : (m_valid && m_ready_i);

  always_comb begin
    assume (!word_re_i || word_valid);
    if (was_open) assume (words_i == was_words);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {waits, was_open, in_begun, out_begun} <= '0;
    end else begin
      waits <= m_valid && !m_ready_i;
      was_open <= open;
      in_begun <= clr_i ? 1'b0 : push ? !out_last_i : in_begun;
      if (pop) out_begun <= !m_last;
    end
  end

  always_ff @(posedge clk_i) begin
    was_words <= words_i;
    was_last <= m_last;
    was_cut <= m_cut;
    was_data <= m_data;
  end

  // Connected to the inside by name.
  logic probe_out_valid, probe_skid_valid, probe_begun, probe_cut, probe_given;
  logic [33:0] probe_out, probe_skid;
  logic tail_last;  // the youngest word inside, or the last one that has left, ends a packet
  assign tail_last = probe_skid_valid ? probe_skid[32] :
                     probe_out_valid ? probe_out[32] : !out_begun;

  always_comb begin
    if (waits) begin
      a_stays: assert (m_valid && m_data == was_data && m_last == was_last && m_cut == was_cut);
    end
    a_one_way: assert (!(m_valid && word_valid));
    a_way: assert (words_i ? !m_valid : !word_valid);
    // A mark is an end, and holds no data.
    if (m_valid && m_cut) a_mark: assert (m_last && m_data == '0);
    // Whoever is in the middle of a packet is told: the mode cannot change under it.
    if (in_begun || out_begun) a_open: assert (open);
    // When nothing is inside and the core has no packet in the middle, none is open outside either:
    // each packet that has begun has got its end.
    if (!open) a_ended: assert (!out_begun);
    // The youngest word ends its packet, unless the core is in the middle of one or the mark is due.
    a_tail: assert ((probe_begun || probe_cut) == !tail_last);
    a_done: assert (done == (push && out_last_i));

    // Helpers of the induction.
    h_begun: assert (probe_begun == in_begun);
    h_given: assert (probe_given == out_begun);
    h_skid: assert (!probe_skid_valid || probe_out_valid);
    h_not_both: assert (!(probe_begun && probe_cut));
    if (probe_out_valid && probe_out[33]) h_out_mark: assert (probe_out[32] && probe_out[31:0] == '0);
    if (probe_skid_valid && probe_skid[33]) begin
      h_skid_mark: assert (probe_skid[32] && probe_skid[31:0] == '0);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      c_cut: cover (pop && m_cut && out_begun);
      c_words: cover (pop && words_i && m_last && !m_cut);
      c_waits: cover (waits && probe_cut && probe_skid_valid);
    end
  end

endmodule
