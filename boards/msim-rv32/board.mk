# SPDX-License-Identifier: MIT
# MSIM, an RV32IMA simulator, as its course configures it. Its clock has no frequency (the cycle counter advances by 1 per
# instruction), so this file defines one: 10,000 instructions between ticks at 1 kHz.
ARCH := riscv
XLEN := 32
BOARD_SRCS := boards/msim-rv32/board.c boards/exit_line.c
BOARD_CFLAGS := -DRISCV_HAS_WFI=0 -DRISCV_HAS_SCYCLECMP=1 -DRISCV_TIMER_HZ=10000000u
# The course's boot ROM jumps here. Below it lie the boot arguments.
LINK_BASE := 0x80001000
BOARD_MEM_KB := 4096
BOARD_MEM_KB_RANGE := 4..262144/4
BOARD_EMULATOR := msim
BOARD_PACKAGES :=
# 2,500 instructions per tick: with fewer, ticks would leave no time for anything else.
BOARD_TICK_HZ_RANGE := 1..4000
BOARD_SOAK_TICK_HZ := 4000
BOARD_SOAK_TICK_HZ_RANGE := 1..4000
# `make check-all` tests it in full.
BOARD_TESTED := sample
