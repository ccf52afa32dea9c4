#!/bin/sh
# SPDX-License-Identifier: MIT
# Build the kernels that the tests boot, for every board with every compiler available, and print their paths.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
for board in boards/*/board.mk; do
    board=${board#boards/}
    board=${board%/board.mk}
    cross=$(sed -n 's/^ARCH_CROSS_gcc := //p' "arch/$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")/arch.mk")
    for toolchain in clang gcc; do
        [ $toolchain = clang ] || command -v "${cross}gcc" >/dev/null || continue
        make --no-print-directory -s -j"$(nproc)" BOARD="$board" TOOLCHAIN=$toolchain >&2
        echo "build/$board-$toolchain/kernel.elf"
    done
done
