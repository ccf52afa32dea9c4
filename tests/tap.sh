# SPDX-License-Identifier: MIT
# For tests in shell: TAP with a description for each result (a skip is a success whose description says "# SKIP why"). Source it from the repository's root; it sets $count and
# $failed, and looks for the reason of a failure in the file that $shown names.
# shellcheck shell=sh disable=SC2034,SC2154
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
    # What failed, not what held; the beginning and the end of it.
    grep -v '^ok' "$shown" 2>/dev/null | awk '{ line[NR] = $0 }
        END { for (i = 1; i <= NR; i++) if (i <= 12 || i > NR - 20) print "# " line[i]; else if (i == 13) print "# ..." }'
}
