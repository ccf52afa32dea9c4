#!/bin/sh
# SPDX-License-Identifier: MIT
# Run labs, each in a boot of its own, print their output, and judge it: the exit status must be the one in
# labs/<lab>/expect, and all patterns there must appear in order. Exits with 0 iff all labs pass.
#   labs/run.sh BOARD KERNEL [LAB...]
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
board=$1
kernel=$2
shift 2
seconds=${LAB_SECONDS:-20}
if [ $# -eq 0 ]; then
    for expect in labs/*/expect; do
        set -- "$@" "$(basename "$(dirname "$expect")")"
    done
fi
logs=$(dirname "$kernel")/lab
mkdir -p "$logs"
cpu=$(boards/cpu.sh "$board")
failed=0
verdicts=
for lab; do
    log=$logs/$lab.log
    status=0
    # -i: time is counted in instructions, so ticks fall at the same places in every run.
    echo "=== lab $lab: $(sed -n 's/^# //p;1q' "labs/$lab/README.md")"
    boards/boot.sh "$seconds" "$board" -i ${MEM_KB:+-m "$MEM_KB"} "$kernel" "lab=$lab" >"$log" 2>&1 || status=$?
    tr -d '\r' <"$log" >"$log.txt" && mv "$log.txt" "$log"
    grep -v '^\[\(boot\|cpu\|mem\)\]\|^Cairn on' "$log" || true
    if verdict=$(awk -v status="$status" -v cpu="$cpu" -f labs/judge.awk "labs/$lab/expect" "$log"); then
        verdicts="$verdicts
PASS  lab $lab: $verdict"
    else
        failed=$((failed + 1))
        verdicts="$verdicts
FAIL  lab $lab: $verdict (log: $log)"
    fi
done
printf '=== verdicts on %s%s\n' "$board" "$verdicts"
[ "$failed" -eq 0 ]
