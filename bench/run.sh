#!/bin/sh
# SPDX-License-Identifier: MIT
# Measure everything and print the report. Called by `make bench`, which builds the programs.
#   bench/run.sh OUTPUT_FOLDER
# Environment: BENCH_BITS ("64 32"), BENCH_TRACES (folders), BENCH_LIBS (NAME=PATH ...), BENCH_ONLY (names,
# comma-separated), BENCH_QUICK (1: fewer measurements). Exit status: 0 success, 1 an allocator misbehaved, 2 a file
# could not be read or a program could not run.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
out=$1
raw=$out/raw
# Some allocators need more static thread-local storage than a library loaded at run time gets.
GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384
export GLIBC_TUNABLES
quick=""
[ "${BENCH_QUICK:-0}" = 1 ] && quick=--quick
status=0
rm -rf "$raw"
mkdir -p "$raw"

# The first folder is the project's own; the report names the others.
traces=""
group=own
for folder in $BENCH_TRACES; do
    ls "$folder"/*.rep >/dev/null 2>&1 || { echo "bench: no .rep traces in $folder" >&2; exit 2; }
    [ -z "$traces" ] || group=$(basename "$(cd "$folder" && pwd)")
    for trace in "$folder"/*.rep; do
        name=$(basename "$trace" .rep)
        if grep -q "^G	$name	" "$raw/groups" 2>/dev/null; then
            echo "bench: $trace left out: a trace of this name is in already" >&2
            continue
        fi
        printf 'G\t%s\t%s\n' "$name" "$group" >>"$raw/groups"
        traces="$traces $trace"
    done
done

# class PATH: print the class of an ELF file (byte 4): 1 for 32 bits, 2 for 64.
class()
{
    od -An -tu1 -j4 -N1 "$1" 2>/dev/null | tr -d ' '
}

# complain TEXT: print why measuring is impossible, and exit.
complain()
{
    echo "bench: $1" >&2
    exit 2
}

for library in ${BENCH_LIBS:-}; do
    path=${library#*=}
    [ "$path" != "$library" ] || complain "BENCH_LIBS: $library is not NAME=PATH"
    [ -r "$path" ] || complain "$library: there is no such file, or it cannot be read"
    [ "$(od -An -tx1 -N4 "$path" | tr -d ' ')" = 7f454c46 ] || complain "$library: not a shared library (ELF)"
done

# options BITS: print the options for this word size, libraries included.
options()
{
    for library in ${BENCH_LIBS:-}; do
        [ "$(class "${library#*=}")" = $(($1 / 32)) ] && printf ' --lib %s' "$library"
    done
    [ -n "${BENCH_ONLY:-}" ] && printf ' --only %s' "$BENCH_ONLY"
    printf ' %s' $quick
}

# Blocks that an allocator may examine in one replay, native and counted: a second or less, and ten. Without this limit,
# lists of a hundred thousand blocks would take hours. It counts no time, so that a loaded machine measures the same.
patience=100000000
counted_patience=25000000
[ -n "$quick" ] && patience=25000000 counted_patience=10000000

# keep STATUS: keep the worst status.
keep()
{
    [ "$1" -le "$status" ] || status=$1
}

native()
{
    "$out/bench$1" efficiency --patience $patience $(options "$1") $traces >"$raw/efficiency.$1" || return
    "$out/bench$1" fixed --no-libs $(options "$1") >"$raw/fixed.$1" 2>>"$raw/log" || return
    "$out/bench$1" pairs --patience $patience --no-libs $(options "$1") >"$raw/pairs.$1" 2>>"$raw/log"
}

counted()
{
    ICOUNT_DIR=$out "$here/count/run.sh" "$out/bench$1" count --arenas "$raw/efficiency.$1" \
        --patience $counted_patience $(options "$1") $traces >"$raw/count.$1" 2>>"$raw/log" || return
    ICOUNT_DIR=$out "$here/count/run.sh" "$out/bench$1" patterns --patience $counted_patience $(options "$1") \
        >"$raw/patterns.$1" 2>>"$raw/log"
}

# both FUNCTION: run it for all word sizes at once.
both()
{
    jobs=""
    for bits in $BENCH_BITS; do
        "$1" "$bits" &
        jobs="$jobs $!"
    done
    for job in $jobs; do
        wait "$job"
        keep $?
    done
}

# Check that each library can be used and that there is something to measure.
for bits in $BENCH_BITS; do
    "$out/bench$bits" list $(options "$bits") >>"$raw/list" 2>"$raw/log" || { cat "$raw/log" >&2; exit 2; }
done
[ -s "$raw/list" ] || complain "BENCH_ONLY=${BENCH_ONLY:-} names no allocator that this machine has"

started=$(date +%s)
both native
echo "bench: arenas done after $(($(date +%s) - started)) s" >&2
# Times are measured with no other measurement running.
for bits in $BENCH_BITS; do
    "$out/bench$bits" time --patience $patience $(options "$bits") $traces >"$raw/time.$bits" 2>>"$raw/log"
    keep $?
done
echo "bench: times done after $(($(date +%s) - started)) s" >&2
if command -v valgrind >/dev/null && [ -d "$out/valgrind" ]; then
    both counted
else
    echo "bench: no instruction counts: valgrind is not installed" >&2
fi
cat "$raw"/groups "$raw"/*.64 "$raw"/*.32 2>/dev/null |
    awk -v csv="$out/bench.csv" -v pairs_csv="$out/pairs.csv" -f "$here/report.awk" |
    tee "$out/bench.txt"
echo "bench: $out/bench.csv written, $(($(date +%s) - started)) s" >&2
[ $status -le 1 ] || cat "$raw/log" >&2
exit $status
