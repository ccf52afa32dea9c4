#!/bin/sh
# SPDX-License-Identifier: MIT
# Print a board's CPU, and behind it what the CPU lacks (ARCH_LACKS), for labs/judge.awk: boards/cpu.sh BOARD
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
setting() { # NAME FILE
    sed -n "s/^$1 := //p" "$2"
}
arch=$(setting ARCH "boards/$1/board.mk")
echo "$arch $(setting ARCH_LACKS "arch/$arch/arch.mk")"
