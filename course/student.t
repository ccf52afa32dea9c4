#!/bin/sh
# SPDX-License-Identifier: MIT
# Plays a student: wrong tests, kernels and heaps, and what `make ktest` and `make course` say of them. `student.t judge`,
# of `make check-all`, also tries `make judge`.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh
board=msim
if ! TESTS_BUILT=1 tests/kernel/kernel.sh -r msim-clang >"$work/out"; then
    board=malta
fi
build=${TEST_BUILD:-build}

# test NAME KNOBS...: run the test on standard input.
run() {
    name=$1
    shift
    cat >"$work/$name.c"
    make --no-print-directory -s ktest BUILD="$build" BOARD=$board KTEST="$work/$name.c" "$@" >"$work/out" 2>&1
}
says() { # PATTERN: a line of the output has it
    grep -q "$1" "$work/out"
}

# --- Where it happened ------------------------------------------------------------------------------------------------

run store MEM_KB=1024 <<'TEXT'
#include <ktest.h>
static __attribute__((noinline)) void store(int *p)
{
    *p = 1;
    printk("stored\n");
}
void kernel_test(void)
{
    store((int *)4);
    ktest_passed();
}
TEXT
[ $? -ne 0 ] && says "^ktest: at store(), $work/store.c:4 (0x8" && says "^ktest: called from kernel_test(), $work/store.c:9 (0x8" &&
    says '^ktest: called from kernel_main(), course/runtime/main.c:' &&
    says "^ktest: WRONG: \[EXC\] .*; at store(), $work/store.c:4 "
report $? "a store through NULL: function, file and line, and the caller's"

run thread_store MEM_KB=1024 <<'TEXT'
#include <ktest.h>
#include <ktest/thread.h>
static __attribute__((noinline)) void store(int *p)
{
    *p = 1;
    printk("stored\n");
}
static void *worker(void *data)
{
    store(data);
    return NULL;
}
void kernel_test(void)
{
    thread_t *thread;

    ktest_thread_create_checked(&thread, worker, (void *)4, 0, "worker");
    ktest_thread_join_checked(thread, NULL);
    ktest_passed();
}
TEXT
[ $? -ne 0 ] && says "^ktest: at store(), $work/thread_store.c:5 (0x8" &&
    says "^ktest: called from worker(), $work/thread_store.c:10 " && says "^ktest: called from thread_main(), kernel/src/proc/thread.c:"
report $? "the same in a thread: the backtrace"

run spin MEM_KB=1024 KTEST_SECONDS=1 <<'TEXT'
#include <ktest.h>
static volatile int rounds;
static __attribute__((noinline)) void spin(void)
{
    while (true)
        rounds++;
}
void kernel_test(void)
{
    spin();
}
TEXT
[ $? -ne 0 ] && says "^ktest: called from kernel_test(), $work/spin.c:10 " &&
    says "^ktest: WRONG: no end within the time limit; at spin(), $work/spin.c:[56] " &&
    if [ $board = msim ]; then
        says "^\[msim\] no end after 10000000 instructions, PC=0x8"
    else
        says "^\[qemu\] no end after 1 seconds, PC=0x8"
    fi
report $? "a test that does not end: where it is"

cat >"$work/stop.c" <<'TEXT'
#include <ktest.h>
static __attribute__((noinline)) void stop(int stage)
{
    machine_enter_debugger();
    printk(KTEST_ACTUAL "after stop %d\n", stage);
}
void kernel_test(void)
{
    stop(1);
    printk(KTEST_EXPECTED "after stop 2\n");
    stop(2);
    ktest_passed();
}
TEXT
run debugger MEM_KB=1024 <"$work/stop.c"
status=$?
if [ $board = msim ]; then
    [ $status -ne 0 ] && says '^ktest: WRONG: it enters the debugger, for which there is no terminal; ' &&
        says "^ktest: the debugger is called from stop(), $work/debugger.c:4 (0x8" && ! says 'after stop'
    report $? "machine_enter_debugger() without a terminal: an end, and where it was called"
    printf 'continue\ncpu0 rd\ncontinue\n' | tools/limit.pl -w 100 50 script -qec "make --no-print-directory -s ktest \
        BUILD=$build BOARD=msim KTEST=$work/debugger.c MEM_KB=1024" /dev/null | tr -d '\r' >"$work/out"
    says 'after stop 1$' && says 'processor 0$' && says 'after stop 2$' && says '^ktest: RIGHT: passed, 1 outputs'
    report $? "and on a terminal: the simulator's prompt, which can continue"
