# SPDX-License-Identifier: MIT
# Judge the output of a lab or a fault: awk -v status=N -v board=B -f labs/judge.awk EXPECT LOG
#
# EXPECT holds comments, one line "status N", lines "skip BOARD reason" for the caller, and regular expressions, one per
# line, that must match lines of LOG in this order. "@BOARD RE" applies only to boards whose name matches BOARD. "! RE"
# must match no line of LOG. Intervals such as {4} are not allowed: some awks do not support them. Prints a one-line
# reason; the exit status is the verdict.
BEGIN {
    seen = 0 # otherwise pattern[seen] is pattern[""], which matches any line
    wanted = 0
}
FNR == NR {
    if ($0 ~ /^#/ || $0 == "" || $1 == "skip")
        next
    if ($1 == "status") {
        want_status = $2
        next
    }
    if ($1 ~ /^@/) {
        if (board !~ substr($1, 2))
            next
        sub(/^@[^ ]* /, "")
    }
    if ($1 == "!")
        forbidden[substr($0, 3)]
    else
        pattern[wanted++] = $0
    next
}
{
    lines++
    if (seen < wanted && $0 ~ pattern[seen])
        seen++
    for (each in forbidden)
        if ($0 ~ each && failure == "")
            failure = $0
    if ($0 ~ /FAIL( |$)/ && failure == "")
        failure = $0
}
END {
    if (wanted == 0)
        verdict("nothing is expected of it, so nothing is shown")
    if (status == 124)
        verdict("hung: no end within the time limit, with " seen " of " wanted " lines shown")
    if (seen < wanted)
        verdict("missing line " (seen + 1) " of " wanted ": " pattern[seen])
    if (failure != "")
        verdict("it says: " failure)
    if (status != want_status)
        verdict("ended with status " status " instead of " want_status)
    print "all " wanted " lines that it must show, status " status " as it must be"
}
function verdict(reason) {
    print reason
    exit 1
}
