# SPDX-License-Identifier: Apache-2.0
# Interface targets that carry the compile options of the project.
#   xpike_warnings   warnings for code of our own; linked by every target of the project
#   xpike_sanitizers address and undefined-behaviour sanitizers when XPIKE_SANITIZE is on, the same
#                    with libFuzzer's instrumentation when XPIKE_FUZZ is on

add_library(xpike_warnings INTERFACE)
target_compile_options(xpike_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wlogical-op>
  $<$<BOOL:${XPIKE_WERROR}>:-Werror>)

add_library(xpike_sanitizers INTERFACE)
if(XPIKE_SANITIZE)
  target_compile_options(xpike_sanitizers INTERFACE
    -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # Instrumented code makes GCC 12 see uninitialized reads inside its own <regex> and <functional>.
  target_compile_options(xpike_warnings INTERFACE -Wno-maybe-uninitialized)
  target_link_options(xpike_sanitizers INTERFACE -fsanitize=address,undefined)
endif()
if(XPIKE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "XPIKE_FUZZ needs clang: -DCMAKE_CXX_COMPILER=clang++-14, "
                        "not ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
  endif()
  # GCC and clang 14 disagree on the name of a function of Debian's libfmt.
  target_compile_definitions(xpike_sanitizers INTERFACE FMT_HEADER_ONLY)
  target_compile_options(xpike_sanitizers INTERFACE
    -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(xpike_sanitizers INTERFACE -fsanitize=address,undefined)
endif()
target_link_libraries(xpike_warnings INTERFACE xpike_sanitizers)
