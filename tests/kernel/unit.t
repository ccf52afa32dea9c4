#!/bin/sh
# SPDX-License-Identifier: MIT
# Boot every kernel test on every board, each in a machine of its own, and merge their TAP. A boot that hangs, ends
# early, prints no plan or ends with a wrong status is one more failed test.
# TEST_KNOBS="SUFFIX KNOB=VALUE...": kernels with other knobs, in separate build folders.
# TEST_LEAVE_OUT="TEST...": not these.
# Of the boards that `make check-all` tests in full, the last part is a sample.
# Parts: kernels qemu-virt-riscv64-clang
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log" "$log.raw"' EXIT
shown=$log
. tests/tap.sh

for name in ${*:-$(tests/kernel/kernel.sh -l)}; do
    # shellcheck disable=SC2086
    use_kernel -r "$name" ${TEST_KNOBS:-} || continue
    what="$board $toolchain"
    jobs=$(boards/boot.sh 20 "$board" -i "$kernel" | tr -d '\r' | sed -n 's/^  test=\([^ ]*\).*/\1/p')
    [ -n "$jobs" ] || report 1 "$what lists its tests"
    for job in $jobs; do
        case " ${TEST_LEAVE_OUT:-} " in *" $job "*) continue ;; esac
        status=0
        boards/boot.sh 60 "$board" -i "$kernel" "test=$job" >"$log.raw" 2>&1 </dev/null || status=$?
        tr -d '\r' <"$log.raw" >"$log"
        awk -v first="$count" -v name="$what $job" '
            /^(not )?ok [0-9]+ / {
                sub(/ok [0-9]+ - /, "ok " ++n + first " - " name ": ")
                print
            }
            /^# / { print }
            /^1\.\.[0-9]+$/ { plan = substr($0, 4) }
            END { if (plan == "" || plan != n) exit 1 }' "$log" && plan=kept || plan=missing
        count=$((count + $(grep -cE '^(not )?ok [0-9]+ ' "$log")))
        if [ $status -eq 0 ] && [ $plan = kept ]; then
            report 0 "$what $job: ran to its plan and ended with status 0"
        else
            report 1 "$what $job: status $status, plan $plan"
        fi
    done
done
echo "1..$count"
exit $failed
