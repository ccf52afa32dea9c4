#!/bin/sh
# SPDX-License-Identifier: MIT
# Kernels with another allocator behind kmalloc(), the user's own among them, or another preset of the heap, in separate
# build folders: each boots, passes the heap's tests, and runs the memory lab. One more has hostile ticks. Those to try
# may be named: heap_builds.t NAME...; `make check-all` runs tiny and paranoid, too.
set -u
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp)
work=$(mktemp -d)
trap 'rm -rf "$log" "$work"' EXIT
shown=$log
. tests/tap.sh

board=qemu-virt-aarch64
build() { # NAME KNOBS...
    suffix=-heap-$1
    shift
    kernel=$(tests/kernel/kernel.sh $board-clang "$suffix" "$@" 2>"$log")
}
boot() { # NAME ARGS: the output in $log; the kernel's status
    boards/boot.sh 60 $board -i "$builds/$board-clang-heap-$1/kernel.elf" "$2" >"$log.raw" 2>&1
    status=$?
    tr -d '\r' <"$log.raw" >"$log"
    rm -f "$log.raw"
    return $status
}

# A user's heap: first fit, one list of all blocks.
own=$work/list_heap.c
cat >"$own" <<'TEXT'
#include <types.h>
struct head {
    size_t bytes;
    bool used;
    struct head *next;
};
static struct head *first;
bool list_heap_init(void *arena, size_t bytes)
{
    first = arena;
    *first = (struct head){.bytes = bytes - sizeof *first};
    return true;
}
void *list_heap_alloc(size_t bytes)
{
    bytes = (bytes + 15) / 8 * 8;
    for (struct head *at = first; at != NULL && bytes > 8; at = at->next) {
        while (!at->used && at->next != NULL && !at->next->used) {
            at->bytes += sizeof *at + at->next->bytes;
            at->next = at->next->next;
        }
        if (at->used || at->bytes < bytes || bytes > (size_t)1 << 40)
            continue;
        if (at->bytes >= bytes + sizeof *at) {
            struct head *rest = (void *)((char *)(at + 1) + bytes);
            *rest = (struct head){.bytes = at->bytes - bytes - sizeof *at, .next = at->next};
            at->bytes = bytes;
            at->next = rest;
        }
        at->used = true;
        return at + 1;
    }
    return NULL;
}
void list_heap_free(void *block)
{
    ((struct head *)block)[-1].used = false;
}
TEXT

why_requests_fail() { # PRESET
    boot "$1" fault=heap_why &&
        [ "$(grep -c '^\[heap\] no [0-9]* bytes ' "$log")" -ge 4 ]
    report $? "the $1 preset tells why requests fail"
}

for name in ${*:-bump first_fit debug hostile own}; do
    case $name in
    bump | first_fit) knob=HEAP=$name ;;
    own) knob=HEAP=$own ;;
    hostile)
        # 10,000 instructions between ticks, so that ticks interrupt kmalloc() and kfree(): at 1000 Hz none arrives where a
        # lock could be missing.
        build hostile TICK_HZ=100000 SLICE_TICKS=1
        report $? "builds with hostile ticks"
        boot hostile test=heap
        report $? "threads and an interrupt share the heap under hostile ticks"
        continue
        ;;
    *) knob=HEAP_PRESET=$name ;;
    esac
    build "$name" "$knob"
    report $? "builds with ${knob##*/}"
    for job in memory heap heap_reports thread; do
        [ $job = heap ] && [ "$name" = tiny ] && continue # tiny does not check pointers
        boot "$name" test=$job
        report $? "test=$job passes with ${knob##*/}"
        [ $job = heap ] || continue
        # Each allocator has its own message for a failed request.
        case $name in
        first_fit)
            grep -q '^\[heap\] no [0-9]* bytes for 0x[0-9a-f]* (failure [0-9]*): memory is exhausted; needed [0-9]*, free [0-9]*, largest [0-9]*$' "$log"
            report $? "first fit tells that memory is exhausted, with the figures"
            ;;
        bump)
            grep -q '^\[heap\] no [0-9]* bytes for 0x[0-9a-f]* (failure [0-9]*): memory is exhausted, as nothing comes back; needed ' "$log"
            report $? "bump tells that nothing comes back"
            ;;
        esac
    done
    labs/run.sh $board "$kernel" mem >"$log" 2>&1
    report $? "the memory lab shows what it must with ${knob##*/}"
    case $name in
    own)
        grep -Eq '^\[mem-lab\]\[compare\] list_heap +2[0-9][0-9] ' "$log" &&
            grep -Eq '^\[mem-lab\]\[reuse\] list_heap +2[0-9][0-9] .* 0 +0$' "$log"
        report $? "and has rows of the user's heap"
        ;;
    first_fit)
        boot first_fit fault=heap_why
        grep -q '^\[heap\] .*: external fragmentation; needed [0-9]*, free [0-9]*, largest [0-9]*$' "$log"
        report $? "first fit tells of external fragmentation"
        ;;
    debug)
        boot debug fault=heap_misuse &&
            grep -q '^\[heap\] kfree(0x[0-9a-f]* \[heap block: asked 40000, granted [0-9]*, used by 0x[0-9a-f]*; before: used [0-9]*; after: used [0-9]*; 16 bytes into it\])' "$log"
        report $? "the debug preset tells who allocated what is misused"
        why_requests_fail debug
        ;;
    paranoid) why_requests_fail paranoid ;;
    esac
done
echo "1..$count"
exit $failed
