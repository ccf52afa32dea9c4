#!/bin/sh
# SPDX-License-Identifier: MIT
# The heap's costs with other compilers than gcc 12: at most 15 % above its goals in bench/bounds.txt. Compilers that are
# not installed, or cannot build for a word size, are skipped.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
builds=${TEST_BUILD:-build}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

for compiler in gcc-11 gcc-12 clang-14 clang-15 clang-16; do
    if ! command -v $compiler >/dev/null; then
        count=$((count + 1))
        echo "ok $count - $compiler # SKIP not installed"
        continue
    fi
    TEST_BUILD=$builds/compilers/$compiler BENCH_CC=$compiler tests/host/heap_bounds_test.sh >"$log" 2>&1
    # The rows of the table with a goal: "# | 64/default | malloc | measured | bound | goal |".
    awk -F'|' -v compiler="$compiler" '
        $2 ~ /\/default/ && $6 ~ /[0-9]/ && $3 ~ /malloc|free|realloc|aligned/ {
            gsub(/ /, "", $2); gsub(/^ +| +$/, "", $3)
            verdict = $4 + 0 > 0 && $4 <= 1.15 * $6 ? "ok" : "not"
            printf "%s %s, %s, %s: %d, goal %d\n", verdict, compiler, $2, $3, $4, $6
        }' "$log" >"$log.rows"
    while read -r verdict what; do
        [ "$verdict" = ok ]
        report $? "$what"
    done <"$log.rows"
    [ -s "$log.rows" ]
    report $? "$compiler: measured"
    rm -f "$log.rows"
done
echo "1..$count"
exit $failed
