# SPDX-License-Identifier: MIT
# Unit tests on the host: one program per tests/host/test_*.c and variant. Included by the top Makefile.
#
#   make host-tests        build them all, under build/host/VARIANT/
#   make list-host-tests   print the programs' paths; each prints TAP and exits with 0 iff all tests passed
#   make build/host/gcc/test_mem_pool && build/host/gcc/test_mem_pool      one of them
#
# Variants: clang and gcc with cmocka; gcc32 and clang32 with 32-bit words and tests/host/mini/cmocka.h, because Debian
# has no 32-bit cmocka beside the 64-bit one. All use ASan and UBSan, except gcc-O2, which tests the optimised code
# alone. Variants that this machine's compilers cannot build are left out. `make test` has each test in the variants of
# HOST_TEST_VARIANTS, and its twins, which are the test built again with other flags, in those of HOST_TWIN_VARIANTS;
# HOST_ALL=1 (make check-all) has all of them in all variants.
#
# A test NAME is built from test_NAME.c and, if they exist, libmem/src/NAME.c and mem_error.c. Further settings:
#   SRCS_test_NAME := ...     other sources, instead of libmem's
#   CFLAGS_test_NAME := ...   more flags
#   MAIN_test_NAME := ...     another main source: the same test again with other flags; needs HOST_TWINS += test_NAME
#   SPEED_test_NAME := -O0    for a test that ends soon: the tested code need not be optimised under sanitizers
#   ONLY_test_NAME := ...     the flags concern these sources of libmem, as patterns, and no others
# Tests with the same flags share objects, and so do sources that a test's flags do not concern.

HOST_VARIANTS ?= clang gcc gcc-O2 gcc32 clang32
HOST_TEST_VARIANTS := clang gcc gcc-O2 gcc32
# Twins run under sanitizers; those that depend on the size of a word with both sizes, those of code for size without.
HOST_TWIN_VARIANTS := clang
HOST_TWIN_VARIANTS_test_mem_heap_tiny := clang gcc32
HOST_TWIN_VARIANTS_test_mem_heap_debug := clang gcc32
HOST_TWIN_VARIANTS_test_mem_heap_paranoid := clang gcc32
HOST_TWIN_VARIANTS_test_mem_heap_4 := clang gcc32
HOST_TWIN_VARIANTS_test_mem_heap_debug_4 := gcc
HOST_TWIN_VARIANTS_test_mem_heap_16 := clang gcc32
HOST_TWIN_VARIANTS_test_mem_heap_debug_16 := gcc32
HOST_TWIN_VARIANTS_test_mem_heap_small := gcc-O2
HOST_TWIN_VARIANTS_test_mem_heap_small_tiny := gcc-O2
HOST_SANITIZE ?= -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HOST_CC_clang ?= clang $(HOST_SANITIZE)
HOST_CC_gcc ?= gcc $(HOST_SANITIZE)
HOST_CC_gcc-O2 ?= gcc
HOST_CC_gcc32 ?= gcc -m32 $(HOST_SANITIZE)
HOST_CC_clang32 ?= clang -m32 $(HOST_SANITIZE)
HOST_WARNINGS ?= -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
    -Wundef -Wvla -Wwrite-strings
# A sanitizer's report needs line numbers only. HOST_DEBUG=-g for a debugger.
HOST_DEBUG ?= -g1
# The kernel's headers come last: <errno.h> is the C library's, unless a test has -Ikernel/include.
HOST_CFLAGS ?= -std=gnu11 $(HOST_DEBUG) $(HOST_WARNINGS) -DMEM_ASSERTS=1 -Ilibmem/include -Itests/host/include \
    -Iarch/include -Iboards/include

HOST_OUT := $(BUILD)/host
HOST_SHIM_gcc32 := -isystem tests/host/mini
HOST_SHIM_clang32 := -isystem tests/host/mini
HOST_LIBS_clang := -lcmocka
HOST_LIBS_gcc := -lcmocka
HOST_LIBS_gcc-O2 := -lcmocka
HOST_TAP_clang := tests/host/tap.c
HOST_TAP_gcc := tests/host/tap.c
HOST_TAP_gcc-O2 := tests/host/tap.c

