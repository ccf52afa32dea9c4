# SPDX-License-Identifier: MIT
# The recorder of allocations. Included by the top Makefile, also usable alone:
# make -f tools/record/record.mk record-build
#
#   make record CMD="program args" OUT=file.rep     run a shell command and record its allocations
#   make record-build                               build the program and the library that tools/record/record.sh uses

ifndef KNOBS
include scripts/knobs.mk
$(call check_knobs)
$(call default_knobs)
endif

RECORD_FLAGS := -O2 -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
    -Wconversion
RECORD_OUT := $(BUILD)/tools
RECORD_LIBRARY_SRCS := $(addprefix tools/record/library/,calls.c exec.c pen.c)
RECORD_PROGRAM_SRCS := $(addprefix tools/record/program/,blocks.c folder.c main.c output.c program.c reader.c report.c run.c \
    say.c trace.c)
RECORD_HEADERS := $(wildcard tools/record/*.h tools/record/*/*.h) tools/record/record.mk

# The library is loaded before any thread starts, so its thread-local variables can be in the static block: no call is
# needed to find them.
$(RECORD_OUT)/librecord.so: $(RECORD_LIBRARY_SRCS) $(RECORD_HEADERS)
	@mkdir -p $(@D)
	@echo "CC      $@"
	@$(RECORD_CC) $(RECORD_FLAGS) -fPIC -shared -fvisibility=hidden -ftls-model=initial-exec -o $@ $(filter %.c,$^) -ldl
$(RECORD_OUT)/record: $(RECORD_PROGRAM_SRCS) $(RECORD_HEADERS)
	@mkdir -p $(@D)
	@echo "CC      $@"
	@$(RECORD_CC) $(RECORD_FLAGS) -o $@ $(filter %.c,$^)

.PHONY: record record-build
record-build: $(RECORD_OUT)/record $(RECORD_OUT)/librecord.so

# In the top Makefile, LC_ALL is not the user's.
RECORD_LOCALE := $(if $(filter file,$(origin LC_ALL)),$(if $(USER_LC_ALL),LC_ALL='$(USER_LC_ALL)';,unset LC_ALL;))
# CMD and OUT reach the shell through the environment, unexpanded. The command does not inherit this make's variables.
record: override export CMD := $(value CMD)
record: override export OUT := $(value OUT)
record: record-build
	@if [ -z "$$CMD" ] || [ -z "$$OUT" ]; then \
	        echo 'usage: make record CMD="program args" OUT=file.rep' >&2; exit 2; fi; \
	    cmd=$$CMD; out=$$OUT; $(RECORD_LOCALE) \
	    unset CMD OUT MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES MAKE_TERMOUT MAKE_TERMERR; \
	    exec '$(RECORD_OUT)/record' -o "$$out" -- sh -c "$$cmd"
