# SPDX-License-Identifier: MIT
# Build what most test programs run, at once, so that no compiler waits for another's end: make -j2 -f tests/build.mk
# HOST_ALL=1: host tests as for `make check-all`.
KERNELS := $(shell tests/kernel/kernel.sh -l)

.PHONY: all host-tests $(KERNELS)
all: host-tests $(KERNELS)
host-tests:
	+@$(MAKE) --no-print-directory -s -f Makefile host-tests $(addprefix HOST_ALL=,$(HOST_ALL))
# Status 77: this machine lacks the compiler, as the programs will tell.
$(KERNELS):
	+@MAKE='$(MAKE)' tests/kernel/kernel.sh $@ >/dev/null || [ $$? -eq 77 ]
