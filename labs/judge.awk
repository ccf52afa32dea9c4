# SPDX-License-Identifier: MIT
# Judge the output of a lab or a fault: awk -v status=N -v cpu="$(boards/cpu.sh BOARD)" -f labs/judge.awk EXPECT LOG
#
# EXPECT holds comments, one line "status N", and regular expressions, one per line, that must match lines of LOG in this
# order. "! RE" must match no line of LOG. A line may depend on the CPU, but not on the board:
#
#   @CPU RE           only on this CPU. Of such lines in a row, at least one must be for the CPU at hand, so that a new CPU
#                     is not judged by fewer lines.
#   ?CAPABILITY RE    on all CPUs but those that lack the capability (ARCH_LACKS in arch.mk)
#   only CPU REASON, needs CAPABILITY REASON    whether the output is expected at all: with -v ask=1, prints the reason why
#                     not, or nothing, and reads no LOG
#
# Intervals such as {4} are not allowed: some awks do not support them. Prints a one-line reason; the exit status is the
# verdict.
BEGIN {
    seen = 0 # otherwise pattern[seen] is pattern[""], which matches any line
    wanted = 0
    split(cpu, word, " ")
    for (i in word)
        if (i > 1)
            lacks[word[i]]
    cpu = word[1]
}
ask {
    if (($1 == "only" && $2 != cpu) || ($1 == "needs" && $2 in lacks)) {
        sub(/^[a-z]+ [^ ]+ /, "")
        print
    }
    next
}
FNR == NR {
    if ($0 ~ /^#/ || $0 == "" || $1 == "only" || $1 == "needs")
        next
    if ($1 !~ /^@/)
        end_row()
    if ($1 == "status") {
        want_status = $2
        next
    }
    if ($1 ~ /^@/) {
        row = row " " $1
        if ($1 != "@" cpu)
            next
        for_this_cpu = 1
        sub(/^@[^ ]* /, "")
    } else if ($1 ~ /^\?/) {
        if (substr($1, 2) in lacks)
            next
        sub(/^\?[^ ]* /, "")
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
    if (ask)
        exit 0
    end_row()
    if (other_cpus != "")
        verdict("nothing is expected of the CPU " cpu " where" other_cpus " must show something")
    if (wanted == 0)
        verdict("nothing is expected of it, so nothing is shown")
    if (status == 124)
        verdict("hung: no end within the time limit, with " seen " of " wanted " lines shown")
    if (failure != "")
        verdict("it says: " failure)
    if (seen < wanted)
        verdict("missing line " (seen + 1) " of " wanted ": " pattern[seen])
    if (status != want_status)
        verdict("ended with status " status " instead of " want_status)
    print "all " wanted " lines that it must show, status " status " as it must be"
}
# The end of lines for one CPU each.
function end_row() {
    if (row != "" && !for_this_cpu)
        other_cpus = row
    row = ""
    for_this_cpu = 0
}
function verdict(reason) {
    print reason
    exit 1
}
