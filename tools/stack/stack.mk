# SPDX-License-Identifier: MIT
# The worst case of the stacks, computed from the calls when the kernel is linked.

# What cannot be read off the code: each room's own, where it has any.
STACK_ROWS := $(wildcard $(addsuffix /stack.txt,libmem kernel drivers arch/$(ARCH) boards/$(BOARD) \
    $(if $(filter 0,$(TESTS)),,labs tests/kernel tests/kernel/arch/$(ARCH))))
$(B)/calls: $(KERNEL_OBJS) $(B)/objects tools/stack/graph.pl
	$(Q)tools/stack/graph.pl $(OBJDUMP) $(B) $(KERNEL_OBJS) >$@
# The deepest chain of calls per entry point. Fails, and with it the build, when an interrupt could overflow its stack.
STACK_REPORT = tools/stack/report.pl
# What lies unmapped below each thread's stack, as the compiler sees it.
unmapped_bytes = $$(($$(echo KSTACK_UNMAPPED_BYTES | $(KCC) $(KERNEL_CFLAGS) -include mm/kstack.h -E -P -x c - | tail -n 1)))
STACK_REPORT_ARGS = -g "$(unmapped_bytes)" $(addprefix -c ,$(STACK_ROWS)) \
    $(B) $(NM) $(or $(THREAD_STACK_BYTES),$(ARCH_THREAD_STACK_BYTES))
$(B)/stack-worst: $(B)/calls $(B)/kernel-nosymbols.elf tools/stack/report.pl tools/stack/Depth.pm $(STACK_ROWS)
	$(Q)$(STACK_REPORT) -q -w $@ $(STACK_REPORT_ARGS)

.PHONY: stack-report stack-report-args
# What the report is called with.
stack-report-args:
	@echo $(STACK_REPORT_ARGS)
# The same in full, beside what the labs measure.
stack-report:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all
	@mkdir -p $(B)/stack-logs
	@for lab in $(LABS); do \
	    boards/boot.sh 60 $(BOARD) -i $(KERNEL) "lab=$$lab ps=1" >$(B)/stack-logs/$$lab 2>&1; \
	done; true
	@$(STACK_REPORT) $(if $(VERBOSE),-v) $(STACK_REPORT_ARGS) $(B)/stack-logs/*
