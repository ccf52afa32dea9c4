#!/bin/sh
# SPDX-License-Identifier: MIT
# Build, run and judge the stack lab alone. BOARD, TOOLCHAIN and BUILD in the environment are make's knobs.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
board=${BOARD:-qemu-virt-aarch64}
toolchain=${TOOLCHAIN:-clang}
build=${BUILD:-build}
scripts/bootstrap.sh lab "$board" "$toolchain"
make --no-print-directory -s STACK_LAB_MODE=1 BOARD="$board" TOOLCHAIN="$toolchain" BUILD="$build"
exec labs/run.sh "$board" "$build/$board-$toolchain/kernel.elf" stack
