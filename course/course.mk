# SPDX-License-Identifier: MIT
# `make ktest KTEST=FILE`: the kernel with one test file in it (docs/course.md). Tests share the kernel's objects in a
# build folder for test images only; each test's object and image are in a folder of their own.
#
# There are two kinds of image. A test that calls no thread function gets the plain one: kernel_main() calls
# kernel_test() directly, and there is no scheduler, thread object or thread stack. Any other test gets the whole
# kernel, with kernel_test() in its first thread.

# These assignments replace defaults; the command line overrides them.
# Stacks in kseg0, and no letters after %p except L.
ifeq ($(PRESET),course)
COURSE := 1
PRINT_POINTER_EXTENSIONS := 0
endif

ifneq ($(filter ktest ktest-image ktest-suite,$(MAKECMDGOALS)),)
# Small, and the same for every memory size, unless PRESET=default.
ifneq ($(PRESET),default)
COURSE := 1
endif
KERNEL_DEBUG := $(DEBUG)
MEM_KB := $(or $(BOARD_COURSE_MEM_KB),$(MEM_KB))
ifneq ($(COURSE_YEAR),2019)
PRINT_NIL := 1
ENTRY_OFFSET := $(BOARD_ENTRY_OFFSET_2024)
endif
COURSE_INCLUDES := -Icourse/include
# Memory is the only limit.
THREAD_MAX := 1048576
BUILD_SUFFIX := -ktest$(filter 2019,$(COURSE_YEAR))$(addprefix -,$(PRESET))$(if $(filter 1,$(KERNEL_DEBUG)),-debug)
# Later flags override the kernel's -O2. With clang, link-time optimisation makes images for small machines a fifth
# smaller; of debug information it then has lines only, which reports need: the rest would make each link longer.
ifeq ($(TOOLCHAIN),gcc)
ARCH_CFLAGS += -Os
else
ARCH_CFLAGS += -Oz
ifeq ($(COURSE),1)
KTEST_LTO := -flto -g1
ARCH_CFLAGS += $(KTEST_LTO)
ARCH_LDFLAGS += $(ARCH_LTO_LDFLAGS)
endif
endif
endif

.PHONY: ktest ktest-suite course judge
# On the course's board, unless another is given.
JUDGE_BOARD := $(or $(if $(filter command%,$(origin BOARD)),$(BOARD)),$(if $(shell command -v msim),msim,malta))
judge:
	@course/heap_judge.sh '$(BUILD)' '$(JUDGE_BOARD)' '$(TOOLCHAIN)' '$(HEAP)'

ktest:
	@+exec env MAKE='$(MAKE)' KTEST_SECONDS='$(KTEST_SECONDS)' course/ktest.sh '$(BOARD)' '$(TOOLCHAIN)' '$(MEM_KB)' '$(KTEST)'

ktest-suite:
	@+exec env MAKE='$(MAKE)' HEAP='$(HEAP)' MOCK_HEAP_SIZE='$(MOCK_HEAP_SIZE)' course/suite.sh '$(BOARD)' '$(SUITE)'

course:
	@TESTS=$(call quoted,$(COURSE_TESTS)) JOBS='$(JOBS)' course/course.sh '$(BUILD)' \
	    '$(BOARD)' $(call quoted,$(if $(filter command%,$(origin SUITE)),$(SUITE))) \
	    $(foreach k,$(filter-out SUITE JOBS,$(KNOBS_GIVEN)),$(call quoted,$(k)=$($(k))))

# --- The image; asked for by course/ktest.sh, with KTEST and KTEST_NAME ----------------------------------------------

KTEST_DIR := $(B)/tests/$(KTEST_NAME)
KTEST_SHARED := $(ARCH_SRCS) $(BOARD_SRCS) $(LIBMEM_SRCS) $(OWN_HEAP_SRCS) $(addprefix course/runtime/,runtime.c ktest.c heap_checks.c symbols.c)
# Replacements for the parts that an image without threads, or without a choice of jobs, leaves out.
KTEST_PLAIN_SRCS := $(addprefix course/runtime/,main.c exc.c)
KTEST_THREADS_SRCS := course/runtime/job.c
# For tests that look for leaks.
KTEST_LEAK_SRCS := course/runtime/leak.c
KTEST_LEAK_WRAP := $(addprefix --wrap=,kmalloc kcalloc krealloc kmalloc_aligned)
KTEST_RUNTIME_SRCS := $(filter course/%,$(KTEST_SHARED)) $(KTEST_PLAIN_SRCS) $(KTEST_THREADS_SRCS) $(KTEST_LEAK_SRCS)
ktest_objs = $(addprefix $(B)/,$(addsuffix .o,$(KTEST_SHARED) $(1)))
KTEST_THREADS_OBJS := $(call ktest_objs,$(KTEST_THREADS_SRCS) \
    $(filter-out $(addprefix kernel/src/,job.c monitor.c console.c debug/symbols.c lib/ring.c),$(KERNEL_CORE_SRCS)))
