#!/bin/sh
# SPDX-License-Identifier: MIT
# Measure everything and print the report. Called by `make bench`, which builds the programs.
#   bench/run.sh OUTPUT_FOLDER
# Environment: BENCH_BITS ("64 32"), BENCH_TRACES (folders), BENCH_SEEDS (of the families: 1,2; a quick run takes the first;
# none: no families), BENCH_LIBS (NAME=PATH[,align=N] ...), BENCH_ONLY (names, comma-separated), BENCH_KINDS (of jobs, and
# "time"; without it all),
# BENCH_CALL_SECONDS (of CPU time in one call), BENCH_QUICK (1: fewer measurements), JOBS (at a time), BENCH_SSH (machines, as
# parallel's --sshlogin). Exit status: 0 success, 1 an allocator misbehaved, 2 a file could not be read or a program could
# not run.
#
# The list of jobs (bench/job.sh) is the same for the same programs, traces, libraries and knobs. Results are collected in
# raw/results in the order in which jobs end, and sorted for the report. If a run was ended early, the next one with the
# same list does only the jobs that are missing.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
out=$1
raw=$out/raw
quick=${BENCH_QUICK:-0}
call_seconds=${BENCH_CALL_SECONDS:-20}
kinds=,${BENCH_KINDS:-trace,pattern,fill,fixed,pairs,time},
tab=$(printf '\t')
mkdir -p "$raw"
rm -f "$raw"/list.* "$raw/log" "$raw/traces" "$raw/jobs" "$raw"/time.*
: >"$raw/traces"

# complain TEXT: print why measuring is impossible, and exit.
complain()
{
    echo "bench: $1" >&2
    exit 2
}

# class PATH: print the class of an ELF file (byte 4): 1 for 32 bits, 2 for 64.
class()
{
    od -An -tu1 -j4 -N1 "$1" 2>/dev/null | tr -d ' '
}

# library_path NAME=PATH[,align=N]
library_path()
{
    path=${1#*=}
    echo "${path%,align=*}"
}

# libraries BITS: print those of this word size.
libraries()
{
    for library in ${BENCH_LIBS:-}; do
        [ "$(class "$(library_path "$library")")" != $(($1 / 32)) ] || echo "$library"
    done
}

for library in ${BENCH_LIBS:-}; do
    path=$(library_path "$library")
    [ "${library#*=}" != "$library" ] || complain "BENCH_LIBS: $library is not NAME=PATH"
    [ -r "$path" ] || complain "$library: there is no such file, or it cannot be read"
    [ "$(od -An -tx1 -N4 "$path" | tr -d ' ')" = 7f454c46 ] || complain "$library: not a shared library (ELF)"
done

# --- Traces and their classes

# trace_class PATH: what the folder's file "classes" says (lines: pattern of names, class), or a comment "# class NAME" before
# the first operation, or malloc-lab for names that CMU's malloc lab uses, or recorded.
trace_class()
{
    name=$(basename "$1" .rep)
    if [ -r "$(dirname "$1")/classes" ]; then
        while read -r pattern word; do
            # A pattern of the shell.
            # shellcheck disable=SC2254
            case $name in $pattern) echo "$word" && return ;; esac
        done <"$(dirname "$1")/classes"
    fi
    word=$(sed -n '/^[amrf]/q; s/^# *class  *//p' "$1" | head -n 1)
    case $name in *-bal | *-bal2) word=${word:-malloc-lab} ;; esac
    echo "${word:-recorded}"
}

