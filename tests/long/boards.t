#!/bin/sh
# SPDX-License-Identifier: MIT
# Boards of which `make test` tests a sample, in full: kernel tests, faults, monitor, labs, worst-case stacks, memory sizes,
# and a soak.
# Parts: sampled
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

run() { # DESCRIPTION PROGRAM...
    what=$1
    shift
    "$@" >"$log" 2>&1
    report $? "$name: $what"
    ! [ -s "$log" ] || grep -c '^ok ' "$log" | sed 's/^/# passed: /'
}
for name in ${*:-$(tests/kernel/kernel.sh -s)}; do
    use_kernel -r "$name" || continue
    run "kernel tests" tests/kernel/unit.t "$name"
    run "faults" tests/kernel/fault.t "$name"
    run "monitor" tests/kernel/monitor.t "$name"
    QEMU_SECONDS=2 MSIM_STEPS=3000000 boards/boot.sh 60 "$board" -i "$kernel" fault=hang >"$log" 2>&1
    [ $? -eq 124 ] && grep -q '^\[[a-z]*\] no end after .*, PC=0x0*8[0-9a-f]* ra 0x0*8[0-9a-f]*$' "$log"
    report $? "$name: a kernel that hangs is ended, and the place is printed"
    run "labs" labs/run.sh "$board" "$kernel"
    run "stack report" make --no-print-directory -s stack-report BOARD="$board" TOOLCHAIN="${name##*-}"
    range=$(sed -n 's/^BOARD_MEM_KB_RANGE := //p' "boards/$board/board.mk")
    most=${range#*..}
    for kib in 8192 65544 262144 1048576; do
        [ $kib -le "${most%/*}" ] || continue
        boards/boot.sh 20 "$board" -m $kib "$kernel" test=memory >"$log" 2>&1 &&
            tr -d '\r' <"$log" | grep -q "^\[mem\] probed RAM .*, $kib KiB in all\$"
        report $? "$name with $kib KiB: exact"
    done
    [ "${name##*-}" = clang ] || continue
    tests/kernel/seed.sh "$builds/$name" "$builds/$name-soak"
    run "make soak, shortened" make --no-print-directory -s soak BOARD="$board" SOAK=2000 SOAK_SECONDS=240
done
echo "1..$count"
exit $failed
