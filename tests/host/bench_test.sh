#!/bin/sh
# SPDX-License-Identifier: MIT
# Test of the benchmark harness and the instruction counter (TAP on standard output). Run from the repository's root.
# Tests whose tools are missing (valgrind, a 32-bit compiler) are skipped.
set -u
builds=${TEST_BUILD:-build}
work=$builds/bench/test
export ICOUNT_DIR="$builds/bench"
mkdir -p "$work"
cc=${BENCH_CC:-gcc}
shown=$work/none # every check says itself what was wrong
. tests/tap.sh

skip() { # NAME WHY
    report 0 "$1 # SKIP $2"
}

# same EXPECTED ACTUAL NAME
same()
{
    [ "$1" = "$2" ]
    report $? "$3"
    [ "$1" = "$2" ] || printf '# expected: %s\n# but was:  %s\n' "$1" "$2"
}

# refused NAME TRACE LINE TEXT: the trace is refused at that line, for that reason.
refused()
{
    printf "$2" >"$work/bad.rep"
    message=$($builds/bench/bench64 check "$work/bad.rep" 2>&1)
    same 2 $? "$1: status"
    same "bench: $work/bad.rep:$3: $4" "$message" "$1: message"
}

make BUILD="$builds" -s -f bench/bench.mk bench-build >"$work/log" 2>&1
report $? "the benchmark builds"

# --- Twins: of an allocator with wrappers, and of one in a source file of its own

cat >"$work/table.c" <<END
#include <mem_allocator_bump.h>
extern const struct mem_allocator mem_allocator_mine;
const struct mem_allocator *const mem_allocators[] = {&mem_allocator_bump, &mem_allocator_mine, NULL};
END
cat >"$work/twins.c" <<END
#include <mem_allocator_bump.h>
static void *take(struct mem_instance *self, size_t bytes)
{
    *(size_t *)self += bytes;
    return self;
}
const struct mem_allocator mem_allocator_mine = {.alloc = take};
extern const struct mem_allocator *const own_test[], *const twins_test[];
int main(void)
{
    static unsigned char arena[100];
    struct mem_bump_instance state;
    struct mem_instance *bump = own_test[0]->init(&state, arena, sizeof arena, NULL);
    size_t mine = 0;
    twins_test[0]->alloc(bump, 40);
    twins_test[0]->aligned(bump, 8, 40);
    twins_test[1]->alloc((struct mem_instance *)&mine, 40);
    if (state.bump.used != 0 || mine != 0)
        return 1;
    own_test[0]->alloc(bump, 40);
    own_test[1]->alloc((struct mem_instance *)&mine, 40);
    return state.bump.used < 40 || mine != 40;
}
END
for bits in 64 32; do
    if [ ! -x $builds/bench/bench$bits ]; then
        skip "$bits bit: twins" "no compiler for it"
        continue
    fi
    bench/adapters/own.sh "$work/own-test$bits.o" test "$cc -m$bits" "-O2 -fno-pie -Ilibmem/include -Ilibmem/src" "$work/table.c" &&
        $cc -m$bits -no-pie -Ilibmem/include -Ilibmem/src -o "$work/twins$bits" "$work/twins.c" "$work/own-test$bits.o" \
            libmem/src/mem_bump.c >"$work/log" 2>&1 && "$work/twins$bits"
    report $? "$bits bit: twins do nothing, the table's own allocators do"
    same 1 "$(objdump -d "$work/own-test$bits/return" | grep -c '^ *[0-9a-f]*:')" "$bits bit: and their functions only return"
done

# --- Traces that are not traces

