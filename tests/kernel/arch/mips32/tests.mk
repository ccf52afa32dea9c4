# SPDX-License-Identifier: MIT
# Kernel tests for this CPU only.
KERNEL_TEST_ARCH_SRCS := $(addprefix tests/kernel/arch/mips32/,\
    faults_cause.c raise.c registers.S test_refill.c test_timer.c)
