# SPDX-License-Identifier: MIT
# Raspberry Pi 3 Model B, as QEMU has it. The firmware loads the image to this address.
ARCH := aarch64
BOARD_SRCS := boards/raspi3b/board.c boards/raspi3b/console.c boards/raspi3b/interrupts.c boards/raspi3b/firmware.c \
    boards/exit_line.c drivers/pl011.c drivers/fdt.c
BOARD_CFLAGS := -DBOARD_HAS_RESERVED=1
LINK_BASE := 0x80000
# The machine has 1 GiB and no other size; the GPU keeps the rest.
BOARD_MEM_KB := 1048576
BOARD_MEM_KB_RANGE := 1048576..1048576
BOARD_EMULATOR := qemu-system-aarch64
BOARD_PACKAGES := qemu-system-arm
# `make test` runs a sample of its tests: they are those of a board with the same CPU.
BOARD_TESTED := sample
