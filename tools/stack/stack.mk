# SPDX-License-Identifier: MIT
# Worst-case stack use, computed from the call graph when the kernel is linked.

# Facts that cannot be read from the code. Each room lists its own.
STACK_ROWS := $(wildcard $(addsuffix /stack.txt,libmem kernel drivers arch/$(ARCH) boards/$(BOARD) \
    $(if $(filter 0,$(TESTS)),,labs tests/kernel tests/kernel/arch/$(ARCH))))
STACK_REPORT = tools/stack/report.pl
STACK_REPORT_ARGS = -g "$$(cat $(B)/unmapped)" $(addprefix -c ,$(STACK_ROWS)) $(B) $(NM) $(THREAD_STACK_BYTES)

ifeq ($(LOCKED),$(B))
$(B)/calls: $(KERNEL_OBJS) $(B)/objects tools/stack/graph.pl
	$(Q)scripts/update.sh $@ tools/stack/graph.pl $(OBJDUMP) $(B) $(KERNEL_OBJS)
# kstack.c is compiled again if the figure changes.
$(B)/unmapped: $(B)/kernel/src/mm/kstack.c.o tools/stack/unmapped.sh
	$(Q)scripts/update.sh $@ tools/stack/unmapped.sh $(KCC) $(KERNEL_CFLAGS)
# The deepest chain of calls per entry point. Fails, and the build with it, if an interrupt could overflow its stack.
$(B)/stack-worst: $(B)/calls $(B)/unmapped $(B)/kernel-nosymbols.elf tools/stack/report.pl tools/stack/Depth.pm $(STACK_ROWS)
	$(Q)$(STACK_REPORT) -q -w $@ $(STACK_REPORT_ARGS)
endif

.PHONY: stack-report stack-report-args
# The arguments of the report.
stack-report-args:
	@echo $(STACK_REPORT_ARGS)
# The full report, beside the depths that the labs measure.
stack-report:
	@scripts/bootstrap.sh lab $(BOARD) $(TOOLCHAIN)
	@$(build_locked) -s all
	@mkdir -p $(B)/stack-logs
	@for lab in $(notdir $(patsubst %/expect,%,$(wildcard labs/*/expect))); do \
	    boards/boot.sh 60 $(BOARD) -i $(KERNEL) "lab=$$lab ps=1" >$(B)/stack-logs/$$lab 2>&1; \
	done; true
	@$(STACK_REPORT) $(if $(filter 1,$(VERBOSE)),-v) $(STACK_REPORT_ARGS) $(B)/stack-logs/*
