# SPDX-License-Identifier: MIT
# The rules that build a kernel in $(B). Included only by a make that holds the folder's lock.

# --- Knobs ------------------------------------------------------------------------------------------------------------

# The knobs that kernel.elf was built with are recorded beside it. The command line overrides them.
BUILT_KNOBS := $(code_KNOBS) $(image_KNOBS)
ifeq ($(AS_BEFORE),1)
-include $(B)/built
endif
# $(1): knob. Its value for code: HEAP=FILE.c is "own", and the heap's presets have libmem's names.
config_value = $(if $(filter HEAP_PRESET,$(1)),$(HEAP_PRESET_$(HEAP_PRESET)),$(if $(filter %.c,$($(1))),own,$($(1))))
HEAP_PRESET_tiny := MEM_HEAP_TINY
HEAP_PRESET_default := MEM_HEAP_DEFAULT
HEAP_PRESET_debug := MEM_HEAP_DEBUG
HEAP_PRESET_paranoid := MEM_HEAP_PARANOID
# The knobs that code sees are headers. They are written before make looks at any dependency.
ifeq ($(dry_run),)
CONFIG_ERROR := $(shell scripts/config.sh $(B)/config $(foreach k,$(code_KNOBS),$(k)=$(call config_value,$(k))) 2>&1)
ifneq ($(CONFIG_ERROR),)
$(error $(CONFIG_ERROR))
endif
endif

# --- Compiler ---------------------------------------------------------------------------------------------------------

# These variables add folders to the compiler's search path, also with -nostdinc.
unexport CPATH C_INCLUDE_PATH
# Only our own and the compiler's headers: without -nostdinc the compiler also finds those of a C library for the target,
# if one is installed.
NO_LIBRARY := -nostdinc -isystem '$(shell $(KCC) -print-file-name=include 2>/dev/null)'

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wundef \
    -Wvla -Wwrite-strings
INCLUDES := -I$(B) -Iarch/include -Iarch/$(ARCH)/include -Iboards/include -Iboards/$(BOARD)/include -Idrivers/include \
    -Ilibmem/include -Ilibmem/src -Ikernel/include $(COURSE_INCLUDES)
# The tree's path is not part of debug information.
NO_CURDIR := -ffile-prefix-map='$(CURDIR)/='
KERNEL_CFLAGS := -std=c11 -ffreestanding $(NO_LIBRARY) -fno-builtin -fno-common -fno-stack-protector -fno-strict-aliasing \
    -O2 -g -ffunction-sections -fdata-sections -fstack-usage $(NO_CURDIR) $(WARNINGS) $(INCLUDES) \
    -D'MEM_CONFIG=<config/heap_preset.h>' -DMEM_HEAP_PRESET=CONFIG_HEAP_PRESET $(ARCH_CFLAGS) $(ARCH_CFLAGS_$(TOOLCHAIN)) $(BOARD_CFLAGS)
ifeq ($(TOOLCHAIN),gcc)
KERNEL_CFLAGS += -fcallgraph-info=su
endif
KERNEL_LDFLAGS := $(ARCH_LDFLAGS) $(BOARD_LDFLAGS) --gc-sections --build-id=none -z max-page-size=4096 -nostdlib -static

# V=1 prints the full commands.
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V))$(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '  %-4s %s\n' $(1) $(2))

KERNEL_OBJS := $(addprefix $(B)/,$(addsuffix .o,$(KERNEL_SRCS)))
KERNEL_LDSCRIPT := $(B)/kernel.lds

all: $(KERNEL)

# Without the paths of tree and build folder: objects may be copied to another (tests/kernel/seed.sh).
SMALL_CFLAGS := $(if $(filter clang,$(TOOLCHAIN)),-Oz,-Os)
$(B)/flags: FORCE
	$(call stamp,$(SMALL_CFLAGS) $(KCC) $(subst -I$(B) ,,$(subst $(NO_CURDIR) ,,$(KERNEL_CFLAGS))))
$(B)/objects: FORCE
	$(call stamp,$(KERNEL_LDFLAGS) $(LINK_BASE) $(ENTRY_OFFSET) $(KERNEL_OBJS))

# Compiled for size, to leave more of a small machine's memory to the heap: tests (except the one that counts its own
# instructions), labs, teaching allocators, and code that prints for people. Not the code that printk calls, whose stack
# use would grow.
SMALL_OBJS := $(B)/tests/% $(patsubst %,$(B)/arch/mips32/src/%.c.o,mmu report unwind) $(B)/boards/exit_line.c.o $(B)/labs/lab.c.o $(B)/labs/mem/% $(B)/labs/stack/% $(B)/labs/sync/% $(patsubst %,$(B)/%.o,$(LIBMEM_TEACHING_SRCS) \
    $(addprefix libmem/src/,mem_allocators.c mem_frag.c mem_heap_report.c mem_probe.c) \
    $(addprefix kernel/src/,console.c fault.c job.c main.c mm/memory.c monitor.c debug/backtrace.c debug/image.c debug/symbols.c lib/words.c proc/deadlock.c proc/overflow.c proc/ps.c))
