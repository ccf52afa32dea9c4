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

#include "../lab.h"
#include "own_heap.h"
#include "parameters.h"

/* Lists of more blocks would be searched for minutes. */
#define BLOCKS_MAX  2048
#define POOL_BLOCKS 256
/* A request for less counts as one for so many bytes; with a header it takes about twice that. */
#define SMALLEST_BLOCK 16
/* The largest request, as a part of the arena, so that every allocator can serve some. */
#define LARGEST_PART 8
/* The final request: this part of all free bytes. */
#define BIG_PART 4

static struct {
    MEM_PARAMETERS(LAB_FIELD)
} given;
static const struct lab_parameter parameters[] = {MEM_PARAMETERS(LAB_ROW)};

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

/* The request sequence: a linear congruential generator (Numerical Recipes, 7.1), upper bits. */
static uint32_t sequence;

static size_t next_request(size_t min, size_t max)
{
    sequence = sequence * 1664525u + 1013904223u;
    return min + (sequence >> 16) % (uint32_t)(max - min + 1);
}

/* The next request of the size that is asked of all allocators. */
static size_t next_size(void)
{
    return next_request(given.sizes.first, given.sizes.last);
}

/* Whether block `i` stays when blocks are freed: `live` of 100, spread evenly. */
static bool stays(size_t i)
{
    return (i + 1) * given.live.first / 100 != i * given.live.first / 100;
}

static void pool_part(void)
{
    struct mem_pool pool;
    size_t allocs = 0;
    size_t requested = 0;
    size_t bytes = mem_pool_bytes_needed(POOL_BLOCKS, given.block.first, 16);

    sequence = given.seed.first;
    if (bytes > given.arena.first)
        bytes = given.arena.first;
    if (mem_pool_init(&pool, arena, bytes, given.block.first, 16) != MEM_OK) {
        lab_say("[mem-lab][pool] no pool in %zu bytes %s\n", bytes, lab_verdict("pool", false));
        return;
    }
    while (mem_pool_available(&pool) > 0) {
        size_t want = next_request(1, given.block.first);

        if (mem_pool_alloc(&pool) == NULL)
            break;
        requested += want;
        allocs++;
    }
    size_t provided = allocs * mem_pool_block_size(&pool);
    size_t wasted = provided - requested;
    const struct lab_named figures[] = {
        {"allocs", allocs},
        {"block_size", mem_pool_block_size(&pool)},
        {"provided_bytes", provided},
        {"requested_bytes", requested},
        {"wasted_bytes", wasted},
        {"internal_frag_pct", mem_frag_internal_pct(wasted, provided)},
    };

    lab_figures("pool", figures, 2);
    lab_figures("pool", figures + 2, 3);
    lab_figures("pool", figures + 5, 1);
    lab_say(
        "[mem-lab][pool] every block served one request, and the next is refused: %s\n",
        lab_verdict("pool", allocs == mem_pool_capacity(&pool) && mem_pool_alloc(&pool) == NULL));
}

