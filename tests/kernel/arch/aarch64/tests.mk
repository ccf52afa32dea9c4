# SPDX-License-Identifier: MIT
# Kernel tests for this CPU only.
KERNEL_TEST_ARCH_SRCS := $(addprefix tests/kernel/arch/aarch64/,\
    fault_nested.c raise.c registers.S test_attributes.c test_idle.c test_map.c test_park.c)
