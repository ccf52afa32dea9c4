/* SPDX-License-Identifier: MIT */
/*
 * Calls an allocator and checks every result. A block must lie in the arena, be
 * aligned, and keep its contents until it is freed; a block handed out twice
 * therefore shows as damaged contents. Each block is filled with words that
 * depend on its id and on the offset, so a realloc that moves bytes to the
 * wrong place is detected too.
 *
 * A counted call lies between two reads of the instruction total. The constant
 * overhead is measured on the allocator's twin, whose functions are one return
 * instruction, and subtracted.
 */
#include "bench/session.h"

#include "../count/icount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

uint64_t replay_patience;

enum { GUARD_BYTES = 4096, GUARD_CHECKED = 64, GUARD_FILL = 0xc5, CALIBRATION_BYTES = 65536 };

/* Requests between two looks at an allocator's last search; instructions that examine one block. */
enum { LOOK_EVERY = 64, INSTRUCTIONS_PER_BLOCK = 8 };

/* The placement of aligned requests must not depend on the area's address. */
enum { AREA_ALIGNMENT = TRACE_MAX_ALIGNMENT };

bool area_map(struct area *area, size_t bytes)
{
    unsigned char *at = mmap(NULL, bytes + AREA_ALIGNMENT + 2 * GUARD_BYTES, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED)
        return false;
    at += GUARD_BYTES;
    area->base = at + (-(uintptr_t)at & (AREA_ALIGNMENT - 1));
    area->bytes = bytes;
    return true;
}

void area_release(struct area *area)
{
    madvise(area->base, area->bytes, MADV_DONTNEED);
}

double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void patience_count(struct patience *patience, const struct mem_allocator *allocator,
                    const struct mem_instance *heap, unsigned every)
{
    struct mem_allocator_stats stats;

    if (replay_patience == 0 || allocator->constant_time || allocator->stats == NULL ||
        ++patience->requests % every != 0)
        return;
    allocator->stats(heap, &stats);
    patience->examined += (uint64_t)stats.steps * every;
    patience->over = patience->examined > replay_patience;
}

/* The instructions of a call to an allocator that does not tell its steps. */
static void patience_spend(struct session *session, unsigned long taken)
{
    const struct mem_allocator *allocator = session->candidate->allocator;

    if (replay_patience == 0 || allocator->stats != NULL)
        return;
    session->patience.examined += taken / INSTRUCTIONS_PER_BLOCK;
    session->patience.over = session->patience.examined > replay_patience;
}

/* Returns the instructions of the call itself. */
static unsigned long tally_add(struct tally *tally, unsigned long total, unsigned long overhead)
{
    unsigned long taken = total > overhead ? total - overhead : 0;

    tally->calls++;
    tally->sum += taken;
    if (taken > tally->max)
        tally->max = taken;
    return taken;
}

/*
 * The four measured calls. Not inlined, so that the code around the call is the
 * same for the twin's calibration and for the allocator.
 */
__attribute__((noinline)) static void *measured_alloc(const struct mem_allocator *allocator,
                                                      struct mem_instance *heap, size_t bytes,
                                                      unsigned long *taken)
{
    unsigned long before = icount_read();
    void *block = allocator->alloc(heap, bytes);

    *taken = icount_read() - before;
    return block;
}

__attribute__((noinline)) static int measured_free(const struct mem_allocator *allocator,
                                                   struct mem_instance *heap, void *block,
                                                   unsigned long *taken)
{
    unsigned long before = icount_read();
    int refused = allocator->free(heap, block);

    *taken = icount_read() - before;
    return refused;
}

__attribute__((noinline)) static int measured_sized(const struct candidate *candidate,
                                                    struct mem_instance *heap, void *block,
                                                    size_t bytes, unsigned long *taken)
{
    unsigned long before = icount_read();
    int refused = candidate->free_sized(heap, block, bytes);

    *taken = icount_read() - before;
    return refused;
}

__attribute__((noinline)) static void *measured_resize(const struct mem_allocator *allocator,
                                                       struct mem_instance *heap, void *block,
                                                       size_t bytes, unsigned long *taken)
{
    unsigned long before = icount_read();
    void *moved = allocator->resize(heap, block, bytes);

    *taken = icount_read() - before;
    return moved;
}

