#!/bin/sh
# SPDX-License-Identifier: MIT
# Kernels with other knobs for threads, in separate build folders: hostile preemption, round robin, mutexes without
# inheritance, overflows that end one thread only; and wrong values of the knobs. With the argument "full", as in
# `make check-all`, hostile preemption on MSIM, too.
set -u
full=${1:-}
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

board=qemu-virt-aarch64
build() { # SUFFIX KNOBS...
    kernel=$(tests/kernel/kernel.sh $board-clang "$@" 2>"$log")
}
boot() { # ARGS: the output in $log; the kernel's status
    boards/boot.sh 60 $board -i "$kernel" "$1" >"$log.raw" 2>&1
    status=$?
    tr -d '\r' <"$log.raw" >"$log"
    rm -f "$log.raw"
    return $status
}

# 10,000 instructions between ticks, every tick a preemption, every lock operation two.
build -soak KERNEL_DEBUG=1 PREEMPT_AT_LOCKS=1 SLICE_TICKS=1 TICK_HZ=100000
report $? "builds with hostile preemption"
boot test=preempt
report $? "every operation on a lock gives up the CPU before and after"
for seed in 1 2 3; do
    boot "test=soak seed=$seed creations=3000" && grep -q ', heap in use' "$log"
    report $? "the soak loses nothing under hostile preemption, seed $seed"
done

# Reports of debug builds state whether text and constants have changed.
reports_image() { # BOARD KERNEL
    for fault in 2:say_panic:same 2:change_text:changed 3:read_null:same 3:change_constant:changed 4:interrupt_jump:same; do
        line='text and constants: unchanged'
        [ "${fault##*:}" = same ] || line='text or constants have CHANGED'
        name=${fault#*:}
        name=${name%:*}
        status=0
        boards/boot.sh 20 "$1" -i "$2" fault="$name" >"$log.raw" 2>&1 || status=$?
        tr -d '\r' <"$log.raw" >"$log"
        [ $status -eq "${fault%%:*}" ] && [ "$(grep '^\[image\]' "$log")" = "[image] $line" ]
        report $? "$1: a debug build's report of $name states: $line" "status $status"
    done
    rm -f "$log.raw"
}

# In real time: the host decides how much a thread gets done in a tick. These tests judge the order of events only.
for job in thread sync; do
    boards/boot.sh 60 $board "$kernel" test=$job >"$log" 2>&1
    report $? "test=$job passes with 100,000 ticks a second in real time"
done

# `make soak` on other boards. Each needs its own tick rate: one that suits one board would leave another no time for
# anything else.
for other in malta ${full:+msim}; do
    use_kernel -r $other-clang || continue
    tests/kernel/seed.sh $builds/$other-clang $builds/$other-clang-soak
    make --no-print-directory -s soak BOARD=$other SOAK=1000 SOAK_SECONDS=60 >"$log" 2>&1 </dev/null
    report $? "make soak BOARD=$other, shortened"
    reports_image $other $builds/$other-clang-soak/kernel.elf
done
board=qemu-virt-aarch64 # use_kernel has set it

build -debug KERNEL_DEBUG=1
report $? "builds with KERNEL_DEBUG=1"
for job in thread sched kill sync timed race overflow; do
    boot test=$job
    report $? "test=$job passes with asserts on"
done

reports_image $board "$kernel"

# Functions that only threads may call.
call=0
boot "fault=in_interrupt call=999"
calls=$(sed -n 's/^\[fault\] there are \([0-9]*\)$/\1/p' "$log")
while [ $call -lt "${calls:-1}" ]; do
    boot "fault=in_interrupt call=$call"
    status=$?
    name=$(sed -n 's/^\[fault\] \(.*\)() in an interrupt, asserted in .*/\1/p' "$log")
    where=$(sed -n 's/^\[fault\] .*() in an interrupt, asserted in \(.*\)()$/\1/p' "$log")
    [ $status -eq 2 ] &&
        grep -q -e '^Kernel panic: assertion failed: cpu_local()->irq_depth == 0$' \
            -e '^Kernel panic: an interrupt creates a thread, which only threads may$' "$log" &&
        grep -q "^  at .* in $where()\$" "$log"
    report $? "a debug build refuses $name() in an interrupt"
    call=$((call + 1))
done
# Every function in kernel/include/proc says where it may be called, or shares the comment of one that does.
awk 'FNR == 1 { told = 0 }
    /^\/\*/ { comment = ""; told = 0 }
    !told { comment = comment " " $0 }
    /^[a-z_].*\(/ && !/^typedef|\{$/ {
        gsub(/[* \n]+/, " ", comment)
        if (tolower(comment) ~ /interrupt|anywhere|on the boot stack|in kernel_main|idle thread|exception handler/) told = 1
        if (!told) print FILENAME ": " $0
        seen++
    }
    /^$/ { comment = ""; told = 0 }
    END { if (seen < 80) print "only " seen " functions found" }' kernel/include/proc/*.h >"$log"
[ ! -s "$log" ]
report $? "every function in kernel/include/proc says whether an interrupt may call it"
# All functions whose comment contains "Not from an interrupt" are among those tested.
wanted=$(awk '/^\/\*/ { comment = "" } { comment = comment " " $0 }
    /\);$/ || /^[a-z_].*\(.*,$/ {
        gsub(/[* \n]+/, " ", comment)
        if (tolower(comment) ~ /not from an interrupt/ && match($0, /[a-z_]+\(/)) print substr($0, RSTART, RLENGTH - 1)
        comment = ""
    }' kernel/include/*/*.h | LC_ALL=C sort -u)
for name in $wanted; do
    grep -q "ENTRY($name," tests/kernel/unit/faults_interrupt.c || echo "$name"
done >"$log"
[ "${calls:-0}" -ge 20 ] && [ "$(echo "$wanted" | wc -l)" -ge 15 ] && [ ! -s "$log" ]
report $? "all $(echo "$wanted" | wc -l) functions that headers keep from interrupts are among them"

build -rr SCHED_POLICY=RR MUTEX_PI=0 STACK_OVERFLOW=kill
report $? "builds with SCHED_POLICY=RR MUTEX_PI=0 STACK_OVERFLOW=kill"
for job in thread sched kill sync timed race soak; do
    boot test=$job
    report $? "test=$job passes with SCHED_POLICY=RR"
done
boot fault=thread_recursion
grep -q '^\[stack\] thread [0-9]* "victim" is ended; the others go on (STACK_OVERFLOW=kill)$' "$log" &&
    grep -q '^\[fault\] nothing happened' "$log"
report $? "STACK_OVERFLOW=kill ends the thread that overflows, and the rest goes on"

for knob in SCHED_POLICY STACK_OVERFLOW MUTEX_PI; do
    ! build -rr $knob=nonsense && grep -q "$knob=nonsense is unknown; there are: " "$log"
    report $? "$knob=nonsense is refused"
done
echo "1..$count"
exit $failed
