#!/bin/sh
# SPDX-License-Identifier: MIT
# Entry point of the stack lab for callers outside the project: STACK_LAB_MODE=1 scripts/stack_lab_run.sh
set -eu
export LC_ALL=C
if [ "${STACK_LAB_MODE:-1}" != 1 ]; then
    echo "STACK_LAB_MODE=$STACK_LAB_MODE: nothing to do (1 runs the stack lab)" >&2
    exit 2
fi
exec "$(dirname "$0")/../labs/stack/run.sh"
