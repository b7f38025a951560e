# SPDX-License-Identifier: Apache-2.0
# Benches on gate-level netlists instead of the RTL.

# xpk_netlist_bench(NAME FROM bench MODELS model...)
# Program NAME_netlist: the sources and libraries of the test program NAME, with the named Verilated
# models replaced by those of their synthesized netlists (OSU 0.18 um). Same module, parameters and
# class. Built by target netlist-benches only.
function(xpk_netlist_bench bench)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "MODELS")
  get_target_property(libraries ${bench} LINK_LIBRARIES)
  get_target_property(sources ${bench} SOURCES)
  get_target_property(source_dir ${bench} SOURCE_DIR)
  list(TRANSFORM sources PREPEND "${source_dir}/")
  set(netlists "")
  foreach(model IN LISTS arg_MODELS)
    foreach(property TOP SOURCES PARAMS PREFIX)
      get_target_property(model_${property} ${model} XPK_${property})
    endforeach()
    set(dir "${CMAKE_BINARY_DIR}/netlists/${model}")
    set(paths "")
    foreach(source IN LISTS model_SOURCES)
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_SOURCE_DIR}" NORMALIZE)
      list(APPEND paths "${source}")
    endforeach()
    list(FILTER paths EXCLUDE REGEX "_sim[^/]*\\.sv$")
    add_custom_command(OUTPUT "${dir}/netlist.v" "${dir}/cells.v"
      COMMAND /usr/bin/python3 -m syn.flow.bench_netlist "${dir}" ${model_TOP} ${model_PARAMS} -- ${paths}
      WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" DEPENDS ${paths} ${XPK_FLOW_FILES}
      COMMENT "Synthesizing ${model} (${model_TOP})" VERBATIM)
    # A bench runs for seconds, a compiler would optimize a netlist for minutes. Verilator 5.006 loses a
    # negation in some trees of XNOR gates (its issue 4059); without that optimization it does not.
    xpk_verilate(${model}_netlist TOP ${model_TOP} PREFIX ${model_PREFIX} QUICK_BUILD LARGE
      SOURCES "${dir}/cells.v" "${dir}/netlist.v" VERILATOR_ARGS -Wno-lint -Wno-style -fno-const-bit-op-tree)
    list(APPEND netlists ${model}_netlist)
  endforeach()
  # The netlists come first: they have the classes of the models that they stand for.
  list(REMOVE_ITEM libraries ${arg_MODELS})
  add_executable(${bench}_netlist EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(${bench}_netlist PRIVATE ${netlists} ${libraries})
  target_include_directories(${bench}_netlist PRIVATE "${source_dir}")
  add_dependencies(netlist-benches ${bench}_netlist)
  set_property(GLOBAL APPEND PROPERTY XPK_NETLIST_BENCHES ${bench}_netlist)
endfunction()