refused "empty" '' 0 "no operations"
refused "headers only" '5\n' 1 "no operations"
refused "text" 'hello\n' 1 "neither a header (a number) nor an operation (a, m, r or f)"
refused "unknown letter" 'a 0 8\nx 0\n' 2 "not an operation (a, m, r or f)"
refused "no size" 'a 0\n' 1 "a size expected"
refused "nothing after the letter" 'a\n' 1 "a space expected after the letter"
refused "negative id" 'a -1 8\n' 1 "an id expected"
refused "negative size" 'a 0 -8\n' 1 "a size expected"
refused "huge id" 'a 99999999999999999999999 8\n' 1 "an id larger than 16777216"
refused "huge size" 'a 0 99999999999999999999999\n' 1 "a size larger than 536870912"
refused "no alignment" 'm 0 8\n' 1 "an alignment expected"
refused "odd alignment" 'm 0 8 24\n' 1 "an alignment that is no power of two"
refused "huge alignment" 'm 0 8 4194304\n' 1 "an alignment larger than 2097152"
refused "trailing text" 'a 0 8 junk\n' 1 "unexpected text after the operation"
refused "allocated twice" '1\n2\na 0 8\na 0 8\n' 4 "allocates an id that is alive"
refused "freed twice" '1\n2\na 0 8\nf 0\nf 0\n' 5 "frees an id that is not alive"
refused "realloc of nothing" 'r 3 8\n' 1 "reallocates an id that is not alive"
$builds/bench/bench64 check "$work/missing.rep" >"$work/log" 2>&1
same 2 $? "missing file: status"
printf '7\n# comment\na 0 0\nr 0 20\nm 1 3 64\nf 0\n' >"$work/fine.rep"
same "fine: 4 operations, peak 23 bytes in 2 blocks, largest request 67, sum 47ccffa2ad29ca6c" \
    "$($builds/bench/bench64 check "$work/fine.rep")" "headers, comments and a request for 0 bytes"

# --- Families: the same operations on every machine

families() # BITS: facts about all families, with two seeds
{
    "$builds/bench/bench$1" check $("$builds/bench/bench$1" families |
        awk '{ print "family:" $1 ":1"; if ($3) print "family:" $1 ":7" }')
}
for bits in 64 32; do
    if [ ! -x $builds/bench/bench$bits ]; then
        skip "$bits bit: families" "no compiler for it"
        continue
    fi
    same "3521272260 7012" "$(families $bits | cksum)" "$bits bit: every family has the operations that it always had"
done
"$builds/bench/bench64" write family:strings-8..40:3 >"$work/strings-8..40-s3.rep"
same "$("$builds/bench/bench64" check family:strings-8..40:3)" "$("$builds/bench/bench64" check "$work/strings-8..40-s3.rep")" \
    "a family's trace can be written and read again"
"$builds/bench/bench64" check family:nonsense:1 >"$work/log" 2>&1
same 2 $? "an unknown family is an error"

# --- Efficiency: 100 + 50 + 30 bytes cost 112 + 64 + 32 in the bump allocator of the test, peak 150

printf 'a 0 100\na 1 50\nf 0\na 2 30\n' >"$work/small.rep"
{
    for i in 0 1 2 3 4 5 6 7 8 9; do echo "a $i 32"; done
    printf 'f 3\nr 2 64\nf 5\na 10 48\n'
} >"$work/ten.rep"
printf 'a 0 100\nm 1 50 64\n' >"$work/aligned.rep"
seq 0 511 | sed 's/.*/a & 16/' >"$work/many.rep"

# library BITS NAME FLAGS: build a variant of the bad allocator.
library()
{
    $cc -m"$1" -O1 -fno-builtin -fPIC -shared -Wl,-Bsymbolic $3 -o "$work/lib$2$1.so" tests/host/bench_bad_malloc.c
}

# measure BITS NAME MODE TRACE [OPTION OF THE LIBRARY]
measure()
{
    $builds/bench/bench"$1" "$3" --no-libs --only "$2" --lib "$2=$work/lib$2$1.so${5:-}" --call-seconds 1 \
        "$work/$4.rep" 2>"$work/log"
}

