#!/bin/sh
# SPDX-License-Identifier: MIT
# Record the allocations of a program and of all processes that it starts: record.sh [-o OUT] -- PROGRAM ARGS...
# record.sh --help lists the options. Builds the recorder if it is missing.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
if [ ! -x "$root/build/tools/record" ] || [ ! -e "$root/build/tools/librecord.so" ]; then
    make -C "$root" -s -f tools/record/record.mk record-build >&2 || exit 1
fi
exec "$root/build/tools/record" "$@"