$(SMALL_OBJS): private KERNEL_CFLAGS += $(SMALL_CFLAGS)
$(B)/tests/kernel/unit/test_cost.c.o: private KERNEL_CFLAGS += -O2
$(patsubst %,$(B)/tests/kernel/unit/test_%.c.o,cost heap_cost): private KERNEL_CFLAGS += -Itests/kernel/arch/$(ARCH)
# The deepest path of printk ends in the heap's reports. -Oz inlines almost nothing, and each call there needs stack in every thread.
$(B)/libmem/src/mem_heap_report.c.o: private KERNEL_CFLAGS += $(if $(filter clang,$(TOOLCHAIN)),-mllvm -inline-threshold=50)
$(B)/%.c.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(KCC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/%.S.o: %.S $(B)/flags
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(KCC) $(KERNEL_CFLAGS) -MMD -MP -c -o $@ $<
$(KERNEL_LDSCRIPT): $(ARCH_LDSCRIPT) $(B)/flags $(B)/objects
	@mkdir -p $(@D)
	$(Q)$(KCC) $(KERNEL_CFLAGS) -E -P -x assembler-with-cpp -DLINK_BASE=$(LINK_BASE) $(addprefix -DENTRY_OFFSET=,$(ENTRY_OFFSET)) \
	    -DEARLY_HEAP_BYTES=$(ARCH_EARLY_HEAP_BYTES) -MMD -MP -MT $@ -MF $@.d -o $@ $<

# Linked twice: the first image gives the addresses of functions; the second contains a table of them, with the
# worst-case stack of each. If an interrupt could overflow its stack, the second image is not linked
# (tools/stack/stack.mk).
$(B)/kernel-nosymbols.elf: $(KERNEL_OBJS) $(OWN_HEAP_OBJS) $(OWN_HEAP_LAB_OBJS) $(KERNEL_LDSCRIPT) $(B)/objects
	$(Q)$(KLD) $(KERNEL_LDFLAGS) -T $(KERNEL_LDSCRIPT) -o $@ $(KERNEL_OBJS) $(OWN_HEAP_OBJS) $(OWN_HEAP_LAB_OBJS)
$(B)/symbols.S: $(B)/kernel-nosymbols.elf $(B)/stack-worst scripts/symbols.sh
	$(Q)scripts/update.sh $@ scripts/symbols.sh $(NM) $< $(LINK_BASE) $(B)/stack-worst
$(KERNEL): $(KERNEL_OBJS) $(B)/symbols.S.o $(KERNEL_LDSCRIPT)
	$(call say,LD,$@)
	$(Q)$(KLD) $(KERNEL_LDFLAGS) -T $(KERNEL_LDSCRIPT) -o $@ $(KERNEL_OBJS) $(OWN_HEAP_OBJS) $(OWN_HEAP_LAB_OBJS) $(B)/symbols.S.o
	@scripts/update.sh $(B)/built printf '%s\n' $(foreach k,$(BUILT_KNOBS),'$(k) := $($(k))')
$(B)/symbols.S.o: $(B)/symbols.S
	$(Q)$(KCC) $(KERNEL_CFLAGS) -c -o $@ $<

# --- HEAP=FILE.c (kernel/own_heap.mk) ----------------------------------------------------------------------------------

# Compiled like a test file of the course, by the kernel's compiler. Only the three functions stay global, under names that
# no name of the kernel's equals.
ifneq ($(OWN_HEAP),)
$(call own_heap_check)
OWN_HEAP_CFLAGS = $(filter-out -std=% -fcallgraph-info=su $(KTEST_LTO) $(WARNINGS),$(KERNEL_CFLAGS)) -std=gnu11 -w
$(B)/own/flags: FORCE
	$(call stamp,$(OWN_HEAP) $(OWN_HEAP_CFLAGS))
$(B)/own/all.o: $(own_heap_file) $(B)/own/flags $(B)/flags
	$(call say,CC,'$<')
	$(Q)$(KCC) $(OWN_HEAP_CFLAGS) -MMD -MP -c -o $@ '$<'
	@for function in 'bool NAME_init(void *, size_t)' 'void *NAME_alloc(size_t)' 'void NAME_free(void *)'; do \
	    function=$$(echo "$$function" | sed 's/NAME/$(OWN_HEAP_NAME)/'); \
	    name=$$(echo "$$function" | sed 's/(.*//; s/.*[ *]//'); \
	    $(NM) $@ | grep -q " [TW] $$name\$$" || { echo "$<: error: no function $$function" >&2; exit 1; }; \
	done
$(B)/own/%.o: $(B)/own/all.o
	$(Q)llvm-objcopy $(foreach f,init alloc free,--keep-global-symbol=$(OWN_HEAP_NAME)_$f \
	    --redefine-sym=$(OWN_HEAP_NAME)_$f=own_heap_$*_$f) $< $@
OWN_HEAP_NAMED := $(B)/kernel/src/mm/own_heap_user.c.o $(B)/labs/mem/own_heap.c.o
$(OWN_HEAP_NAMED): private KERNEL_CFLAGS += -DOWN_HEAP_NAME='"$(OWN_HEAP_NAME)"'
$(OWN_HEAP_NAMED): $(B)/own/flags
# Not those of another file: it may be gone.
-include $(if $(findstring ^$(OWN_HEAP) ,^$(file <$(B)/own/flags)),$(B)/own/all.d)
endif

-include $(KERNEL_OBJS:.o=.d) $(KERNEL_LDSCRIPT).d
