#!/bin/sh
# SPDX-License-Identifier: MIT
# Build, run and judge the stack lab alone. Takes BOARD and TOOLCHAIN as make does.
set -eu
cd "$(dirname "$0")/../.."
board=${BOARD:-qemu-virt-aarch64}
scripts/bootstrap.sh lab "$board" "${TOOLCHAIN:-clang}"
make --no-print-directory -s STACK_LAB_MODE=1 BOARD="$board"
exec labs/run.sh "$board" "build/$board-${TOOLCHAIN:-clang}/kernel.elf" stack
