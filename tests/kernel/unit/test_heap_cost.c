/* SPDX-License-Identifier: MIT */
/*
 * The heap's worst cases in instructions on this machine, over the same hostile
 * sequence on every machine: arenas that fill up and refuse, combs of holes,
 * sizes around the limits of size classes, coalescing on both sides. Exact if
 * single instructions are counted (boards/<board>/run -i; on Malta in steps of
 * 6). tests/kernel/heap_cost.t compares the output with bench/bounds.txt. The
 * bounds here hold for all boards and compilers.
 */
#include <arch/timer.h>
#include <exc.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <mem_heap.h>
#include <mm/heap.h>

#include <cost_limits.h> /* of this CPU */

#include "../include/tap.h"

#define IDS         300u
#define ARENA_BYTES (12u * 1024)
#define ROUNDS      6u
#define LIMIT       (MEM_HEAP_PRESET <= MEM_HEAP_DEFAULT ? LIMIT_HEAP : UINT32_MAX)

enum kind { ALLOC, REFUSED, FREE, RESIZE, ALIGNED, KMALLOC, KFREE, KINDS };

static const char *const names[KINDS] = {[ALLOC] = "malloc",
                                         [REFUSED] = "refused malloc",
                                         [FREE] = "free",
                                         [ALIGNED] = "aligned alloc",
                                         [RESIZE] = "realloc in place",
                                         [KMALLOC] = "kmalloc",
                                         [KFREE] = "kfree"};

static struct mem_heap *heap;
static void *blocks[IDS];
static uint32_t worst[KINDS];
static uint32_t calls[KINDS];
static uint32_t overhead;
static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % limit;
}

/* All are called in the same way, so that an empty function measures the overhead of the call. */
typedef void *(*operation)(void *block, size_t bytes, size_t align);

static void *nothing(void *block, size_t bytes, size_t align)
{
    (void)bytes;
    (void)align;
    return block;
}

static uint32_t spent; /* by the last call */

__attribute__((noinline)) static void *timed(operation volatile function, void *block, size_t bytes,
                                             size_t align)
{
    uint32_t begin = arch_instructions();
    void *result = function(block, bytes, align);

    spent = arch_instructions() - begin;
    return result;
}

/*
 * These pass their arguments on, which counts an instruction or two. The
 * compiler turns the calls into jumps.
 */
static void *do_alloc(void *block, size_t bytes, size_t align)
{
    (void)block;
    (void)align;
    return mem_heap_alloc(heap, bytes);
}

static void *do_aligned(void *block, size_t bytes, size_t align)
{
    (void)block;
    return mem_heap_aligned_alloc(heap, align, bytes);
}

static void *do_resize(void *block, size_t bytes, size_t align)
{
    (void)align;
    return mem_heap_realloc(heap, block, bytes);
}

static void *do_free(void *block, size_t bytes, size_t align)
{
    (void)bytes;
    (void)align;
    return (void *)(uintptr_t)mem_heap_free(heap, block);
}

static void *do_kmalloc(void *block, size_t bytes, size_t align)
{
    (void)block;
    (void)align;
    return kmalloc(bytes);
}

static void *do_kfree(void *block, size_t bytes, size_t align)
{
    (void)bytes;
    (void)align;
    kfree(block);
    return NULL;
}

static void *count(enum kind kind, operation function, void *block, size_t bytes, size_t align)
{
    void *result = timed(function, block, bytes, align);

    if (kind == ALLOC && result == NULL)
        kind = REFUSED;
    if (kind == RESIZE && result != block)
        return result;
    if ((kind == ALIGNED || kind == KMALLOC) && result == NULL)
        return NULL;
    uint32_t took = spent - overhead + RETURN_TAKES;

    if (spent > overhead && took > worst[kind])
        worst[kind] = took;
    calls[kind]++;
    return result;
}

static void take(uint32_t id, size_t bytes, size_t align)
{
    if (blocks[id] != NULL)
        return;
    blocks[id] = align == 0 ? count(ALLOC, do_alloc, NULL, bytes, 0)
                            : count(ALIGNED, do_aligned, NULL, bytes, align);
    if (blocks[id] != NULL)
        memset(blocks[id], (int)id, bytes);
}

