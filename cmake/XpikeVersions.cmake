# SPDX-License-Identifier: Apache-2.0
# Stops with a clear message at tools that are too old, warns of those that nobody tested.

# xpike_check_version(TOOL VERSION): see packages/versions.txt.
function(xpike_check_version tool version)
  execute_process(
    COMMAND "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../scripts/check-version.sh" "${tool}=${version}"
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE message ERROR_STRIP_TRAILING_WHITESPACE)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${message}")
  elseif(message)
    message(WARNING "${message}")
  endif()
endfunction()

# The C++ compiler of the project.
function(xpike_check_compiler)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    xpike_check_version(gcc "${CMAKE_CXX_COMPILER_VERSION}")
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    xpike_check_version(clang "${CMAKE_CXX_COMPILER_VERSION}")
  else()
    message(FATAL_ERROR "C++ compiler: found ${CMAKE_CXX_COMPILER_ID}, wanted GCC or clang")
  endif()
endfunction()