__attribute__((noinline)) static void *measured_aligned(const struct mem_allocator *allocator,
                                                        struct mem_instance *heap, size_t alignment,
                                                        size_t bytes, unsigned long *taken)
{
    unsigned long before = icount_read();
    void *block = allocator->aligned(heap, alignment, bytes);

    *taken = icount_read() - before;
    return block;
}

/* The twin's functions are one instruction, the return, which is part of the allocator's count. */
static unsigned long less_return(unsigned long taken)
{
    return taken > 0 ? taken - 1 : 0;
}

void counts_start(struct counts *counts, const struct candidate *candidate, const struct area *area)
{
    const struct mem_allocator_options options = {.largest_request = 64};
    const struct mem_allocator *twin = candidate->twin;
    struct mem_instance *heap = candidate->twin_instance;
    void *block = area->base; /* any address is good enough */
    unsigned long taken = 0;

    *counts = (struct counts){0};
    if (heap == NULL)
        heap = candidate_init(candidate, area->base, CALIBRATION_BYTES, &options);
    if (heap == NULL)
        return;
    measured_alloc(twin, heap, 64, &taken);
    counts->alloc_overhead = less_return(taken);
    if (candidate->free_sized != NULL)
        measured_sized(candidate, heap, block, 64, &taken);
    else
        measured_free(twin, heap, block, &taken);
    counts->free_overhead = less_return(taken);
    if (twin->resize != NULL) {
        measured_resize(twin, heap, block, 64, &taken);
        counts->resize_overhead = less_return(taken);
    }
    if (twin->aligned != NULL) {
        measured_aligned(twin, heap, 64, 64, &taken);
        counts->aligned_overhead = less_return(taken);
    }
}

static uint64_t pattern_word(uint32_t id, size_t index)
{
    return ((uint64_t)id + 1) * 0x9e3779b97f4a7c15u + (uint64_t)index * 0x0101010101010101u;
}

/* Write the pattern of id from byte `from` (rounded down to a word) to byte `to`. */
static void fill(unsigned char *at, uint32_t id, size_t from, size_t to)
{
    size_t index = from / 8;

    for (; (index + 1) * 8 <= to; index++) {
        uint64_t word = pattern_word(id, index);

        memcpy(at + index * 8, &word, 8);
    }
    if (index * 8 < to) {
        uint64_t word = pattern_word(id, index);

        memcpy(at + index * 8, &word, to - index * 8);
    }
}

static bool intact(const unsigned char *at, uint32_t id, size_t bytes)
{
    size_t words = bytes / 8;
    uint64_t wrong = 0;
    uint64_t word;
    uint64_t last;

    for (size_t i = 0; i < words; i++) {
        memcpy(&word, at + i * 8, 8);
        wrong |= word ^ pattern_word(id, i);
    }
    last = pattern_word(id, words);
    return wrong == 0 && memcmp(at + words * 8, &last, bytes % 8) == 0;
}

static bool broken(struct session *session, const char *what, uint32_t id, size_t bytes)
{
    if (session->broken[0] == '\0')
        snprintf(session->broken, sizeof(session->broken), "%s (id %lu, %zu bytes)", what,
                 (unsigned long)id, bytes);
    return false;
}

/* Checks the place and the alignment of a block. */
static bool placed_well(struct session *session, const unsigned char *at, uint32_t id, size_t bytes,
                        size_t alignment)
{
    const unsigned char *base = session->area->base;

    if (session->candidate->bounded && (at < base || (size_t)(at - base) > session->arena_bytes ||
                                        session->arena_bytes - (size_t)(at - base) < bytes))
        return broken(session, "block outside the arena", id, bytes);
    if (((uintptr_t)at & (alignment - 1)) != 0)
        return broken(session, "block misaligned", id, bytes);
    return true;
}

bool session_begin(struct session *session, const struct candidate *candidate, struct area *area,
                   size_t arena_bytes, uint32_t id_count,
                   const struct mem_allocator_options *options)
{
    *session = (struct session){.candidate = candidate,
                                .area = area,
                                .arena_bytes = arena_bytes,
                                .verify = true,
                                .largest_bytes = options->largest_request,
                                .block_count = id_count};
    if (arena_bytes > area->bytes)
        return false;
    memset(area->base - GUARD_CHECKED, GUARD_FILL, GUARD_CHECKED);
    memset(area->base + arena_bytes, GUARD_FILL, GUARD_CHECKED);
    session->heap = candidate_init(candidate, area->base, arena_bytes, options);
    if (session->heap == NULL)
        return false;
    session->blocks = calloc((size_t)id_count + 1, sizeof(session->blocks[0]));
    return session->blocks != NULL;
}

