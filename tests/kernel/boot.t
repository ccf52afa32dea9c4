#!/bin/sh
# SPDX-License-Identifier: MIT
# Other ways to boot: from EL2, with more cores, in a debug build; and, in real time, output lines that preemption does
# not interleave, and the lab of locks. RISC-V with firmware and without.
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

debug=0
kernel=$(tests/kernel/kernel.sh $board-clang -debug KERNEL_DEBUG=1 2>"$log") || debug=1
for job in memory print thread; do
    [ $debug -ne 0 ] || boot -i "$kernel" test=$job || debug=1
done
report $debug "a build with KERNEL_DEBUG=1 passes the same tests, asserts on"

# RISC-V: without firmware and with it, with the CPU's own timer (Sstc) and without.
if use_kernel -r qemu-virt-riscv64-clang; then
    for start in "stimecmp:" "SBI:-p rv64,sstc=off" "stimecmp:-o" "SBI:-o -p rv64,sstc=off -c 3" "stimecmp:-c 3"; do
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
