#!/bin/sh
# SPDX-License-Identifier: MIT
# Other ways to boot: from EL2, with more cores, with reserved memory, with too little in the device tree, in a debug build;
# and, in real time, output lines that preemption does not interleave, and the lab of locks. RISC-V with firmware and without.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log" "$log.lines"' EXIT
shown=$log
. tests/tap.sh

board=qemu-virt-aarch64
kernel=$(tests/kernel/kernel.sh $board-clang) || exit 1
boot() { # [flags] KERNEL [ARGS]: the output in $log; the kernel's status
    boards/boot.sh 20 $board "$@" >"$log.raw" 2>&1
    status=$?
    tr -d '\r' <"$log.raw" >"$log"
    rm -f "$log.raw"
    return $status
}
up='^\[cpu\] SCTLR_EL1=0x[0-9a-f]* C=1 I=1 M=1 WXN=1, running at EL1 with SP_EL0$'

boot "$kernel" && grep -q "$up" "$log"
report $? "boots at EL1, MMU and caches on, threads on SP_EL0"
[ "$(sed -n '/^\[boot\] nothing to run/{n;s/=.*//p}' "$log")" = "  lab" ] && [ "$(grep -c '^  fault=' "$log")" -eq 1 ] &&
    grep -q '^   .* write_text\( \|$\)' "$log"
report $? "and lists what it can run: labs first, and all faults in one place"
boot -i -2 "$kernel" test=thread && grep -q "$up" "$log"
report $? "boots at EL2 and runs the thread tests at EL1"
boot -i -2 -n "$kernel" test=irq && [ "$(tail -n 1 "$log")" = "[exit] status=0" ]
report $? "boots at EL2 without semihosting: the firmware ends the machine, the status is told"
boot -c 4 "$kernel" test=park && [ "$(grep -c "$up" "$log")" -eq 1 ] && grep -q '^# 3 cores were started$' "$log"
report $? "three more cores, started at the same entry, park there"
boot -i -c 4 "$kernel" test=thread
report $? "with four cores the thread tests pass on one"

for try in 1 2 3; do
    boot "$kernel" test=interleave
    status=$?
    grep '^# line ' "$log" >"$log.lines"
    # Every line is one letter repeated 64 times, and none begins within another.
    torn=$(awk '{ c = substr($3, 1, 1); rest = $3; gsub(c, "", rest)
                  if (length($3) != 64 || rest != "" || NF != 3) print }' "$log.lines")
    [ $status -eq 0 ] && [ -z "$torn" ] && [ "$(grep -c '^# line [ABC]' "$log.lines")" -eq 120 ] &&
        [ "$(grep -o '# line' "$log" | wc -l)" -eq "$(wc -l <"$log.lines")" ]
    report $? "run $try: 120 lines of three threads and $(grep -c '^# line I' "$log.lines") of an interrupt arrive whole"
done

# The lab counts ticks of work only, so its figures do not depend on what else this machine does.
boot "$kernel" lab=sync
why=$(awk -v status=$status -v cpu="$(boards/cpu.sh $board)" -f labs/judge.awk labs/sync/expect "$log")
report $? "the lab of locks shows the same figures in real time" "$why"

# Memory that the device tree reserves: in its own list, at the end of RAM and where probing would look, and as nodes.
work=$(mktemp -d)
trap 'rm -rf "$work" "$log" "$log.lines"' EXIT
qemu-system-aarch64 -M virt,gic-version=3,dumpdtb="$work/plain" -cpu cortex-a72 -m 64M -nographic -nic none \
    >"$log" 2>&1
tests/kernel/edit_tree.pl "$work/plain" list:43ff0000:10000 list:0:1000 node:40800000:1234 node:40a00000:400000 \
    node:40a01000:1000 >"$work/reserved"
