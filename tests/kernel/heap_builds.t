#!/bin/sh
# SPDX-License-Identifier: MIT
# Kernels with another allocator behind kmalloc(), or another preset of the heap, in separate build folders: each boots,
# passes the heap's tests, and runs the memory lab.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

board=qemu-virt-aarch64
build() { # NAME KNOBS...
    suffix=-heap-$1
    shift
    kernel=$(tests/kernel/kernel.sh $board-clang "$suffix" "$@" 2>"$log")
}
boot() { # NAME ARGS: the output in $log; the kernel's status
    boards/boot.sh 60 $board -i "$builds/$board-clang-heap-$1/kernel.elf" "$2" >"$log.raw" 2>&1
    status=$?
    tr -d '\r' <"$log.raw" >"$log"
    rm -f "$log.raw"
    return $status
}

for knob in HEAP=bump HEAP=first_fit HEAP_PRESET=tiny HEAP_PRESET=debug HEAP_PRESET=paranoid; do
    name=${knob#*=}
    build "$name" "$knob"
    report $? "builds with $knob"
    for job in memory heap heap_reports thread; do
        [ "$job" = heap ] && [ $knob = HEAP_PRESET=tiny ] && continue # tiny does not check pointers
        boot "$name" test=$job
        report $? "test=$job passes with $knob"
    done
    labs/run.sh $board "$kernel" mem >"$log" 2>&1
    report $? "the memory lab shows what it must with $knob"
done

# 10,000 instructions between ticks, so that ticks interrupt kmalloc() and kfree(): at 1000 Hz none arrives where a lock
# could be missing.
build hostile TICK_HZ=100000 SLICE_TICKS=1
report $? "builds with hostile ticks"
boot hostile test=heap
report $? "threads and an interrupt share the heap under hostile ticks"

# Each allocator has its own message for a failed request.
boot first_fit test=heap
grep -q '^\[heap\] no [0-9]* bytes for 0x[0-9a-f]* (failure [0-9]*): memory is exhausted; needed [0-9]*, free [0-9]*, largest [0-9]*$' "$log"
report $? "first fit tells that memory is exhausted, with the figures"
boot first_fit fault=heap_why
grep -q '^\[heap\] .*: external fragmentation; needed [0-9]*, free [0-9]*, largest [0-9]*$' "$log"
report $? "and of external fragmentation"
boot bump test=heap
grep -q '^\[heap\] no [0-9]* bytes for 0x[0-9a-f]* (failure [0-9]*): memory is exhausted, as nothing comes back; needed ' "$log"
report $? "bump tells that nothing comes back"
boot debug fault=heap_misuse &&
    grep -q '^\[heap\] kfree(0x[0-9a-f]* \[heap block: asked 40000, granted [0-9]*, used by 0x[0-9a-f]*; before: used [0-9]*; after: used [0-9]*; 16 bytes into it\])' "$log"
report $? "the debug preset tells who allocated what is misused"
for preset in debug paranoid; do
    boot $preset fault=heap_why &&
        [ "$(grep -c '^\[heap\] no [0-9]* bytes ' "$log")" -ge 4 ]
    report $? "the $preset preset tells why requests fail"
done
echo "1..$count"
exit $failed
