# SPDX-License-Identifier: MIT
# Worst-case stack use, computed from the call graph when the kernel is linked.

# The call graph. gcc writes it beside each object. clang writes only frame sizes (FILE.su), so the calls are read from
# the object code.
CALLGRAPH_OBJS = $(filter %.c.o,$(KERNEL_OBJS))
$(B)/calls.ci: $(KERNEL_OBJS) $(B)/objects tools/stack/graph.pl
ifeq ($(TOOLCHAIN),gcc)
	$(Q)cat $(CALLGRAPH_OBJS:.o=.ci) >$@
else
	$(Q)tools/stack/graph.pl $(OBJDUMP) $(B) $(CALLGRAPH_OBJS) >$@
endif
# The deepest chain of calls per entry point. Fails, and the build with it, if an interrupt could overflow its stack.
STACK_REPORT = tools/stack/report.pl
STACK_REPORT_ARGS = $(B) $(NM) $(or $(THREAD_STACK_BYTES),$(ARCH_THREAD_STACK_BYTES))
$(B)/stack-worst: $(B)/calls.ci $(B)/kernel-nosymbols.elf tools/stack/report.pl tools/stack/calls.txt
	$(Q)$(STACK_REPORT) -q -w $@ $(STACK_REPORT_ARGS)

.PHONY: stack-report
# The full report, beside the depths that the labs measure.
stack-report:
	@scripts/bootstrap.sh lab $(BOARD)
	@$(MAKE) --no-print-directory -s all
	@mkdir -p $(B)/stack-logs
	@for lab in $(LABS); do \
	    boards/boot.sh 60 $(BOARD) -i $(KERNEL) "lab=$$lab ps=1" >$(B)/stack-logs/$$lab 2>&1; \
	done; true
	@$(STACK_REPORT) $(if $(VERBOSE),-v) $(STACK_REPORT_ARGS) $(B)/stack-logs/*