perl -e 'print "\xa5" x 1048576 for 1 .. 64' >"$work/memory"
left_alone() { # OFFSET BYTES
    [ "$(dd if="$work/memory" bs=4096 skip=$(($1 / 4096)) count=$((($2 + 4095) / 4096)) 2>/dev/null | tr -d '\245' | wc -c)" -eq 0 ]
}
boot -i -m 65536 -t "$work/reserved" -f "$work/memory" "$kernel" test=attributes &&
    [ "$(grep -c '^\[mem\] reserved .*: left alone' "$log")" -eq 3 ] &&
    grep -q '^\[mem\] probed RAM   0x40e00000-0x43ff0000, .* 65536 KiB in all' "$log" &&
    grep -q '^\[mem\] firmware says 65536 KiB: the same' "$log"
report $? "reserved memory is no part of the heap, and the memory behind it is found"
left_alone 0x3ff0000 0x10000 && left_alone 0x800000 0x2000 && left_alone 0xa00000 0x400000
report $? "not a byte of it has changed, while all other memory was written"
left_alone 0x2000000 4096 && status=1 || status=0
report $status "a written byte would be seen"

# Trees that lack something: one sentence, and status 7.
lacks() { # CHANGE SENTENCE
    tests/kernel/edit_tree.pl "$work/plain" "$1" >"$work/tree"
    boot -i -t "$work/tree" "$kernel" test=memory
    [ $status -eq 7 ] && grep -q "^\[board\] this machine is not supported: .*$2" "$log"
    report $? "a tree with $1: $2"
}
lacks s/arm,pl011/arm,pl666/ 'no console that this kernel drives'
lacks s/arm,gic-v3/arm,gic-v9/ 'no interrupt controller that this kernel drives'
lacks s/armv8-timer/armv9-timer/ 'no virtual timer'
# Without semihosting too: the console is where QEMU has it.
tests/kernel/edit_tree.pl "$work/plain" s/arm,pl011/arm,pl666/ >"$work/tree"
boot -n -t "$work/tree" "$kernel" test=memory
grep -q '^\[board\] this machine is not supported: .*no console' "$log" && [ "$(tail -n 1 "$log")" = "[exit] status=7" ]
report $? "a tree without a console, and no semihosting: told on the usual console"

# An image above a boot monitor.
if low=$(tests/kernel/kernel.sh -r malta-clang -low LOW_KB=1024 2>"$log"); then
    boards/boot.sh 20 malta -i "$low" test=thread >"$log" 2>&1 && grep -q '^\[mem\] kernel image 0x80100000-' "$log" &&
        [ "$(llvm-readelf -lW "$low" | awk '$1 == "LOAD" && $3 < "0x80100000" { n++ } END { print n + 0 }')" -eq 0 ]
    report $? "malta with LOW_KB=1024: nothing is loaded below 1 MiB, and the thread tests pass"
    boards/boot.sh 2 malta -C 4Kc -i "$low" test=thread >"$log" 2>&1
    grep -q '^\[board\] this machine is not supported: a CPU of Release 1 ' "$log"
    report $? "malta with LOW_KB=1024: a CPU whose vectors cannot be moved is refused"
else
    report 0 "malta with LOW_KB=1024 # SKIP $low"
fi

debug=0
kernel=$(tests/kernel/kernel.sh $board-clang -debug KERNEL_DEBUG=1 2>"$log") || debug=1
for job in memory print thread; do
    [ $debug -ne 0 ] || boot -i "$kernel" test=$job || debug=1
done
report $debug "a build with KERNEL_DEBUG=1 passes the same tests, asserts on"

# RISC-V: without firmware and with it, with the CPU's own timer (Sstc) and without.
if use_kernel -r qemu-virt-riscv64-clang; then
    for start in "stimecmp:" "SBI:-C rv64,sstc=off" "stimecmp:-o" "SBI:-o -C rv64,sstc=off -c 3" "stimecmp:-c 3"; do
        # The flags are a list of words.
        # shellcheck disable=SC2086
        boot -i ${start#*:} "$kernel" test=tick &&
            [ "$(grep -c "^\[cpu\] RV64 hart [0-2] in S-mode, .* (Sv39) .*, timer: ${start%%:*}\$" "$log")" -eq 1 ] &&
            grep -q '^\[mem\] firmware says 131072 KiB: the same$' "$log"
        report $? "$board ${start#*:}: boots, ticks through ${start%%:*}, and finds the device tree"
    done
fi
echo "1..$count"
exit $failed
