#!/bin/sh
# SPDX-License-Identifier: MIT
# Build and run the stack lab on its own and judge it: STACK_LAB_MODE=1 scripts/stack_lab_run.sh
set -eu
cd "$(dirname "$0")/.."
if [ "${STACK_LAB_MODE:-1}" != 1 ]; then
    echo "STACK_LAB_MODE=$STACK_LAB_MODE: nothing to do (1 runs the stack lab)" >&2
    exit 2
fi
board=${BOARD:-qemu-virt-aarch64}
scripts/bootstrap.sh lab "$board"
make --no-print-directory -s STACK_LAB_MODE=1 BOARD="$board"
exec scripts/lab.sh "$board" "build/$board-${TOOLCHAIN:-clang}/kernel.elf" stack
