#!/bin/sh
# SPDX-License-Identifier: MIT
# The labs: the required lines, the same figures on every run, and a judge that can fail.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

# Addresses may differ between builds and compilers, but not between runs of the same kernel.
for name in $(tests/kernel/kernel.sh -l); do
    use_kernel -r "$name" || continue
    for expect in labs/*/expect; do
        lab=$(basename "$(dirname "$expect")")
        labs/run.sh "$board" "$kernel" "$lab" >"$work/out" 2>&1
        report $? "$board $toolchain lab $lab shows what it must"
        log=$(dirname "$kernel")/lab/$lab.log
        cp "$log" "$work/first"
        labs/run.sh "$board" "$kernel" "$lab" >"$work/out" 2>&1
        diff "$work/first" "$log" >"$work/out"
        report $? "$board $toolchain lab $lab prints the same again"
    done
done

# The excerpt of `make lab` in README.md. The memory lab's figures must match; addresses and stack depths depend on the
# compiler.
plain() { sed -E 's/0x[0-9a-f]+/0x/g; /^(\[mem-lab\]|PASS)/!s/[0-9]+/0/g'; }
if use_kernel -r qemu-virt-aarch64-clang; then
    labs/run.sh $board "$kernel" 2>/dev/null | tr -d '\r' | plain >"$work/log"
    sed -n '/^\$ make lab/,/^```/{/^[P=[]/p}' README.md | sed 's/ \.\.\.$//' | plain >"$work/shown"
    while IFS= read -r line; do
        grep -qF -e "$line" "$work/log" || echo "not printed: $line"
    done <"$work/shown" >"$work/out"
    [ ! -s "$work/out" ] && [ "$(wc -l <"$work/shown")" -gt 10 ]
    report $? "README.md shows what the labs print"
fi

judge() { # STATUS LOG-TEXT: judge it; two lines, no line "never", and status 0 are expected
    printf 'status 0\n^one$\n^two$\n! ^never\n' >"$work/expect"
    printf '%s\n' "$2" >"$work/log"
    awk -v status="$1" -v board=none -f labs/judge.awk "$work/expect" "$work/log" >"$work/out"
}
judge 0 "one
two"
report $? "the judge accepts what was expected"
judge 0 "two
one" && wrong=1 || wrong=0
report $wrong "the judge refuses lines out of order"
judge 0 "one" && wrong=1 || wrong=0
report $wrong "the judge refuses an early end"
judge 124 "one
two" && wrong=1 || wrong=0
report $wrong "the judge refuses a hang, even after the last line"
judge 1 "one
two" && wrong=1 || wrong=0
report $wrong "the judge refuses another status"
judge 0 "one
x: FAIL
two" && wrong=1 || wrong=0
report $wrong "the judge refuses a FAIL in between"
judge 0 "one
never
two" && wrong=1 || wrong=0
report $wrong "the judge refuses a line that must not come"
echo "1..$count"
exit $failed
