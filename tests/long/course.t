#!/bin/sh
# SPDX-License-Identifier: MIT
# The course's suites where `make test` leaves them out: every suite on every board, random tests with 100 seeds, every heap.
# Parts: msim malta qemu-virt-aarch64
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

for board in ${*:-msim malta qemu-virt-aarch64}; do
    use_kernel -r "$board-clang" || continue
    while read -r suite knobs; do
        # shellcheck disable=SC2086
        make --no-print-directory -s ktest-suite BOARD="$board" SUITE="$suite" $knobs >"$log" 2>&1 </dev/null
        report $? "$board: the $suite suite${knobs:+ with $knobs}: $(grep -c '^ok .*: ' "$log") tests"
    done <<'TEXT'
fuzzy SEEDS=100
base
base TOOLCHAIN=gcc
extra
heaps HEAP=heap
heaps HEAP=first_fit
heaps HEAP=bump
heaps MOCK_HEAP_SIZE=100001
TEXT
done
course/student.t judge >"$log" 2>&1
report $? "make judge tells right heaps from wrong ones"
course/course.t heaps >"$log" 2>&1
report $? "other heaps pass all tests that apply to them"
echo "1..$count"
exit $failed