# The tests in this folder, and what the heap's test consists of besides its main file.
HOST_OWN_NAMES := fdt format format_pointer list mem_allocator mem_assert mem_buddy mem_bump mem_first_fit mem_fits mem_frag mem_heap mem_pool \
    mem_probe mem_slab mem_stack print ring string
HOST_HEAP_TEST_PARTS := damage invariants misuse placement random refusal regions

# --- What the tests need beyond the rule ------------------------------------------------------------------------------

KERNEL_LIB := kernel/src/lib
HOST_TWINS := test_format_pointer0

SRCS_test_mem_first_fit := $(addprefix libmem/src/,mem_first_fit.c mem_frag.c mem_error.c)
SRCS_test_format := $(KERNEL_LIB)/format.c
SRCS_test_format_pointer := $(KERNEL_LIB)/format.c $(KERNEL_LIB)/format_pointer.c
SRCS_test_format_pointer0 := $(SRCS_test_format_pointer)
MAIN_test_format_pointer0 := tests/host/test_format_pointer.c
CFLAGS_test_format_pointer0 := -DCONFIG_PRINT_POINTER_EXTENSIONS=0 -DCONFIG_PRINT_NIL=1
SRCS_test_ring := $(KERNEL_LIB)/ring.c
SRCS_test_fdt := drivers/fdt.c
CFLAGS_test_fdt := -Idrivers/include
SRCS_test_string := $(KERNEL_LIB)/string.c
CFLAGS_test_string := -fno-builtin -include tests/host/string_names.h
SRCS_test_print := $(addprefix $(KERNEL_LIB)/,print.c format.c format_pointer.c errno.c) kernel/src/debug/panic.c \
    kernel/src/debug/code.c course/runtime/ktest.c
CFLAGS_test_print := -Ikernel/include -Icourse/include -include tests/host/print_names.h

include libmem/libmem.mk
# Assertions are on in all host tests. Their own test is also built with them off, by the preset, and with its own macro.
ASSERT_TEST_FLAGS_off := -UMEM_ASSERTS
ASSERT_TEST_FLAGS_paranoid := -UMEM_ASSERTS -DMEM_HEAP_PRESET=3
ASSERT_TEST_FLAGS_own := -UMEM_ASSERTS -include tests/host/assert_own.h
ASSERT_TESTS := off paranoid own
SRCS_test_mem_assert := $(LIBMEM_SRCS)
HOST_TWINS += $(ASSERT_TESTS:%=test_mem_assert_%)
define assert_test
SRCS_test_mem_assert_$(1) := $(LIBMEM_SRCS)
MAIN_test_mem_assert_$(1) := tests/host/test_mem_assert.c
CFLAGS_test_mem_assert_$(1) := $(ASSERT_TEST_FLAGS_$(1))
SPEED_test_mem_assert_$(1) := -O0
endef
$(foreach t,$(ASSERT_TESTS),$(eval $(call assert_test,$(t))))

# The heap's test with every preset and alignment, with a lock, with the flags for size, and as for CPUs that do not
# count leading zeros.
HEAP_TEST_FLAGS_tiny := -DMEM_HEAP_PRESET=0
HEAP_TEST_FLAGS_debug := -DMEM_HEAP_PRESET=2
HEAP_TEST_FLAGS_paranoid := -DMEM_HEAP_PRESET=3
HEAP_TEST_FLAGS_4 := -DMEM_HEAP_ALIGN=4
HEAP_TEST_FLAGS_debug_4 := -DMEM_HEAP_PRESET=2 -DMEM_HEAP_ALIGN=4
HEAP_TEST_FLAGS_16 := -DMEM_HEAP_ALIGN=16
HEAP_TEST_FLAGS_debug_16 := -DMEM_HEAP_PRESET=2 -DMEM_HEAP_ALIGN=16
HEAP_TEST_FLAGS_locked := -include tests/host/heap_lock.h
HEAP_TEST_FLAGS_small := -Os -DHEAP_TEST_SMALL
HEAP_TEST_FLAGS_small_tiny := -Os -DMEM_HEAP_PRESET=0 -DHEAP_TEST_SMALL
HEAP_TEST_FLAGS_no_clz := -DMEM_HEAP_CLZ=0
HEAP_TESTS := tiny debug paranoid 4 debug_4 16 debug_16 locked small small_tiny no_clz
HEAP_TEST_SRCS := $(filter libmem/src/mem_heap%,$(LIBMEM_SRCS)) libmem/src/mem_error.c \
    $(HOST_HEAP_TEST_PARTS:%=tests/host/mem_heap_%.c)
