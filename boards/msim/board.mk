# SPDX-License-Identifier: MIT
# MSIM, an R4000 simulator. It is in no Debian repository; boards/msim/run prints where to get it. Its clock has no
# frequency (Count is exactly 1 per instruction), so this file defines one: 10,000 instructions between ticks at 1 kHz.
ARCH := mips32
BOARD_SRCS := boards/msim/board.c boards/exit_line.c
BOARD_CFLAGS := -DMIPS32_TLB_ENTRIES=48 -DMIPS32_HAS_WAIT=0 -DMIPS32_COUNT_HZ=10000000u \
    -DMIPS32_INSTRUCTIONS_PER_COUNT=1
LINK_BASE := 0x80000000
# The course's boot ROM of 2020 and later jumps to this offset; that of 2019 to 0x400.
BOARD_ENTRY_OFFSET_2024 := 0x1000
BOARD_MEM_KB := 4096
BOARD_MEM_KB_RANGE := 4..262144/4
BOARD_EMULATOR := msim
BOARD_PACKAGES :=
# 2,500 instructions per tick: with fewer, ticks would leave no time for anything else.
BOARD_TICK_HZ_RANGE := 1..4000
BOARD_SOAK_TICK_HZ := 4000
BOARD_SOAK_TICK_HZ_RANGE := 1..4000
