#!/bin/sh
# SPDX-License-Identifier: MIT
# Run labs, each in a boot of its own, print their output, and judge it: the exit status must be the one in
# labs/<lab>/expect, and all patterns there must appear in order. Exits with 0 iff all labs pass.
#   labs/run.sh BOARD KERNEL [LAB...]
#   labs/run.sh -c [LAB...]            only check LAB_ARGS; exits with 2 and says why if a word is wrong
# LAB_ARGS="NAME=VALUE ..." are parameters of the lab, or lab=LAB. With parameters the figures are others, so the patterns are
# those of labs/<lab>/form; with csv=1 those of labs/<lab>/form.csv, and only the CSV goes to standard output.
# LAB_SECONDS limits the CPU time of each lab: 20, with parameters 600.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
check=
if [ "$1" = -c ]; then
    check=1
    shift
else
    board=$1
    kernel=$2
    shift 2
fi
refuse() {
    echo "make lab: $1" >&2
    exit 2
}

# --- The labs, and their parameters -----------------------------------------------------------------------------------

labs=$*
given=
# The words of LAB_ARGS; none of them is a pattern for files.
set -f
for word in ${LAB_ARGS:-}; do
    case $word in
    lab=*) [ "$labs" = "${word#lab=}" ] || labs="$labs ${word#lab=}" named=1 ;;
    *) given="$given $word" ;;
    esac
done
set +f
# shellcheck disable=SC2086
set -- $labs
[ $# -le 1 ] || [ -z "${named:-}" ] || refuse "several labs in one ARGS:$(printf ' lab=%s' "$@"); each runs in a boot of its own"
if [ $# -eq 0 ]; then
    for expect in labs/*/expect; do
        set -- "$@" "$(basename "$(dirname "$expect")")"
    done
fi
parameters() { # LAB: all of them
    set -f
    # shellcheck disable=SC2086
    awk -f labs/parameters.awk "$1" "labs/$1/parameters.h" $given
    set +f
}
for lab; do
    [ -f "labs/$lab/parameters.h" ] || refuse "there is no lab $lab; there are:$(cd labs && printf ' %s' */ | tr -d /)"
    why=$(parameters "$lab") || refuse "$why"
done
[ -z "$check" ] || exit 0
csv=
case " $given " in *' csv=1 '*) csv=1 ;; esac

# --- Run and judge ----------------------------------------------------------------------------------------------------

seconds=${LAB_SECONDS:-$([ -z "$given" ] && echo 20 || echo 600)}
logs=$(dirname "$kernel")/lab
mkdir -p "$logs"
cpu=$(boards/cpu.sh "$board")
failed=0
verdicts=
# What is no CSV goes to standard error.
exec 3>&1
[ -z "$csv" ] || exec >&2
# The lines that a lab must print: with parameters, first these.
expected() { # LAB
    if [ -z "$given" ]; then
        cat "labs/$1/expect"
        return
    fi
    parameters "$1" | sed 's/ csv=1$//; s/[.]/[.]/g' | if [ -n "$csv" ]; then
        echo '^lab,part,row,figure,value$'
        tr ' ' '\n' | sed "s/\(.*\)=\(.*\)/^$1,parameter,,\1,\2\$/"
    else
        sed "s/.*/^\\\\[$1-lab\\\\] parameters: &\$/"
    fi
    cat "labs/$1/form${csv:+.csv}"
}
for lab; do
    log=$logs/$lab.log
    status=0
    # -i: time is counted in instructions, so ticks fall at the same places in every run.
    echo "=== lab $lab: $(sed -n 's/^# //p;1q' "labs/$lab/README.md")"
    boards/boot.sh "$seconds" "$board" -i ${MEM_KB:+-m "$MEM_KB"} "$kernel" "lab=$lab$given" >"$log" 2>&1 || status=$?
    tr -d '\r' <"$log" >"$log.txt" && mv "$log.txt" "$log"
    if [ -n "$csv" ]; then
        sed -n "s/^lab,part,.*/&/p; /^$lab,/p" "$log" >&3
    else
        grep -v '^\[\(boot\|cpu\|mem\)\]\|^Cairn on' "$log" || true
    fi
    expected "$lab" >"$log.expected"
    if verdict=$(awk -v status="$status" -v cpu="$cpu" -f labs/judge.awk "$log.expected" "$log"); then
        verdicts="$verdicts
PASS  lab $lab: $verdict"
    else
        failed=$((failed + 1))
        verdicts="$verdicts
FAIL  lab $lab: $verdict (log: $log)"
    fi
done
printf '=== verdicts on %s%s\n' "$board" "$verdicts"
[ "$failed" -eq 0 ]
