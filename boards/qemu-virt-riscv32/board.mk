# SPDX-License-Identifier: MIT
# QEMU's RISC-V virt machine with 32 bits: the same devices, source and image layout as with 64.
ARCH := riscv
XLEN := 32
BOARD_SRCS := boards/qemu-virt-riscv64/board.c boards/exit_line.c drivers/ns16550.c drivers/plic.c drivers/fdt.c
BOARD_CFLAGS := -DRISCV_HAS_WFI=1 -DRISCV_HAS_SCYCLECMP=0 -DRISCV_CLINT_BASE=0x2000000 -DRISCV_TIMER_HZ=10000000u
LINK_BASE := 0x80200000
BOARD_MEM_KB := 131072
# The image starts 2 MiB above the start of memory; addresses end 2 GiB above it, but the kernel searches 1 GiB. QEMU rounds sizes up
# to 8 KiB.
BOARD_MEM_KB_RANGE := 8192..1048576/8
BOARD_EMULATOR := qemu-system-riscv32
BOARD_PACKAGES := qemu-system-misc
# `make check-all` tests it in full.
BOARD_TESTED := sample
