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

# --- Parameters -------------------------------------------------------------------------------------------------------

run() { # LAB ARGS [BOARD KERNEL]: the output in $work/out, what is no CSV in $work/err
    LAB_ARGS=$2 labs/run.sh "${3:-$board}" "${4:-$kernel}" $1 >"$work/out" 2>"$work/err"
}
for name in $(tests/kernel/kernel.sh -l | grep clang); do
    use_kernel -r "$name" || continue
    run mem "seed=3 live=50 sizes=16..512 arena=64K" &&
        grep -q '^\[mem-lab\] parameters: seed=3 live=50 sizes=16\.\.512 arena=65536 block=64 turns=1200$' "$work/out" &&
        ! grep -q 'requested_bytes=8451' "$work/out"
    report $? "$board: the memory lab with the parameters asked for, and other figures"
    run stack "levels=8" && used=$(sed -n 's/^\[stack-lab\] used_bytes=\([0-9]*\) .*/\1/p' "$work/out") &&
        run "" "lab=stack levels=3 trample=64 below=1K" && grep -q '^\[stack-lab\] watermark: 3 levels' "$work/out" &&
        [ "$(sed -n 's/^\[stack-lab\] used_bytes=\([0-9]*\) .*/\1/p' "$work/out")" -lt $((used / 2)) ] &&
        grep -q 'writing guard page at 0x[0-9a-f]*, 1024 bytes below' "$work/out"
    report $? "$board: the stack lab with parameters; ARGS names the lab"
    run sync "low=8 high=1 medium=10" && grep -q 'MUTEX_PI=0 high_waited_ticks=16 at_least=10: ' "$work/out"
    report $? "$board: the lab of locks with parameters"
    run sync "medium=10 csv=1" && [ "$(head -n 1 "$work/out")" = lab,part,row,figure,value ] &&
        grep -qx 'sync,parameter,,medium,10' "$work/out" && ! grep -qv '^[a-z]*,[^,]*,[^,]*,[^,]*,[^,]*$' "$work/out"
    report $? "$board: csv=1 prints CSV and nothing else"
done

# What is wrong is refused before a build, and by the kernel in the same words. `make lab` and `make run` hand ARGS on.
use_kernel -r qemu-virt-aarch64-clang || exit 1
run mem "live=0 turns=10" && grep -q '\[malloc\] free_blocks=1 ' "$work/out" && grep -q 'met, for a hole is large' "$work/out" &&
    run mem "live=100 turns=10" && grep -q '\[compare\] first fit .* refused$' "$work/out"
report $? "$board: no block stays, and every block stays"
refused() { # LAB ARGS MESSAGE
    LAB_ARGS=$2 labs/run.sh -c "$1" >"$work/out" 2>&1
    [ $? -eq 2 ] && [ "$(cat "$work/out")" = "make lab: $3" ]
    report $? "$1 $2: $3"
    boards/boot.sh 20 $board -i "$kernel" "lab=$1 $2" 2>&1 | tr -d '\r' >"$work/out"
    grep -qxF "[$1-lab] $3 FAIL" "$work/out" && grep -q 'ends with status 5$' "$work/out" && [ "$(grep -c '^\[.*-lab' "$work/out")" -eq 1 ]
    report $? "and so says the kernel"
}
refused mem "seed=4294967296" "seed=4294967296 is wrong; it may be 0 to 4294967295"
refused mem "seed=" "seed= is wrong; it may be 0 to 4294967295"
refused mem "seed=-1" "seed=-1 is wrong; it may be 0 to 4294967295"
refused mem "seed=1K" "seed=1K is wrong; it may be 0 to 4294967295"
refused mem "seed=1 live=2 seed=1" "seed is given more than once"
refused mem "csv=1 csv=1" "csv is given more than once"
refused mem "live=101" "live=101 is wrong; it may be 0 to 100"
refused mem "sede=1" "lab mem has no parameter sede=1; it has: seed live sizes arena block turns csv"
refused stack "levels" "lab stack has no parameter levels; it has: levels trample below csv"
for sizes in 0..0 512..16 16 16.. ..16 1..2..3 1K..3M 16..99999999999; do
    refused mem "sizes=$sizes" "sizes=$sizes is wrong; it may be SMALLEST..LARGEST of 1 to 2097152, or with K or M"
done
for arena in 1G 4194304K 0 4096M; do
    refused mem "arena=$arena" "arena=$arena is wrong; it may be 16384 to 16777216, or with K or M"
done
says() { # STATUS MESSAGE
    [ "$status" -eq "$1" ] && grep -qF "$2" "$work/out" "$work/err"
}
status=0
run mem "sizes=1..9K" || status=$?
says 1 "lab mem: it says: [mem-lab] sizes is wrong; the largest may be an eighth of the arena, 8192 FAIL"
report $? "parameters that do not go together are refused by the kernel"
status=0
MEM_KB=512 LAB_ARGS="arena=512K sizes=1K..2K" labs/run.sh malta "$builds/malta-clang/kernel.elf" mem >"$work/out" 2>&1 || status=$?
says 1 "this machine has too little memory for a lab on 524288 bytes FAIL"
report $? "an arena that is larger than the memory"
status=0
run "" "lab=mem lab=stack" || status=$?
says 2 "several labs in one ARGS: lab=mem lab=stack; each runs in a boot of its own"
report $? "make lab: several labs in one ARGS"
for args in "lab=mem lab=stack" "lab=sync seed=1 test=heap" "lab=mem lab=mem"; do
    status=0
    boards/boot.sh 20 $board -i "$kernel" "$args" >"$work/out" 2>&1 || status=$?
    says 5 "these arguments name more than one job, and a boot runs one: $args"
    report $? "$args: the kernel says that these are several"
done
long=$(printf '%260s' '' | tr ' ' 0)
boards/boot.sh 20 malta "$builds/malta-clang/kernel.elf" "lab=mem seed=$long" >"$work/out" 2>&1
[ $? -eq 2 ] && grep -q 'at most 254 bytes' "$work/out"
report $? "arguments that Malta would cut are refused"

# With parameters, the judge knows no figures, but the parameters, the form and the verdicts.
run mem "seed=7"
log=$(dirname "$kernel")/lab/mem.log
form() { # SED-SCRIPT: judge what it makes of the log
    sed "$1" "$log" >"$work/log"
    awk -v status=0 -v cpu="$(boards/cpu.sh $board)" -f labs/judge.awk "$log.expected" "$work/log" >"$work/out"
}
form 's/\(allocs\|holes\|steps_max\)=[0-9]*/\1=4/' && ! form 's/seed=7/seed=1/' && ! form 's/met again/met/; s/largest_free=.*//' &&
    ! form 's/\(free_blocks=1 .*\)PASS/\1FAIL/'
report $? "the judge of a run with parameters wants these, every line and every verdict, and no figures"

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
