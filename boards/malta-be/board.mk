# SPDX-License-Identifier: MIT
# QEMU's MIPS Malta, big endian: the files of boards/malta, and the same compilers with -EB.
ARCH := mips32
BOARD_SRCS := boards/malta/board.c boards/exit_line.c drivers/ns16550.c drivers/i8259.c
BOARD_CFLAGS := -EB -Iboards/malta/include -DBOARD_NAME='"malta-be"' -DIMAGE_HOLE_END=0x4000 -DMIPS32_HAS_WAIT=1 -DMIPS32_EARLY_UART=0xb80003f8 \
    -DMIPS32_COUNT_HZ=166666666u -DMIPS32_INSTRUCTIONS_PER_COUNT=6
BOARD_LDFLAGS := -EB
# The vectors lie at the image's start, and EBase points there: a monitor that loads the image is not overwritten.
LINK_BASE = $(shell printf '0x%x' $$((0x80000000 + $(LOW_KB) * 1024)))
BOARD_LOW_KB_RANGE := 0..65536/4
BOARD_MEM_KB := 131072
BOARD_COURSE_MEM_KB := 4096
BOARD_MEM_KB_RANGE := 64..262144/8
BOARD_EMULATOR := qemu-system-mips
BOARD_PACKAGES := qemu-system-mips
# `make test` runs a sample of its tests: they are those of a board with the same CPU.
BOARD_TESTED := sample
