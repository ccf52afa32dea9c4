#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel tests in the course's form, on the boards of the course: the base suite on MSIM with clang; on Malta, with gcc,
# random tests and other heaps, and the messages of `make ktest`. `make check-all` runs the part "heaps", too, and in
# tests/long/course.t every suite on every board, the base suite with both compilers.
# Parts: msim malta
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh
parts=${*:-msim malta}
wants() { # PART
    case " $parts " in *" $1 "*) ;; *) false ;; esac
}

# Kernels for other presets differ from the first in few files, and start as copies of it.
seed() { # BOARD TOOLCHAIN
    folder=$builds/$1-$2-ktest
    make --no-print-directory -s ktest-image BOARD="$1" TOOLCHAIN="$2" KTEST=course/tests/printk/puts.c KTEST_NAME=seed \
        >"$work/out" 2>&1 || return
    for other in 2019 -course -debug; do
        tests/kernel/seed.sh "$folder" "$folder$other"
    done
}

while read -r board toolchain suite knobs; do
    wants "$board" || continue
    if ! why=$(TESTS_BUILT=1 tests/kernel/kernel.sh -r "$board-$toolchain"); then
        report 0 "the $suite suite on $board # SKIP $why"
        continue
    fi
    seed "$board" "$toolchain"
    # shellcheck disable=SC2086
    TEST_NUMBER=$count make --no-print-directory -s ktest-suite BOARD="$board" TOOLCHAIN="$toolchain" SUITE="$suite" $knobs \
        >"$work/suite" 2>&1 </dev/null
    status=$?
    grep -v '^make' "$work/suite"
    ran=$(grep -cE '^(not )?ok ' "$work/suite")
    count=$((count + ran))
    cp "$work/suite" "$work/out"
    [ $status -eq 0 ] && [ "$ran" -eq "$(grep -c '^[^#]' "course/tests/$suite.list")" ]
    report $? "the $suite suite on $board, $toolchain: all that its list names"
done <<TEXT
msim clang base
malta gcc fuzzy SEEDS=2
TEXT

# Other heaps: all tests that apply are right, and the others are skipped with a reason.
heaps() { # APPLY REASON KNOBS...
    apply=$1
    reason=$2
    shift 2
    make --no-print-directory -s ktest-suite BOARD=malta TOOLCHAIN=gcc SUITE=heaps "$@" >"$work/out" 2>&1
    [ $? -eq 0 ] && [ "$(grep -c '^ok ' "$work/out")" -eq 8 ] &&
        [ "$(grep -c '^ok .*: passed' "$work/out")" -eq "$apply" ] &&
        grep -q "^ok .* # SKIP not applicable: .*$reason" "$work/out"
    report $? "$*: $apply tests of the heaps suite pass, the others do not apply"
}
if wants malta; then
    heaps 6 'no room for thread stacks' MOCK_HEAP_SIZE=16385 HEAP=first_fit
    heaps 2 'needs a heap of' MOCK_HEAP_SIZE=1 HEAP=bump
fi
if wants heaps; then
    heaps 5 'takes nothing back' HEAP=bump
    heaps 6 'lie in the image' MOCK_HEAP_SIZE=100001 MEM_KB=1024
    heaps 3 'lie in the image' MOCK_HEAP_SIZE=1001
    heaps 2 'needs a heap of' MOCK_HEAP_SIZE=7
fi
if ! wants malta; then
    echo "1..$count"
    exit $failed
fi

# Reports about stacks without unmapped pages below them.
make --no-print-directory -s ktest BOARD=malta TOOLCHAIN=gcc KTEST=course/tests/foreign/deep_fault.c >"$work/out" 2>&1 || true
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
make --no-print-directory -s ktest BOARD=malta TOOLCHAIN=gcc KTEST="$work/blame.c" >"$work/out" 2>&1 || true
grep -q '^\[EXC\] .* (ADEL) read' "$work/out" && ! grep -q 'stack overflow' "$work/out"
report $? "and blames no stack that has not overflowed"

# The command itself.
printf '#include <ktest.h>\nvoid kernel_test(void)\n{\n    ktest_failed();\n}\n' >"$work/bad.c"
make --no-print-directory -s ktest BOARD=malta TOOLCHAIN=gcc KTEST="$work/bad.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q '^ktest: WRONG: it says: Test failed' "$work/out" || status=1
report "$status" "make ktest fails for a test that fails"
printf '#include <ktest.h>\nvoid kernel_test(void)\n{\n    nonsense;\n}\n' >"$work/bad.c"
make --no-print-directory -s ktest BOARD=malta TOOLCHAIN=gcc KTEST="$work/bad.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q '^ktest: WRONG: .* does not build' "$work/out" || status=1
report "$status" "and for one that does not compile"
make --no-print-directory -s ktest BOARD=malta TOOLCHAIN=gcc KTEST="$work/none.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q 'there is no file' "$work/out" || status=1
report "$status" "and names a file that does not exist"
make --no-print-directory -s ktest BOARD=malta TOOLCHAIN=gcc PRESET=nonsense KTEST="$work/bad.c" >"$work/out" 2>&1 && status=1 || status=0
grep -q 'default course' "$work/out" || status=1
report "$status" "and lists the presets when one is unknown"
echo "1..$count"
exit $failed
