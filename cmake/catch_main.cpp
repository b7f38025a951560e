// SPDX-License-Identifier: Apache-2.0
// The one translation unit that holds Catch's main function.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