any=${BENCH_BITS%% *}
for folder in $BENCH_TRACES; do
    ls "$folder"/*.rep >/dev/null 2>&1 || complain "no .rep traces in $folder"
    for trace in "$folder"/*.rep; do
        if grep -qF "/$(basename "$trace")$tab" "$raw/traces"; then
            echo "bench: $trace left out: a trace of this name is in already" >&2
        else
            printf '%s\t%s\n' "$trace" "$(trace_class "$trace")" >>"$raw/traces"
        fi
    done
done
first=1 # families without a seed come once
seeds=$(echo "${BENCH_SEEDS:-none}" | tr ',' ' ')
[ "$seeds" != none ] || seeds=
[ "$quick" = 0 ] || seeds=${seeds%% *}
for seed in $seeds; do
    case $seed in *[!0-9]*) complain "BENCH_SEEDS: $seed is not a number" ;; esac
    "$out/bench$any" families | while IFS=$tab read -r family class_name seeded; do
        [ "$seeded" = 0 ] && [ $first = 0 ] || printf 'family:%s:%s\t%s\n' "$family" "$seed" "$class_name"
    done >>"$raw/traces"
    first=0
done
# Lines "G trace class peak" for the report.
cut -f 1 "$raw/traces" | xargs "$out/bench$any" check >"$raw/checked" 2>"$raw/log" || complain "$(sed 's/^bench: //' "$raw/log")"
paste "$raw/traces" "$raw/checked" |
    sed 's/^[^	]*	\([^	]*\)	\([^:]*\): .* peak \([0-9]*\) bytes.*/G	\2	\1	\3/' >"$raw/groups"

# --- Jobs

