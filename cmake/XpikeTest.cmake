# SPDX-License-Identifier: Apache-2.0
# Unit tests with Catch2 v2. Catch's own main is slow to compile, so it is built once.

find_package(Catch2 2 REQUIRED)
list(APPEND CMAKE_MODULE_PATH "${Catch2_DIR}")
include(Catch)

add_library(xpike_catch_main STATIC EXCLUDE_FROM_ALL "${CMAKE_CURRENT_LIST_DIR}/catch_main.cpp")
target_link_libraries(xpike_catch_main PUBLIC Catch2::Catch2 xpike_sanitizers)

# xpike_add_test(NAME SOURCES file... [LIBS lib...] [LABELS label...] [TIMEOUT seconds])
# Builds bin/NAME and registers each of its test cases with ctest as NAME.<case>.
# Every test also carries the label of its top folder (sw, tb, sim).
function(xpike_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LIBS;LABELS")
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "xpike_add_test(${name}): SOURCES is empty")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${CMAKE_SOURCE_DIR}"
             OUTPUT_VARIABLE folder)
  string(REGEX REPLACE "/.*" "" top_folder "${folder}")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE xpike_warnings xpike_catch_main ${arg_LIBS})
  if(NOT TARGET tests_${top_folder})
    add_custom_target(tests_${top_folder}) # all test programs below that folder
  endif()
  add_dependencies(tests_${top_folder} ${name})
  catch_discover_tests(${name} TEST_PREFIX "${name}." PROPERTIES TIMEOUT ${arg_TIMEOUT})
  # catch_discover_tests cannot pass a list of labels; a script of our own adds them afterwards.
  set(label_script "${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake")
  file(WRITE "${label_script}" "foreach(test IN LISTS ${name}_TESTS)\n"
       "  set_tests_properties(\"\${test}\" PROPERTIES LABELS \"${top_folder};${arg_LABELS}\")\n"
       "endforeach()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${label_script}")
endfunction()
