# SPDX-License-Identifier: MIT
# Cairn: build, run, test. `make help` lists targets and knobs. Everything built lies under build/.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# --- What to build for ------------------------------------------------------------------------------------------------

BOARDS := $(patsubst boards/%/board.mk,%,$(wildcard boards/*/board.mk))
BOARD ?= qemu-virt-aarch64
TOOLCHAIN ?= clang
ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error BOARD=$(BOARD) is unknown; there are: $(BOARDS))
endif
ifeq ($(filter $(TOOLCHAIN),clang gcc),)
$(error TOOLCHAIN=$(TOOLCHAIN) is unknown; there are: clang gcc)
endif
HEAPS := bump first_fit heap
ifeq ($(filter $(or $(HEAP),heap),$(HEAPS)),)
$(error HEAP=$(HEAP) is unknown; there are: $(HEAPS))
endif
HEAP_PRESETS := tiny default debug paranoid
ifeq ($(filter $(or $(HEAP_PRESET),default),$(HEAP_PRESETS)),)
$(error HEAP_PRESET=$(HEAP_PRESET) is unknown; there are: $(HEAP_PRESETS))
endif
HEAP_FLAGS := -DMEM_HEAP_PRESET=MEM_HEAP_$(shell echo $(or $(HEAP_PRESET),default) | tr a-z A-Z)
include boards/$(BOARD)/board.mk
include arch/$(ARCH)/arch.mk

MEM_KB ?= $(BOARD_MEM_KB)
include course/course.mk
# BUILD_SUFFIX keeps a build with other knobs beside the usual one.
B := build/$(BOARD)-$(TOOLCHAIN)$(BUILD_SUFFIX)
KERNEL := $(B)/kernel.elf

# --- Knobs that the code sees: NAME:default. Each is a header <config/name.h> (scripts/config.sh) ----------------------

CODE_KNOBS := MEM_LAB_MODE:0 STACK_LAB_MODE:0 KERNEL_DEBUG:0 PRINT_POINTER_EXTENSIONS:1 TICK_HZ:1000 THREAD_MAX:128 \
    THREAD_STACK_BYTES:$(ARCH_THREAD_STACK_BYTES) COURSE:0 HEAP:heap MOCK_HEAP_SIZE:0 \
    SCHED_POLICY:PRIO MUTEX_PI:1 STACK_OVERFLOW:panic SLICE_TICKS:10 PREEMPT_AT_LOCKS:0
# `make run` and `make debug` run what was built last: a knob that they do not name keeps its value.
KEEP_KNOBS := $(if $(filter run debug,$(MAKECMDGOALS)),$(if $(filter-out run debug,$(MAKECMDGOALS)),,-k))
knob_name = $(firstword $(subst :, ,$(1)))
knob_setting = $(if $(filter undefined,$(origin $(call knob_name,$(1)))),$(1),$(call knob_name,$(1))=$($(call knob_name,$(1))))
NEEDS_CONFIG := $(filter-out help clean ktest ktest-suite host-tests bench bench-% record format format-check,$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS_CONFIG),)
CONFIG_ERROR := $(shell scripts/config.sh $(KEEP_KNOBS) $(B)/config $(foreach k,$(CODE_KNOBS),'$(call knob_setting,$(k))') 2>&1)
ifneq ($(CONFIG_ERROR),)
$(error $(CONFIG_ERROR))
endif
endif

# --- Compilers --------------------------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wundef \
    -Wvla -Wwrite-strings
INCLUDES := -I$(B) -Iarch/include -Iarch/$(ARCH)/include -Iboards/include -Iboards/$(BOARD)/include -Idrivers/include \
    -Ilibmem/include -Ikernel/include $(COURSE_INCLUDES)
KERNEL_CFLAGS := -std=c11 -ffreestanding -fno-builtin -fno-common -fno-stack-protector -fno-strict-aliasing -O2 -g \
    -ffunction-sections -fdata-sections -fstack-usage -ffile-prefix-map='$(CURDIR)/=' $(WARNINGS) $(INCLUDES) $(HEAP_FLAGS) $(ARCH_CFLAGS) \
    $(ARCH_CFLAGS_$(TOOLCHAIN)) $(BOARD_CFLAGS)
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
KERNEL_CFLAGS += -fcallgraph-info=su
endif
KERNEL_LDFLAGS := $(ARCH_LDFLAGS) --gc-sections --build-id=none -z max-page-size=4096 -nostdlib -static

# V=1 shows the commands in full.
Q := $(if $(V),,@)
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '  %-4s %s\n' $(1) $(2))

# --- Kernel -----------------------------------------------------------------------------------------------------------

KERNEL_SRCS := $(ARCH_SRCS) $(BOARD_SRCS) $(wildcard libmem/src/*.c) $(shell find kernel/src -name '*.c' | LC_ALL=C sort) \
    $(wildcard labs/*/*.c) $(wildcard tests/kernel/unit/*.c tests/kernel/arch/$(ARCH)/*.c tests/kernel/arch/$(ARCH)/*.S)
KERNEL_OBJS := $(addprefix $(B)/,$(addsuffix .o,$(KERNEL_SRCS)))
KERNEL_LDSCRIPT := $(B)/kernel.lds

.PHONY: all
all: $(KERNEL)

# Flags and file lists that make does not track by time: objects depend on a stamp that changes with them.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(KCC) $(KERNEL_CFLAGS)" "$(KERNEL_LDFLAGS) $(LINK_BASE) $(KERNEL_OBJS)" | cmp -s - $@ || \
	    printf '%s\n' "$(KCC) $(KERNEL_CFLAGS)" "$(KERNEL_LDFLAGS) $(LINK_BASE) $(KERNEL_OBJS)" >$@
.PHONY: FORCE
FORCE:

$(B)/%.c.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KCC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/%.S.o: %.S $(B)/flags
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(KCC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<
$(KERNEL_LDSCRIPT): $(ARCH_LDSCRIPT) $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(KCC) $(KERNEL_CFLAGS) -E -P -x assembler-with-cpp -DLINK_BASE=$(LINK_BASE) \
	    -DEARLY_HEAP_BYTES=$(ARCH_EARLY_HEAP_BYTES) -MMD -MP -MT $@ -MF $@.d -o $@ $<

# Linked twice: the first image tells the addresses of functions, the second carries them as a table, with the stack that
# each needs at worst. Where an interrupt may need more than it has, there is no second image (kernel/threads.mk).
$(B)/kernel-nosymbols.elf: $(KERNEL_OBJS) $(KERNEL_LDSCRIPT)
	$(Q)$(KLD) $(KERNEL_LDFLAGS) -T $(KERNEL_LDSCRIPT) -o $@ $(KERNEL_OBJS)
$(B)/symbols.S: $(B)/kernel-nosymbols.elf $(B)/stack-worst scripts/symbols.sh
	$(Q)scripts/symbols.sh $(NM) $< $(LINK_BASE) $(B)/stack-worst >$@
$(KERNEL): $(KERNEL_OBJS) $(B)/symbols.S.o $(KERNEL_LDSCRIPT)
	$(call say,LD,$@)
	$(Q)$(KLD) $(KERNEL_LDFLAGS) -T $(KERNEL_LDSCRIPT) -o $@ $(KERNEL_OBJS) $(B)/symbols.S.o
$(B)/symbols.S.o: $(B)/symbols.S
	$(Q)$(KCC) $(KERNEL_CFLAGS) -c -o $@ $<

-include $(KERNEL_OBJS:.o=.d) $(KERNEL_LDSCRIPT).d

# --- Run --------------------------------------------------------------------------------------------------------------

.PHONY: run debug lab
# Through the environment, so that no shell reads what a user puts into it.
export ARGS
run: $(KERNEL)
	@boards/$(BOARD)/run -m '$(MEM_KB)' $(KERNEL) "$$ARGS"

debug: $(KERNEL)
	@echo "waiting for gdb; in another terminal: gdb-multiarch $(KERNEL) -ex 'target remote :1234'"
	@boards/$(BOARD)/run -g -m '$(MEM_KB)' $(KERNEL) "$$ARGS"

lab:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all
	@MEM_KB='$(MEM_KB)' labs/run.sh $(BOARD) $(KERNEL)

# --- Test -------------------------------------------------------------------------------------------------------------

include kernel/threads.mk
-include tests/host/host.mk
-include bench/bench.mk

.PHONY: test format format-check
test:
	@scripts/bootstrap.sh test
	@tests/run.sh

SOURCES = $(shell git ls-files --cached --others --exclude-standard '*.c' '*.h')
format:
	clang-format -i $(SOURCES)
format-check:
	@clang-format --dry-run --Werror $(SOURCES)

# --- Other ------------------------------------------------------------------------------------------------------------

.PHONY: help clean
clean:
	rm -rf build

help:
	@scripts/help.sh '$(BOARDS)'