static void give(uint32_t id)
{
    if (blocks[id] != NULL)
        (void)count(FREE, do_free, blocks[id], 0, 0);
    blocks[id] = NULL;
}

static void resize(uint32_t id, size_t bytes)
{
    if (blocks[id] == NULL)
        return;
    void *moved = count(RESIZE, do_resize, blocks[id], bytes, 0);

    if (moved != NULL)
        blocks[id] = moved;
}

static void give_all(bool backwards)
{
    for (uint32_t i = 0; i < IDS; i++)
        give(backwards ? IDS - 1 - i : i);
}

/* Fill, free every second block, request slightly more than a hole holds, then less. */
static void comb(size_t bytes)
{
    for (uint32_t id = 0; id < IDS; id++)
        take(id, bytes, 0);
    for (uint32_t id = 0; id < IDS; id += 2)
        give(id);
    for (uint32_t id = 0; id < IDS; id += 2)
        take(id, bytes + 1 + id % 16, id % 3 == 0 ? 64 : 0);
    for (uint32_t id = 1; id < IDS; id += 2)
        resize(id, bytes / 2);
    for (uint32_t id = 0; id < IDS; id += 2)
        take(id, bytes / 3, 0);
    give_all(bytes % 2 != 0);
}

/* Rising sizes, so that every class has a hole; then random requests. */
static void churn(uint32_t largest)
{
    for (uint32_t id = 0; id < IDS; id++)
        take(id, id * 5 % largest, 0);
    for (uint32_t i = 0; i < 1500; i++) {
        uint32_t id = random_below(IDS);

        switch (random_below(8)) {
        case 0:
            take(id, random_below(largest), (size_t)16 << random_below(5));
            break;
        case 1:
        case 2:
            resize(id, random_below(largest));
            break;
        case 3:
        case 4:
        case 5:
            give(id);
            break;
        default:
            take(id, random_below(largest), 0);
        }
    }
    give_all(false);
}

/* Through the kernel's own functions, in the kernel's heap, whatever the allocator. */
static void through_kernel(void)
{
    for (uint32_t i = 0; i < 400; i++) {
        uint32_t id = random_below(32);

        if (blocks[id] == NULL) {
            blocks[id] = count(KMALLOC, do_kmalloc, NULL, random_below(200), 0);
        } else {
            (void)count(KFREE, do_kfree, blocks[id], 0, 0);
            blocks[id] = NULL;
        }
    }
    for (uint32_t id = 0; id < 32; id++) {
        kfree(blocks[id]);
        blocks[id] = NULL;
    }
}

/*
 * The most that an empty function takes, begun at every distance from a step of
 * a coarse counter: the worst of many calls is rounded up in the same way.
 */
static void calibrate(void)
{
    (void)arch_instructions(); /* the first call may set up the counter */
    overhead = 0;
    for (uint32_t i = 0; i < 100; i++) {
        for (volatile uint32_t wait = i; wait > 0; wait--)
            ;
        (void)timed(nothing, NULL, 0, 0);
        if (spent > overhead)
            overhead = spent;
    }
}

static int test_heap_cost(void)
{
    void *arena = kmalloc(ARENA_BYTES);
    bool enabled = interrupts_disable();

    random_state = 1;
    calibrate();
    for (uint32_t round = 0; arena != NULL && round < ROUNDS; round++) {
        heap = mem_heap_init(arena, ARENA_BYTES - 512 * round, NULL);
        comb(24 + 13 * round);
        comb(8 + round);
        churn(60 + 40 * round);
        churn(600);
        if (mem_heap_check(heap, NULL) != MEM_OK || mem_heap_used_bytes(heap) != 0)
            break;
        if (round == ROUNDS - 1)
            tap_ok(true, "after each round the heap is sound and empty");
    }
    through_kernel();
    interrupts_restore(enabled);
    kfree(arena);
    for (unsigned kind = 0; kind < KINDS; kind++) {
        tap_ok(calls[kind] > 50 && worst[kind] > 0 && worst[kind] < LIMIT,
               "%s: at most %u instructions in %u calls", names[kind], worst[kind], calls[kind]);
        printk("# heap-cost: %s: %u\n", names[kind], worst[kind]);
    }
    return tap_done();
}

JOB(test_heap_cost, .kind = "test", .name = "heap_cost", .run = test_heap_cost,
    .summary = "the heap's worst cases in instructions");
