# SPDX-License-Identifier: MIT
# QEMU's virt machine. The image leaves 2 MiB free at the start of RAM, where QEMU then puts the device tree.
ARCH := aarch64
BOARD_SRCS := boards/qemu-virt-aarch64/board.c boards/exit_line.c drivers/pl011.c drivers/gicv2.c drivers/gicv3.c drivers/fdt.c
BOARD_CFLAGS := -DBOARD_HAS_RESERVED=1
LINK_BASE := 0x40200000
BOARD_MEM_KB := 131072
# The image starts 2 MiB above the start of memory, and memory ends at 256 GiB; QEMU rounds sizes up to 8 KiB.
BOARD_MEM_KB_RANGE := 4096..267386880/8
BOARD_EMULATOR := qemu-system-aarch64
BOARD_PACKAGES := qemu-system-arm
