# SPDX-License-Identifier: MIT
# Allocators side by side. Included by the top Makefile, also usable alone: make -f bench/bench.mk bench
#
#   make bench                     this project's traces; table on the terminal and in build/bench/bench.txt
#   make bench TRACES=dir          ... and those in dir (several folders: quote them)
#   make bench BENCH_QUICK=1       fewer rounds, patterns and pairs
#   make bench BENCH_LIBS="name=/path/lib.so ..."   also libraries that export malloc and free
#   make bench JOBS=8              jobs at a time; BENCH_SSH=HOST,... on other machines, too (docs/bench.md)
#   make bench BENCH_ONLY=heap,glibc BENCH_BITS=64  only these allocators and this word size
#   make bench-count               only the instruction counter (bench/count)

ifndef KNOBS
include scripts/knobs.mk scripts/lock.mk
$(call check_knobs)
$(call default_knobs)
endif
BENCH_TRACES ?= bench/traces $(TRACES)

BENCH_OWN_SRCS := $(addprefix bench/src/,efficiency.c families.c fill.c helper.c main.c measures.c null.S patterns.c \
    random.c session.c timing.c trace.c) \
    bench/adapters/library.c bench/adapters/own.c

# Of libraries that are built elsewhere: by `make judge`, and by users of allocators that are not part of this project.
BENCH_SHIM_SRCS := bench/adapters/user_heap.c $(addprefix bench/adapters/peers/,dlmalloc.c heap_4.c o1heap.c tlsf.c)

BENCH_OUT := $(BUILD)/bench
.PHONY: bench bench-build bench-count
ifneq ($(LOCKED),$(BENCH_OUT))
bench bench-build bench-count:
	@$(call locked,$(BENCH_OUT)) -f bench/bench.mk $@
$(BENCH_OUT)/%: BENCH_FORCE
	@$(call locked,$(BENCH_OUT)) -f bench/bench.mk $@
.PHONY: BENCH_FORCE
BENCH_FORCE:
else

BENCH_WARN := -std=c11 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# Not position independent, as in firmware: on 32-bit x86, position-independent code adds several instructions per call.
BENCH_FLAGS := $(BENCH_CFLAGS) -fno-pie $(BENCH_WARN) -Wconversion -D_DEFAULT_SOURCE -Ibench/include -Ilibmem/include
# The heap's presets are compile-time choices: the table of allocators and the heap are built once for each.
BENCH_PRESETS := default tiny debug paranoid
BENCH_PRESET_FLAGS_default ?=
BENCH_PRESET_FLAGS_tiny ?= -DMEM_HEAP_PRESET=0
BENCH_PRESET_FLAGS_debug ?= -DMEM_HEAP_PRESET=2
BENCH_PRESET_FLAGS_paranoid ?= -DMEM_HEAP_PRESET=3

include libmem/libmem.mk
BENCH_PRESET_SRCS := libmem/src/mem_allocators.c $(filter libmem/src/mem_heap%,$(LIBMEM_SRCS))
BENCH_PLAIN_SRCS := $(BENCH_OWN_SRCS) \
    $(filter-out $(BENCH_PRESET_SRCS) libmem/src/mem_stack.c libmem/src/mem_probe.c,$(LIBMEM_SRCS))
BENCH_HEADERS := $(wildcard bench/include/bench/*.h bench/count/*.h libmem/include/*.h libmem/src/*.h) \
    bench/bench.mk

# 32 bits only if the compiler supports it (Debian: gcc-12-multilib). Checked only for bench targets.
ifneq ($(filter bench%,$(MAKECMDGOALS)),)
BENCH_BITS ?= $(shell for b in 64 32; do echo 'int main(void) { return 0; }' | \
    $(BENCH_CC) -m$$b -x c -o /dev/null - 2>/dev/null && echo $$b; done)
endif
BENCH_BITS ?= 64

# Everything depends on a stamp file that changes with the flags and the list of sources.
BENCH_STAMP = $(BENCH_CC) $(BENCH_FLAGS) $(BENCH_PLAIN_SRCS) $(BENCH_PRESET_SRCS)
$(BENCH_OUT)/flags: BENCH_FORCE
	@scripts/update.sh -c $@ echo '$(BENCH_STAMP)'
.PHONY: BENCH_FORCE
BENCH_FORCE:

# $(1): bits, $(2): source
bench_object = $(BENCH_OUT)/$(1)/$(2).o
define bench_compile
$(BENCH_OUT)/$(1)/%.o: % $(BENCH_HEADERS) $(BENCH_OUT)/flags
	@mkdir -p $$(@D)
	@echo "CC$(1)    $$<"
	@$(BENCH_CC) -m$(1) $(BENCH_FLAGS) -c -o $$@ $$<
endef

# $(1): bits, $(2): preset
define bench_preset
$(BENCH_OUT)/$(1)/own-$(2).o: $(BENCH_PRESET_SRCS) bench/adapters/own.sh $(BENCH_HEADERS) $(BENCH_OUT)/flags
	@mkdir -p $$(@D)
	@echo "CC$(1)    preset $(2)"
	@bench/adapters/own.sh $$@ $(2) '$(BENCH_CC) -m$(1)' '$(BENCH_FLAGS) $(BENCH_PRESET_FLAGS_$(2))' $(BENCH_PRESET_SRCS)
endef

define bench_program
$(BENCH_OUT)/bench$(1): $(foreach s,$(BENCH_PLAIN_SRCS),$(call bench_object,$(1),$(s))) \
    $(BENCH_PRESETS:%=$(BENCH_OUT)/$(1)/own-%.o)
	@echo "LD$(1)    $$@"
	@$(BENCH_CC) -m$(1) -no-pie -o $$@ $$^
endef

$(foreach b,64 32,$(eval $(call bench_compile,$(b))))
$(foreach b,64 32,$(foreach p,$(BENCH_PRESETS),$(eval $(call bench_preset,$(b),$(p)))))
$(foreach b,64 32,$(eval $(call bench_program,$(b))))

# The instruction counter. Without valgrind it is not built, and the benchmark says so.
$(BENCH_OUT)/valgrind/built: bench/count/icount_tool.c bench/count/icount.h bench/count/build.sh
	@mkdir -p $(@D)
	@if ICOUNT_CC='$(BENCH_CC)' bench/count/build.sh $(BENCH_OUT); then touch $@; \
	    else echo "bench: no instruction counter (Debian: valgrind)"; fi

# Under a limit for its other service: control-C then ends all measurements, also those in the background.
BENCH_CPU_SECONDS := 86400

bench-count: $(BENCH_OUT)/valgrind/built
bench-build: bench-count $(BENCH_BITS:%=$(BENCH_OUT)/bench%)
bench: bench-build
	@exec env BENCH_BITS='$(strip $(BENCH_BITS))' BENCH_TRACES='$(strip $(BENCH_TRACES))' \
	    BENCH_LIBS='$(BENCH_LIBS)' BENCH_ONLY='$(BENCH_ONLY)' BENCH_QUICK='$(BENCH_QUICK)' \
	    BENCH_SEEDS='$(strip $(BENCH_SEEDS))' BENCH_SSH='$(BENCH_SSH)' JOBS='$(JOBS)' \
	    BENCH_KINDS='$(BENCH_KINDS)' BENCH_CALL_SECONDS='$(BENCH_CALL_SECONDS)' \
	    BENCH_BUILD="$$($(BENCH_CC) --version | head -n 1), $(BENCH_CFLAGS)" \
	    tools/limit.pl $(BENCH_CPU_SECONDS) bench/run.sh $(BENCH_OUT)
endif
