/* SPDX-License-Identifier: MIT */
/*
 * The memory lab: internal fragmentation of a pool, external fragmentation of a
 * heap, and all allocators on the same requests. README.md in this folder
 * explains the figures.
 */
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <mem_allocator.h>
#include <mem_first_fit.h>
#include <mem_frag.h>
#include <mem_pool.h>
#include <mm/heap.h>
#include <proc/thread.h>

#include "own_heap.h"

#define ARENA_BYTES      LAB_OWN_HEAP_BYTES
#define BLOCKS_MAX       4096
#define POOL_BLOCK_BYTES 64
#define POOL_BLOCKS      256
#define MALLOC_MIN_BYTES 16
#define MALLOC_MAX_BYTES 512
/* The final request: this part of all free bytes. */
#define BIG_PART 4

static unsigned failures;
static void *arena;
static void **blocks;
static void *state; /* of the allocator being compared */

/* The allocator of row `index`, the user's last; NULL: there are no more rows. */
static const struct mem_allocator *allocator_of_row(size_t index)
{
    size_t count = 0;

    while (mem_allocators[count] != NULL && count < index)
        count++;
    return count == index && mem_allocators[count] == NULL ? lab_own_heap : mem_allocators[count];
}

static const char *verdict(bool holds)
{
    failures += !holds;
    return holds ? "PASS" : "FAIL";
}

/* The request sequence: a linear congruential generator (Numerical Recipes, 7.1), upper bits. */
static uint32_t sequence;

static size_t next_request(size_t min, size_t max)
{
    sequence = sequence * 1664525u + 1013904223u;
    return min + (sequence >> 16) % (uint32_t)(max - min + 1);
}

static void pool_part(void)
{
    struct mem_pool pool;
    size_t allocs = 0;
    size_t requested = 0;
    size_t bytes = mem_pool_bytes_needed(POOL_BLOCKS, POOL_BLOCK_BYTES, 16);

    sequence = 1;
    if (mem_pool_init(&pool, arena, bytes, POOL_BLOCK_BYTES, 16) != MEM_OK) {
        printk("[mem-lab][pool] no pool in %zu bytes %s\n", bytes, verdict(false));
        return;
    }
    while (mem_pool_available(&pool) > 0) {
        size_t want = next_request(1, POOL_BLOCK_BYTES);

        if (mem_pool_alloc(&pool) == NULL)
            break;
        requested += want;
        allocs++;
    }
    size_t provided = allocs * mem_pool_block_size(&pool);
    size_t wasted = provided - requested;

    printk("[mem-lab][pool] allocs=%zu block_size=%zu\n", allocs, mem_pool_block_size(&pool));
    printk("[mem-lab][pool] provided_bytes=%zu requested_bytes=%zu wasted_bytes=%zu\n", provided,
           requested, wasted);
    printk("[mem-lab][pool] internal_frag_pct=%u\n", mem_frag_internal_pct(wasted, provided));
    printk("[mem-lab][pool] every block served one request, and the next is refused: %s\n",
           verdict(allocs == mem_pool_capacity(&pool) && mem_pool_alloc(&pool) == NULL));
}

/* Fill the first-fit heap with requests from the sequence. Returns the number of blocks. */
static size_t fill(struct mem_first_fit *heap)
{
    size_t count = 0;

    while (count < BLOCKS_MAX) {
        void *block = mem_first_fit_alloc(heap, next_request(MALLOC_MIN_BYTES, MALLOC_MAX_BYTES));

        if (block == NULL)
            break;
        blocks[count++] = block;
    }
    return count;
}

static void print_filled(const struct mem_first_fit *heap)
{
    struct mem_first_fit_stats stats;

    mem_first_fit_stats(heap, &stats);
    printk("[mem-lab][malloc] heap_bytes=%zu header_bytes=%zu allocs=%zu\n", stats.heap_bytes,
           stats.header_bytes, stats.allocs);
    printk("[mem-lab][malloc] alloc_steps_avg=%zu alloc_steps_max=%zu\n", stats.steps_avg,
           stats.steps_max);
}