else
    [ $status -eq 0 ] && [ "$(grep -c '^\[debugger\] called from 0x8' "$work/out")" -eq 2 ] && says '^ktest: RIGHT'
    report $? "machine_enter_debugger() tells where it was called, and goes on on QEMU"
fi

run assertion MEM_KB=1024 <<'TEXT'
#include <ktest.h>
void kernel_test(void)
{
    int sum = 2 + 2;

    ktest_assert(sum == 5, "the sum is %d", sum);
    ktest_passed();
}
TEXT
[ $? -ne 0 ] && says "^ktest: WRONG: it says: Test failed. ($work/assertion.c:6: the sum is 4 (sum == 5)); at kernel_test(), $work/assertion.c:6 "
report $? "a failed assertion of the test: message, function, file, line"

run kernel_assertion MEM_KB=1024 DEBUG=1 <<'TEXT'
#include <ktest.h>
static __attribute__((noinline)) void check(int sum)
{
    assert(sum == 5);
    printk("the sum is 5\n");
}
void kernel_test(void)
{
    check(4);
    ktest_passed();
}
TEXT
[ $? -ne 0 ] && says '^Kernel panic: assertion failed: sum == 5' && says "^  at $work/kernel_assertion.c:4 in check()" &&
    says "^ktest: WRONG: .* sum == 5; at check(), $work/kernel_assertion.c:4 " &&
    says "^ktest: called from kernel_test(), $work/kernel_assertion.c:9 "
report $? "a failed assertion of the kernel: function, file, line, and the caller"

# --- Files that are no tests ------------------------------------------------------------------------------------------

run nothing MEM_KB=1024 <<'TEXT'
#include <ktest.h>
void kernel_tset(void)
{
}
TEXT
[ $? -ne 0 ] && says "^ktest: WRONG: it does not build: $work/nothing.c: error: no function void kernel_test(void)"
report $? "a file without kernel_test()"

run typing_error MEM_KB=1024 <<'TEXT'
#include <ktest.h>
void kernel_test(void)
{
    ktest_passed()
}
TEXT
[ $? -ne 0 ] && says "^ktest: WRONG: it does not build: $work/typing_error.c:4:.*error: "
report $? "a file that does not compile: file and line"

run large MEM_KB=32 <<'TEXT'
#include <ktest.h>
char array[100000];
void kernel_test(void)
{
    array[0] = 1;
    ktest_passed();
}
TEXT
[ $? -ne 0 ] && says '^ktest: WRONG: the image with this test takes [0-9]* KiB, the machine has 32\|MEM_KB=32 is wrong'
report $? "a test that is larger than the machine"

# --- One image on machines of several sizes ---------------------------------------------------------------------------

# threads MEM_KB: how many threads the image makes there
threads() {
    boards/boot.sh 100 $board -i -m "$1" "$image" 2>&1 | sed -n 's/^figure: \([0-9]*\) threads at once\r*$/\1/p'
}
for built_for in 96 4096; do
    image=$(make --no-print-directory -s ktest-image BUILD="$build" BOARD=$board MEM_KB=$built_for \
        KTEST=course/tests/thread/many.c KTEST_NAME=many-$built_for KTEST_FLAGS=-DMIN_THREADS=1)
    small=$(threads 96)
    large=$(threads 512)
    echo "built for $built_for KiB: $small threads in 96 KiB, $large in 512" >"$work/out"
    cat "$work/out" >>"$work/figures"
    [ "${small:-0}" -ge 5 ] && [ "${large:-0}" -ge 90 ]
    report $? "an image built for $built_for KiB makes as many threads as memory allows: $small in 96 KiB, $large in 512"
done
[ "$(sed 's/.*: //' "$work/figures" | sort -u | wc -l)" -eq 1 ]
report $? "and the size that it was built for makes no difference"

# --- Leaks ------------------------------------------------------------------------------------------------------------

run leak MEM_KB=1024 <<'TEXT'
#include <ktest.h>
#include <ktest/leak.h>
#include <mm/heap.h>
static void forget(void *ignored)
{
    char *first = kmalloc(10);
    char *second = kmalloc(20);

    if (second == NULL)
        return;
    kfree(second);
    kfree(first);
}
void kernel_test(void)
{
    ktest_leak_check(forget, NULL);
    ktest_passed();
}
TEXT
[ $? -ne 0 ] && says '^ktest: WRONG: .* bytes were not freed after allocation 2 was refused'
report $? "a block that is forgotten when the second allocation fails"

