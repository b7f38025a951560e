// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "gen/configs.hpp"

namespace xpike::gen {
namespace {

struct Parameter {
  const char* field;      // in configs.json and in xpike::Config
  const char* parameter;  // of xpk_core; empty when the core derives it
  int BuildConfig::*member;
};

constexpr std::array parameters{
    Parameter{"tokens", "Tokens", &BuildConfig::tokens},
    Parameter{"tile_tokens", "TileTokens", &BuildConfig::tile_tokens},
    Parameter{"heads", "Heads", &BuildConfig::heads},
    Parameter{"head_dim", "HeadDim", &BuildConfig::head_dim},
    Parameter{"dim", "", &BuildConfig::dim},
    Parameter{"ff", "FfDim", &BuildConfig::ff},
    Parameter{"depth", "Depth", &BuildConfig::depth},
    Parameter{"steps", "Steps", &BuildConfig::steps},
    Parameter{"input_rows", "InputRows", &BuildConfig::input_rows},
    Parameter{"classes", "Classes", &BuildConfig::classes},
    Parameter{"array_rows", "ArrayRows", &BuildConfig::array_rows},
    Parameter{"array_cols", "ArrayCols", &BuildConfig::array_cols},
    Parameter{"converters", "Converters", &BuildConfig::converters},
    Parameter{"adc_cycles", "AdcCycles", &BuildConfig::adc_cycles},
    Parameter{"input_words", "InputWords", &BuildConfig::input_words},
    Parameter{"leap_encoder", "LeapEncoder", &BuildConfig::leap_encoder},
    Parameter{"leap_score", "LeapScore", &BuildConfig::leap_score},
    Parameter{"leap_value", "LeapValue", &BuildConfig::leap_value},
    Parameter{"chain_copies", "", &BuildConfig::chain_copies},
    Parameter{"calibration", "Calibration", &BuildConfig::calibration},
    Parameter{"folded", "", &BuildConfig::folded},
};

struct Port {
  const char* name;
  bool is_input;
  int width;  // 0: an input beat
};

// The ports of xpk_core, as docs/architecture.md lists them.
constexpr std::array core_ports{
    Port{"clk_i", true, 1},        Port{"rst_ni", true, 1},        Port{"reg_valid_i", true, 1},
    Port{"reg_ready_o", false, 1}, Port{"reg_write_i", true, 1},   Port{"reg_addr_i", true, 16},
    Port{"reg_wdata_i", true, 32}, Port{"reg_rvalid_o", false, 1}, Port{"reg_rdata_o", false, 32},
    Port{"reg_error_o", false, 1}, Port{"in_valid_i", true, 1},    Port{"in_ready_o", false, 1},
    Port{"in_data_i", true, 0},    Port{"in_last_i", true, 1},     Port{"out_valid_o", false, 1},
    Port{"out_ready_i", true, 1},  Port{"out_data_o", false, 32},  Port{"out_last_o", false, 1},
    Port{"irq_o", false, 1},
};

// The ports of xpk_axi_top, as docs/host.md lists them.
constexpr std::array axi_ports{
    Port{"aclk", true, 1},
    Port{"aresetn", true, 1},
    Port{"s_axil_awvalid", true, 1},
    Port{"s_axil_awready", false, 1},
    Port{"s_axil_awaddr", true, 18},
    Port{"s_axil_awprot", true, 3},
    Port{"s_axil_wvalid", true, 1},
    Port{"s_axil_wready", false, 1},
    Port{"s_axil_wdata", true, 32},
    Port{"s_axil_wstrb", true, 4},
    Port{"s_axil_bvalid", false, 1},
    Port{"s_axil_bready", true, 1},
    Port{"s_axil_bresp", false, 2},
    Port{"s_axil_arvalid", true, 1},
    Port{"s_axil_arready", false, 1},
    Port{"s_axil_araddr", true, 18},
    Port{"s_axil_arprot", true, 3},
    Port{"s_axil_rvalid", false, 1},
    Port{"s_axil_rready", true, 1},
    Port{"s_axil_rdata", false, 32},
    Port{"s_axil_rresp", false, 2},
    Port{"s_axis_program_tvalid", true, 1},
    Port{"s_axis_program_tready", false, 1},
    Port{"s_axis_program_tdata", true, 32},
    Port{"s_axis_program_tlast", true, 1},
    Port{"s_axis_input_tvalid", true, 1},
    Port{"s_axis_input_tready", false, 1},
    Port{"s_axis_input_tdata", true, 0},
    Port{"s_axis_input_tlast", true, 1},
    Port{"m_axis_result_tvalid", false, 1},
    Port{"m_axis_result_tready", true, 1},
    Port{"m_axis_result_tdata", false, 32},
    Port{"m_axis_result_tlast", false, 1},
    Port{"m_axis_result_tuser", false, 1},
    Port{"irq", false, 1},
};

// The ports of xpk_uart_top, and the parameters that its wrappers keep.
constexpr std::array uart_ports{
    Port{"clk_i", true, 1}, Port{"rst_ni", true, 1}, Port{"rx_i", true, 1},
    Port{"tx_o", false, 1}, Port{"irq_o", false, 1},
};
constexpr const char* UartParameters =
    "#(\n  parameter int unsigned ClocksPerBit = 4,\n  parameter int unsigned TimeoutBits = 20\n) ";

/// Module `name`: module `inside` with the parameters `values` and all its ports. `own_parameters`
/// are those of the module itself.
std::string wrapper(const BuildConfig& config, const std::string& name, const std::string& inside,
                    const std::vector<std::string>& values, std::span<const Port> ports,
                    const char* own_parameters = "") {
  std::string out = fmt::format(
      "// SPDX-License-Identifier: Apache-2.0\n"
      "// Generated from configs/configs.json; do not edit.\n"
      "// Configuration {}: {}.\n\nmodule {} {}(\n",
      config.name, config.purpose, name, own_parameters);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Port& port = ports[i];
    const int width = port.width == 0 ? 32 * config.input_words : port.width;
    const std::string range = width == 1 ? "" : fmt::format(" [{}:0]", width - 1);
    fmt::format_to(std::back_inserter(out), "  {} logic{:7} {}{}\n",
                   port.is_input ? "input " : "output", range, port.name,
                   i + 1 < ports.size() ? "," : "");
  }
  fmt::format_to(std::back_inserter(out), ");\n\n  {} #(\n    {}\n  ) u_core (\n", inside,
                 fmt::join(values, ",\n    "));
  for (std::size_t i = 0; i < ports.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "    .{0}({0}){1}\n", ports[i].name,
                   i + 1 < ports.size() ? "," : "");
  }
  fmt::format_to(std::back_inserter(out), "  );\n\nendmodule : {}\n", name);
  return out;
}