for bits in 64 32; do
    if [ ! -x $builds/bench/bench$bits ]; then
        skip "$bits bit" "no compiler for it"
        continue
    fi
    library $bits good ""
    same "$(printf 'E\tgood\t-\t%s\tsmall\t208\t150\t0\t0' $bits)" \
        "$(measure $bits good efficiency small)" "$bits bit: efficiency known by hand"
    # The allocator has no aligned requests: 112 + (50 + 64 rounded up) bytes.
    same "$(printf 'E\tgood\t-\t%s\taligned\t240\t150\t0\t0' $bits)" \
        "$(measure $bits good efficiency aligned)" "$bits bit: an aligned request known by hand"
    measure $bits good efficiency ten >"$work/out"
    same 0 $? "$bits bit: a sound allocator passes"
    library $bits holes -DBAD_HOLES
    same "$(printf 'E\tholes\t-\t%s\tmany\t8192\t8192\t1\t1' $bits)" \
        "$(measure $bits holes efficiency many)" "$bits bit: an arena missed by the bisection is found"

    # --- Allocators that are broken
    while IFS=: read -r name why; do
        library $bits "$name" "-DBAD_$(echo "$name" | tr a-z A-Z)"
        measure $bits "$name" efficiency ten >"$work/out"
        same 1 $? "$bits bit: $name: status"
        grep -q "^X	$name	-	$bits	ten	$why" "$work/out"
        report $? "$bits bit: $name: $why"
    done <<END
overlap:contents damaged
outside:block outside the arena
misaligned:block misaligned
behind:wrote behind its arena
scribble:contents damaged
realloc:contents lost in a realloc
crash:ended by signal 11 (Segmentation fault) in malloc (id 4, 32 bytes), call 5$
loop:endless loop in malloc (id 4, 32 bytes), call 5$
exit:ended the program with status 2 in malloc (id 4, 32 bytes), call 5$
END

    # --- Alignment of a library, and sized free
    library $bits four -DBAD_FOUR
    same "$(printf 'X\tfour\t-\t%s\tten\tblock misaligned (id 1, 32 bytes)' $bits)" \
        "$(measure $bits four efficiency ten)" "$bits bit: a library that aligns to 4 is checked for 8"
    same "$(printf 'E\tfour\t-\t%s\tten\t480\t336\t0\t0' $bits)" \
        "$(measure $bits four efficiency ten ,align=4)" "$bits bit: and for 4 with align=4"
    measure $bits good efficiency ten ,align=16 >"$work/out"
    same 0 $? "$bits bit: align=16"
    measure $bits good efficiency ten ,align=7 >"$work/out"
    same 2 $? "$bits bit: align=7 is an error"
    for free in bench_free free_sized; do
        library $bits sized -DSIZED_FREE=$free
        measure $bits sized efficiency ten >"$work/out"
        same 0 $? "$bits bit: $free gets the size that was requested last"
    done

    # --- Counts: malloc takes 5 or 27 instructions, free 1
    if ! command -v valgrind >/dev/null || [ ! -e $builds/bench/valgrind/built ]; then
        skip "$bits bit: counts" "no valgrind"
        continue
    fi
    printf 'a 0 10\na 1 100\nf 0\na 0 20\nf 1\nf 0\n' >"$work/count.rep"
    $cc -m$bits -shared -Wl,-z,notext -nostdlib -o "$work/counted$bits.so" tests/host/bench_counted.S \
        2>"$work/log"
    same "$(printf 'C\tcounted\t-\t%s\tcount\t12.3\t27\t1.0\t1\t0\t0\t0' $bits)" \
        "$(bench/count/run.sh $builds/bench/bench$bits count --no-libs --only counted \
            --lib "counted=$work/counted$bits.so" "$work/count.rep")" "$bits bit: counts are exact"
    # 27 instructions are taken for three blocks. The next request is not asked.
    same "$(printf 'S\tcounted\t-\t%s\tcount\tcounts of its beginning only\nC\tcounted\t-\t%s\tcount\t16.0\t27\t1.0\t1\t0\t0\t0' $bits $bits)" \
        "$(bench/count/run.sh $builds/bench/bench$bits count --no-libs --only counted --patience 2 \
            --lib "counted=$work/counted$bits.so" "$work/count.rep")" "$bits bit: patience with a library counts its instructions"
done

$builds/bench/bench64 check --lib "none=$work/none.so" "$work/small.rep" >"$work/log" 2>&1
same 2 $? "a library that cannot be loaded is an error"
$builds/bench/bench64 efficiency --nonsense "$work/small.rep" >"$work/log" 2>&1
same 2 $? "an unknown option is an error"