# --- A student's heap: HEAP=FILE.c ------------------------------------------------------------------------------------

# heap NAME TEST KNOBS...: a test of ours with the heap on standard input, NAME.c in a folder of the student, who names it so
heap() {
    name=$1
    test=$2
    shift 2
    mkdir -p "$work/heaps"
    cat >"$work/heaps/$name.c"
    (cd "$work/heaps" && make --no-print-directory -s -C "$root" ktest BUILD="$build" BOARD=$board HEAP="$name.c" \
        KTEST="$root/course/tests/$test.c" "$@") >"$work/out" 2>&1
}
breaks() { # NAME RULE DESCRIPTION: the heap on standard input is refused with that sentence
    heap "$1" heap/basic MEM_KB=256
    [ $? -ne 0 ] && says "^ktest: WRONG: Kernel panic: \[heap\] $2"
    report $? "a student's heap $3: the function and the rule"
}
# First fit on one list. It has names that the kernel has, too, and its file is called like a part of the kernel.
cat >"$work/heap.c" <<'TEXT'
#include <types.h>
#include <lib/print.h>
struct head {
    size_t bytes;
    bool used;
    struct head *next;
} *first;
void *kmalloc(size_t bytes)
{
    return NULL;
}
bool heap_init(void *arena, size_t bytes)
{
    first = arena;
    first->bytes = bytes - sizeof *first;
    first->used = false;
    first->next = NULL;
    return true;
}
void *heap_alloc(size_t bytes)
{
    if (bytes > 1 << 30)
        return NULL;
    bytes = (bytes + 7) / 8 * 8;
    for (struct head *at = first; at != NULL; at = at->next) {
        while (!at->used && at->next != NULL && !at->next->used) {
            at->bytes += sizeof *at + at->next->bytes;
            at->next = at->next->next;
        }
        if (at->used || at->bytes < bytes)
            continue;
        if (at->bytes >= bytes + sizeof *at + 8) {
            struct head *rest = (void *)((char *)(at + 1) + bytes);
            rest->bytes = at->bytes - bytes - sizeof *at;
            rest->used = false;
            rest->next = at->next;
            at->bytes = bytes;
            at->next = rest;
        }
        at->used = true;
        return at + 1;
    }
    return NULL;
}
void heap_free(void *block)
{
    ((struct head *)block)[-1].used = false;
}
TEXT
status=0
for test in heap/basic:MEM_KB=256 heap/align:MEM_KB=256 heap/reuse_lifo:MEM_KB=64 thread/join:MEM_KB=256; do
    heap heap "${test%:*}" "${test#*:}" <"$work/heap.c" && says '^ktest: RIGHT: passed' || { status=1; break; }
done
report $status "a student's heap in one file passes the tests of heaps"
run own_misuse MEM_KB=256 HEAP="$work/heaps/heap.c" <<'TEXT'
#include <ktest.h>
#include <mm/heap.h>
void kernel_test(void)
{
    char *block = kmalloc(100);
    char *other = kmalloc(4);

    kfree(block + 4);
    kfree(&block);
    kfree(block);
    kfree(block);
    ktest_assert(ksize(other) == 4, "size %d", (int)ksize(other));
    ktest_assert(kheap_used_bytes() == 4, "used %d", (int)kheap_used_bytes());
    ktest_passed();
}
TEXT
[ $? -eq 0 ] && [ "$(grep -c '^\[heap\] kfree(.* refused: ' "$work/out")" -eq 3 ] && says 'refused: .*twice'
report $? "pointers that nobody may free do not reach a student's heap, and are reported"
sed 's/heap_/odd_/; s/return at + 1/return (char *)(at + 1) + 2/' "$work/heap.c" >"$work/odd.c"
breaks odd 'odd_alloc([0-9]*) returned 0x8[0-9a-f]*: not aligned to 4 bytes' "returns an address that is not aligned" <"$work/odd.c"
sed 's/heap_/over_/; s/(at + 1) + bytes)/(at + 1) + bytes - 8)/' "$work/heap.c" >"$work/over.c"
breaks over 'over_alloc([0-9]*) changed the living block 0x8[0-9a-f]* of [0-9]* bytes' "writes its header into a living block" <"$work/over.c"
sed 's/heap_/same_/; s/at->used = true/at->used = false/' "$work/heap.c" >"$work/same.c"
breaks same 'same_alloc([0-9]*) returned 0x8[0-9a-f]*: overlaps the living block 0x8[0-9a-f]* of [0-9]* bytes' \
        "returns the same block twice" <"$work/same.c"
