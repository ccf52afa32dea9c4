#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/exercises.md: every command runs, with answers that only call what the kernel has; and each judge refuses an answer that
# is wrong. There are no solutions in the repository.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh
build=${TEST_BUILD:-build}

# --- Answers ----------------------------------------------------------------------------------------------------------

mkdir "$work/right" "$work/wrong"
cat >"$work/right/printk.c" <<'TEXT'
#include <lib/print.h>
#include <stdarg.h>
int answer_print(void (*put)(char c), const char *format, ...)
{
    char text[100];
    va_list arguments;

    va_start(arguments, format);
    size_t length = vsnprintk(text, sizeof text, format, arguments);

    va_end(arguments);
    for (size_t i = 0; i < length; i++)
        put(text[i]);
    return (int)length;
}
TEXT
sed 's/put(text\[i\])/put(text[i] == 45 ? 43 : text[i])/' "$work/right/printk.c" >"$work/wrong/printk.c"
cat >"$work/right/list.c" <<'TEXT'
#include "list.h"
#include <adt/list.h>
void answer_list_init(struct answer_link *head) { list_init((list_t *)head); }
void answer_list_append(struct answer_link *head, struct answer_link *link) { list_append((list_t *)head, (link_t *)link); }
void answer_list_prepend(struct answer_link *head, struct answer_link *link) { list_prepend((list_t *)head, (link_t *)link); }
void answer_list_remove(struct answer_link *link) { list_remove((link_t *)link); }
TEXT
sed 's/list_remove((link_t \*)link)/link->previous->next = link->next/' "$work/right/list.c" >"$work/wrong/list.c"
cat >"$work/right/probing.c" <<'TEXT'
#include <types.h>
uint32_t answer_probe(uint32_t present, uint32_t absent)
{
    return absent != 0 ? (present + absent) / 2 : present * 2 + (present == 0);
}
TEXT
sed 's/return .*/return present + 1;/' "$work/right/probing.c" >"$work/wrong/probing.c"
# Our heap in the form of a student's.
cat >"$work/right/mine.c" <<'TEXT'
#include <mem_heap.h>
#include <types.h>
static struct mem_heap *heap;
bool mine_init(void *arena, size_t bytes) { return (heap = mem_heap_init(arena, bytes, NULL)) != NULL; }
void *mine_alloc(size_t bytes) { return mem_heap_alloc(heap, bytes); }
void mine_free(void *block) { (void)mem_heap_free(heap, block); }
TEXT

# --- The commands -----------------------------------------------------------------------------------------------------

# The lines of code that begin with make.
sed -n '/^```/,/^```/s/^make /make /p' docs/exercises.md >"$work/commands"
[ "$(grep -c '^## [0-9]*\. ' docs/exercises.md)" -eq 10 ] && [ "$(wc -l <"$work/commands")" -ge 20 ]
report $? "ten exercises with $(wc -l <"$work/commands") commands"
for part in '^\*\*Question\.\*\*' '^\*\*Prediction\.\*\*' '^\*\*Answer\.\*\*' '^\*\*Hints\.\*\*'; do
    [ "$(grep -c "$part" docs/exercises.md)" -eq 10 ] || echo "not in every exercise: $part"
done >"$work/out"
[ ! -s "$work/out" ]
report $? "each has its question, prediction, answer and hints"
while IFS= read -r command <&3; do
    # Our heap does not look at all holes. So libmem's best fit answers where that is asked.
    case $command in *best_fit.c*) command="${command% HEAP=*} HEAP=best_fit" ;; esac
    # Each runs from the folder of the answers. make judge takes minutes; student.t runs it.
    options="--no-print-directory -s -C '$root' BUILD='$build'"
    case $command in 'make judge '*) options="-n $options" ;; esac
    status=0
    (cd "$work/right" && eval "make $options ${command#make }") >"$work/out" 2>&1 </dev/null || status=$?
    case $command in
    *ARGS=fault=*) [ $status -eq 2 ] && grep -q '^\[boot\] running fault=' "$work/out" && grep -q 'stack' "$work/out" ;;
    *) [ $status -eq 0 ] ;;
    esac
    report $? "$command"
done 3<"$work/commands"

# --- Wrong answers ----------------------------------------------------------------------------------------------------

wrong() { # TEST WHY KNOBS...
    test=$1
    why=$2
    shift 2
    make --no-print-directory -s ktest BUILD="$build" BOARD=malta KTEST="course/tests/exercise/$test.c" "$@" >"$work/out" 2>&1
    [ $? -ne 0 ] && grep -q "^ktest: WRONG: .*$why" "$work/out"
    report $? "a wrong answer to $test: $why"
}
wrong printk '"0 7 +7 42" instead of "0 7 -7 42"' KTEST_FLAGS="-include $work/wrong/printk.c"
wrong printk 'undefined symbol: answer_print'
wrong list 'a wrong previous of link' KTEST_FLAGS="-include $work/wrong/list.c"
wrong probing 'touched, at most' KTEST_FLAGS="-include $work/wrong/probing.c"
wrong first_fit '200 bytes are refused, though a hole of 200 is free' HEAP=bump MEM_KB=128
wrong best_fit '180 bytes .* hole of' HEAP=first_fit
wrong steps 'kmalloc takes [0-9]* instructions instead of' HEAP=best_fit
echo "1..$count"
exit $failed
