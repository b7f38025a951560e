# SPDX-License-Identifier: Apache-2.0
# Compiles what Verilator wrote as two files, one of fast code and one of slow code, instead of a file
# for every module: reading the headers once takes less than half of the time. Flags and rules are
# Verilator's own.
# usage: make -f verilated_model.mk MODEL=prefix prefix__ALL.a OPT_FAST=.. OPT_SLOW=..

include $(MODEL)_classes.mk
define line
#include "$(1).cpp"

endef
$(file >$(MODEL)__fast.cpp,$(foreach name,$(VM_CLASSES_FAST) $(VM_SUPPORT_FAST),$(call line,$(name))))
$(file >$(MODEL)__slow.cpp,$(foreach name,$(VM_CLASSES_SLOW) $(VM_SUPPORT_SLOW),$(call line,$(name))))
override VM_CLASSES_FAST := $(MODEL)__fast
override VM_CLASSES_SLOW := $(MODEL)__slow
override VM_SUPPORT_FAST :=
override VM_SUPPORT_SLOW :=
override VM_PARALLEL_BUILDS := 1
# The list is read again below, and adds to these.
VM_GLOBAL_FAST :=
VM_GLOBAL_SLOW :=
include $(MODEL).mk
