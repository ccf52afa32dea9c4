#!/bin/sh
# SPDX-License-Identifier: MIT
# The labs: the required lines, the same figures on every run, and a judge that can fail. Labs run twice with one compiler on
# each board; with the argument "full", as in `make check-all`, with both.
set -u
full=${1:-}
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
        [ "$toolchain" = clang ] || [ -n "$full" ] || continue
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
    awk -v status="$1" -v cpu="${cpu:-none}" -f labs/judge.awk "$work/expect" "$work/log" >"$work/out"
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

# Lines that depend on the CPU.
judge_on() { # CPU-AND-WHAT-IT-LACKS LOG-TEXT
    printf 'status 0\n^one$\n@mips32 ^two$\n@aarch64 ^zwei$\n?counter ^three$\n' >"$work/expect"
    printf '%s\n' "$2" >"$work/log"
    awk -v status=0 -v cpu="$1" -f labs/judge.awk "$work/expect" "$work/log" >"$work/out"
}
judge_on mips32 "one
two
three" && judge_on "aarch64 counter" "one
zwei"
report $? "the judge knows lines for one CPU, and what a CPU lacks"
judge_on aarch64 "one
zwei" && wrong=1 || wrong=0
report $wrong "a capability is missed on a CPU that does not say that it lacks it"
judge_on mips32 "one
zwei
three" && wrong=1 || wrong=0
report $wrong "a line of another CPU does not count"
judge_on riscv64 "one
two
zwei
three" && wrong=1 || wrong=0
grep -q 'nothing is expected of the CPU riscv64 where @mips32 @aarch64' "$work/out" || wrong=1
report $wrong "a CPU for which no line has been written is not judged by the others"
printf 'only mips32 a cause of MIPS\nneeds counter no counter\n' >"$work/expect"
[ "$(awk -v ask=1 -v cpu=mips32 -f labs/judge.awk "$work/expect")" = "" ] &&
    [ "$(awk -v ask=1 -v cpu=aarch64 -f labs/judge.awk "$work/expect")" = "a cause of MIPS" ] &&
    [ "$(awk -v ask=1 -v cpu="mips32 counter" -f labs/judge.awk "$work/expect")" = "no counter" ]
report $? "and it tells why a CPU is not asked at all"
echo "1..$count"
exit $failed
