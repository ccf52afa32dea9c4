#!/bin/sh
# SPDX-License-Identifier: MIT
# Boot every kernel test on every board, each in a machine of its own, and merge their TAP. A boot that hangs, ends
# early, prints no plan or ends with a wrong status is one more failed test.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
count=0
failed=0
kernels=${TEST_KERNELS:-$(tests/kernel/kernels.sh)} || {
    echo "not ok 1 - the kernels build"
    echo "1..1"
    exit 1
}
for kernel in $kernels; do
    board=$(basename "$(dirname "$kernel")")
    toolchain=${board##*-}
    board=${board%-*}
    if [ "$board" = msim ] && ! command -v msim >/dev/null; then
        count=$((count + 1))
        echo "ok $count - $board # SKIP msim is not on PATH"
        continue
    fi
    jobs=$(boards/boot.sh 20 "$board" -i "$kernel" | tr -d '\r' | sed -n 's/^  test=\([^ ]*\).*/\1/p')
    if [ -z "$jobs" ]; then
        count=$((count + 1))
        failed=1
        echo "not ok $count - $kernel lists its tests"
    fi
    for job in $jobs; do
        status=0
        boards/boot.sh 60 "$board" -i "$kernel" "test=$job" >"$log" 2>&1 </dev/null || status=$?
        tr -d '\r' <"$log" | awk -v first="$count" -v name="$board $toolchain $job" '
            /^(not )?ok [0-9]+ / {
                sub(/ok [0-9]+ - /, "ok " ++n + first " - " name ": ")
                print
            }
            /^# / { print }
            /^1\.\.[0-9]+$/ { plan = substr($0, 4) }
            END { if (plan == "" || plan != n) exit 1 }'
        plan_kept=$?
        count=$((count + $(tr -d '\r' <"$log" | grep -cE '^(not )?ok [0-9]+ ')))
        count=$((count + 1))
        if [ $status -eq 0 ] && [ $plan_kept -eq 0 ]; then
            echo "ok $count - $board $toolchain $job: ran to its plan and ended with status 0"
        else
            failed=1
            echo "not ok $count - $board $toolchain $job: status $status, plan $([ $plan_kept -eq 0 ] && echo kept || echo missing)"
            tail -n 15 "$log" | sed 's/^/# /'
        fi
    done
done
echo "1..$count"
exit $failed
