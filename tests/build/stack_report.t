#!/bin/sh
# SPDX-License-Identifier: MIT
# Worst-case stack use: computed for every board whose gcc is at hand; refused when an interrupt could overflow its stack,
# when a call through a pointer could go anywhere, and when something measured is deeper than computed.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
failed=0
report() { # STATUS DESCRIPTION
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        failed=1
        echo "not ok $count - $2"
        head -n 30 "$work/out" | sed 's/^/# /'
    fi
}
for board in qemu-virt-aarch64 malta; do
    cross=$(sed -n 's/^ARCH_CROSS_gcc := //p' "arch/$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")/arch.mk")
    if ! command -v "${cross}gcc" >/dev/null; then
        count=$((count + 1))
        echo "ok $count - $board # SKIP ${cross}gcc is not installed"
        continue
    fi
    make --no-print-directory -s -j2 stack-report BOARD=$board >"$work/out" 2>&1
    report $? "$board: every interrupt, exception and boot path fits its stack"
    grep -q '^interrupt .* fits$' "$work/out" && grep -q '^thread *idle_main .* fits$' "$work/out" &&
        grep -q 'recursion: use_stack: deep_main$' "$work/out"
    report $? "$board: the interrupt path and threads are there, recursion is flagged"
    build=build/$board-gcc-callgraph
    ! scripts/stack_report.pl -l 1024 $build "${cross}nm" 16384 >"$work/out" 2>&1 &&
        grep -q '^interrupt .* 1024  FAIL: exceeds its stack$' "$work/out"
    report $? "$board: an interrupt stack of 1 KiB would be refused"
    grep -v 'kernel/src/lib/format.c' scripts/stack_calls.txt >"$work/calls"
    ! scripts/stack_report.pl -c "$work/calls" $build "${cross}nm" 16384 >"$work/out" 2>&1 &&
        grep -q '^interrupt .* FAIL: not all calls are known$' "$work/out"
    report $? "$board: a call through a pointer that nobody has explained is refused"
    echo '[ps]    - -            -    -  16384  16000  98%  interrupt' >"$work/log"
    ! scripts/stack_report.pl $build "${cross}nm" 16384 "$work/log" >"$work/out" 2>&1 &&
        grep -q '^interrupt .* FAIL: measured more than computed$' "$work/out"
    report $? "$board: a measurement above the computed depth is refused"
done
echo "1..$count"
exit $failed