static bool guard_intact(const unsigned char *guard)
{
    for (size_t i = 0; i < GUARD_CHECKED; i++)
        if (guard[i] != GUARD_FILL)
            return false;
    return true;
}

/* Give a block back, by the sized free if there is one; counts the instructions unless taken is
 * NULL. */
static int free_block(struct session *session, struct block block, unsigned long *taken)
{
    const struct candidate *candidate = session->candidate;
    unsigned long ignored;

    if (candidate->free_sized != NULL && (!block.aligned || candidate->sized_aligned))
        return measured_sized(candidate, session->heap, block.at, block.bytes,
                              taken == NULL ? &ignored : taken);
    if (taken == NULL)
        return candidate->allocator->free(session->heap, block.at);
    return measured_free(candidate->allocator, session->heap, block.at, taken);
}

bool session_end(struct session *session)
{
    /* An unbounded allocator outlives the session: free all blocks. */
    for (uint32_t id = 0; id < session->block_count && session->blocks != NULL; id++)
        if (session->blocks[id].at != NULL && session->broken[0] == '\0') {
            bool unbounded = !session->candidate->bounded;

            if (session->verify && !intact(session->blocks[id].at, id, session->blocks[id].bytes))
                broken(session, "contents damaged", id, session->blocks[id].bytes);
            else if (unbounded)
                free_block(session, session->blocks[id], NULL);
        }
    free(session->blocks);
    session->blocks = NULL;
    if (!guard_intact(session->area->base - GUARD_CHECKED))
        broken(session, "wrote before its arena", 0, session->arena_bytes);
    if (!guard_intact(session->area->base + session->arena_bytes))
        broken(session, "wrote behind its arena", 0, session->arena_bytes);
    return session->broken[0] == '\0';
}

bool session_alive(const struct session *session, uint32_t id)
{
    return session->blocks[id].at != NULL;
}

/*
 * Requests that are refused without a call: above a pool's block size, out of
 * patience, or above the budget.
 */
static bool not_asked(struct session *session, size_t bytes, size_t more)
{
    if (bytes > session->largest_bytes && !session->candidate->allocator->any_size)
        return true;
    patience_count(&session->patience, session->candidate->allocator, session->heap, LOOK_EVERY);
    if (session->patience.over)
        return true;
    return session->budget_bytes != 0 && session->live_bytes + more > session->budget_bytes;
}

static bool take(struct session *session, uint32_t id, void *at, size_t bytes, size_t alignment)
{
    if (at == NULL || !placed_well(session, at, id, bytes, alignment))
        return false;
    session->blocks[id] = (struct block){at, bytes, false};
    session->live_bytes += bytes;
    if (session->verify)
        fill(at, id, 0, bytes);
    return true;
}

bool session_alloc(struct session *session, uint32_t id, size_t bytes)
{
    const struct mem_allocator *allocator = session->candidate->allocator;
    struct counts *counts = session->counts;
    unsigned long taken;
    void *at;

    if (not_asked(session, bytes, bytes))
        return false;
    progress_call("malloc", id, bytes);
    if (counts == NULL) {
        at = allocator->alloc(session->heap, bytes);
    } else {
        at = measured_alloc(allocator, session->heap, bytes, &taken);
        patience_spend(session, tally_add(&counts->alloc, taken, counts->alloc_overhead));
        if (at == NULL)
            tally_add(&counts->refuse, taken, counts->alloc_overhead);
    }
    return take(session, id, at, bytes, allocator->alignment);
}

bool session_aligned(struct session *session, uint32_t id, size_t alignment, size_t bytes)
{
    const struct mem_allocator *allocator = session->candidate->allocator;
    struct counts *counts = session->counts;
    unsigned long taken;
    void *at;

    if (not_asked(session, bytes, bytes) || allocator->aligned == NULL)
        return false;
    progress_call("aligned_alloc", id, bytes);
    if (counts == NULL) {
        at = allocator->aligned(session->heap, alignment, bytes);
    } else {
        at = measured_aligned(allocator, session->heap, alignment, bytes, &taken);
        patience_spend(session, tally_add(&counts->aligned, taken, counts->aligned_overhead));
    }
    if (!take(session, id, at, bytes, alignment))
        return false;
    session->blocks[id].aligned = true;
    return true;
}

