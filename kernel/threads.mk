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
SOAK_TICK_HZ ?= $(or $(BOARD_SOAK_TICK_HZ),100000)
soak:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all BOARD=$(BOARD) TOOLCHAIN=$(TOOLCHAIN) BUILD_SUFFIX=-soak KERNEL_DEBUG=1 \
	    PREEMPT_AT_LOCKS=1 SLICE_TICKS=1 TICK_HZ=$(SOAK_TICK_HZ)
	@boards/boot.sh $(or $(SOAK_SECONDS),1200) $(BOARD) -m $(MEM_KB) -i build/$(BOARD)-$(TOOLCHAIN)-soak/kernel.elf \
	    "test=soak creations=$(SOAK) seed=$(SEED)"

.PHONY: bench-kernel
# What threads cost in instructions, counted exactly; tests/kernel/unit/test_cost.c holds the bounds.
bench-kernel:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all
	@boards/boot.sh 60 $(BOARD) -m $(MEM_KB) -i $(KERNEL) test=cost | tr -d '\r' | \
	    awk '/^# cost: / { sub(/^# cost: /, ""); print } /^not ok / { print } \
	    /ends with status 0$$/ { good = 1 } END { exit !good }'

# Who calls whom: gcc writes it beside each object; clang only what each function takes of the stack (FILE.su), and the
# calls are read off the code.
CALLGRAPH_OBJS = $(filter %.c.o,$(KERNEL_OBJS))
$(B)/calls.ci: $(KERNEL_OBJS) tools/stack/graph.pl
ifeq ($(TOOLCHAIN),gcc)
	$(Q)cat $(CALLGRAPH_OBJS:.o=.ci) >$@
else
	$(Q)tools/stack/graph.pl $(OBJDUMP) $(B) $(CALLGRAPH_OBJS) >$@
endif
# The deepest chain of calls per entry point. Fails, and with it the build, when an interrupt could overflow its stack.
STACK_REPORT = tools/stack/report.pl
STACK_REPORT_ARGS = $(B) $(NM) $(or $(THREAD_STACK_BYTES),$(ARCH_THREAD_STACK_BYTES))
$(B)/stack-worst: $(B)/calls.ci $(B)/kernel-nosymbols.elf tools/stack/report.pl tools/stack/calls.txt
	$(Q)$(STACK_REPORT) -q -w $@ $(STACK_REPORT_ARGS)

.PHONY: stack-report
# The same in full, beside what the labs measure.
stack-report:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all
	@mkdir -p $(B)/stack-logs
	@for lab in mem stack sync; do \
	    boards/boot.sh 60 $(BOARD) -i $(KERNEL) "lab=$$lab ps=1" >$(B)/stack-logs/$$lab 2>&1; \
	done; true
	@$(STACK_REPORT) $(if $(VERBOSE),-v) $(STACK_REPORT_ARGS) $(B)/stack-logs/*
