#!/bin/sh
# SPDX-License-Identifier: MIT
# Run a program under the icount tool: bench/count/run.sh PROGRAM ARGS... Needs bench/count/build.sh (or make
# bench-count) once. ICOUNT_DIR names another output folder.
export LC_ALL=C
here=$(cd "$(dirname "$0")/../.." && pwd)
dir=${ICOUNT_DIR:-$here/build/bench}
VALGRIND_LIB=$(cd "$dir/valgrind" && pwd) || exit 1
export VALGRIND_LIB
exec valgrind -q --tool=icount "$@"