static void malloc_part(void)
{
    struct mem_first_fit heap;
    struct mem_first_fit_stats stats;
    size_t refused = 0;

    sequence = 1;
    if (mem_first_fit_init(&heap, arena, ARENA_BYTES) != MEM_OK) {
        printk("[mem-lab][malloc] no heap in %u bytes %s\n", ARENA_BYTES, verdict(false));
        return;
    }
    size_t count = fill(&heap);

    print_filled(&heap);
    for (size_t i = 0; i < count; i += 2)
        refused += mem_first_fit_free(&heap, blocks[i]) != MEM_OK;
    mem_first_fit_stats(&heap, &stats);
    printk("[mem-lab][malloc] free_blocks=%zu total_free=%zu largest_free=%zu\n", stats.free_blocks,
           stats.total_free, stats.largest_free);
    printk("[mem-lab][malloc] external_frag_pct=%u\n",
           mem_frag_external_pct(stats.largest_free, stats.total_free));
    size_t big = stats.total_free / BIG_PART;
    bool got = mem_first_fit_alloc(&heap, big) != NULL;

    mem_first_fit_stats(&heap, &stats);
    printk("[mem-lab][malloc] big alloc %s bytes=%zu steps=%zu\n",
           got ? "succeeded" : "FAILED (fragmentation)", big, stats.steps_last);
    printk("[mem-lab][malloc] refused though %zu bytes are free: %s\n", stats.total_free,
           verdict(!got && stats.total_free >= big));
    for (size_t i = 1; i < count; i += 2)
        refused += mem_first_fit_free(&heap, blocks[i]) != MEM_OK;
    mem_first_fit_stats(&heap, &stats);
    printk(
        "[mem-lab][malloc] after freeing all: free_blocks=%zu refused_frees=%zu, the same big "
        "alloc succeeds: %s\n",
        stats.free_blocks, refused,
        verdict(stats.free_blocks == 1 && refused == 0 && mem_first_fit_alloc(&heap, big) != NULL));
}

/* Replace the instance in the arena, by one in its first `bytes`. NULL if the allocator refuses. */
static struct mem_instance *start(const struct mem_allocator *allocator, size_t bytes,
                                  size_t largest_request)
{
    const struct mem_allocator_options options = {
        .largest_request = largest_request,
        .alignment = MEM_FIRST_FIT_ALIGN, /* where it can be chosen */
    };

    kfree(state);
    state = kmalloc(allocator->state_bytes);
    return state == NULL ? NULL : allocator->init(state, arena, bytes, &options);
}

struct row {
    size_t met;
    size_t failed;
    size_t requested;
    size_t free_when_full;
    size_t steps_total;
    size_t steps_max;
    size_t holes;
    size_t largest;
    bool big_met;
};

/*
 * Run the workload on one allocator, with requests for as many bytes as the
 * arena has. Returns whether the allocator accepts the arena.
 */
static bool play(const struct mem_allocator *allocator, size_t big, struct row *row)
{
    struct mem_instance *heap = start(allocator, ARENA_BYTES, MALLOC_MAX_BYTES);
    struct mem_allocator_stats stats;
    size_t count = 0;
    size_t offered = 0;

    *row = (struct row){0};
    sequence = 1;
    if (heap == NULL)
        return false;
    while (offered < ARENA_BYTES && count < BLOCKS_MAX) {
        size_t want = next_request(MALLOC_MIN_BYTES, MALLOC_MAX_BYTES);
        void *block = allocator->alloc(heap, want);

        allocator->stats(heap, &stats);
        offered += want;
        row->steps_total += stats.steps;
        if (stats.steps > row->steps_max)
            row->steps_max = stats.steps;
        if (block == NULL) {
            row->failed++;
            continue;
        }
        blocks[count++] = block;
        row->requested += want;
    }
    row->met = count;
    allocator->stats(heap, &stats);
    row->free_when_full = stats.free_bytes;
    for (size_t i = 0; i < count; i += 2)
        (void)allocator->free(heap, blocks[i]); /* a block of this allocator */
    allocator->stats(heap, &stats);
    row->holes = stats.free_bytes;
    row->largest = stats.largest_free;
    row->big_met = allocator->alloc(heap, big) != NULL;
    return true;
}

