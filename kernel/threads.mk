# SPDX-License-Identifier: MIT
# Knobs and targets of threads and the scheduler: values that are words are checked here.

ifeq ($(filter $(or $(SCHED_POLICY),PRIO),RR PRIO),)
$(error SCHED_POLICY=$(SCHED_POLICY) is unknown; there are: RR PRIO)
endif
ifeq ($(filter $(or $(STACK_OVERFLOW),panic),panic kill),)
$(error STACK_OVERFLOW=$(STACK_OVERFLOW) is unknown; there are: panic kill)
endif
ifeq ($(filter $(or $(MUTEX_PI),1),0 1),)
$(error MUTEX_PI=$(MUTEX_PI) is unknown; there are: 0 1)
endif

.PHONY: soak
# The soak in full, with preemption as hostile as it gets. SOAK=N creations, SEED=N, SOAK_TICK_HZ.
SOAK ?= 100000
SEED ?= 1
SOAK_TICK_HZ ?= 100000
soak:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all BOARD=$(BOARD) TOOLCHAIN=$(TOOLCHAIN) BUILD_SUFFIX=-soak KERNEL_DEBUG=1 \
	    PREEMPT_AT_LOCKS=1 SLICE_TICKS=1 TICK_HZ=$(SOAK_TICK_HZ)
	@scripts/boot.sh $(or $(SOAK_SECONDS),600) $(BOARD) -m $(MEM_KB) -i build/$(BOARD)-$(TOOLCHAIN)-soak/kernel.elf \
	    "test=soak creations=$(SOAK) seed=$(SEED)"

.PHONY: bench-kernel
# What threads cost in instructions, counted exactly; tests/kernel/unit/test_cost.c holds the bounds.
bench-kernel:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all
	@scripts/boot.sh 60 $(BOARD) -m $(MEM_KB) -i $(KERNEL) test=cost | tr -d '\r' | \
	    awk '/^# cost: / { sub(/^# cost: /, ""); print } /^not ok / { print } \
	    /ends with status 0$$/ { good = 1 } END { exit !good }'

.PHONY: stack-report
STACK_REPORT_BUILD := build/$(BOARD)-gcc-callgraph
# The deepest chain of calls per entry point, beside what the labs measure. Fails when an interrupt could overflow.
stack-report:
	@scripts/bootstrap.sh lab $(BOARD)
	@command -v $(ARCH_CROSS_gcc)gcc >/dev/null || \
	    { echo "stack-report needs $(ARCH_CROSS_gcc)gcc (package $(ARCH_GCC_PACKAGE))" >&2; exit 2; }
	@$(MAKE) --no-print-directory -s all TOOLCHAIN=gcc BUILD_SUFFIX=-callgraph CALLGRAPH=1
	@mkdir -p $(STACK_REPORT_BUILD)/logs
	@for lab in stack sync; do \
	    scripts/boot.sh 60 $(BOARD) -i $(STACK_REPORT_BUILD)/kernel.elf "lab=$$lab ps=1" >$(STACK_REPORT_BUILD)/logs/$$lab 2>&1; \
	done; true
	@scripts/stack_report.pl $(if $(VERBOSE),-v) $(STACK_REPORT_BUILD) $(ARCH_CROSS_gcc)nm \
	    $(or $(THREAD_STACK_BYTES),$(ARCH_THREAD_STACK_BYTES)) $(STACK_REPORT_BUILD)/logs/*

# gcc then writes what each function takes of the stack, and whom it calls, beside the object.
ifneq ($(CALLGRAPH),)
KERNEL_CFLAGS += -fcallgraph-info=su
endif
