#!/bin/sh
# SPDX-License-Identifier: MIT
# Boot a kernel under a time limit, without a terminal, and exit with its status, or 124 at the limit.
#   boards/boot.sh SECONDS BOARD [flags of boards/BOARD/run] KERNEL [BOOT ARGS]
set -eu
seconds=$1
board=$2
shift 2
exec timeout --kill-after=2 "$seconds" "$(dirname "$0")/$board/run" "$@" </dev/null
