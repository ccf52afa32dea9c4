#!/bin/sh
# SPDX-License-Identifier: MIT
# Every fault, on every board: the expected report and the expected exit status.
# Parts: kernels
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log" "$log.raw"' EXIT
shown=$log
. tests/tap.sh

for name in ${*:-$(tests/kernel/kernel.sh -l)}; do
    use_kernel -r "$name" || continue
    cpu=$(boards/cpu.sh "$board")
    for expect in tests/kernel/faults/*.expect; do
        fault=$(basename "$expect" .expect)
        reason=$(awk -v ask=1 -v cpu="$cpu" -f labs/judge.awk "$expect")
        if [ -n "$reason" ]; then
            report 0 "$board $toolchain fault=$fault # SKIP $reason"
            continue
        fi
        status=0
        boards/boot.sh 20 "$board" -i "$kernel" "fault=$fault" >"$log.raw" 2>&1 || status=$?
        tr -d '\r' <"$log.raw" >"$log"
        judged=0
        why=$(awk -v status=$status -v cpu="$cpu" -f labs/judge.awk "$expect" "$log") || judged=1
        report $judged "$board $toolchain fault=$fault" "$why"
    done
    status=0
    boards/boot.sh 1 "$board" -i "$kernel" fault=hang >"$log" 2>&1 || status=$?
    report $((status != 124)) "$board $toolchain fault=hang is cut off, and counts as a failure" "status $status"
    status=0
    boards/boot.sh 20 "$board" -i "$kernel" lab=nonsense >"$log" 2>&1 || status=$?
    report $((status != 5)) "$board $toolchain lab=nonsense is refused" "status $status"
    # Without what ends the machine (semihosting, MSIM's instructions), the status is the last line, in a handler, too.
    # MSIM then runs on, halted, until the limit; its script knows the status from that line.
    for end in 0:test=irq 3:fault=read_null 4:fault=report_faults; do
        status=0
        boards/boot.sh 2 "$board" -i -n "$kernel" "${end#*:}" >"$log.raw" 2>&1 || status=$?
        tr -d '\r' <"$log.raw" | grep -v '^CPU time limit exceeded$' >"$log"
        [ "$(tail -n 1 "$log")" = "[exit] status=${end%%:*}" ] && [ "$(grep -c '^\[exit\]' "$log")" -eq 1 ] &&
            [ "$(grep -c '^\[EXC\] .*Cause=\|^\[EXC\] .*ESR=' "$log")" -le "${end%%:*}" ] &&
            case $board in msim*) [ $status -eq "${end%%:*}" ] ;; *) [ $status -eq 0 ] ;; esac
        report $? "$board $toolchain ${end#*:} without a way to pass its status: it is told, and the machine ends" \
            "status $status"
    done
done
echo "1..$count"
exit $failed
