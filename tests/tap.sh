# SPDX-License-Identifier: MIT
# TAP for tests in shell. Source this file from the repository's root. Each result has a description; a skip is a
# success whose description contains "# SKIP why". Sets $count and $failed. The file named by $shown holds the output to
# print on a failure.
# shellcheck shell=sh disable=SC2034,SC2154
export LC_ALL=C
count=0
failed=0

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
