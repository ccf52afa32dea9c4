#!/bin/sh
# SPDX-License-Identifier: MIT
# The kernel's own tests with other knobs, on every board with every compiler. Bounds on costs hold for the usual kernels only.
# Parts: kernels
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
shown=$log
. tests/tap.sh

for name in ${*:-$(tests/kernel/kernel.sh -l)}; do
    use_kernel -r "$name" || continue
    while read -r knobs; do
        TEST_KNOBS=$knobs TEST_LEAVE_OUT="cost heap_cost" tests/kernel/unit.t "$name" >"$log"
        report $? "$name: $(grep -c '^ok' "$log") kernel tests pass with ${knobs#* }"
    done <<'TEXT'
-debug KERNEL_DEBUG=1
-paranoid HEAP_PRESET=paranoid
-first_fit HEAP=first_fit
-next_fit HEAP=next_fit
-best_fit HEAP=best_fit
-worst_fit HEAP=worst_fit
-buddy HEAP=buddy
-slab HEAP=slab
-rr SCHED_POLICY=RR MUTEX_PI=0 STACK_OVERFLOW=kill
TEXT
done
echo "1..$count"
exit $failed