/* Fill the first-fit heap with requests from the sequence. Returns the number of blocks. */
static size_t fill(struct mem_first_fit *heap)
{
    size_t count = 0;

    while (count < BLOCKS_MAX) {
        void *block = mem_first_fit_alloc(heap, next_size());

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
    const struct lab_named figures[] = {
        {"heap_bytes", stats.heap_bytes},
        {"header_bytes", stats.header_bytes},
        {"allocs", stats.allocs},
        {"alloc_steps_avg", stats.steps_avg},
        {"alloc_steps_max", stats.steps_max},
    };

    lab_figures("malloc", figures, 3);
    lab_figures("malloc", figures + 3, 2);
}

static void print_holes(const struct mem_first_fit *heap)
{
    struct mem_first_fit_stats stats;

    mem_first_fit_stats(heap, &stats);
    const struct lab_named figures[] = {
        {"free_blocks", stats.free_blocks},
        {"total_free", stats.total_free},
        {"largest_free", stats.largest_free},
        {"external_frag_pct", mem_frag_external_pct(stats.largest_free, stats.total_free)},
    };

    lab_figures("malloc", figures, 3);
    lab_figures("malloc", figures + 3, 1);
}

/* Ask for a part of all free bytes: it is met iff a hole is large enough. */
static void *ask_big(struct mem_first_fit *heap, size_t big)
{
    struct mem_first_fit_stats before;
    struct mem_first_fit_stats after;

    mem_first_fit_stats(heap, &before);
    void *block = mem_first_fit_alloc(heap, big);
    bool fits = big <= before.largest_free;

    mem_first_fit_stats(heap, &after);
    lab_say("[mem-lab][malloc] big alloc %s bytes=%zu steps=%zu\n",
            block != NULL ? "succeeded" : "FAILED (fragmentation)", big, after.steps_last);
    lab_figure("malloc", "", "big_bytes", big);
    lab_figure("malloc", "", "big_met", block != NULL);
    lab_figure("malloc", "", "big_steps", after.steps_last);
    lab_say("[mem-lab][malloc] %s %zu bytes are free: %s\n",
            block != NULL ? "met, for a hole is large enough;" : "refused though",
            before.total_free, lab_verdict("malloc", (block != NULL) == fits));
    return block;
}

static void malloc_part(void)
{
    struct mem_first_fit heap;
    struct mem_first_fit_stats stats;
    size_t refused = 0;

    sequence = given.seed.first;
    if (mem_first_fit_init(&heap, arena, given.arena.first) != MEM_OK) {
        lab_say("[mem-lab][malloc] no heap in %u bytes %s\n", given.arena.first,
                lab_verdict("malloc", false));
        return;
    }
    size_t count = fill(&heap);

    print_filled(&heap);
    for (size_t i = 0; i < count; i++)
        if (!stays(i))
            refused += mem_first_fit_free(&heap, blocks[i]) != MEM_OK;
    print_holes(&heap);
    mem_first_fit_stats(&heap, &stats);
    size_t big = stats.total_free / BIG_PART + (stats.total_free < BIG_PART);
    void *block = ask_big(&heap, big);

    refused += mem_first_fit_free(&heap, block) != MEM_OK;
    for (size_t i = 0; i < count; i++)
        if (stays(i))
            refused += mem_first_fit_free(&heap, blocks[i]) != MEM_OK;
    mem_first_fit_stats(&heap, &stats);
    lab_say("[mem-lab][malloc] after freeing all: free_blocks=%zu refused_frees=%zu, the same big "
            "alloc succeeds: %s\n",
            stats.free_blocks, refused,
            lab_verdict("malloc", stats.free_blocks == 1 && refused == 0 &&
                                      mem_first_fit_alloc(&heap, big) != NULL));
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

/* Of the steps of `requests` requests: the mean in tenths. */
struct steps {
    size_t requests;
    size_t total;
    size_t worst;
};

static void count_steps(struct steps *steps, const struct mem_allocator_stats *stats)
{
    steps->requests++;
    steps->total += stats->steps;
    if (stats->steps > steps->worst)
        steps->worst = stats->steps;
}

/*
 * The first workload: requests for as many bytes as the arena has; then `live` of
 * 100 blocks stay, and a large request follows. Each workload writes a row of its
 * table to `row`, and returns whether the allocator accepts the arena.
 */
static const struct lab_column compare_columns[] = {
    {"met", 5, LAB_COUNT},          {"failed", 6, LAB_COUNT}, {"requested", 9, LAB_COUNT},
    {"inside", 7, LAB_COUNT},       {"holes", 7, LAB_COUNT},  {"largest", 7, LAB_COUNT},
    {"steps mean", 10, LAB_TENTHS}, {"worst", 5, LAB_COUNT},  {"big request", 0, LAB_MET},
};

static size_t big_bytes(void)
{
    return given.arena.first / 8;
}

static bool play_compare(const struct mem_allocator *allocator, size_t *row)
{
    struct mem_instance *heap = start(allocator, given.arena.first, given.sizes.last);
    struct mem_allocator_stats stats;
    struct steps steps = {0};
    size_t count = 0;
    size_t offered = 0;
    size_t requested = 0;

    if (heap == NULL)
        return false;
    while (offered < given.arena.first && count < BLOCKS_MAX) {
        size_t want = next_size();

        blocks[count] = allocator->alloc(heap, want);
        allocator->stats(heap, &stats);
        count_steps(&steps, &stats);
        offered += want < SMALLEST_BLOCK ? SMALLEST_BLOCK : want;
        if (blocks[count] == NULL)
            continue;
        count++;
        requested += want;
    }
    *row++ = count;
    *row++ = steps.requests - count;
    *row++ = requested;
    allocator->stats(heap, &stats);
    *row++ = given.arena.first - stats.free_bytes - requested;
    for (size_t i = 0; i < count; i++)
        if (!stays(i))
            (void)allocator->free(heap, blocks[i]); /* a block of this allocator */
    allocator->stats(heap, &stats);
    *row++ = stats.free_bytes;
    *row++ = stats.largest_free;
    *row++ = steps.total * 10 / steps.requests;
    *row++ = steps.worst;
    *row = allocator->alloc(heap, big_bytes()) != NULL;
    return true;
}

/*
 * The second workload: small blocks stay, large ones between them are freed and
 * requested again slightly larger, like buffers between list nodes.
 */
enum { SMALL = 24, LARGE = 232, LARGER = 256 };

/* The size in this arena: so many times as large that BLOCKS_MAX pairs fill it. */
static size_t scaled(size_t bytes)
{
    return bytes * ((given.arena.first - 1) / (LARGER * BLOCKS_MAX) + 1);
}

static const struct lab_column reuse_columns[] = {
    {"larges", 6, LAB_COUNT},    {"holes", 7, LAB_COUNT},     {"largest", 7, LAB_COUNT},
    {"met again", 9, LAB_COUNT}, {"reuse_pct", 9, LAB_COUNT},
};

static bool play_reuse(const struct mem_allocator *allocator, size_t *row)
{
    struct mem_instance *heap = start(allocator, given.arena.first, scaled(LARGER));
    struct mem_allocator_stats stats;
    size_t count = 0;
    size_t met_again = 0;

    if (heap == NULL)
        return false;
    while (count < BLOCKS_MAX && allocator->alloc(heap, scaled(SMALL)) != NULL) {
        blocks[count] = allocator->alloc(heap, scaled(LARGE));
        if (blocks[count] == NULL)
            break;
        count++;
    }
    for (size_t i = 0; i < count; i++)
        (void)allocator->free(heap, blocks[i]); /* a block of this allocator */
    allocator->stats(heap, &stats);
    while (met_again < count && allocator->alloc(heap, scaled(LARGER)) != NULL)
        met_again++;
    *row++ = count;
    *row++ = stats.free_bytes;
    *row++ = stats.largest_free;
    *row++ = met_again;
    *row = mem_frag_ratio(met_again * scaled(LARGER), count * scaled(LARGE), 100);
    return true;
}

/*
 * The third workload: blocks of all sizes are allocated and freed at random in a
 * nearly full arena. Here it matters which hole a request gets.
 */
static const struct lab_column churn_columns[] = {
    {"met", 5, LAB_COUNT},   {"failed", 6, LAB_COUNT},  {"holes", 6, LAB_COUNT},
    {"bytes", 7, LAB_COUNT}, {"largest", 7, LAB_COUNT}, {"steps mean", 10, LAB_TENTHS},
    {"worst", 5, LAB_COUNT},
};

static size_t churn_bytes(void)
{
    return given.arena.first / 4;
}

/* Half of the slots have a block on average: five sixths of the bytes. */
static size_t churn_slots(void)
{
    size_t each = 3 * ((size_t)given.sizes.first + given.sizes.last);
    size_t slots = (churn_bytes() * 10 + each - 1) / each;

    return slots < 2 ? 2 : slots < BLOCKS_MAX ? slots : BLOCKS_MAX;
}

static bool play_churn(const struct mem_allocator *allocator, size_t *row)
{
    static char refused; /* its address is in the slots of refused requests, to be "freed", too */
    struct mem_instance *heap = start(allocator, churn_bytes(), given.sizes.last);
    struct mem_allocator_stats stats;
    struct steps steps = {0};
    size_t failed = 0;

    if (heap == NULL)
        return false;
    for (size_t i = 0; i < churn_slots(); i++)
        blocks[i] = NULL;
    for (uint32_t turn = 0; turn < given.turns.first; turn++) {
        void **slot = &blocks[next_request(0, churn_slots() - 1)];
        size_t want = next_size();

        if (*slot != NULL) {
            if (*slot != &refused)
                (void)allocator->free(heap, *slot); /* a block of this allocator */
            *slot = NULL;
            continue;
        }
        *slot = allocator->alloc(heap, want);
        allocator->stats(heap, &stats);
        count_steps(&steps, &stats);
        if (*slot == NULL) {
            failed++;
            *slot = &refused;
        }
    }
    allocator->stats(heap, &stats);
    *row++ = steps.requests - failed;
    *row++ = failed;
    *row++ = stats.free_blocks;
    *row++ = stats.free_bytes;
    *row++ = stats.largest_free;
    *row++ = steps.total * 10 / steps.requests;
    *row = steps.worst;
    return true;
}

enum workload { COMPARE, REUSE, CHURN };

static bool play(enum workload workload, const struct mem_allocator *allocator, size_t *row)
{
    sequence = given.seed.first;
    return workload == COMPARE ? play_compare(allocator, row)
           : workload == REUSE ? play_reuse(allocator, row)
                               : play_churn(allocator, row);
}

/* The table of a workload: a row for each allocator. */
static void show(enum workload workload, const char *part, const struct lab_column *columns,
                 size_t count)
{
    const struct mem_allocator *allocator;
    size_t row[sizeof compare_columns / sizeof *compare_columns]; /* the widest */

    lab_table(part, columns, count);
    for (size_t i = 0; (allocator = allocator_of_row(i)) != NULL; i++)
        if (play(workload, allocator, row))
            lab_row(part, allocator->title, columns, row, count);
        else
            lab_say("[mem-lab][%s] %-10s cannot use the arena %s\n", part, allocator->title,
                    lab_verdict(part, false));
}

#define SHOW(workload, part, columns) \
    show(workload, part, columns, sizeof columns / sizeof *columns)

static void compare_part(void)
{
    lab_say("[mem-lab][compare] the same requests of %u-%u bytes on %u bytes: fill, free all but "
            "%u %% of the blocks, ask for %zu\n",
            given.sizes.first, given.sizes.last, given.arena.first, given.live.first, big_bytes());
    SHOW(COMPARE, "compare", compare_columns);
    lab_say("[mem-lab][compare] the heap keeps pointers in the arena: its rows are those of words "
            "of %zu bits\n",
            sizeof(uintptr_t) * 8);
}

static void reuse_part(void)
{
    lab_say("[mem-lab][reuse] small blocks of %zu bytes that stay, between large ones of %zu; "
            "free the large, ask for %zu\n",
            scaled(SMALL), scaled(LARGE), scaled(LARGER));
    SHOW(REUSE, "reuse", reuse_columns);
}

static void churn_part(void)
{
    lab_say("[mem-lab][churn] requests of %u-%u bytes and frees at random on %zu bytes, %u turns\n",
            given.sizes.first, given.sizes.last, churn_bytes(), given.turns.first);
    SHOW(CHURN, "churn", churn_columns);
}

/* The parameters that are possible together. */
static bool begin(void)
{
    if (!lab_begin("mem", parameters, &given, sizeof parameters / sizeof *parameters))
        return false;
    uint32_t largest = given.arena.first / LARGEST_PART;
    uint32_t mean = (given.sizes.first + given.sizes.last) / 2;
    uint32_t most = (mean < 2 * SMALLEST_BLOCK ? 2 * SMALLEST_BLOCK : mean) * BLOCKS_MAX;

    if (given.sizes.last > largest)
        return lab_refuse("sizes", "the largest may be an eighth of the arena,", largest);
    if (given.arena.first > most)
        return lab_refuse("arena", "for blocks of these sizes it may be at most", most);
    return true;
}

static int mem_lab(void)
{
    if (!begin())
        return EXIT_USAGE;
    arena = kmalloc_aligned(given.arena.first, 16);
    blocks = kmalloc(BLOCKS_MAX * sizeof *blocks);
    if (arena == NULL || blocks == NULL) {
        printk("[mem-lab] this machine has too little memory for a lab on %u bytes FAIL\n",
               given.arena.first);
        return EXIT_FAILED;
    }
    pool_part();
    malloc_part();
    compare_part();
    reuse_part();
    churn_part();
    int status = lab_end();

    if (job_option("ps", 0) != 0) /* for `make stack-report`; only the boot stack is in use yet */
        thread_print_all();
    kfree(state);
    kfree(blocks);
    kfree(arena);
    return status;
}

JOB(lab_mem, .kind = "lab", .name = "mem", .run = mem_lab, .before_threads = true,
    .summary = "how much memory do fixed blocks waste, and how much do holes?");
