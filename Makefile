# SPDX-License-Identifier: Apache-2.0
# Short names for the things people do; the build itself is CMake's.
# A target installs what it needs, so a bare Debian 12 with git and make is enough.

BUILD ?= build
JOBS  ?= $(shell nproc)
CMAKE_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help build test clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A finished configuration is kept: CMake configures again by itself when its inputs change.
configure = test -f $(1)/build.ninja || cmake -S . -B $(1) -G Ninja $(CMAKE_ARGS) $(2)

build: ## install packages, configure, build everything into build/
	@scripts/install-packages.sh sim
	@$(call configure,$(BUILD))
	@cmake --build $(BUILD) -j $(JOBS)

test: build ## build and run all tests
	@ctest --test-dir $(BUILD) -j $(JOBS) --output-on-failure

clean: ## remove everything that was built
	rm -rf $(BUILD) build-*
