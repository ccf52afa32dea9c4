# SPDX-License-Identifier: MIT
# Cairn: build, run, test. `make help` lists targets and knobs. All build output lies under $(BUILD).

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# No locale: sorting, cases and decimal points are the same everywhere. Only make record runs its command in the user's.
USER_LC_ALL := $(LC_ALL)
export LC_ALL := C

# --- What to build for ------------------------------------------------------------------------------------------------

# For `make course`, TESTS is the folder with the tests; the kernels have no others.
ifneq ($(filter course,$(MAKECMDGOALS)),)
COURSE_TESTS := $(TESTS)
override undefine TESTS
endif
# Kept for `make test`: this one may come from the environment.
VERBOSE_BEFORE := $(TEST_VERBOSE)
include scripts/knobs.mk scripts/lock.mk
BOARDS := $(patsubst boards/%/board.mk,%,$(wildcard boards/*/board.mk))
RANGE_BOARD := $(call comma_list,$(BOARDS))
RANGE_LAB := $(call comma_list,$(patsubst labs/%/expect,%,$(wildcard labs/*/expect)))
BOARD ?= $(DEFAULT_BOARD)
ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error BOARD=$(BOARD) is unknown; there are: $(BOARDS))
endif
include boards/$(BOARD)/board.mk
include arch/$(ARCH)/arch.mk
$(call check_knobs)
$(call default_knobs)
# The user's folder, also with make -C and in the makes that this one runs.
ifeq ($(and $(filter-out 0,$(MAKELEVEL)),$(findstring environment,$(origin INVOKED_IN))),)
INVOKED_IN := $(if $(findstring environment,$(origin PWD)),$(PWD),$(CURDIR))
endif
export INVOKED_IN
include kernel/own_heap.mk
B = $(BUILD)/$(BOARD)-$(TOOLCHAIN)$(BUILD_SUFFIX)
include libmem/libmem.mk kernel/kernel.mk labs/labs.mk tests/kernel/tests.mk course/course.mk
KERNEL := $(B)/kernel.elf
# Expanded late: `make run` takes TESTS from the last build.
KERNEL_SRCS = $(ARCH_SRCS) $(BOARD_SRCS) $(LIBMEM_SRCS) $(KERNEL_CORE_SRCS) $(OWN_HEAP_SRCS) \
    $(if $(filter 1,$(TESTS)),$(LAB_SRCS) $(KERNEL_TEST_SRCS))

ifeq ($(TOOLCHAIN),clang)
KCC := clang $(ARCH_TARGET_clang)
KLD := ld.lld
NM := llvm-nm
OBJDUMP := llvm-objdump
else
KCC := $(ARCH_CROSS_gcc)gcc
KLD := $(ARCH_CROSS_gcc)ld
NM := $(ARCH_CROSS_gcc)nm
OBJDUMP := $(ARCH_CROSS_gcc)objdump
endif

# Make does not track flags and file lists by time. Their users depend on a stamp file that changes with them. $(1): the
# text of the stamp.
stamp = @scripts/update.sh -c $@ printf '%s\n' '$(subst ','\'',$(1))'
.PHONY: FORCE
FORCE:

# --- Kernel -----------------------------------------------------------------------------------------------------------

build_locked = $(call locked,$(B))
BUILD_GOALS := $(filter all ktest-image $(B)/%,$(or $(MAKECMDGOALS),all))

.PHONY: all ktest-image list-sources
ifeq ($(LOCKED),$(B))
include kernel/build.mk
else ifneq ($(BUILD_GOALS),)
.PHONY: build-goals
$(BUILD_GOALS): build-goals ;
build-goals:
	@$(build_locked) $(BUILD_GOALS)
endif

list-sources:
	@echo $(sort $(KERNEL_SRCS) $(OWN_HEAP_ALL_SRCS) labs/mem/own_heap.c) $(KTEST_RUNTIME_SRCS) $(BENCH_OWN_SRCS) $(BENCH_SHIM_SRCS) \
	    $(RECORD_LIBRARY_SRCS) $(RECORD_PROGRAM_SRCS) $(HOST_OWN_NAMES:%=tests/host/test_%.c) \
	    $(HOST_HEAP_TEST_PARTS:%=tests/host/mem_heap_%.c)

# --- Run --------------------------------------------------------------------------------------------------------------

.PHONY: run debug lab
# `make run` and `make debug` use the last build: knobs that are not given keep their value.
build_as_before = $(build_locked) AS_BEFORE=$(if $(filter-out run debug,$(MAKECMDGOALS)),0,1) all
check_memory = @need_kb=$$(boards/needs.pl $(KERNEL)) && { [ "$$need_kb" -le $(MEM_KB) ] || { \
    echo "the kernel takes $$need_kb KiB, and the machine has MEM_KB=$(MEM_KB)" >&2; exit 2; }; }
# Recipes that take long replace their shell (exec): make sends SIGTERM to its children only.
# Passed in the environment, so that no shell interprets the user's text.
export ARGS
run:
	@scripts/bootstrap.sh lab $(BOARD) $(TOOLCHAIN)
	@$(build_as_before)
	$(check_memory)
	@exec boards/$(BOARD)/run -m '$(MEM_KB)' $(KERNEL) "$$ARGS"

debug:
	@scripts/bootstrap.sh lab $(BOARD) $(TOOLCHAIN)
	@$(build_as_before)
	$(check_memory)
	@echo "waiting for gdb; in another terminal: gdb-multiarch $(KERNEL) -ex 'target remote :1234'"
	@exec boards/$(BOARD)/run -g -m '$(MEM_KB)' $(KERNEL) "$$ARGS"

lab:
	@LAB_ARGS="$$ARGS" labs/run.sh -c $(LAB)
	@scripts/bootstrap.sh lab $(BOARD) $(TOOLCHAIN)
	@$(build_locked) -s all
	$(check_memory)
	@exec env MEM_KB='$(MEM_KB)' LAB_SECONDS='$(LAB_SECONDS)' LAB_ARGS="$$ARGS" labs/run.sh $(BOARD) $(KERNEL) $(LAB)

# --- Test -------------------------------------------------------------------------------------------------------------

include tools/stack/stack.mk tools/record/record.mk tests/host/host.mk bench/bench.mk

.PHONY: test matrix check-all format format-check
# The tests are no part of this make: it passes on neither its knobs nor its jobs, but -jN means JOBS=N.
run_tests = @exec env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL JOBS='$(or $(JOBS),$(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))))' \
    TEST_BUILD='$(filter-out build,$(BUILD))' TEST_VERBOSE='$(or $(filter 1,$(TEST_VERBOSE)),$(VERBOSE_BEFORE))' tests/run.sh
test:
	@scripts/bootstrap.sh test
	$(run_tests)
# Every machine of docs/machines.md.
matrix:
	@scripts/bootstrap.sh test
	@exec tests/kernel/matrix.t full
check-all:
	@scripts/bootstrap.sh test
	$(run_tests) -a

SOURCES = $(shell git ls-files --cached --others --exclude-standard '*.c' '*.h')
format:
	clang-format -i $(SOURCES)
format-check:
	@clang-format --dry-run --Werror $(SOURCES)

# --- Other ------------------------------------------------------------------------------------------------------------

.PHONY: help clean
clean:
	rm -rf $(if $(filter build,$(BUILD)),build,$(foreach k,$(BOARDS:%=%-*) host bench tools,$(BUILD)/$(k)))

help:
	@scripts/help.sh
	@$(KNOB_TABLE) help $(knob_facts)