/// The parameters of the core, as connections.
std::vector<std::string> parameter_values(const BuildConfig& config) {
  std::vector<std::string> values;
  for (const Parameter& p : parameters) {
    if (*p.parameter != '\0') {
      values.push_back(fmt::format(".{}({})", p.parameter, config.*p.member));
    }
  }
  return values;
}

}  // namespace

std::string core_wrapper(const BuildConfig& config) {
  // One chain is the core itself; one for each layer is its variant for overlapping images, in
  // which a tile is as long as a sequence. A folded core has no tiles and no calibration.
  const bool folded = config.folded != 0;
  const bool overlaps = config.chain_copies > 1;
  std::vector<std::string> values = parameter_values(config);
  std::erase_if(values, [&](const std::string& v) {
    return ((overlaps || folded) && v.starts_with(".TileTokens(")) ||
           (folded && v.starts_with(".Calibration("));
  });
  const char* core = folded ? "xpk_folded_core" : overlaps ? "xpk_overlap_core" : "xpk_core";
  return wrapper(config, "xpk_core_" + config.identifier(), core, values, core_ports);
}

std::string axi_wrapper(const BuildConfig& config) {
  std::vector<std::string> values = parameter_values(config);
  values.push_back(fmt::format(".Overlap(1'b{})", config.chain_copies > 1 ? 1 : 0));
  values.push_back(fmt::format(".Folded(1'b{})", config.folded));
  return wrapper(config, "xpk_axi_" + config.identifier(), "xpk_axi_top", values, axi_ports);
}

std::string uart_wrapper(const BuildConfig& config) {
  std::vector<std::string> values{".ClocksPerBit(ClocksPerBit)", ".TimeoutBits(TimeoutBits)"};
  values.push_back(fmt::format(".Overlap(1'b{})", config.chain_copies > 1 ? 1 : 0));
  values.push_back(fmt::format(".Folded(1'b{})", config.folded));
  for (std::string& value : parameter_values(config)) values.push_back(std::move(value));
  return wrapper(config, "xpk_uart_" + config.identifier(), "xpk_uart_top", values, uart_ports,
                 UartParameters);
}

std::string configs_header(const std::vector<BuildConfig>& configs) {
  std::string out =
      "// SPDX-License-Identifier: Apache-2.0\n"
      "// Generated from configs/configs.json; do not edit.\n"
      "#pragma once\n\n#include <array>\n#include <string_view>\n\nnamespace xpike {\n\n"
      "/// One named build configuration; docs/architecture.md explains the fields.\n"
      "struct Config {\n  std::string_view name;\n  std::string_view purpose;\n";
  for (const Parameter& p : parameters) {
    fmt::format_to(std::back_inserter(out), "  int {};\n", p.field);
  }
  fmt::format_to(std::back_inserter(out),
                 "}};\n\ninline constexpr std::array<Config, {}> configs{{{{\n", configs.size());
  for (const BuildConfig& config : configs) {
    // JSON's escapes for quotes and backslashes are those of C++.
    fmt::format_to(std::back_inserter(out), "    {{\n        .name = {},\n        .purpose = {},\n",
                   Json(config.name).dump(), Json(config.purpose).dump());
    for (const Parameter& p : parameters) {
      fmt::format_to(std::back_inserter(out), "        .{} = {},\n", p.field, config.*p.member);
    }
    out += "    },\n";
  }
  out += "}};\n\n}  // namespace xpike\n";
  return out;
}

}  // namespace xpike::gen
