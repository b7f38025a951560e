// SPDX-License-Identifier: Apache-2.0
// xpk_axi_lite: rules of AXI4-Lite, each transaction carried out once and answered as the register
// bus says. Assumes of the bus only that it answers what it has taken, in a later cycle. Masters and
// their stalls are free, and need not keep their side of the protocol.

module axi_lite_formal (
    input wire logic        clk_i,
    input wire logic        rst_ni,
    input wire logic        aw_valid_i,
    input wire logic [17:0] aw_addr_i,
    input wire logic        w_valid_i,
    input wire logic [31:0] w_data_i,
    input wire logic [ 3:0] w_strb_i,
    input wire logic        b_ready_i,
    input wire logic        ar_valid_i,
    input wire logic [17:0] ar_addr_i,
    input wire logic        r_ready_i,
    input wire logic        bus_ready_i,
    input wire logic        bus_rvalid_i,
    input wire logic [31:0] bus_rdata_i,
    input wire logic        bus_error_i
);

  logic aw_ready, w_ready, b_valid, ar_ready, r_valid, bus_valid, bus_write, unaligned, strobe;
  logic [1:0] b_resp, r_resp;
  logic [31:0] r_data, bus_wdata;
  logic [15:0] bus_addr;

  xpk_axi_lite u_dut (
      .clk_i, .rst_ni,
      .aw_valid_i, .aw_ready_o(aw_ready), .aw_addr_i, .w_valid_i, .w_ready_o(w_ready), .w_data_i,
      .w_strb_i, .b_valid_o(b_valid), .b_ready_i, .b_resp_o(b_resp),
      .ar_valid_i, .ar_ready_o(ar_ready), .ar_addr_i, .r_valid_o(r_valid), .r_ready_i,
      .r_data_o(r_data), .r_resp_o(r_resp),
      .bus_valid_o(bus_valid), .bus_ready_i, .bus_write_o(bus_write), .bus_addr_o(bus_addr),
      .bus_wdata_o(bus_wdata), .bus_rvalid_i, .bus_rdata_i, .bus_error_i,
      .unaligned_o(unaligned), .strobe_o(strobe)
  );

  first_reset u_reset (.clk_i, .rst_ni);

  // ---- What has been asked, seen from outside -----------------------------------------------------
  // Transactions that are taken and not answered: one whose answer waits, and one behind it.
  logic [1:0] aw_open, w_open, ar_open;
  logic aw_take, w_take, ar_take, b_take, r_take, ask, asked;
  logic [17:0] aw_addr, ar_addr;  // of the last one taken
  logic [31:0] w_data, rdata;
  logic w_whole;
  logic asked_write;              // direction of the request that the bus has taken
  logic write_done, write_error;  // the last write taken: asked and answered by the bus, and how
  logic read_done, read_error;
  logic b_waits, r_waits, bus_waits, was_write;
  logic [1:0] was_b_resp, was_r_resp;
  logic [31:0] was_r_data, was_wdata;
  logic [15:0] was_addr;

  assign aw_take = aw_valid_i && aw_ready;
  assign w_take = w_valid_i && w_ready;
  assign ar_take = ar_valid_i && ar_ready;
  assign b_take = b_valid && b_ready_i;
  assign r_take = r_valid && r_ready_i;
  assign ask = bus_valid && bus_ready_i;

  always_comb begin
    assume (!bus_rvalid_i || asked);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {aw_open, w_open, ar_open} <= '0;
      {asked, asked_write, write_done, read_done, write_error, read_error} <= '0;
      {b_waits, r_waits, bus_waits} <= '0;
    end else begin
      aw_open <= aw_open + 2'(aw_take) - 2'(b_take);
      w_open <= w_open + 2'(w_take) - 2'(b_take);
      ar_open <= ar_open + 2'(ar_take) - 2'(r_take);
      asked <= ask || (asked && !bus_rvalid_i);
      if (ask) asked_write <= bus_write;
      if (aw_take) write_done <= 1'b0;
      if (ar_take) read_done <= 1'b0;
      if (bus_rvalid_i && asked_write) begin
        write_done <= 1'b1;
        write_error <= bus_error_i;
      end
      if (bus_rvalid_i && !asked_write) begin
        read_done <= 1'b1;
        read_error <= bus_error_i;
      end
      b_waits <= b_valid && !b_ready_i;
      r_waits <= r_valid && !r_ready_i;
      bus_waits <= bus_valid && !bus_ready_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (aw_take) aw_addr <= aw_addr_i;
    if (ar_take) ar_addr <= ar_addr_i;
    if (w_take) begin
      w_data <= w_data_i;
      w_whole <= w_strb_i == 4'b1111;
    end
    if (bus_rvalid_i && !asked_write) rdata <= bus_rdata_i;
    was_b_resp <= b_resp;
    was_r_resp <= r_resp;
    was_r_data <= r_data;
    was_addr <= bus_addr;
    was_wdata <= bus_wdata;
    was_write <= bus_write;
  end

  // ---- Connected to the inside by name ------------------------------------------------------------
  logic probe_aw_full, probe_w_full, probe_ar_full, probe_strobe_ok, probe_write;
  logic [1:0] probe_state;
  logic [17:0] probe_aw_addr, probe_ar_addr;
  logic [31:0] probe_w_data;
  logic b_fresh, r_fresh, good_write, good_read;
  assign good_write = w_whole && aw_addr[1:0] == 2'b00;
  assign good_read = ar_addr[1:0] == 2'b00;

  // The last transaction taken is the one that is answered now: nothing has come behind it.
  assign b_fresh = b_valid && aw_open == 2'd1 && w_open == 2'd1;
  assign r_fresh = r_valid && ar_open == 2'd1;

  always_comb begin
    // Channels: what is valid stays, unchanged.
    if (b_waits) a_b_stays: assert (b_valid && b_resp == was_b_resp);
    if (r_waits) a_r_stays: assert (r_valid && r_resp == was_r_resp && r_data == was_r_data);
    if (bus_waits) begin
      a_bus_stays: assert (bus_valid && bus_addr == was_addr && bus_write == was_write &&
                           (!bus_write || bus_wdata == was_wdata));
    end
    // One response for each transaction, after all its channels.
    if (b_valid) a_b_asked: assert (aw_open != 2'd0 && w_open != 2'd0);
    if (r_valid) a_r_asked: assert (ar_open != 2'd0);
    a_open: assert (aw_open <= 2'd2 && w_open <= 2'd2 && ar_open <= 2'd2);
    // Requests: those of the transactions, whole and aligned, once each, one at a time.
    if (bus_valid && bus_write) begin
      a_write: assert (probe_aw_full && probe_w_full && good_write && bus_addr == aw_addr[17:2] &&
                       bus_wdata == w_data && !write_done);
    end
    if (bus_valid && !bus_write) begin
      a_read: assert (probe_ar_full && good_read && bus_addr == ar_addr[17:2] && !read_done);
    end
    a_one: assert (!(bus_valid && asked));
    // Answers: as the bus says, or an error.
    if (b_fresh) a_b_resp: assert (b_resp == ((good_write && !write_error) ? 2'b00 : 2'b10));
    if (b_fresh && good_write) a_b_done: assert (write_done);
    if (r_fresh) begin
      a_r_resp: assert (r_resp == ((good_read && !read_error) ? 2'b00 : 2'b10));
      a_r_data: assert (r_data == ((good_read && !read_error) ? rdata : 32'd0));
    end
    if (r_fresh && good_read) a_r_done: assert (read_done);

    // Helpers of the induction.
    h_state: assert (probe_state != 2'd3);
    h_wait: assert (asked == (probe_state == 2'd2));
    if (asked) h_direction: assert (asked_write == probe_write);
    h_aw: assert (aw_open == 2'(probe_aw_full) + 2'(b_valid));
    h_w: assert (w_open == 2'(probe_w_full) + 2'(b_valid));
    h_ar: assert (ar_open == 2'(probe_ar_full) + 2'(r_valid));
    if (probe_aw_full) h_aw_addr: assert (probe_aw_addr == aw_addr);
    if (probe_ar_full) h_ar_addr: assert (probe_ar_addr == ar_addr);
    if (probe_w_full) h_w_data: assert (probe_w_data == w_data && probe_strobe_ok == w_whole);
    if (probe_state != 2'd0) begin
      h_room: assert (probe_write ? probe_aw_full && probe_w_full && !b_valid :
                                    probe_ar_full && !r_valid);
    end
    if (asked && probe_write) h_good_write: assert (good_write && !write_done);
    if (asked && !probe_write) h_good_read: assert (good_read && !read_done);
    if (probe_aw_full) h_write_open: assert (!write_done);
    if (probe_ar_full) h_read_open: assert (!read_done);
  end

  // ---- Progress: with a bus that answers at once and open responses, nothing waits for long --------
  logic [4:0] write_age, read_age;
  logic prompt;
  assign prompt = bus_ready_i && b_ready_i && r_ready_i && (bus_rvalid_i == asked);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_age <= '0;
      read_age <= '0;
    end else begin
      write_age <= (prompt && probe_aw_full && probe_w_full) ? write_age + 5'd1 : 5'd0;
      read_age <= (prompt && probe_ar_full) ? read_age + 5'd1 : 5'd0;
    end
  end

  // Upper bounds of the cycles that are left, by what the slave is doing.
  logic write_waits, read_waits;
  logic [4:0] write_left, read_left;
  assign write_waits = probe_aw_full && probe_w_full && !b_valid;
  assign read_waits = probe_ar_full && !r_valid;

  always_comb begin
    case (probe_state)
      2'd0: begin
        write_left = write_waits ? 5'd3 : read_waits ? 5'd6 : 5'd4;
        read_left = write_waits ? 5'd6 : read_waits ? 5'd3 : 5'd7;
      end
      2'd1: begin
        write_left = probe_write ? 5'd2 : 5'd5;
        read_left = probe_write ? 5'd5 : 5'd2;
      end
      default: begin
        write_left = probe_write ? 5'd1 : 5'd4;
        read_left = probe_write ? 5'd4 : 5'd1;
      end
    endcase
  end

  always_comb begin
    if (probe_aw_full && probe_w_full) begin
      a_write_progress: assert (write_age < 5'd6);
      h_write_left: assert (write_age + write_left <= 5'd6);
    end
    if (probe_ar_full) begin
      a_read_progress: assert (read_age < 5'd7);
      h_read_left: assert (read_age + read_left <= 5'd7);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      c_write: cover (b_fresh && good_write && b_resp == 2'b00);
      c_read: cover (r_fresh && good_read && r_resp == 2'b00 && r_data == 32'h5);
      c_both: cover (b_waits && r_waits && aw_open == 2'd2 && ar_open == 2'd2);
      c_error: cover (b_fresh && good_write && b_resp == 2'b10);
    end
  end

endmodule