breaks static "static_alloc([0-9]*) returned 0x8[0-9a-f]*: in the kernel's image, outside the arena 0x8[0-9a-f]* to 0x8" \
    "returns memory of its own" <<'TEXT'
#include <types.h>
static char memory[1000];
bool static_init(void *arena, size_t bytes) { return true; }
void *static_alloc(size_t bytes) { return memory; }
void static_free(void *block) {}
TEXT
breaks past "past_alloc([0-9]*) returned 0x8[0-9a-f]*: the block ends outside the arena 0x8" \
    "returns a block that does not fit" <<'TEXT'
#include <types.h>
static char *at, *end;
bool past_init(void *arena, size_t bytes) { at = arena; end = at + bytes; return true; }
void *past_alloc(size_t bytes) { return bytes > 4 ? end - 4 : (at += 8); }
void past_free(void *block) {}
TEXT
breaks far "far_alloc([0-9]*) returned (*0x10*)*: outside the arena 0x8" "returns any address" <<'TEXT'
#include <types.h>
bool far_init(void *arena, size_t bytes) { return true; }
void *far_alloc(size_t bytes) { return (void *)0x1000; }
void far_free(void *block) {}
TEXT
heap never printk/puts MEM_KB=256 <<'TEXT'
#include <types.h>
bool never_init(void *arena, size_t bytes) { return true; }
void *never_alloc(size_t bytes) { return NULL; }
void never_free(void *block) {}
TEXT
[ $? -eq 0 ] && says '^ktest: RIGHT: '
report $? "a heap may refuse every request"

heap half heap/basic <<'TEXT'
#include <types.h>
bool half_init(void *arena, size_t bytes) { return true; }
static void *half_alloc(size_t bytes) { return NULL; }
TEXT
[ $? -ne 0 ] && says "half.c: error: no function void \*half_alloc(size_t)" && says '^ktest: WRONG: it does not build'
report $? "a heap without one of its functions: which one"
refused_heap() { # PATTERN NAME DESCRIPTION
    ! heap "$2" heap/basic <"$work/heap.c" && [ "$(grep -c . "$work/out")" -eq 1 ] && says "$1"
    report $? "a heap with $3 is refused in one line"
}
refused_heap 'HEAP=9th.c is wrong; the name of the file, 9th.c, must be a C identifier' 9th "a name that is no identifier"
refused_heap 'HEAP=my heap.c is wrong; the name of the file, my heap.c, must be a C identifier' 'my heap' "a blank in its name"
in_folder() { # TARGET KNOBS...: with a heap in a folder whose name has blanks
    (cd "$work/a student" && make --no-print-directory -s -C "$root" BUILD="$build" BOARD=$board "$@") >"$work/out" 2>&1
}
mkdir -p "$work/a student/my heaps"
! in_folder lab HEAP="my heaps/heap.c" && says 'HEAP: there is no file .*/a student/my heaps/heap.c'
report $? "a heap that is not in its folder, whose name has a blank"
cp "$work/heap.c" "$work/a student/my heaps/"
status=0
in_folder ktest-suite SUITE=judge HEAP="my heaps/heap.c" || status=$?
[ $status -eq 0 ] && [ "$(grep -c '^ok' "$work/out")" -eq 9 ]
report $? "a heap in a folder whose name has a blank: the suite of the judge, from another folder"
sed -i 's/at->used = true;/at->used = treu;/' "$work/a student/my heaps/heap.c"
! in_folder lab HEAP="my heaps/heap.c" && says '/a student/my heaps/heap.c:40:.* error: .*treu'
report $? "an error in it is shown with its file and line, also when it worked before"
! make --no-print-directory -s ktest BUILD="$build" BOARD=$board HEAP="$work/none.c" KTEST="$work/leak.c" >"$work/out" 2>&1 &&
    says "HEAP: there is no file $work/none.c"
report $? "a heap that is not there"

