# SPDX-License-Identifier: MIT
# QEMU's MIPS Malta. Its loader puts the boot arguments at physical 0x2000, so the image has a hole there. Count runs at
# half of 320 MHz, which QEMU rounds to a count every 6 ns: every 6 instructions with -icount shift=0.
ARCH := mips32
BOARD_SRCS := boards/malta/board.c boards/exit_line.c drivers/ns16550.c drivers/i8259.c
BOARD_CFLAGS := -DIMAGE_HOLE_END=0x4000 -DMIPS32_HAS_WAIT=1 -DMIPS32_EARLY_UART=0xb80003f8 -DMIPS32_COUNT_HZ=166666666u \
    -DMIPS32_INSTRUCTIONS_PER_COUNT=6
# The vectors lie at the image's start, and EBase points there: a monitor that loads the image is not overwritten.
LINK_BASE = $(shell printf '0x%x' $$((0x80000000 + $(LOW_KB) * 1024)))
BOARD_LOW_KB_RANGE := 0..65536/4
BOARD_MEM_KB := 131072
# Tests of the course fill all memory: as much as their own machine has.
BOARD_COURSE_MEM_KB := 4096
# kseg0 up to the devices; QEMU rounds sizes up to 8 KiB.
BOARD_MEM_KB_RANGE := 64..262144/8
BOARD_EMULATOR := qemu-system-mipsel
BOARD_PACKAGES := qemu-system-mips