bool session_free(struct session *session, uint32_t id)
{
    const struct mem_allocator *allocator = session->candidate->allocator;
    struct counts *counts = session->counts;
    struct block block = session->blocks[id];
    unsigned long taken;
    int refused;

    if (session->verify && !intact(block.at, id, block.bytes))
        return broken(session, "contents damaged", id, block.bytes);
    session->blocks[id].at = NULL;
    session->live_bytes -= block.bytes;
    if (!allocator->frees)
        return true;
    progress_call("free", id, block.bytes);
    if (counts == NULL) {
        refused = free_block(session, block, NULL);
    } else {
        refused = free_block(session, block, &taken);
        patience_spend(session, tally_add(&counts->free, taken, counts->free_overhead));
    }
    return refused == 0 || broken(session, "free of a living block refused", id, block.bytes);
}

/* A new block, a copy, and the old one freed. */
static bool resize_by_copy(struct session *session, uint32_t id, size_t bytes)
{
    struct block old = session->blocks[id];
    struct block fresh;
    bool ok;

    if (!session_alloc(session, id, bytes))
        return false;
    fresh = session->blocks[id];
    memcpy(fresh.at, old.at, bytes < old.bytes ? bytes : old.bytes);
    session->blocks[id] = old;
    ok = session_free(session, id);
    session->blocks[id] = fresh;
    return ok;
}

bool session_resize(struct session *session, uint32_t id, size_t bytes)
{
    const struct mem_allocator *allocator = session->candidate->allocator;
    struct counts *counts = session->counts;
    struct block old = session->blocks[id];
    size_t kept = bytes < old.bytes ? bytes : old.bytes;
    unsigned long taken;
    unsigned char *at;

    if (not_asked(session, bytes, bytes > old.bytes ? bytes - old.bytes : 0))
        return false;
    if (session->verify && !intact(old.at, id, old.bytes))
        return broken(session, "contents damaged", id, old.bytes);
    if (allocator->resize == NULL || session->always_move)
        return resize_by_copy(session, id, bytes);
    progress_call("realloc", id, bytes);
    if (counts == NULL) {
        at = allocator->resize(session->heap, old.at, bytes);
    } else {
        at = measured_resize(allocator, session->heap, old.at, bytes, &taken);
        patience_spend(session, taken);
        if (at == old.at)
            tally_add(&counts->resize, taken, counts->resize_overhead);
    }
    if (at == NULL || !placed_well(session, at, id, bytes, allocator->alignment))
        return false;
    if (session->verify && !intact(at, id, kept))
        return broken(session, "contents lost in a realloc", id, bytes);
    session->blocks[id] = (struct block){at, bytes, false};
    session->live_bytes += bytes - old.bytes;
    if (session->verify)
        fill(at, id, kept, bytes);
    return true;
}

/* Of an allocator without aligned requests, a program takes as much more as it may have to skip. */
static bool replay_aligned(struct session *session, const struct trace_op *op)
{
    if (session->candidate->allocator->aligned == NULL)
        return session_alloc(session, op->id, op->bytes + trace_alignment(op));
    return session_aligned(session, op->id, trace_alignment(op), op->bytes);
}

static bool replay_op(struct session *session, const struct trace_op *op)
{
    if (op->kind == TRACE_ALLOC)
        return session_alloc(session, op->id, op->bytes);
    if (op->kind == TRACE_ALIGNED)
        return replay_aligned(session, op);
    if (op->kind == TRACE_REALLOC)
        return session_resize(session, op->id, op->bytes);
    return session_free(session, op->id);
}

enum replay_status replay(const struct trace *trace, const struct candidate *candidate,
                          struct area *area, size_t arena_bytes, struct counts *counts,
                          char *broken_text)
{
    const struct mem_allocator_options options = {.largest_request = trace->max_request_bytes};
    struct session session;
    bool done = true;

    if (!session_begin(&session, candidate, area, arena_bytes, trace->id_count, &options))
        return REPLAY_REFUSED;
    session.counts = counts;
    for (size_t i = 0; i < trace->op_count && done; i++)
        done = replay_op(&session, &trace->ops[i]);
    if (!session_end(&session)) {
        memcpy(broken_text, session.broken, sizeof(session.broken));
        return REPLAY_BROKEN;
    }
    if (session.patience.over)
        return REPLAY_SLOW;
    return done ? REPLAY_DONE : REPLAY_REFUSED;
}