# --- Shims of peers, against declarations that look like theirs

mkdir -p "$work/peers"
cat >"$work/peers/tlsf.h" <<'END'
#include <stddef.h>
typedef void *tlsf_t;
tlsf_t tlsf_create_with_pool(void *, size_t);
size_t tlsf_size(void), tlsf_pool_overhead(void);
void *tlsf_malloc(tlsf_t, size_t), *tlsf_memalign(tlsf_t, size_t, size_t), *tlsf_realloc(tlsf_t, void *, size_t);
void tlsf_free(tlsf_t, void *);
END
cat >"$work/peers/o1heap.h" <<'END'
#include <stddef.h>
typedef struct O1HeapInstance O1HeapInstance;
O1HeapInstance *o1heapInit(void *const, const size_t);
void *o1heapAllocate(O1HeapInstance *const, const size_t);
void o1heapFree(O1HeapInstance *const, void *const);
END
cat >"$work/peers/dlmalloc.c" <<'END'
#include <stddef.h>
#if !ONLY_MSPACES || HAVE_MMAP || HAVE_MORECORE || MALLOC_ALIGNMENT != 8
#error "not as it is measured"
#endif
typedef void *mspace;
mspace create_mspace_with_base(void *, size_t, int);
void *mspace_malloc(mspace, size_t), *mspace_memalign(mspace, size_t, size_t), *mspace_realloc(mspace, void *, size_t);
void mspace_free(mspace, void *);
END
# One free block: as much of it as the shim needs.
cat >"$work/peers/heap_4.c" <<'END'
#include <stdlib.h>
#include "FreeRTOS.h"
#include "task.h"
typedef struct A_BLOCK_LINK {
    struct A_BLOCK_LINK *pxNextFreeBlock;
    size_t xBlockSize;
} BlockLink_t;
static const size_t xHeapStructSize = (sizeof(BlockLink_t) + portBYTE_ALIGNMENT_MASK) & ~(size_t)portBYTE_ALIGNMENT_MASK;
PRIVILEGED_DATA static BlockLink_t xStart, *pxEnd;
PRIVILEGED_DATA static size_t xFreeBytesRemaining, xMinimumEverFreeBytesRemaining;
static void *pvPortMalloc(size_t bytes)
{
    BlockLink_t *block = xStart.pxNextFreeBlock;
    size_t gross = (bytes + xHeapStructSize + portBYTE_ALIGNMENT_MASK) & ~(size_t)portBYTE_ALIGNMENT_MASK;
    vTaskSuspendAll();
    if (block == pxEnd || block->xBlockSize < gross + xHeapStructSize)
        return (void)xTaskResumeAll(), NULL;
    xStart.pxNextFreeBlock = (BlockLink_t *)((uint8_t *)block + gross);
    *xStart.pxNextFreeBlock = (BlockLink_t){pxEnd, block->xBlockSize - gross};
    xFreeBytesRemaining -= gross;
    xMinimumEverFreeBytesRemaining = xFreeBytesRemaining;
    return (uint8_t *)block + xHeapStructSize;
}
static void vPortFree(void *block)
{
    (void)block;
}
END
for bits in 64 32; do
    [ -x $builds/bench/bench$bits ] || continue
    for shim in bench/adapters/peers/*.c; do
        $cc -m$bits -std=c11 -Wall -Wextra -Werror -fPIC -fno-builtin -O1 -c -I"$work/peers" -Ibench/adapters/peers/freertos \
            -o "$work/peers/$(basename "$shim").o" "$shim" >"$work/log" 2>&1
        report $? "$bits bit: $shim compiles"
    done
    $cc -m$bits -shared -Wl,-Bsymbolic -o "$work/libheap_4$bits.so" "$work/peers/heap_4.c.o"
    # Blocks of 100, 50 and 30 bytes with headers of two words, the end's header, and the rest that a block must leave.
    same "$(printf 'E\theap_4\t-\t%s\tsmall\t%s\t150\t0\t0' $bits $((bits == 64 ? 272 : 232)))" \
        "$(measure $bits heap_4 efficiency small)" "$bits bit: FreeRTOS' list is set up in the benchmark's arena"
done

# --- The whole, on one small trace

mkdir -p "$work/one" "$work/whole" "$work/two"
cp "$work/ten.rep" "$work/one/"
cp "$work/ten.rep" "$work/two/"
cp "$work/small.rep" "$work/two/large.rep" # not long enough for the broken ones
printf 'small-* nobody\nlarge malloc-lab\n' >"$work/two/classes"
# The same programs once more, not built anew.
[ -e "$work/whole/bench" ] || {
    mkdir "$work/whole/bench.new"
    new=$(cd "$work/whole/bench.new" && pwd)
    (cd "$builds/bench" && cp -a 64 32 bench* flags valgrind "$new/")
    mv "$work/whole/bench.new" "$work/whole/bench"
}
# bench OPTION...: make bench on one small trace; its output is in $work/out and $work/log.
bench()
{
    make -s -f bench/bench.mk bench BUILD="$work/whole" BENCH_QUICK=1 BENCH_BITS=64 BENCH_TRACES="$work/one" BENCH_SEEDS=none \
        "$@" >"$work/out" 2>"$work/log"
}
bench BENCH_LIBS="good=$work/libgood64.so" BENCH_ONLY=good,glibc BENCH_KINDS=trace,fixed,time
same 0 $? "make bench: status"
same "allocator,preset,bits,trace,efficiency,malloc_mean,malloc_max,free_mean,free_max,ns_per_op,class,verdict" \
    "$(head -n 1 "$work/whole/bench/bench.csv")" "make bench: header of bench.csv"
same "" "$(awk -F, 'NF != 12' "$work/whole/bench/bench.csv")" "make bench: twelve columns in every line"
# Peak 320 - 32 + 32 - 32 + 48 = 336 bytes; the bump allocator needs 320 + 64 + 48 = 432.
same "good,-,64,ten,0.7778" "$(grep '^good,-,64,ten,' "$work/whole/bench/bench.csv" | cut -d, -f1-5)" \
    "make bench: efficiency in bench.csv"

# --- Broken libraries rank last, with what they completed; classes and the number of jobs at a time

# Without the counter and its folder: a second for each run. The lines of a loop take one more.
mkdir -p "$work/native run" "$work/no-parallel"
rm -rf "$work/native run/raw"
ln -f "$work/whole/bench/bench64" "$work/native run/bench64"
printf '#!/bin/sh\necho another parallel\n' >"$work/no-parallel/parallel"
chmod +x "$work/no-parallel/parallel"
native() # VARIABLE=VALUE...: the traces' efficiency of sound and broken libraries
{
    env BENCH_BITS=64 BENCH_TRACES="$work/two" BENCH_SEEDS=none BENCH_ONLY=good,crash,overlap,loop,next_fit BENCH_KINDS=trace \
        BENCH_LIBS="good=$work/libgood64.so,align=16 crash=$work/libcrash64.so overlap=$work/liboverlap64.so loop=$work/libloop64.so" \
        BENCH_CALL_SECONDS=1 "$@" tools/limit.pl 600 bench/run.sh "$work/native run" >"$work/out" 2>"$work/log"
}
native JOBS=1
same 1 $? "make bench: fails if an allocator is broken"
cp "$work/out" "$work/one.txt"
rows() # CLASS: the allocators of a class in their order, with their verdicts
{
    sed -n "/bit, $1:/,/^\$/p" "$work/one.txt" | sed '1,2d' | awk 'NF { print $1, $2, $3 == "BROKEN" ? $3 " " $4 " of " $6 : "" }'
}
same "good 16 
next_fit 16 
crash 8 BROKEN 0 of 1
overlap 8 BROKEN 0 of 1
loop 8 BROKEN 0 of 1" "$(rows 'recorded small')" "make bench: broken allocators rank last, with the traces they completed"
same "good 16 
next_fit 16 
crash 8 BROKEN 1 of 1
overlap 8 BROKEN 1 of 1
loop 8 BROKEN 1 of 1" "$(rows malloc-lab)" "make bench: a trace's class is what its folder says"
grep -q '^note: loop, 64 bit, ten: BROKEN: endless loop in malloc (id 4, 32 bytes), call 5$' "$work/one.txt"
report $? "make bench: and the report says how they are broken"
native JOBS=3
same "$(cat "$work/one.txt")" "$(cat "$work/out")" "make bench: three jobs at a time find the same as one"
native JOBS=3 PATH="$PWD/$work/no-parallel:$PATH"
same "$(cat "$work/one.txt")" "$(cat "$work/out")" "make bench: without GNU parallel, too"
grep -qF "bench: xargs spreads the jobs over this machine, because GNU parallel (Debian: parallel) is not installed" "$work/log"
report $? "make bench: and says so"

# A run that is ended while the looping library's job runs, with a line that was cut off.
rm -rf "$work/native run/raw"
native JOBS=1 &
run=$!
until grep -q overlap "$work/native run/raw/results" 2>/dev/null || ! kill -0 $run 2>/dev/null; do sleep 0.1; done
kill $(ps -o pid= --ppid $run) 2>/dev/null || kill $run
wait $run
printf '9\tJ\tloop' >>"$work/native run/raw/results"
native JOBS=2
same "$(cat "$work/one.txt")" "$(cat "$work/out")" "make bench: a run that was ended is continued, and finds the same"
grep -q '^bench: [1-9] of 10 jobs were done by a run that was ended early$' "$work/log"
report $? "make bench: and does only what is missing"

# --- What cannot be measured is said in a line, before anything is

# said NAME TEXT VARIABLE=VALUE...: make bench exits with 2 and prints TEXT.
said()
{
    name=$1
    text=$2
    shift 2
    make -s -f bench/bench.mk bench BUILD="$work/whole" BENCH_QUICK=1 BENCH_TRACES="$work/one" BENCH_BITS=64 "$@" \
        >"$work/out" 2>"$work/log"
    same 2 $? "make bench: $name: status"
    grep -qxF "bench: $text" "$work/log"
    report $? "make bench: $name: says why"
    [ ! -s "$work/out" ]
    report $? "make bench: $name: prints no table"
}
echo 'int nothing;' | $cc -shared -fPIC -x c -o "$work/libnothing.so" -
echo text >"$work/text.so"
said "a library that is not there" "mine=$work/none.so: there is no such file, or it cannot be read" BENCH_LIBS="mine=$work/none.so"
said "a library without a name" "BENCH_LIBS: $work/libgood64.so is not NAME=PATH" BENCH_LIBS="$work/libgood64.so"
said "a library that is none" "mine=$work/text.so: not a shared library (ELF)" BENCH_LIBS="mine=$work/text.so"
said "a library without malloc" "64 bit: mine left out: $work/libnothing.so: exports no malloc and free of its own" BENCH_LIBS="mine=$work/libnothing.so"
said "an unknown allocator" "BENCH_ONLY=nonsense names no allocator that this machine has" BENCH_ONLY=nonsense
said "a folder without traces" "no .rep traces in $work/none" TRACES="$work/none" BENCH_TRACES="bench/traces $work/none"


# --- Patience counts blocks, not time

smallest() { # PATIENCE ALLOCATOR: the result lines for a trace; ends the shell
    exec "$builds/bench/bench64" efficiency --no-libs --only "$2" --patience "$1" bench/traces/perl.rep
}
same "S	first_fit	-	64	perl	no smallest arena" "$(smallest 1000 first_fit)" "first fit is cut off where it examines too many blocks"
same "S	heap	paranoid	64	perl	no smallest arena" "$(smallest 1000 heap/paranoid)" "so is a heap that checks all blocks in every call"
same "$(smallest 0 heap/default)" "$(smallest 1 heap/default)" "an allocator that does not search is not"
(smallest 25000000 heap/paranoid) >"$work/unstopped"
smallest 25000000 heap/paranoid >"$work/stopped" &
bench=$!
sleep 0.2
kill -STOP $bench
sleep 3
kill -CONT $bench
wait $bench
grep -q '^E' "$work/unstopped" && cmp -s "$work/unstopped" "$work/stopped"
report $? "and a process that stands still for three seconds finds the same"

echo "1..$count"
exit $failed