# figure NAME COLUMN: what the page of make judge says of it; columns are those of the heaps, the student's is the first
figure() {
    sed -n "s/^$1  *//p" "$work/out" | tr -s ' ' | cut -d ' ' -f "$2"
}
! make --no-print-directory -s judge BUILD="$build" HEAP=bump >"$work/out" 2>&1 && says '^make judge needs HEAP=FILE.c'
report $? "make judge wants a heap of the student's"
if [ "${1:-}" = judge ]; then
    (cd "$work/heaps" && cp ../heap.c listed.c && sed -i 's/heap_/listed_/' listed.c &&
        make --no-print-directory -s -C "$root" judge BUILD="$build" HEAP=listed.c) >"$work/out" 2>&1
    [ $? -eq 0 ] && says '^passed  *9 of 9  5 of 5\(  9 of 9\)\{4\}  7 of 7  8 of 8  9 of 9$' && says '^double free *yes *no *yes ' &&
        says '^judge: listed.c *listed *bump *first *next *best *worst *buddy *slab *heap$' &&
        [ "$(figure 'efficiency: .* arena' 1 | tr -d .)" -gt 800 ] && [ "$(figure 'worst malloc, instructions' 1)" -gt 1000 ] &&
        [ "$(figure 'worst malloc, instructions' 9)" -lt 200 ] &&
        [ "$(figure 'efficiency: .* arena' 5 | tr -d .)" -gt 800 ]
    report $? "make judge: one page about a heap that is right"
    cat >"$work/heaps/once.c" <<'TEXT'
#include <types.h>
static char *at, *end;
bool once_init(void *arena, size_t bytes)
{
    at = arena;
    end = at + bytes - 8; /* room to round up */
    return true;
}
void *once_alloc(size_t bytes)
{
    if (at > end || bytes > end - at)
        return NULL;
    bytes = (bytes + 7) / 8 * 8;
    return (at += bytes) - bytes;
}
void once_free(void *block)
{
}
TEXT
    (cd "$work/heaps" && make --no-print-directory -s -C "$root" judge BUILD="$build" HEAP=once.c) >"$work/out" 2>&1
    [ $? -ne 0 ] && says '^heap/basic *right ' && says '^heap/reuse_lifo *WRONG *- *right *right ' && says '^heap/reuse_lifo: it says: '
    report $? "and about one that never reuses memory: which tests it fails, and why"
fi

# --- Without gcc ------------------------------------------------------------------------------------------------------

# All programs but the cross compilers; nothing can be installed.
mkdir "$work/bin"
for program in /usr/bin/* /bin/* /usr/local/bin/*; do
    case $program in *-linux-gnu*-gcc* | */apt-get) ;; *) [ -e "$work/bin/${program##*/}" ] || ln -s "$program" "$work/bin/" ;; esac
done
cat >"$work/register.c" <<'TEXT'
#include <ktest.h>
void kernel_test(void)
{
    register uintptr_t sp __asm__("sp");

    printk("%d\n", (int)(sp >> 31));
    ktest_passed();
}
TEXT
PATH=$work/bin make --no-print-directory -s ktest BUILD="$build" BOARD=$board BUILD_SUFFIX=-student MEM_KB=1024 \
    KTEST="$work/register.c" >"$work/out" 2>&1
says "^$work/register.c:4: warning: clang leaves a variable in a named register undefined" && says '^ktest: without .*gcc, clang compiles'
report $? "clang compiles the test if there is no gcc, and a warning names what it understands differently"

# --- make course ------------------------------------------------------------------------------------------------------

suite() { # KNOBS...: in a folder of the student, as the student would
    (cd "$work/my kernel" && make --no-print-directory -s -C "$root" course BUILD="$build" BOARD=$board "$@") >"$work/out" 2>&1
}
for name in good bad outside rom riscv; do
    mkdir -p "$work/my kernel/kernel/tests/play/$name"
done
printf '#define VALUE 4\n' >"$work/my kernel/kernel/tests/play/shared.h"
cat >"$work/my kernel/kernel/tests/play/good/test.c" <<'TEXT'
#include <debug/mm.h>
#include <ktest.h>
#include "../shared.h"
void kernel_test(void)
{
    ktest_assert(VALUE == 4, "no");
    printk("%u KiB\n", KERNEL_TEST_PROBE_MEMORY_MAINMEM_SIZE_KB);
    ktest_passed();
}
TEXT
cat >"$work/my kernel/kernel/tests/play/bad/test.c" <<'TEXT'
#include <ktest.h>
void kernel_test(void)
{
    ktest_assert(1 == 2, "<&> %d", 7);
}
TEXT
printf '#include <ktest.h>\n#include <mm/as.h>\n' >"$work/my kernel/kernel/tests/play/outside/test.c"
printf '# A comment\n\nkernel play/good\r\nkernel play/good:m1024 # more\nkernel play/bad\nkernel play/outside\nkernel play/none\nkernel play/good:m2048' \
    >"$work/my kernel/suite.txt"
