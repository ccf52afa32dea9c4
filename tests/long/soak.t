#!/bin/sh
# SPDX-License-Identifier: MIT
# `make soak` in full, on every board.
# Parts: msim malta qemu-virt-aarch64
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

for board in ${*:-msim malta qemu-virt-aarch64}; do
    use_kernel -r "$board-clang" || continue
    tests/kernel/seed.sh "$builds/$board-clang" "$builds/$board-clang-soak"
    for seed in 1 2; do
        make --no-print-directory -s soak BOARD="$board" SEED=$seed >"$log" 2>&1 </dev/null
        report $? "make soak BOARD=$board SEED=$seed"
    done
done
echo "1..$count"
exit $failed
