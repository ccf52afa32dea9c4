#!/bin/sh
# SPDX-License-Identifier: MIT
# Record the allocations of a program: tools/record/record.sh LIBRARY OUT.rep PROGRAM ARGS... Only the first process is
# recorded, not its children. RECORD_MAX_OPS=n keeps the first n operations (any prefix of a trace is a trace). Exit
# status: the program's, or 2 if nothing was recorded.
set -u
[ $# -ge 3 ] || { echo "usage: $0 LIBRARY OUT.rep PROGRAM ARGS..." >&2; exit 2; }
library=$(realpath "$1") out=$2
shift 2
raw=$(mktemp -u "${TMPDIR:-/tmp}/record.XXXXXX")
trap 'rm -f "$raw"' EXIT
env CAIRN_RECORD="$raw" LD_PRELOAD="$library" "$@"
status=$?
[ -s "$raw" ] || { echo "record: $1 was not recorded (static, or with its own malloc?)" >&2; exit 2; }
# The mapping is longer than the text and ends in zero bytes. Headers: number of ids, number of operations.
tr -d '\0' <"$raw" | head -n "${RECORD_MAX_OPS:-999999999}" >"$raw.text"
{ awk '$1 == "a" { ids++ } END { print ids + 0; print NR }' "$raw.text"; cat "$raw.text"; } >"$out"
rm -f "$raw.text"
echo "record: $(sed -n 2p "$out") operations in $out" >&2
exit $status
