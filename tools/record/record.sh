#!/bin/sh
# SPDX-License-Identifier: MIT
# Record the allocations of a program and of all processes that it starts: record.sh [-o OUT] -- PROGRAM ARGS...
# record.sh --help lists the options. Builds the recorder if it is missing, in the folder BUILD if that is set.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in
/*) tools=$build/tools ;;
*) tools=$root/$build/tools ;;
esac
if [ ! -x "$tools/record" ] || [ ! -e "$tools/librecord.so" ]; then
    make -C "$root" -s -f tools/record/record.mk record-build BUILD="$build" >&2 || exit 1
fi
exec "$tools/record" "$@"