static void comparison_part(void)
{
    const size_t big = ARENA_BYTES / 8;

    printk("[mem-lab][compare] the same requests of %u-%u bytes on %u bytes: fill, free every "
           "other block, ask for %zu\n",
           MALLOC_MIN_BYTES, MALLOC_MAX_BYTES, ARENA_BYTES, big);
    printk("[mem-lab][compare] %-10s %5s %6s %9s %7s %7s %7s %10s %5s %s\n", "allocator", "met",
           "failed", "requested", "inside", "holes", "largest", "steps mean", "worst",
           "big request");
    const struct mem_allocator *allocator;

    for (size_t i = 0; (allocator = allocator_of_row(i)) != NULL; i++) {
        const char *title = allocator->title;
        struct row row;

        if (!play(allocator, big, &row)) {
            printk("[mem-lab][compare] %-10s cannot use the arena %s\n", title, verdict(false));
            continue;
        }
        size_t steps_x10 = row.steps_total * 10 / (row.met + row.failed);

        printk("[mem-lab][compare] %-10s %5zu %6zu %9zu %7zu %7zu %7zu %8zu.%zu %5zu %s\n", title,
               row.met, row.failed, row.requested, ARENA_BYTES - row.free_when_full - row.requested,
               row.holes, row.largest, steps_x10 / 10, steps_x10 % 10, row.steps_max,
               row.big_met ? "met" : "refused");
    }
    printk(
        "[mem-lab][compare] the heap keeps pointers in the arena: its rows are those of words of "
        "%zu bits\n",
        sizeof(uintptr_t) * 8);
}

/*
 * The second workload: small blocks stay, large ones between them are freed and
 * requested again slightly larger, like buffers between list nodes.
 */
#define SMALL_BYTES  24
#define LARGE_BYTES  232
#define LARGER_BYTES 256

struct reuse {
    size_t larges;
    size_t holes;
    size_t largest;
    size_t met_again;
};

static bool play_reuse(const struct mem_allocator *allocator, struct reuse *reuse)
{
    struct mem_instance *heap = start(allocator, ARENA_BYTES, LARGER_BYTES);
    struct mem_allocator_stats stats;
    size_t count = 0;

    *reuse = (struct reuse){0};
    if (heap == NULL)
        return false;
    while (count < BLOCKS_MAX && allocator->alloc(heap, SMALL_BYTES) != NULL) {
        blocks[count] = allocator->alloc(heap, LARGE_BYTES);
        if (blocks[count] == NULL)
            break;
        count++;
    }
    for (size_t i = 0; i < count; i++)
        (void)allocator->free(heap, blocks[i]); /* a block of this allocator */
    reuse->larges = count;
    allocator->stats(heap, &stats);
    reuse->holes = stats.free_bytes;
    reuse->largest = stats.largest_free;
    while (reuse->met_again < count && allocator->alloc(heap, LARGER_BYTES) != NULL)
        reuse->met_again++;
    return true;
}

static void reuse_part(void)
{
    printk(
        "[mem-lab][reuse] small blocks of %u bytes that stay, between large ones of %u; free the "
        "large, ask for %u\n",
        SMALL_BYTES, LARGE_BYTES, LARGER_BYTES);
    printk("[mem-lab][reuse] %-10s %6s %7s %7s %9s %9s\n", "allocator", "larges", "holes",
           "largest", "met again", "reuse_pct");
    const struct mem_allocator *allocator;

    for (size_t i = 0; (allocator = allocator_of_row(i)) != NULL; i++) {
        const char *title = allocator->title;
        struct reuse reuse;

        if (!play_reuse(allocator, &reuse)) {
            printk("[mem-lab][reuse] %-10s cannot use the arena %s\n", title, verdict(false));
            continue;
        }
        unsigned pct =
            mem_frag_ratio(reuse.met_again * LARGER_BYTES, reuse.larges * LARGE_BYTES, 100);

        printk("[mem-lab][reuse] %-10s %6zu %7zu %7zu %9zu %9u\n", title, reuse.larges, reuse.holes,
               reuse.largest, reuse.met_again, pct);
    }
}

