// SPDX-License-Identifier: Apache-2.0
// Coverage counts of all Verilated models that a program has run.
#pragma once

#include <verilated.h>

namespace xpike::sim {

/// Adds the counts of the models of a context to those of the program. Call it while the models
/// still exist. If the environment variable XPIKE_COVERAGE names a folder, the sums are written to
/// FOLDER/PROCESS_ID.dat at the end of the program, in the format of verilator_coverage; without it
/// nothing happens. Ends the program with a message if the folder cannot be written.
void log_coverage(VerilatedContext& context);

}  // namespace xpike::sim
