# SPDX-License-Identifier: MIT
# Kernel tests of this CPU alone.
KERNEL_TEST_ARCH_SRCS := $(addprefix tests/kernel/arch/aarch64/,fault_nested.c registers.S test_idle.c test_park.c)
