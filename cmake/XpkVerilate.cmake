# SPDX-License-Identifier: Apache-2.0
# Verilated models as ordinary libraries. Verilator runs at build time, when a source has changed,
# not at configure time as with the verilate() function that comes with Verilator.

find_program(XPIKE_VERILATOR verilator REQUIRED)
execute_process(COMMAND "${XPIKE_VERILATOR}" --version OUTPUT_VARIABLE verilator_says
  COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "[0-9]+\\.[0-9]+" verilator_version "${verilator_says}")
xpike_check_version(verilator "${verilator_version}")
execute_process(COMMAND "${XPIKE_VERILATOR}" --getenv VERILATOR_ROOT
  OUTPUT_VARIABLE XPIKE_VERILATOR_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_program(XPIKE_MAKE NAMES gmake make REQUIRED)
cmake_host_system_information(RESULT XPIKE_CORES QUERY NUMBER_OF_LOGICAL_CORES)

# The runtime that all models share, with FST tracing, coverage and DPI.
set(verilator_include "${XPIKE_VERILATOR_ROOT}/include")
add_library(xpike_verilated STATIC EXCLUDE_FROM_ALL
  "${verilator_include}/verilated.cpp" "${verilator_include}/verilated_cov.cpp"
  "${verilator_include}/verilated_dpi.cpp" "${verilator_include}/verilated_fst_c.cpp"
  "${verilator_include}/verilated_threads.cpp")
target_include_directories(xpike_verilated SYSTEM PUBLIC
  "${verilator_include}" "${verilator_include}/vltstd")
target_compile_options(xpike_verilated PRIVATE -w -O2)
target_link_libraries(xpike_verilated PUBLIC ZLIB::ZLIB Threads::Threads)

# xpk_verilate(TARGET TOP module SOURCES file...
#              [PARAMS Name=Value...] [PREFIX class] [DEPENDS file-or-target...]
#              [TRACE] [QUICK_BUILD] [LARGE] [COVER file...] [VERILATOR_ARGS arg...])
# Makes TARGET, a library to link, and the header <PREFIX.h> with the model class PREFIX
# (default VTARGET). SOURCES in order: packages first. Relative paths start at the repository root.
# Several variants of one module in one program need different TARGETs, nothing else.
# TRACE: the model can write FST files. QUICK_BUILD: compiled without optimization. LARGE: compiled
# file by file, which takes more work, but on all cores and with less memory. COVER: the files whose
# lines and toggles it counts if XPIKE_COVERAGE is on (docs/coverage.md); default: that of the top module.
function(xpk_verilate target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TRACE;QUICK_BUILD;LARGE" "TOP;PREFIX"
                        "SOURCES;PARAMS;DEPENDS;COVER;VERILATOR_ARGS")
  if(NOT arg_TOP OR NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "xpk_verilate(${target}): TOP and SOURCES are needed; "
                        "unknown: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_PREFIX)
    set(arg_PREFIX "V${target}")
  endif()
  set(files "")
  set(sources "")
  foreach(source IN LISTS arg_SOURCES)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_SOURCE_DIR}" NORMALIZE)
    list(APPEND files "${source}")
    # Verilator writes paths into messages and coverage data: there they start at the root as well,
    # so that equal sources make equal code in every clone.
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${CMAKE_SOURCE_DIR}")
    list(APPEND sources "${source}")
  endforeach()
  set(params ${arg_PARAMS})
  list(TRANSFORM arg_PARAMS PREPEND "-G")
  set(flags "")
  if(arg_TRACE)
    list(APPEND flags --trace-fst --trace-structs)
  endif()
  set(dir "${CMAKE_BINARY_DIR}/verilated/${target}")
  if(XPIKE_COVERAGE)
    if(NOT arg_COVER)
      set(arg_COVER ${sources})
      list(FILTER arg_COVER INCLUDE REGEX "/${arg_TOP}\\.sv$")
    endif()
    list(TRANSFORM arg_COVER REPLACE "(.+)" "coverage_on -file \"\\1\"\n")
    list(JOIN arg_COVER "" counted)
    file(CONFIGURE OUTPUT "${dir}/coverage.vlt" CONTENT
         "`verilator_config\ncoverage_off -file \"*\"\n${counted}" @ONLY)
    # Verilator 5.006 splits a process without taking the result of a DPI call into every part:
    # lines behind such a condition would count as never reached.
    list(APPEND flags --coverage-line --coverage-toggle -fno-split "${dir}/coverage.vlt")
    list(APPEND files "${dir}/coverage.vlt")
  endif()

  set(optimize -O2)
  if(arg_QUICK_BUILD)
    set(optimize -O0)
  endif()
  set(rules -f "${CMAKE_SOURCE_DIR}/cmake/verilated_model.mk" MODEL=${arg_PREFIX})
  if(arg_LARGE)
    set(rules -f "${arg_PREFIX}.mk" -j${XPIKE_CORES})
  endif()
  set(library "${dir}/${arg_PREFIX}__ALL.a")
  set(header "${dir}/${arg_PREFIX}.h")
  # The slow path (start of simulation, start of a trace) runs once: not worth optimizing.
  # The touch tells Ninja that an unchanged model is up to date.
  add_custom_command(OUTPUT "${library}" "${header}"
    COMMAND "${XPIKE_VERILATOR}" --cc -O3 --x-assign fast --x-initial fast -Wall --assert
            --top-module ${arg_TOP} --prefix ${arg_PREFIX} -Mdir "${dir}"
            ${flags} ${arg_PARAMS} ${arg_VERILATOR_ARGS} ${sources}
    COMMAND "${XPIKE_MAKE}" -s -C "${dir}" ${rules} "${arg_PREFIX}__ALL.a"
            OPT_FAST=${optimize} OPT_SLOW=-O0 "OBJCACHE=${XPIKE_CCACHE}" "CXX=${CMAKE_CXX_COMPILER}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${library}" "${header}"
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    DEPENDS ${files} ${arg_DEPENDS} "${CMAKE_SOURCE_DIR}/cmake/verilated_model.mk"
    COMMENT "Verilating ${target} (${arg_TOP})"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${target}_model DEPENDS "${library}" "${header}")

  file(MAKE_DIRECTORY "${dir}") # an imported target refuses an include folder that is absent
  add_library(${target} STATIC IMPORTED GLOBAL)
  add_dependencies(${target} ${target}_model)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${library}"
    IMPORTED_LINK_INTERFACE_LANGUAGES CXX
    INTERFACE_INCLUDE_DIRECTORIES "${dir}"
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${dir}"
    INTERFACE_LINK_LIBRARIES xpike_verilated
    XPK_TOP "${arg_TOP}" XPK_SOURCES "${arg_SOURCES}" XPK_PARAMS "${params}"
    XPK_PREFIX "${arg_PREFIX}") # for XpkNetlist
endfunction()