# jobs BITS ALLOCATOR BOUNDED LIBRARY: print this allocator's jobs without numbers.
jobs()
{
    # Without an arena there is nothing to be measured but instructions. Generated workloads are for the heap's default
    # preset, as the others place blocks alike, and for other allocators; in a quick run only for best fit of these, and
    # for what the user named.
    most=$3
    pairs=$3
    case $2,$quick,$4,${BENCH_ONLY:+named} in
    heap/default,*) ;;
    heap/*) most=0 && pairs=$(($3 && !quick)) ;;
    best_fit,* | *,0,* | *,named | *=*) ;;
    *) most=0 && pairs=0 ;;
    esac
    cut -f 1 "$raw/traces" | while read -r trace; do
        case $most-$trace in 0-family:*) continue ;; esac
        echo "trace $1 $2 $trace $4 $quick $call_seconds"
    done
    [ "$pairs" = 0 ] || echo "pairs $1 $2 - $4 $quick $call_seconds"
    [ "$most" = 0 ] || for name in talc-64KiB talc-250KB talc-128MiB; do echo "fill $1 $2 $name $4 $quick $call_seconds"; done
    [ "$3" = 0 ] || echo "fixed $1 $2 - $4 $quick $call_seconds"
    for name in comb classes growth sawtooth drain churn; do echo "pattern $1 $2 pattern-$name $4 $quick $call_seconds"; done
}

for bits in $BENCH_BITS; do
    set --
    for library in $(libraries "$bits"); do set -- "$@" --lib "$library"; done
    [ -z "${BENCH_ONLY:-}" ] || set -- "$@" --only "$BENCH_ONLY"
    "$out/bench$bits" list "$@" >"$raw/list.$bits" 2>"$raw/log" || { cat "$raw/log" >&2; exit 2; }
    cat "$raw/log" >&2
    while IFS=$tab read -r _ name preset _ _ bounded _; do
        library=-
        for named in $(libraries "$bits"); do [ "${named%%=*}" != "$name" ] || library=$named; done
        [ "$preset" = - ] || name=$name/$preset
        jobs "$bits" "$name" "$bounded" "$library"
    done <"$raw/list.$bits"
done >"$raw/unnumbered"
[ -s "$raw/unnumbered" ] || complain "BENCH_ONLY=${BENCH_ONLY:-} names no allocator that this machine has"
awk -v kinds="$kinds" 'index(kinds, "," $1 ",") { print ++number, $0 }' "$raw/unnumbered" >"$raw/jobs"

# --- What was done before, and the rest

# identity: a number that changes with anything that the results depend on.
identity()
{
    {
        cat "$raw/jobs"
        for bits in $BENCH_BITS; do cksum "$out/bench$bits"; done
        for library in ${BENCH_LIBS:-}; do cksum "$(library_path "$library")"; done
        cut -f 1 "$raw/traces" | grep -v '^family:' | xargs cksum
        cksum "$here/job.sh"
        ls "$out/valgrind/built" 2>/dev/null
    } | cksum
}

# results: the complete lines so far, in the order of the jobs, each once; without number and mark.
results()
{
    [ ! -e "$raw/results" ] || grep "$tab\.\$" "$raw/results" | sort -t "$tab" -k 1,1n -k 2 -u
}

identity=$(identity)
if [ "$identity" != "$(cat "$raw/identity" 2>/dev/null)" ] || [ -e "$raw/finished" ]; then
    rm -f "$raw/results" "$raw/finished"
    echo "$identity" >"$raw/identity"
fi
: >>"$raw/results"
# A line that was cut off must not spoil the next one.
[ ! -s "$raw/results" ] || echo >>"$raw/results"
results | awk -F "$tab" '$2 != "P" { print $1 }' >"$raw/done"
awk 'FILENAME == ARGV[1] { done[$1]; next } !($1 in done)' "$raw/done" "$raw/jobs" >"$raw/todo"
total=$(($(wc -l <"$raw/jobs")))
left=$(($(wc -l <"$raw/todo")))
[ $left = $total ] || echo "bench: $((total - left)) of $total jobs were done by a run that was ended early" >&2

# Each job under a limit for its other service: it ends when what started it is gone, here or on another machine.
limit=$here/../tools/limit.pl
at_a_time=${JOBS:-$(nproc)}
started=$(date +%s)
if [ $left = 0 ]; then
    :
elif command -v parallel >/dev/null && parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
    # A job fails only if it could not be done; an allocator that misbehaves is a result.
    set -- -j "$at_a_time" --joblog "$raw/joblog" --halt now,fail=1
    [ -z "${BENCH_SSH:-}" ] || set -- "$@" --sshlogin "$BENCH_SSH" --workdir "$PWD"
    rm -f "$raw/joblog"
    parallel "$@" -q "$limit" 86400 "$here/job.sh" "$out" {} <"$raw/todo" >>"$raw/results" || complain "a job could not be done"
else
    [ -z "${BENCH_SSH:-}" ] || complain "BENCH_SSH needs GNU parallel (Debian: parallel)"
    echo "bench: xargs spreads the jobs over this machine, because GNU parallel (Debian: parallel) is not installed" >&2
    xargs -P "$at_a_time" -d '\n' -n 1 "$limit" 86400 "$here/job.sh" "$out" <"$raw/todo" >>"$raw/results" ||
        complain "a job could not be done"
fi
echo "bench: $left jobs done after $(($(date +%s) - started)) s" >&2
[ -d "$out/valgrind" ] && command -v valgrind >/dev/null || echo "bench: no instruction counts: valgrind is not installed" >&2

# Times are measured with no other measurement running, and not in traces that are generated.
time_files()
{
    set --
    [ "$quick" = 0 ] || set -- "$@" --quick
    for library in $(libraries "$bits"); do set -- "$@" --lib "$library"; done
    [ -z "${BENCH_ONLY:-}" ] || set -- "$@" --only "$BENCH_ONLY"
    # A list of words.
    # shellcheck disable=SC2046
    GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384 "$out/bench$bits" time --patience 100000000 \
        --call-seconds "$call_seconds" "$@" $(cut -f 1 "$raw/traces" | grep -v '^family:') >"$raw/time.$bits" 2>>"$raw/log"
}
case $kinds in
*,time,*)
    for bits in $BENCH_BITS; do time_files; done
    echo "bench: times done after $(($(date +%s) - started)) s" >&2
    ;;
esac

# --- Report

{
    cat "$raw"/groups "$raw"/list.*
    results | sed "s/^[0-9]*$tab//; s/$tab\.\$//"
    cat "$raw"/time.* 2>/dev/null
} >"$raw/all"
awk -v csv="$out/bench.csv" -v pairs_csv="$out/pairs.csv" -v seeds="$seeds" -v quick="$quick" \
    -v compiler="${BENCH_BUILD:-}" -f "$here/report.awk" "$raw/all" | tee "$out/bench.txt"
echo "bench: $out/bench.csv written" >&2
touch "$raw/finished"
! grep -q "${tab}BROKEN: \|^X$tab" "$raw/all"