SRCS_test_mem_heap := $(HEAP_TEST_SRCS)
HOST_TWINS += $(HEAP_TESTS:%=test_mem_heap_%)
define heap_test
SRCS_test_mem_heap_$(1) := $(HEAP_TEST_SRCS)
MAIN_test_mem_heap_$(1) := tests/host/test_mem_heap.c
CFLAGS_test_mem_heap_$(1) := $(HEAP_TEST_FLAGS_$(1))
endef
$(foreach t,$(HEAP_TESTS),$(eval $(call heap_test,$(t))))

# The allocators' common contract, also with the heap in other presets.
ALLOCATOR_TESTS := tiny debug paranoid 4 16
SRCS_test_mem_fits := $(LIBMEM_SRCS)
SRCS_test_mem_allocator := $(LIBMEM_SRCS)
HOST_TWINS += $(ALLOCATOR_TESTS:%=test_mem_allocator_%)
define allocator_test
SRCS_test_mem_allocator_$(1) := $(LIBMEM_SRCS)
MAIN_test_mem_allocator_$(1) := tests/host/test_mem_allocator.c
CFLAGS_test_mem_allocator_$(1) := $(HEAP_TEST_FLAGS_$(1))
ONLY_test_mem_allocator_$(1) := libmem/src/mem_heap% libmem/src/mem_allocators.c
endef
$(foreach t,$(ALLOCATOR_TESTS),$(eval $(call allocator_test,$(t))))

