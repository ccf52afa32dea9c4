#!/bin/sh
# SPDX-License-Identifier: MIT
# Plays a student: wrong tests and kernels, and what `make ktest` and `make course` say of them.
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

if [ $board = msim ]; then
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
    [ $? -ne 0 ] && says "^\[msim\] no end after 10000000 instructions, PC=0x8" &&
        says "^ktest: WRONG: no end within the time limit; at spin(), $work/spin.c:[56] "
    report $? "a test that does not end: where it is, after the same number of instructions each time"
else
    report 0 "a test that does not end: where it is # SKIP msim is not installed"
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
[ $? -ne 0 ] && says "^ktest: WRONG: it says: Test failed. ($work/assertion.c:6: the sum is 4 (sum == 5))"
report $? "a failed assertion of the test: file, line, message"

run kernel_assertion MEM_KB=1024 DEBUG=1 <<'TEXT'
#include <ktest.h>
static void check(int sum)
{
    assert(sum == 5);
}
void kernel_test(void)
{
    check(4);
    ktest_passed();
}
TEXT
[ $? -ne 0 ] && says '^Kernel panic: assertion failed: sum == 5' && says "^  at $work/kernel_assertion.c:4 in check()"
report $? "a failed assertion of the kernel: function, file, line"

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
for name in good bad outside; do
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
grep -o '<testsuite .*\|<failure [^>]*>\|<skipped [^>]*>' "$build/course/junit.xml" >"$work/out"
says 'tests="6" failures="2" errors="0" skipped="1"' && says '&lt;&amp;&gt; 7' && says '<skipped message="&lt;mm/as.h&gt;' &&
    perl -ne 'exit 1 if /[^\t\n\r\x20-\xff]/; $open += () = /<testcase/g; $close += () = m{</testcase>}g; END { exit($open != $close) }' \
        "$build/course/junit.xml"
report $? "and its report in XML"

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
