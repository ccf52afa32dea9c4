# SPDX-License-Identifier: MIT
# Kernel tests: the sources linked into the kernel (unless TESTS=0), and targets for two long tests.
KERNEL_TEST_SRCS := $(addprefix tests/kernel/unit/,\
    faults.c faults_context.c faults_interrupt.c faults_irq.c faults_map.c faults_sync.c soak_memory.c tap.c test_console.c test_cost.c test_heap.c \
    test_heap_cost.c test_heap_reports.c test_interleave.c test_irq.c test_kill.c test_memory.c test_overflow.c \
    test_preempt.c test_print.c test_race.c test_registers.c test_sched.c test_soak.c test_sync.c \
    test_thread.c test_tick.c test_timed.c)
include tests/kernel/arch/$(ARCH)/tests.mk
KERNEL_TEST_SRCS += $(KERNEL_TEST_ARCH_SRCS)

.PHONY: soak
# The full soak, with the most hostile preemption.
soak:
	@scripts/bootstrap.sh lab $(BOARD) $(TOOLCHAIN)
	@$(MAKE) --no-print-directory -s all BOARD=$(BOARD) TOOLCHAIN=$(TOOLCHAIN) BUILD_SUFFIX=-soak KERNEL_DEBUG=1 \
	    PREEMPT_AT_LOCKS=1 SLICE_TICKS=1 TICK_HZ=$(SOAK_TICK_HZ)
	@boards/boot.sh $(SOAK_SECONDS) $(BOARD) -m $(MEM_KB) -i $(BUILD)/$(BOARD)-$(TOOLCHAIN)-soak/kernel.elf \
	    "test=soak creations=$(SOAK) seed=$(or $(SEED),1)"

.PHONY: bench-kernel
# The cost of thread operations in instructions, counted exactly; tests/kernel/unit/test_cost.c has the bounds.
bench-kernel:
	@scripts/bootstrap.sh lab $(BOARD) $(TOOLCHAIN)
	@$(build_locked) -s all
	@boards/boot.sh 60 $(BOARD) -m $(MEM_KB) -i $(KERNEL) test=cost | tr -d '\r' | \
	    awk '/^# cost: / { sub(/^# cost: /, ""); print } /^not ok / { print } \
	    /ends with status 0$$/ { good = 1 } END { exit !good }'