KTEST_PLAIN_OBJS := $(call ktest_objs,$(KTEST_PLAIN_SRCS) $(filter-out $(addprefix kernel/src/,job.c monitor.c \
    console.c lib/ring.c main.c fault.c irq.c proc/% mm/kstack.c debug/symbols.c),$(KERNEL_CORE_SRCS)))
# Boot and exception stack, on the port whose linker script takes their sizes, with stacks in kseg0. Without threads,
# the test runs on the boot stack, and the exception stack is used for reports only; with threads, the boot stack is
# used at boot only. With a panic they need at most 1360 and 1448 bytes (make stack-report COURSE=1 BOARD=msim
# TOOLCHAIN=gcc).
ifeq ($(COURSE),1)
KTEST_PLAIN_STACKS := --defsym=boot_stack_bytes=4096 --defsym=irq_stack_bytes=1024
KTEST_THREADS_STACKS := --defsym=boot_stack_bytes=1536 --defsym=irq_stack_bytes=1536
endif
KTEST_LEAK_OBJS := $(addprefix $(B)/,$(addsuffix .o,$(KTEST_LEAK_SRCS)))
KTEST_OBJS := $(sort $(KTEST_THREADS_OBJS) $(KTEST_PLAIN_OBJS) $(KTEST_LEAK_OBJS))
# The file is not part of this project: warnings are off, GNU C is allowed, and it is compiled without LTO. The compiler is
# gcc if it is there, whatever the kernel is compiled with: tests use its extensions, such as variables in registers.
ifneq ($(KTEST_NAME),)
KTEST_GCC := $(shell command -v $(ARCH_CROSS_gcc)gcc)
endif
KTEST_CC = $(if $(KTEST_GCC),$(ARCH_CROSS_gcc)gcc,$(KCC))
KTEST_CFLAGS = $(filter-out -std=% -isystem %/include' -fcallgraph-info=su $(KTEST_LTO) $(WARNINGS) $(ARCH_CFLAGS_$(TOOLCHAIN)),$(KERNEL_CFLAGS)) \
    -isystem '$(shell $(KTEST_CC) -print-file-name=include)' $(ARCH_CFLAGS_$(if $(KTEST_GCC),gcc,clang)) \
    -std=gnu11 -w -I$(dir $(KTEST)) \
    -DKERNEL_TEST -DCOURSE_YEAR=$(COURSE_YEAR) -DKERNEL_TEST_PROBE_MEMORY_MAINMEM_SIZE_KB=$(MEM_KB) $(if $(filter 1,$(KERNEL_DEBUG)),-DKERNEL_DEBUG=1) \
    $(addprefix -DKTEST_SEED=,$(SEED)) $(addprefix -DKTEST_SEEDS=,$(SEEDS)) $(KTEST_FLAGS)

ifeq ($(LOCKED),$(B))
ifneq ($(KTEST_NAME),)
ktest-image: $(KTEST_DIR)/kernel.elf
	@echo $<
$(KTEST_DIR)/flags: FORCE
	$(call stamp,$(KTEST_CC) $(KTEST) $(KTEST_CFLAGS))
# Only kernel_test stays global: a file may define its own memset() or heap_check() and other non-static functions
# without clashes with the kernel's.
$(KTEST_DIR)/test.o: $(KTEST) $(KTEST_DIR)/flags $(B)/flags
	$(if $(KTEST_GCC),,@$(KTEST_CC) $(KTEST_CFLAGS) -E $< | awk -f course/clang_warns.awk >&2)
	$(Q)$(KTEST_CC) $(KTEST_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@.all $<
	@$(NM) $@.all >$(KTEST_DIR)/names && grep -q ' T kernel_test$$' $(KTEST_DIR)/names || { echo '$(KTEST): error: no function void kernel_test(void)' >&2; exit 1; }
	$(Q)llvm-objcopy --keep-global-symbol=kernel_test $@.all $@
$(KTEST_DIR)/kernel.elf: $(KTEST_DIR)/test.o $(KTEST_OBJS) $(OWN_HEAP_OBJS) $(B)/kernel.lds
	$(Q)objects='$(KTEST_PLAIN_OBJS)'; stacks='$(KTEST_PLAIN_STACKS)'; \
	if grep -Eq ' [Uw] (thread|mutex|sem|cond|sched)_' $(KTEST_DIR)/names; then \
	    objects='$(KTEST_THREADS_OBJS)'; stacks='$(KTEST_THREADS_STACKS)'; \
	fi; \
	if grep -q ' [Uw] ktest_leak_check' $(KTEST_DIR)/names; then \
	    objects="$$objects $(KTEST_LEAK_OBJS)"; stacks="$$stacks $(KTEST_LEAK_WRAP)"; \
	fi; \
	$(KLD) $(KERNEL_LDFLAGS) $$stacks -T $(B)/kernel.lds -o $@ $< $$objects $(OWN_HEAP_OBJS)
-include $(KTEST_DIR)/test.d $(KTEST_OBJS:.o=.d)
endif
endif
