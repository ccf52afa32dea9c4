#!/bin/sh
# SPDX-License-Identifier: MIT
# One job of `make bench`: one allocator, one trace (or pattern, or other measurement), one word size. Prints one line; the
# sweep over pairs of sizes prints one for each pair before. bench/run.sh makes the list of jobs.
#   bench/job.sh OUTPUT_FOLDER 'NUMBER KIND BITS ALLOCATOR WHAT LIBRARY QUICK CALL_SECONDS'
# KIND: trace, pattern, fill, fixed or pairs. WHAT: the trace's path, or the pattern's name. LIBRARY: NAME=PATH[,align=N], or -.
# QUICK: 1 or 0. CALL_SECONDS: CPU time of an endless call. Every line begins with the number and ends with a field ".", so that a line that was cut off is noticed:
#   NUMBER J allocator preset bits trace arena peak holes improved malloc_mean malloc_max free_mean free_max refuse_max
#          resize_max aligned_max verdict .
#   NUMBER A allocator preset bits filling filled filled_when_moving verdict .
#   NUMBER F allocator preset bits smallest_arena cost_of_64_KiB verdict .
#   NUMBER P allocator preset bits small large efficiency ceiling .     and at last     NUMBER Q allocator preset bits verdict .
# A verdict is empty, "BROKEN: reason" or "slow: what". Exit status: 0, or 255 if the job could not be done.
set -u
export LC_ALL=C
# Some allocators need more static thread-local storage than a library loaded at run time gets.
export GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384
here=$(cd "$(dirname "$0")" && pwd)
out=$1
# The words of the job: no path in it has a blank.
# shellcheck disable=SC2086
set -- $2
number=$1 kind=$2 bits=$3 allocator=$4 what=$5 library=$6 quick=$7 call_seconds=$8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# Blocks that an allocator may examine in one replay, native and counted: a second or less, and ten. Without this limit,
# lists of a hundred thousand blocks would take hours. It counts no time, so that a loaded machine measures the same.
patience=100000000
counted_patience=25000000
[ "$quick" = 0 ] || patience=25000000 counted_patience=10000000

# measure FILE MODE OPTION...: natively. A library may end the program while it is loaded: that is its fault.
measure()
{
    file=$work/$1
    mode=$2
    shift 2
    [ "$quick" = 0 ] || set -- --quick "$@"
    [ "$library" = - ] || set -- --lib "$library" "$@"
    set -- "$out/bench$bits" "$mode" --only "$allocator" --call-seconds "$call_seconds" "$@"
    [ -z "$counter" ] || set -- "$counter" "$@"
    "$@" >"$file" 2>>"$work/log"
    status=$?
    [ $status -le 1 ] && return
    if [ "$library" != - ] && [ $status != 2 ]; then
        printf 'X\t%s\t-\t%s\t%s\tended the program with status %s\n' "${library%%=*}" "$bits" "$what" $status >>"$file"
        return
    fi
    sed 's/^/bench: /' "$work/log" >&2
    exit 255
}

# counted ...: as measure, under the instruction counter if there is one.
counted()
{
    [ -e "$out/valgrind/built" ] && command -v valgrind >/dev/null || return 0
    export ICOUNT_DIR="$out"
    counter=$here/count/run.sh
    measure "$@"
    counter=
}

fault() # whether a line says that the allocator is broken or slow
{
    grep -q '^[SX]' "$work"/*.out
}

instructions_wanted() # of generated traces, those of the heap and of the user's libraries
{
    case $quick,$allocator,$library,$what in
    0,heap/*,family:* | 0,*=*,family:*) return 0 ;;
    *,family:*) return 1 ;;
    esac
}

counter=
case $kind in
trace)
    # A library does not tell how much it searches: the instructions of a replay say beforehand whether to measure it.
    [ "$library" = - ] || counted gate.out count --patience $((4 * patience)) "$what"
    if [ "$library" != - ] && fault; then
        sed -i 's/counts of its beginning only$/no smallest arena/' "$work/gate.out"
    else
        rm -f "$work/gate.out"
        measure efficiency.out efficiency --patience $patience "$what"
        grep -q '^X' "$work/efficiency.out" || ! instructions_wanted ||
            counted count.out count --arenas "$work/efficiency.out" --patience $counted_patience "$what"
    fi
    ;;
pattern) counted patterns.out patterns --patterns "$what" --patience $counted_patience ;;
fill) measure fill.out fill --patterns "$what" --patience $patience ;;
fixed) measure fixed.out fixed ;;
pairs) measure pairs.out pairs --patience $patience ;;
esac

case $what in
family:*) trace=$("$out/bench$bits" check "$what" | sed 's/: .*//') ;;
*) trace=$(basename "$what" .rep) ;;
esac
name=${allocator%/*}
case $allocator in
*/*) preset=${allocator#*/} ;;
*) preset=- ;;
esac
cat /dev/null "$work"/*.out 2>/dev/null |
    awk -v number="$number" -v kind="$kind" -v about="$name	$preset	$bits" -v trace="$trace" '
    BEGIN { FS = OFS = "\t" }
    $1 == "E" { arena = $6; peak = $7; holes = $8; improved = $9 }
    $1 == "C" { counts = $6 OFS $7 OFS $8 OFS $9 OFS $10 OFS $11 OFS $12 }
    $1 == "F" { result = $5 OFS $6 }
    $1 == "A" { result = $6 OFS $7 }
    $1 == "S" { verdict = "slow: " $6 }
    $1 == "X" { broken = "BROKEN: " $6 }
    $1 == "P" { print number, $0, "."; fflush() }
    END {
        if (broken != "") verdict = broken
        if (counts == "") counts = OFS OFS OFS OFS OFS OFS
        if (result == "") result = OFS
        if (kind == "trace" || kind == "pattern")
            print number, "J", about, trace, arena, peak, holes, improved, counts, verdict, "."
        else if (kind == "fill") print number, "A", about, trace, result, verdict, "."
        else if (kind == "fixed") print number, "F", about, result, verdict, "."
        else print number, "Q", about, verdict, "."
    }'
