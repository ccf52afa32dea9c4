#!/bin/sh
# SPDX-License-Identifier: MIT
# Memory detection at several sizes: probing must agree with what the machine was given, and be quick.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
count=0
failed=0
board=qemu-virt-aarch64
make --no-print-directory -s BOARD=$board >&2 || exit 1
for mem_kb in 16384 65536 524288 65544 3145728; do
    count=$((count + 1))
    scripts/boot.sh 5 $board -m $mem_kb build/$board-clang/kernel.elf test=memory >"$log" 2>&1
    status=$?
    if [ $status -eq 0 ] && grep -q "^\[mem\] probed RAM .*, $mem_kb KiB in all" "$log" &&
        grep -q "^\[mem\] firmware says $mem_kb KiB: the same" "$log"; then
        echo "ok $count - $board with $mem_kb KiB: probed exactly, in under 5 s"
    else
        failed=1
        echo "not ok $count - $board with $mem_kb KiB: status $status"
        sed 's/^/# /' "$log"
    fi
done
echo "1..$count"
exit $failed