/*
 * The third workload: blocks of all sizes are allocated and freed at random in a
 * nearly full arena. Here it matters which hole a request gets.
 */
#define CHURN_BYTES 16384
#define CHURN_TURNS 1200
#define CHURN_SLOTS 104

struct churn {
    size_t met;
    size_t failed;
    size_t steps_total;
    size_t steps_max;
    struct mem_allocator_stats end;
};

static bool play_churn(const struct mem_allocator *allocator, struct churn *churn)
{
    static char refused; /* its address is in the slots of refused requests, to be "freed", too */
    struct mem_instance *heap = start(allocator, CHURN_BYTES, MALLOC_MAX_BYTES);

    *churn = (struct churn){0};
    sequence = 1;
    if (heap == NULL)
        return false;
    for (size_t i = 0; i < CHURN_SLOTS; i++)
        blocks[i] = NULL;
    for (unsigned turn = 0; turn < CHURN_TURNS; turn++) {
        void **slot = &blocks[next_request(0, CHURN_SLOTS - 1)];
        size_t want = next_request(MALLOC_MIN_BYTES, MALLOC_MAX_BYTES);

        if (*slot != NULL) {
            if (*slot != &refused)
                (void)allocator->free(heap, *slot); /* a block of this allocator */
            *slot = NULL;
            continue;
        }
        *slot = allocator->alloc(heap, want);
        allocator->stats(heap, &churn->end);
        churn->steps_total += churn->end.steps;
        if (churn->end.steps > churn->steps_max)
            churn->steps_max = churn->end.steps;
        if (*slot != NULL) {
            churn->met++;
        } else {
            churn->failed++;
            *slot = &refused;
        }
    }
    allocator->stats(heap, &churn->end);
    return true;
}

static void churn_part(void)
{
    printk("[mem-lab][churn] requests of %u-%u bytes and frees at random on %u bytes, %u turns\n",
           MALLOC_MIN_BYTES, MALLOC_MAX_BYTES, CHURN_BYTES, CHURN_TURNS);
    printk("[mem-lab][churn] %-10s %5s %6s %6s %7s %7s %10s %5s\n", "allocator", "met", "failed",
           "holes", "bytes", "largest", "steps mean", "worst");
    for (size_t i = 0; mem_allocators[i] != NULL; i++) {
        const char *title = mem_allocators[i]->title;
        struct churn churn;

        if (!play_churn(mem_allocators[i], &churn)) {
            printk("[mem-lab][churn] %-10s cannot use the arena %s\n", title, verdict(false));
            continue;
        }
        size_t steps_x10 = churn.steps_total * 10 / (churn.met + churn.failed);

        printk("[mem-lab][churn] %-10s %5zu %6zu %6zu %7zu %7zu %8zu.%zu %5zu\n", title, churn.met,
               churn.failed, churn.end.free_blocks, churn.end.free_bytes, churn.end.largest_free,
               steps_x10 / 10, steps_x10 % 10, churn.steps_max);
    }
}

static int mem_lab(void)
{
    arena = kmalloc_aligned(ARENA_BYTES, 16);
    blocks = kmalloc(BLOCKS_MAX * sizeof *blocks);
    if (arena == NULL || blocks == NULL) {
        printk("[mem-lab] this machine has too little memory for a lab on %u bytes FAIL\n",
               ARENA_BYTES);
        return EXIT_FAILED;
    }
    pool_part();
    malloc_part();
    comparison_part();
    reuse_part();
    churn_part();
    printk("[mem-lab] verdict: %s\n", failures == 0 ? "PASS" : "FAIL");
    if (job_option("ps", 0) != 0) /* for `make stack-report`; only the boot stack is in use yet */
        thread_print_all();
    kfree(state);
    kfree(blocks);
    kfree(arena);
    return failures == 0 ? EXIT_OK : EXIT_FAILED;
}

JOB(lab_mem, .kind = "lab", .name = "mem", .run = mem_lab, .before_threads = true,
    .summary = "how much memory do fixed blocks waste, and how much do holes?");
