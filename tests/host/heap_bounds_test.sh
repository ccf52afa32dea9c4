#!/bin/sh
# SPDX-License-Identifier: MIT
# The heap's costs on this machine, counted exactly and compared with bench/bounds.txt (TAP). Run from the repository's
# root.
set -u
export LC_ALL=C
builds=${TEST_BUILD:-build}
out=$builds/bench
raw=$out/bounds
only="--no-libs --only heap/default,heap/tiny"
mkdir -p "$raw"
rm -f "$raw"/*

skip_all()
{
    echo "1..0 # SKIP $1"
    exit 0
}

command -v valgrind >/dev/null || skip_all "valgrind, which counts the instructions, is not installed"
if ! make BUILD="$builds" -s -f bench/bench.mk bench-build >"$raw/log" 2>&1; then
    echo "not ok 1 - the benchmark builds"
    sed 's/^/# /' "$raw/log"
    echo 1..1
    exit 1
fi
[ -e $out/valgrind/built ] || skip_all "the instruction counter was not built"

# measure BITS: all figures that a row of the table may need.
measure()
{
    bench=$out/bench$1
    # Lists of options and traces.
    # shellcheck disable=SC2086
    "$bench" efficiency $only bench/traces/*.rep >"$raw/efficiency.$1" &&
        "$bench" pairs $only >"$raw/pairs.$1" &&
        "$bench" fixed $only >"$raw/fixed.$1" &&
        ICOUNT_DIR=$out bench/count/run.sh "$bench" patterns $only >"$raw/patterns.$1" &&
        ICOUNT_DIR=$out bench/count/run.sh "$bench" count --arenas "$raw/efficiency.$1" $only bench/traces/*.rep \
            >"$raw/count.$1"
}

places=
for bits in 64 32; do
    if [ ! -x $out/bench$bits ]; then
        echo "# $bits bits are left out: no compiler for them"
        continue
    fi
    measure $bits 2>"$raw/log" || sed 's/^/# /' "$raw/log"
    places="$places $bits/default $bits/tiny"
done

cat "$raw"/*.64 "$raw"/*.32 2>/dev/null | awk '
    function most(what, value) { if (!((at, what) in max) || value + 0 > max[at, what]) max[at, what] = value + 0 }
    BEGIN { FS = "\t"; OFS = "\t" }
    { at = $4 "/" $3 }
    $1 == "C" {
        most("malloc", $7); most("free", $9); most("refused malloc", $10)
        most("realloc in place", $11); most("aligned alloc", $12)
        if ($5 !~ /^pattern-/) { sum[at] += $6 + $8; traces[at]++ }
    }
    $1 == "E" { efficiency[at] += $6 > 0 ? $7 / $6 : 0; replays[at]++ }
    $1 == "P" { most("worst pair gap", $8 - $7) }
    $1 == "F" { most("smallest arena", $5); most("cost of 64 KiB", $6) }
    END {
        for (k in max) { split(k, part, SUBSEP); print part[1], part[2], max[k] }
        for (at in sum) print at, "mean malloc + free", sprintf("%.1f", sum[at] / traces[at])
        for (at in efficiency) print at, "efficiency at least", sprintf("%.4f", efficiency[at] / replays[at])
    }' >"$raw/figures"

# The bounds do not hold for other compilers' code.
excuse=
case $(${BENCH_CC:-gcc} -dumpversion) in
12 | 12.*) ;;
*) excuse="the bounds are gcc 12's" ;;
esac
exec awk -v where="$places" -v excuse="$excuse" -f tests/bounds.awk bench/bounds.txt "$raw/figures"
