# SPDX-License-Identifier: MIT
# Cairn: build, run, test. `make help` lists targets and knobs. All build output lies under build/.

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
ifeq ($(filter $(or $(SCHED_POLICY),PRIO),RR PRIO),)
$(error SCHED_POLICY=$(SCHED_POLICY) is unknown; there are: RR PRIO)
endif
ifeq ($(filter $(or $(STACK_OVERFLOW),panic),panic kill),)
$(error STACK_OVERFLOW=$(STACK_OVERFLOW) is unknown; there are: panic kill)
endif
ifeq ($(filter $(or $(MUTEX_PI),1),0 1),)
$(error MUTEX_PI=$(MUTEX_PI) is unknown; there are: 0 1)
endif
HEAP_FLAGS := -DMEM_HEAP_PRESET=MEM_HEAP_$(shell echo $(or $(HEAP_PRESET),default) | tr a-z A-Z)
include boards/$(BOARD)/board.mk
include arch/$(ARCH)/arch.mk

MEM_KB ?= $(BOARD_MEM_KB)
include libmem/libmem.mk kernel/kernel.mk labs/labs.mk tests/kernel/tests.mk course/course.mk
# BUILD_SUFFIX: a separate build folder for other knobs.
B := build/$(BOARD)-$(TOOLCHAIN)$(BUILD_SUFFIX)
KERNEL := $(B)/kernel.elf

# --- Knobs that the code sees: NAME:default. Each is a header <config/name.h> (scripts/config.sh) ----------------------

CODE_KNOBS := MEM_LAB_MODE:0 STACK_LAB_MODE:0 KERNEL_DEBUG:0 PRINT_POINTER_EXTENSIONS:1 TICK_HZ:1000 THREAD_MAX:128 \
    THREAD_STACK_BYTES:$(ARCH_THREAD_STACK_BYTES) COURSE:0 HEAP:heap MOCK_HEAP_SIZE:0 \
    SCHED_POLICY:PRIO MUTEX_PI:1 STACK_OVERFLOW:panic SLICE_TICKS:10 PREEMPT_AT_LOCKS:0
# `make run` and `make debug` use the last build: knobs that are not given keep their value.
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
CALLGRAPH_FLAGS := -fcallgraph-info=su
endif
# No header but ours and the compiler's own: where a C library for the target is installed, the compiler would find that, too.
NO_LIBRARY := -nostdinc -isystem '$(shell $(KCC) -print-file-name=include 2>/dev/null)'

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wundef \
    -Wvla -Wwrite-strings
INCLUDES := -I$(B) -Iarch/include -Iarch/$(ARCH)/include -Iboards/include -Iboards/$(BOARD)/include -Idrivers/include \
    -Ilibmem/include -Ikernel/include $(COURSE_INCLUDES)
KERNEL_CFLAGS := -std=c11 -ffreestanding $(NO_LIBRARY) -fno-builtin -fno-common -fno-stack-protector -fno-strict-aliasing \
    -O2 -g -ffunction-sections -fdata-sections -fstack-usage -ffile-prefix-map='$(CURDIR)/=' $(WARNINGS) $(INCLUDES) $(HEAP_FLAGS) $(ARCH_CFLAGS) \
    $(ARCH_CFLAGS_$(TOOLCHAIN)) $(BOARD_CFLAGS) $(CALLGRAPH_FLAGS)
KERNEL_LDFLAGS := $(ARCH_LDFLAGS) --gc-sections --build-id=none -z max-page-size=4096 -nostdlib -static

# V=1 prints the full commands.
Q := $(if $(V),,@)
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '  %-4s %s\n' $(1) $(2))

# --- Kernel -----------------------------------------------------------------------------------------------------------

# TESTS=0: without tests and labs.
TESTS ?= 1
KERNEL_SRCS := $(ARCH_SRCS) $(BOARD_SRCS) $(LIBMEM_SRCS) $(KERNEL_CORE_SRCS) \
    $(if $(filter 0,$(TESTS)),,$(LAB_SRCS) $(KERNEL_TEST_SRCS))
.PHONY: list-sources
list-sources:
	@echo $(KERNEL_SRCS) $(KTEST_RUNTIME_SRCS)
KERNEL_OBJS := $(addprefix $(B)/,$(addsuffix .o,$(KERNEL_SRCS)))
KERNEL_LDSCRIPT := $(B)/kernel.lds

.PHONY: all
all: $(KERNEL)

# Make does not track flags and file lists by time. Their users depend on a stamp file that changes with them. $(1): the
# text of the stamp.
define stamp
@mkdir -p $(@D)
@printf '%s\n' '$(1)' | cmp -s - $@ || printf '%s\n' '$(1)' >$@
endef
$(B)/flags: FORCE
	$(call stamp,$(KCC) $(subst ','\'',$(KERNEL_CFLAGS)))
$(B)/objects: FORCE
	$(call stamp,$(KERNEL_LDFLAGS) $(LINK_BASE) $(KERNEL_OBJS))
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
$(KERNEL_LDSCRIPT): $(ARCH_LDSCRIPT) $(B)/flags $(B)/objects
	@mkdir -p $(@D)
	$(Q)$(KCC) $(KERNEL_CFLAGS) -E -P -x assembler-with-cpp -DLINK_BASE=$(LINK_BASE) \
	    -DEARLY_HEAP_BYTES=$(ARCH_EARLY_HEAP_BYTES) -MMD -MP -MT $@ -MF $@.d -o $@ $<

# Linked twice: the first image gives the addresses of functions; the second contains a table of them, with the
# worst-case stack of each. If an interrupt could overflow its stack, the second image is not linked
# (tools/stack/stack.mk).
$(B)/kernel-nosymbols.elf: $(KERNEL_OBJS) $(KERNEL_LDSCRIPT) $(B)/objects
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
# Passed in the environment, so that no shell interprets the user's text.
export ARGS
run: $(KERNEL)
	@boards/$(BOARD)/run -m '$(MEM_KB)' $(KERNEL) "$$ARGS"

debug: $(KERNEL)
	@echo "waiting for gdb; in another terminal: gdb-multiarch $(KERNEL) -ex 'target remote :1234'"
	@boards/$(BOARD)/run -g -m '$(MEM_KB)' $(KERNEL) "$$ARGS"

lab:
	@scripts/bootstrap.sh lab $(BOARD) $(TOOLCHAIN)
	@$(MAKE) --no-print-directory -s all
	@MEM_KB='$(MEM_KB)' labs/run.sh $(BOARD) $(KERNEL)

# --- Test -------------------------------------------------------------------------------------------------------------

include tools/stack/stack.mk tests/host/host.mk bench/bench.mk

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
