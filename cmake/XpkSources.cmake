# SPDX-License-Identifier: Apache-2.0
# The RTL file lists. rtl/ROOM/ROOM.f names the files of a room, in compile order, one path from the
# repository root per line; `//` starts a comment. Each list becomes XPK_<ROOM>_SOURCES, complete
# with what the room needs from the rooms below it.

set(XPK_PACKAGES "")
if(EXISTS "${CMAKE_SOURCE_DIR}/rtl/xpk_pkg.sv")
  list(APPEND XPK_PACKAGES rtl/xpk_pkg.sv)
endif()

# xpk_read_list(VARIABLE file): the paths in a list; CMake configures again when the list changes.
function(xpk_read_list variable file)
  set(paths "")
  if(EXISTS "${file}")
    set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(STRINGS "${file}" paths REGEX "^[^/]")
  endif()
  set(${variable} ${paths} PARENT_SCOPE)
endfunction()

foreach(room common ssa aimc core fold host)
  string(TOUPPER ${room} room_upper)
  xpk_read_list(room_files "${CMAKE_SOURCE_DIR}/rtl/${room}/${room}.f")
  if(room STREQUAL "common")
    set(XPK_COMMON_SOURCES ${XPK_PACKAGES} ${room_files})
  elseif(room STREQUAL "core")
    set(XPK_CORE_SOURCES "${XPIKE_GEN_RTL}/xpk_regs_pkg.sv" ${XPK_SSA_SOURCES} ${XPK_AIMC_SOURCES} ${room_files})
    list(REMOVE_DUPLICATES XPK_CORE_SOURCES)
  elseif(room STREQUAL "fold")
    set(XPK_FOLD_SOURCES ${XPK_CORE_SOURCES} ${room_files})
  elseif(room STREQUAL "host")
    set(XPK_HOST_SOURCES ${XPK_FOLD_SOURCES} ${room_files})
  else()
    set(XPK_${room_upper}_SOURCES ${XPK_COMMON_SOURCES} ${room_files})
  endif()
endforeach()
