# SPDX-License-Identifier: MIT
# Kernel tests for this CPU only.
KERNEL_TEST_ARCH_SRCS := $(addprefix tests/kernel/arch/riscv/,faults_cause.c raise.c registers.S)
