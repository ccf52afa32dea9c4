#!/bin/sh
# SPDX-License-Identifier: MIT
# Boot a kernel under a limit of CPU time, without a terminal. Exits with the kernel's status; 124 when it hung.
#   boards/boot.sh SECONDS BOARD [flags of boards/BOARD/run] KERNEL [BOOT ARGS]
set -eu
export LC_ALL=C
boards=$(dirname "$0")
seconds=$1
board=$2
shift 2
exec "$boards/../tools/limit.pl" "$seconds" "$boards/$board/run" "$@" </dev/null
