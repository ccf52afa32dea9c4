# SPDX-License-Identifier: MIT
# TAP for tests in shell. Source this file from the repository's root. Each result has a description; a skip is a
# success whose description contains "# SKIP why". Sets $count and $failed. The file named by $shown holds the output to
# print on a failure. $builds is the build folder; TEST_BUILD=FOLDER is make's knob BUILD for all test programs.
# shellcheck shell=sh disable=SC2034,SC2154
export LC_ALL=C
count=0
failed=0
builds=${TEST_BUILD:-build}
# As if every make had it on its command line.
[ -z "${TEST_BUILD:-}" ] || export MAKEFLAGS="${MAKEFLAGS:-} BUILD=$TEST_BUILD"

report() { # STATUS DESCRIPTION [WHY]
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
        return
    fi
    failed=1
    echo "not ok $count - $2"
    [ -z "${3:-}" ] || echo "# $3"
    # Lines other than passed checks: the first 12 and the last 20.
    grep -v '^ok' "$shown" 2>/dev/null | awk '{ line[NR] = $0 }
        END { for (i = 1; i <= NR; i++) if (i <= 12 || i > NR - 20) print "# " line[i]; else if (i == 13) print "# ..." }'
}

# Build a kernel and set $kernel to its path, $board and $toolchain. Where that cannot be, reports why and fails.
use_kernel() { # [-r] BOARD-TOOLCHAIN [SUFFIX KNOB=VALUE...], as tests/kernel/kernel.sh takes them
    asked=$1
    [ "$asked" != -r ] || asked=$2
    toolchain=${asked##*-}
    board=${asked%-*}
    kernel=$(tests/kernel/kernel.sh "$@" 2>"$shown")
    case $? in
    0) return ;;
    77) report 0 "$asked # SKIP $kernel" ;;
    *) report 1 "$asked builds" ;;
    esac
    return 1
}