-include $(wildcard tests/host/*_host.mk)

# --- Rules ------------------------------------------------------------------------------------------------------------

.PHONY: HOST_FORCE host-tests list-host-tests
HOST_FORCE:

# Read for these targets only: it takes longer than all other makefiles together.
ifneq ($(filter host-tests list-host-tests $(HOST_OUT)/%,$(MAKECMDGOALS)),)
# Can each variant's compiler build a program?
ifneq ($(filter host-tests list-host-tests,$(MAKECMDGOALS)),)
HOST_VARIANTS := $(foreach v,$(HOST_VARIANTS),$(shell echo 'int main(void) { return 0; }' | \
    $(HOST_CC_$(v)) -x c -o /dev/null - $(HOST_LIBS_$(v)) 2>/dev/null && echo $(v)))
endif

HOST_NAMES := $(HOST_OWN_NAMES:%=test_%) $(HOST_TWINS)
host_main = $(or $(MAIN_$(1)),tests/host/$(1).c)
host_subject = $(filter-out tests/%,$(call host_srcs,$(1)))
host_own = $(filter tests/%,$(call host_main,$(1)) $(call host_srcs,$(1)))
host_srcs = $(or $(SRCS_$(1)),$(call host_libmem,$(wildcard $(1:test_%=libmem/src/%.c))))
host_libmem = $(if $(1),$(sort $(1) libmem/src/mem_error.c))
# The folder of a test's objects: the common one, unless the test has flags of its own. Tests with the same flags share a
# folder, named after the first of them.
same = $(if $(subst x$(1),,x$(2))$(subst x$(2),,x$(1)),,yes)
same_flags = $(call same,$(CFLAGS_$(1)) -$(SPEED_$(1)),$(CFLAGS_$(2)) -$(SPEED_$(2)))
$(foreach t,$(HOST_NAMES),$(eval GROUP_$(t) := $(if $(CFLAGS_$(t))$(SPEED_$(t)),$(firstword $(foreach \
    first,$(HOST_NAMES),$(if $(call same_flags,$(t),$(first)),$(first)))),common)))
host_group = $(GROUP_$(1))
# The sources that a test's flags concern, and the others.
host_flagged = $(if $(ONLY_$(1)),$(filter $(ONLY_$(1)),$(call host_subject,$(1))),$(call host_subject,$(1)))
host_unflagged = $(filter-out $(call host_flagged,$(1)),$(call host_subject,$(1)))
# $(1): variant, $(2): test
host_objs = $(patsubst %,$(HOST_OUT)/$(1)/$(call host_group,$(2)).o/%.o,$(call host_flagged,$(2))) \
    $(patsubst %,$(HOST_OUT)/$(1)/common.o/%.o,$(call host_unflagged,$(2))) \
    $(patsubst %,$(HOST_OUT)/$(1)/$(call host_group,$(2)).o/%.o,$(call host_own,$(2))) \
    $(patsubst %,$(HOST_OUT)/$(1)/common.o/%.o,$(HOST_TAP_$(1)))
HOST_GROUPS := $(sort $(foreach t,$(HOST_NAMES),$(call host_group,$(t))))
# $(1): test
host_variants = $(if $(filter 1,$(HOST_ALL)),$(HOST_VARIANTS),$(if $(filter $(HOST_TWINS),$(1)),\
    $(or $(HOST_TWIN_VARIANTS_$(1)),$(HOST_TWIN_VARIANTS)),$(HOST_TEST_VARIANTS)))
HOST_TESTS := $(foreach v,$(HOST_VARIANTS),$(foreach t,$(HOST_NAMES),$(if $(filter $(v),$(call host_variants,$(t))),$(HOST_OUT)/$(v)/$(t))))

# With sanitizers, the tested code is optimised for shorter runs. The tests' own sources are not, for a shorter build.
# $(1): variant, $(2): source, $(3): what the test says
host_speed = $(if $(filter tests/%,$(2)),-O0,$(if $(filter gcc-O2,$(1)),-O2,$(or $(3),-O1)))
host_kernel_headers = $(if $(filter -Ikernel/include,$(CFLAGS_$(1))),,-idirafter kernel/include)
# $(1): variant, $(2): group
host_flags = $(HOST_CFLAGS) $(HOST_SHIM_$(1)) $(CFLAGS_$(2)) $(call host_kernel_headers,$(2))

# Objects depend on a stamp file that changes with their flags, programs on one that changes with the lists of objects.
# $(1): variant, $(2): group
define host_compile
$(HOST_OUT)/$(1)/$(2).o/flags: HOST_FORCE
	$$(call stamp,$(HOST_CC_$(1)) $(call host_speed,$(1),,$(SPEED_$(2))) $(call host_flags,$(1),$(2)))
$(HOST_OUT)/$(1)/$(2).o/%.c.o: %.c $(HOST_OUT)/$(1)/$(2).o/flags
	@mkdir -p $$(@D)
	$(HOST_CC_$(1)) $$(call host_speed,$(1),$$<,$(SPEED_$(2))) $(call host_flags,$(1),$(2)) -MMD -MP -c -o $$@ $$<
endef
# $(1): variant
define host_objects
$(HOST_OUT)/$(1)/objects: HOST_FORCE
	$$(call stamp,$(HOST_LIBS_$(1)) $(foreach t,$(HOST_NAMES),$(t): $(call host_objs,$(1),$(t))))
endef
# $(1): variant, $(2): test
define host_program
$(HOST_OUT)/$(1)/$(2): $(call host_objs,$(1),$(2)) $(HOST_OUT)/$(1)/objects
	$(HOST_CC_$(1)) -o $$@ $$(filter %.o,$$^) $(HOST_LIBS_$(1))
endef
$(foreach v,$(HOST_VARIANTS),$(eval $(call host_objects,$(v))))
$(foreach v,$(HOST_VARIANTS),$(foreach g,$(HOST_GROUPS),$(eval $(call host_compile,$(v),$(g)))))
$(foreach v,$(HOST_VARIANTS),$(foreach t,$(HOST_NAMES),$(eval $(call host_program,$(v),$(t)))))
-include $(patsubst %.o,%.d,$(sort $(foreach v,$(HOST_VARIANTS),$(foreach t,$(HOST_NAMES),$(call host_objs,$(v),$(t))))))

host-tests: $(HOST_TESTS)
list-host-tests:
	@printf '%s\n' $(HOST_TESTS)
endif