suite SUITE=suite.txt
[ $? -ne 0 ] && says '^play/good *default  right  ' && says '^play/good *1024  right ' && says '^play/good *2048  right ' &&
    says '^play/bad .* wrong .*Test failed. (kernel/tests/play/bad/test.c:4: <&> 7 (1 == 2))' &&
    says '^play/outside .* skipped  <mm/as.h>: ' && says '^play/none .* wrong .*no file' &&
    says "^6 tests on $board: 3 right, 2 wrong, 1 skipped" && [ "$(grep -c '^\[[1-6]/6\]' "$work/out")" -eq 6 ]
report $? "make course: from another folder, with blanks in the path, its own lines, several kinds of end"
grep -o '<testsuite .*\|<failure [^>]*>\|<skipped [^>]*>\|^[0-9]* KiB' "$build/course/junit.xml" >"$work/out"
says '^4096 KiB' && says '^1024 KiB' &&
    says 'tests="6" failures="2" errors="0" skipped="1"' && says '&lt;&amp;&gt; 7' && says '<skipped message="&lt;mm/as.h&gt;' &&
    perl -ne 'exit 1 if /[^\t\n\r\x20-\xff]/; $open += () = /<testcase/g; $close += () = m{</testcase>}g; END { exit($open != $close) }' \
        "$build/course/junit.xml"
report $? "and its report in XML, with all output: 4096 KiB where a line states no size"

# course_rom ADDRESS: a test that reads the boot ROM there
course_rom() {
    printf '#include <debug/code.h>\n#include <ktest.h> // 0xf0000000\nvoid kernel_test(void)\n{\n'
    printf '    debug_dump_function("loader", %s, 4);\n    ktest_passed();\n}\n' "$1"
}
course_rom 0xBFC00000 >"$work/my kernel/kernel/tests/play/rom/test.c"
course_rom 0xF0000000 >"$work/my kernel/kernel/tests/play/riscv/test.c"
printf 'kernel play/%s\n' rom riscv good:m36 good:m30 >"$work/my kernel/suite.txt"
suite SUITE=suite.txt
says '^play/riscv .* skipped  0xf0000000: .*boot ROM for RISC-V' && says '^play/good *30  wrong    MEM_KB=30 is wrong; it may be .*, on ' &&
    if [ $board = msim ]; then
        says '^play/rom .* right ' && says '^play/good *36  right '
    else
        says "^play/rom .* skipped  0xbfc00000: .*QEMU's own" && says '^play/good *36  skipped  there is no malta with 36 KiB: 64 to '
    fi
report $? "what the board lacks is skipped with the reason, and a size that no board has is wrong"

mkdir "$work/my kernel/my heap"
cp "$work/heap.c" "$work/my kernel/my heap/"
printf 'kernel play/good\n' >"$work/my kernel/one.txt"
suite SUITE=one.txt HEAP="my heap/heap.c"
report $? "make course with a heap in a folder whose name has a blank"

mkdir "$work/elsewhere"
mv "$work/my kernel/kernel/tests/play" "$work/elsewhere/"
printf 'kernel play/good\n' >"$work/my kernel/suite.txt"
suite SUITE=suite.txt TESTS=../elsewhere
report $? "TESTS= names the folder of the tests"
suite SUITE=suite.txt TESTS=nowhere
[ $? -ne 0 ] && says "there is no folder .*/my kernel/nowhere; TESTS=DIR"
report $? "and is named when it is not there"
printf 'kernel play/good\nkernel play/good:256\n' >"$work/my kernel/suite.txt"
suite SUITE=suite.txt TESTS=../elsewhere
[ $? -ne 0 ] && says '/my kernel/suite.txt:2: neither "kernel NAME" nor "kernel NAME:mKIB": kernel play/good:256' && ! says '^\[1/'
report $? "a line that is none: its file and number, before any test runs"
suite SUITE=none.txt
[ $? -ne 0 ] && says 'there is no file .*/my kernel/none.txt'
report $? "a suite that is not there"
echo "1..$count"
exit $failed
