#!/bin/sh
# SPDX-License-Identifier: MIT
# Memory detection at several sizes: probing must find the machine's exact size, and be quick. On MSIM also under its
# watch on absent memory: the probe must touch the first absent page, but no page above it. With the argument "full", as in
# `make check-all`, each kind of watch sees all sizes.
set -u
full=${1:-}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log
shown=$log
. tests/tap.sh

found() { # MEM_KB: the log shows a good end and this memory size
    [ "$status" -eq 0 ] && grep -q "^\[mem\] probed RAM .*, $1 KiB in all" "$log"
}
board=qemu-virt-aarch64
kernel=$(tests/kernel/kernel.sh $board-clang) || exit 1
for mem_kb in 4096 16384 65536 524288 65544 3145728 267386880; do
    boards/boot.sh 5 $board -m $mem_kb "$kernel" test=memory >"$log" 2>&1
    status=$?
    found $mem_kb && grep -q "^\[mem\] firmware says $mem_kb KiB: the same" "$log" &&
        { [ $mem_kb -ge 3145728 ] || ! grep -q 'stay unused' "$log"; }
    report $? "$board with $mem_kb KiB: probed exactly, in under 5 s"
done
free=$(sed -n 's/^\[mem\] probed RAM .* \([0-9]*\) KiB free above the image.*/\1/p' "$log")
used=$(sed -n "s/^\[heap\] [0-9]* of $free KiB stay unused: one heap spans at most \([0-9]*\) KiB here.*/\1/p" "$log")
unused=$(sed -n 's/^\[heap\] \([0-9]*\) of .* stay unused: .*/\1/p' "$log")
# Each figure is rounded down.
[ "${used:-0}" -gt 1800000 ] && [ $((free - used - unused)) -le 1 ]
report $? "$board with 255 GiB: what the heap cannot use is reported"

# The smallest image, which does not know its machine's size.
small_image() { # BOARD
    image=$(make --no-print-directory -s ktest-image BOARD="$1" MEM_KB=1024 KTEST_NAME="memory_sizes$full" \
        KTEST=course/tests/printk/puts.c | tail -n 1)
    [ -s "$image" ] || exit 1
}
run() { # SECONDS MEM_KB
    boards/boot.sh "$1" "$board" -m "$2" "$image" >"$log.raw" 2>&1 </dev/null
    status=$?
    tr -d '\r' <"$log.raw" >"$log"
}
board=malta
small_image $board
wrong=
sizes="64 72 128 136 256 1024 1032 4104 16384 65528 131072 262144" # QEMU rounds up to 8 KiB
for mem_kb in $sizes; do
    run 5 $mem_kb
    found $mem_kb || wrong="$wrong $mem_kb"
done
[ -z "$wrong" ]
report $? "$board with $sizes KiB: exact${wrong:+, but not$wrong}"

board=msim
if ! use_kernel -r $board-clang; then
    echo "1..$count"
    exit $failed
fi
boards/boot.sh 20 $board -m 256 "$kernel" >"$log" 2>&1 && grep -q '^ *lab=mem ' "$log"
report $? "$board with 256 KiB: the kernel with all tests and labs boots"
small_image $board
sizes="32 36 60 64 68 128 252 256 1024 1028 16380 16384 65540 131068 131072"
watched() { # MODE EXTRA_KB DESCRIPTION: a watch that begins EXTRA_KB above the end of memory
    wrong=
    : >"$work/all"
    for mem_kb in $sizes; do
        export MSIM_NOMEM="$1" MSIM_NOMEM_KB=$((mem_kb + $2))
        run 20 $mem_kb
        found $mem_kb || wrong="$wrong $mem_kb"
        cat "$log" >>"$work/all"
    done
    [ -z "$wrong" ]
    report $? "$board with $sizes KiB: $3${wrong:+, but not$wrong}"
}
watched warn 0 "exact while told of each access to absent memory"
awk '/ (READ|WRITE) .at 0x/ { n++; offset = $0; sub(/^.*, 0x/, "", offset); sub(/ .*/, "", offset)
        if (length(offset) > 3) far = 1 }
    END { exit !(n > 0 && !far) }' "$work/all"
report $? "$board: none of them was more than a page behind the end"
# The last run above was that of the largest size, and does nothing else.
cycles=$(sed -n 's/^Cycles: //p' "$log")
[ "${cycles:-3000001}" -le 3000000 ]
report $? "$board: ${cycles:-no} cycles to find 128 MiB, at most 3,000,000"
[ -n "$full" ] || sizes="32 68 1028"
watched break 4 "exact, and no break a page behind the end"
watched halt 4 "exact, and no halt a page behind the end"
echo "1..$count"
exit $failed
