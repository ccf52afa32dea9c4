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
SOAK_TICK_HZ ?= 200000
# A heap that frees: the default one if it does.
SOAK_HEAP ?= $(firstword $(filter-out bump,$(HEAP) $(patsubst HEAP:%,%,$(filter HEAP:%,$(CODE_KNOBS)))) first_fit)
soak:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all BOARD=$(BOARD) TOOLCHAIN=$(TOOLCHAIN) BUILD_SUFFIX=-soak KERNEL_DEBUG=1 \
	    PREEMPT_AT_LOCKS=1 SLICE_TICKS=1 TICK_HZ=$(SOAK_TICK_HZ) HEAP=$(SOAK_HEAP)
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
