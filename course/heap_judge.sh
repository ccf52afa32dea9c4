#!/bin/sh
# SPDX-License-Identifier: MIT
# One page about a user's heap, beside ours: the course's tests of heaps, efficiency and worst instructions on the
# benchmark's traces, and misuse that is reported. Called by `make judge`. Exits with 0 iff the heap passes all tests that
# apply and completes the benchmark.
#   course/heap_judge.sh BUILD BOARD TOOLCHAIN FILE
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
build=$1
board=$2
toolchain=$3
file=$4
name=$(basename "$file" .c)
case $file in
*.c) ;;
*)
    echo "make judge needs HEAP=FILE.c: your own heap (docs/course.md)" >&2
    exit 2
    ;;
esac
# This make's jobs and knobs are none of theirs.
unset MAKEFLAGS MFLAGS MAKELEVEL INVOKED_IN
out=$build/judge
mkdir -p "$out"
work=$(mktemp -d "$out/run.XXXXXX")
trap 'rm -rf "$work"' EXIT
run() { # TARGET KNOBS...
    make --no-print-directory -s BUILD="$build" "$@"
}

# --- Tests and misuse, on the board -----------------------------------------------------------------------------------

ours="bump first_fit next_fit best_fit worst_fit buddy slab heap"
for heap in "$file" $ours; do
    short=$heap
    [ "$heap" != "$file" ] || short=own
    echo "judge: tests with HEAP=$heap" >&2
    run ktest-suite SUITE=judge BOARD="$board" TOOLCHAIN="$toolchain" HEAP="$heap" >"$work/tests.$short" 2>&1 || true
    run ktest KTEST=course/tests/heap/misuse.c KTEST_SECONDS=5 BOARD="$board" TOOLCHAIN="$toolchain" MEM_KB=256 HEAP="$heap" \
        >"$work/misuse.$short" 2>&1 || true
done
if ! grep -q '^1\.\.' "$work/tests.own" || grep -q '^# ktest: WRONG: it does not build' "$work/tests.own"; then
    grep -v '^ok' "$work/tests.own" >&2
    exit 2
fi

# --- Efficiency and instructions, on the host -------------------------------------------------------------------------

# 32 bits if the host's compiler supports them, as most machines of courses have.
bits=32
echo 'int main(void) { return 0; }' | gcc -m32 -x c -o /dev/null - 2>/dev/null || bits=64
bench() {
    run bench-build BENCH_BITS=$bits >"$work/log" 2>&1 || return
    : >"$work/log"
    gcc -m$bits -O2 -fPIC -w -std=gnu11 -fno-builtin -I"$(dirname "$file")" -Ikernel/include -Itests/host/include \
        -c -o "$work/all.o" "$file" 2>>"$work/log" || return
    # The thunks are shared by all code for 32 bits that is position independent.
    objcopy --wildcard --keep-global-symbol='__x86.get_pc_thunk.*' --keep-global-symbol="${name}_init" \
        --keep-global-symbol="${name}_alloc" --keep-global-symbol="${name}_free" "$work/all.o" "$work/user.o" || return
    gcc -m$bits -O2 -fPIC -fno-builtin -std=c11 -D"USER(f)=${name}_##f" -shared -Wl,-Bsymbolic,-z,defs \
        -o "$work/own.so" bench/adapters/user_heap.c "$work/user.o" 2>>"$work/log" || return
    for kind in efficiency count patterns; do
        set -- "$build/bench/bench$bits" $kind --lib own="$work/own.so,align=$((bits / 8))" --only "own,$(echo "${ours% heap}" | tr " " ,),heap/default" --quick \
            --patience 10000000
        case $kind in
        efficiency) set -- "$@" bench/traces/*.rep ;;
        count) set -- "$@" --arenas "$work/efficiency" bench/traces/*.rep ;;
        esac
        if [ $kind != efficiency ]; then
            command -v valgrind >/dev/null && [ -d "$build/bench/valgrind" ] || continue
            set -- bench/count/run.sh "$@"
        fi
        echo "judge: $kind on the host" >&2
        status=0
        # A heap may loop for ever, or crash: 1 says that the benchmark has noticed.
        (ulimit -t 600 && ICOUNT_DIR=$build/bench "$@") >"$work/$kind" 2>>"$work/log" || status=$?
        [ $status -le 1 ] || printf 'X\town\t-\t%s\t%s\tended with status %s\n' $bits $kind $status >>"$work/$kind"
    done
}
bench || sed 's/^/judge: no benchmark: /' "$work/log" >&2
touch "$work/efficiency" "$work/count" "$work/patterns"

# --- The page ---------------------------------------------------------------------------------------------------------

awk -v name="$name" -v board="$board" -v bits="$bits" -v ours="$ours" -f course/heap_judge.awk "$work"/tests.* "$work"/misuse.* \
    "$work/efficiency" "$work/count" "$work/patterns" | tee "$out/$name.txt"
echo "judge: $out/$name.txt" >&2
! grep -q '^not ok\|^X	own' "$work/tests.own" "$work/efficiency" "$work/count" "$work/patterns"
