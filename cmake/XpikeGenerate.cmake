# SPDX-License-Identifier: Apache-2.0
# Code generated from configs/: constants, register maps and one core wrapper per configuration.
# Sets XPIKE_CONFIGS (names), XPIKE_GEN_RTL (folder); makes the interface target xpike_generated,
# which carries <xpike/configs.hpp>, <xpike/registers.hpp> and <xpike_regs.h>.

set(XPIKE_CONFIG_FILE "${CMAKE_SOURCE_DIR}/configs/configs.json")
set(XPIKE_REGISTER_FILE "${CMAKE_SOURCE_DIR}/configs/registers.json")
set(XPIKE_GEN_DIR "${CMAKE_BINARY_DIR}/gen")
set(XPIKE_GEN_RTL "${XPIKE_GEN_DIR}/rtl")

# Only the names are read here, to know the outputs; the generator checks the contents.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${XPIKE_CONFIG_FILE}")
file(READ "${XPIKE_CONFIG_FILE}" config_text)
string(JSON config_count LENGTH "${config_text}" configs)
math(EXPR config_last "${config_count} - 1")
set(XPIKE_CONFIGS "")
foreach(index RANGE ${config_last})
  string(JSON config_name MEMBER "${config_text}" configs ${index})
  list(APPEND XPIKE_CONFIGS "${config_name}")
endforeach()

set(config_outputs "${XPIKE_GEN_DIR}/include/xpike/configs.hpp")
foreach(config IN LISTS XPIKE_CONFIGS)
  string(REPLACE "-" "_" config_id "${config}")
  list(APPEND config_outputs "${XPIKE_GEN_RTL}/xpk_core_${config_id}.sv"
       "${XPIKE_GEN_RTL}/xpk_axi_${config_id}.sv" "${XPIKE_GEN_RTL}/xpk_uart_${config_id}.sv")
endforeach()
add_custom_command(OUTPUT ${config_outputs}
  COMMAND xpike_gen configs "${XPIKE_CONFIG_FILE}" "${XPIKE_GEN_DIR}"
  DEPENDS xpike_gen "${XPIKE_CONFIG_FILE}"
  COMMENT "Generating from configs/configs.json" VERBATIM)

set(register_outputs "${XPIKE_GEN_RTL}/xpk_regs_pkg.sv" "${XPIKE_GEN_DIR}/docs/registers.md"
    "${XPIKE_GEN_DIR}/include/xpike/registers.hpp" "${XPIKE_GEN_DIR}/include/xpike_regs.h")
add_custom_command(OUTPUT ${register_outputs}
  COMMAND xpike_gen registers "${XPIKE_REGISTER_FILE}" "${XPIKE_GEN_DIR}"
  DEPENDS xpike_gen "${XPIKE_REGISTER_FILE}"
  COMMENT "Generating from configs/registers.json" VERBATIM)

add_custom_target(xpike_generated_files DEPENDS ${config_outputs} ${register_outputs})
add_library(xpike_generated INTERFACE)
add_dependencies(xpike_generated xpike_generated_files)
target_include_directories(xpike_generated INTERFACE "${XPIKE_GEN_DIR}/include")
