#!/bin/sh
# SPDX-License-Identifier: MIT
# Build and run the stack lab on its own and judge it. BOARD and TOOLCHAIN are make's.
set -eu
cd "$(dirname "$0")/../.."
board=${BOARD:-qemu-virt-aarch64}
scripts/bootstrap.sh lab "$board"
make --no-print-directory -s STACK_LAB_MODE=1 BOARD="$board"
exec labs/run.sh "$board" "build/$board-${TOOLCHAIN:-clang}/kernel.elf" stack
