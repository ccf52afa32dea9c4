#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel tests in the course's form, on the boards of the course; and tests of their judge, which must refuse wrong
# output.
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

judge() { # STATUS; reads the output to judge from standard input
    awk -v status="$1" -f course/judge.awk - >"$work/out"
}
wrong() { # PATTERN DESCRIPTION [STATUS]: standard input must be judged wrong, with a reason that matches PATTERN
    judge "${3:-0}" && echo "judged right: $(cat "$work/out")" >"$work/out"
    grep -q "$1" "$work/out"
    report $? "the judge refuses $2"
}
right() { # DESCRIPTION [STATUS]
    judge "${2:-0}"
    report $? "the judge accepts $1"
}
pair='[EXPECTED]: 5
[ ACTUAL ]: 5'
block='[EXPECTED BLOCK]: a
[EXPECTED BLOCK]: b
a
b'
right "a test that only passes" <<TEXT
Test passed.
TEXT
right "pairs and blocks" <<TEXT
$pair
other
$block
$pair
Test passed.
TEXT
right "output between what is expected and what is actual" <<TEXT
[EXPECTED]: 5
other
[ ACTUAL ]: 5
Test passed.
TEXT
right "an announced panic" 2 <<TEXT
[ ENDS WITH PANIC ]

Kernel panic: so be it
TEXT
wrong 'time limit' "a hang, even after the verdict" 124 <<TEXT
Test passed.
TEXT
wrong 'without saying' "an end without verdict" <<TEXT
$pair
TEXT
wrong 'expected "5", actual "6"' "another value" <<TEXT
[EXPECTED]: 5
[ ACTUAL ]: 6
Test passed.
TEXT
wrong 'actual "5 "' "a value with a blank too many" <<TEXT
[EXPECTED]: 5
[ ACTUAL ]: 5$(printf ' ')
Test passed.
TEXT
wrong 'nothing came' "a value that never comes" <<TEXT
Test passed.
[EXPECTED]: 5
TEXT
wrong 'expected the line "b", actual "c"' "another line in a block" <<TEXT
[EXPECTED BLOCK]: a
[EXPECTED BLOCK]: b
a
c
Test passed.
TEXT
wrong 'expected the line "a", actual "x"' "a line before the block" <<TEXT
[EXPECTED BLOCK]: a
x
a
Test passed.
TEXT
wrong 'ends where this line' "a block that is cut off" <<TEXT
Test passed.
[EXPECTED BLOCK]: a
TEXT
wrong 'Kernel panic: surprise' "a panic that nobody announced" 2 <<TEXT
Kernel panic: surprise
TEXT
wrong 'EXC' "an exception that nobody announced" 3 <<TEXT
[EXC] store to an unmapped page (TLBS)
TEXT
wrong 'passes where' "a pass where a panic was announced" <<TEXT
[ ENDS WITH PANIC ]
Test passed.
TEXT
wrong 'without the panic' "an end where a panic was announced" <<TEXT
[ ENDS WITH PANIC ]
TEXT
wrong 'says: Test failed' "a failure, even after a pass" 1 <<TEXT
Test passed.
Test failed.
TEXT
wrong 'status 125' "a pass on a machine that did not end well" 125 <<TEXT
Test passed.
TEXT
wrong 'without saying' "nothing at all" </dev/null

for run in malta:base malta:fuzzy msim:base msim:extra; do
    board=${run%:*}
    suite=${run#*:}
    if [ "$board" = msim ] && ! command -v msim >/dev/null; then
        report 0 "the $suite suite on $board # SKIP msim is not on PATH"
        continue
    fi
    TEST_NUMBER=$count make --no-print-directory -s ktest-suite BOARD="$board" SUITE="$suite" >"$work/suite" 2>&1
    status=$?
    grep -v '^make' "$work/suite"
    ran=$(grep -cE '^(not )?ok ' "$work/suite")
    count=$((count + ran))
    cp "$work/suite" "$work/out"
    [ $status -eq 0 ] && [ "$ran" -eq "$(grep -c '^[^#]' "course/tests/$suite.list")" ]
    report $? "the $suite suite on $board: all that its list names"
done

# Other heaps: all tests that apply are right, and the others are skipped with a reason.
heaps() { # APPLY REASON KNOBS...
    apply=$1
    reason=$2
    shift 2
    make --no-print-directory -s ktest-suite BOARD=malta SUITE=heaps "$@" >"$work/out" 2>&1
    [ $? -eq 0 ] && [ "$(grep -c '^ok ' "$work/out")" -eq 8 ] &&
        [ "$(grep -c '^ok .*: passed' "$work/out")" -eq "$apply" ] &&
        grep -q "^ok .* # SKIP not applicable: .*$reason" "$work/out"
    report $? "$*: $apply tests of the heaps suite pass, the others do not apply"
}
heaps 5 'takes nothing back' HEAP=bump
heaps 6 'lie in the image' MOCK_HEAP_SIZE=100001 MEM_KB=1024
heaps 6 'no room for thread stacks' MOCK_HEAP_SIZE=16385 HEAP=first_fit
heaps 3 'lie in the image' MOCK_HEAP_SIZE=1001
heaps 2 'needs a heap of' MOCK_HEAP_SIZE=7
heaps 2 'needs a heap of' MOCK_HEAP_SIZE=1 HEAP=bump

# Reports about stacks without unmapped pages below them.
make --no-print-directory -s ktest BOARD=malta KTEST=course/tests/foreign/deep_fault.c >"$work/out" 2>&1 || true
grep -q '^\[EXC\] .* (ADEL) read' "$work/out" &&
    grep -q '^\[stack\] stack overflow: the guard of the boot stack is corrupted' "$work/out"
report $? "the report of an exception tells of a stack that was used up before"
cat >"$work/blame.c" <<'TEXT'
#include <ktest.h>
#include <proc/thread.h>
extern uint8_t _boot_stack_base[];
void kernel_test(void)
{
    thread_yield();
    printk("%u\n", *(volatile unsigned *)((uintptr_t)_boot_stack_base - 5));
}
TEXT
make --no-print-directory -s ktest BOARD=malta KTEST="$work/blame.c" >"$work/out" 2>&1 || true
grep -q '^\[EXC\] .* (ADEL) read' "$work/out" && ! grep -q 'stack overflow' "$work/out"
report $? "and blames no stack that has not overflowed"

# The command itself.
printf '#include <ktest.h>\nvoid kernel_test(void)\n{\n    ktest_failed();\n}\n' >"$work/bad.c"
make --no-print-directory -s ktest BOARD=malta KTEST="$work/bad.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q '^ktest: WRONG: it says: Test failed' "$work/out" || status=1
report "$status" "make ktest fails for a test that fails"
printf '#include <ktest.h>\nvoid kernel_test(void)\n{\n    nonsense;\n}\n' >"$work/bad.c"
make --no-print-directory -s ktest BOARD=malta KTEST="$work/bad.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q '^ktest: WRONG: .* does not build' "$work/out" || status=1
report "$status" "and for one that does not compile"
make --no-print-directory -s ktest BOARD=malta KTEST="$work/none.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q 'there is no file' "$work/out" || status=1
report "$status" "and names a file that does not exist"
make --no-print-directory -s ktest BOARD=malta PRESET=nonsense KTEST="$work/bad.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q 'default course' "$work/out" || status=1
report "$status" "and lists the presets when one is unknown"
echo "1..$count"
exit $failed
