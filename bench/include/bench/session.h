/* SPDX-License-Identifier: MIT */
/*
 * One life of one allocator in one arena. Every request goes through a session,
 * which checks the result (inside the arena, aligned, contents intact) and,
 * under the icount tool, counts the instructions of each call.
 */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "bench/candidate.h"
#include "bench/helper.h"
#include "bench/trace.h"

#include <stdint.h>

/* Calls of one kind: number, instructions in total, most in one call. */
struct tally {
    uint64_t calls;
    uint64_t sum;
    unsigned long max;
};

struct counts {
    struct tally alloc;   /* every malloc, refused ones included */
    struct tally free;    /* every free */
    struct tally refuse;  /* the mallocs that returned NULL, also in alloc */
    struct tally resize;  /* reallocs that kept the address */
    struct tally aligned; /* aligned requests, not in alloc */
    /* Overhead of measuring one call, from the twin. */
    unsigned long alloc_overhead;
    unsigned long free_overhead;
    unsigned long resize_overhead;
    unsigned long aligned_overhead;
};

struct block {
    unsigned char *at; /* NULL: not alive */
    size_t bytes;
    bool aligned; /* came from an aligned request */
};

/* Memory for arenas, mapped once and reused by every session. */
struct area {
    unsigned char *base; /* aligned as much as a trace may ask for */
    size_t bytes;
};

/*
 * How much searching one replay may take, so that an allocator that walks long
 * lists does not delay the others for hours. It counts the blocks that the
 * allocator examines, not time: what is left out does not depend on the load of
 * the machine. Every so many requests it asks an allocator that is not
 * constant_time for its last search, and takes it for all of them. Of an
 * allocator that tells no steps, a library, it takes the instructions of each
 * call, eight to a block; without the counter it knows nothing.
 */
struct patience {
    unsigned requests; /* so far */
    uint64_t examined; /* blocks, estimated */
    bool over;
};

struct session {
    const struct candidate *candidate;
    struct mem_instance *heap;
    struct area *area;
    size_t arena_bytes;
    bool verify;           /* fill blocks and check them */
    bool always_move;      /* every realloc is a new block, a copy and a free */
    struct counts *counts; /* NULL: do not count */
    struct block *blocks;  /* by id */
    uint32_t block_count;
    size_t live_bytes;
    size_t largest_bytes;     /* a pool's block size; larger requests are refused without a call */
    struct patience patience; /* when it is over, all further requests are refused */
    size_t budget_bytes;      /* limit of live bytes, refused without a call beyond; 0: none */
    char broken[WHY_BYTES];   /* how the allocator misbehaved; empty if it did not */
};

/* Map zeroed memory plus room for guard zones. Returns false if the system refuses. */
bool area_map(struct area *area, size_t bytes);

/* Return the area's pages to the system; the area stays mapped. */
void area_release(struct area *area);

/* Monotonic time. */
double now_s(void);

/* Count a request. every: requests between two looks, each of which is O(blocks). */
void patience_count(struct patience *patience, const struct mem_allocator *allocator,
                    const struct mem_instance *heap, unsigned every);

/* Blocks that one replay may examine; 0: any number. */
extern uint64_t replay_patience;

/* Zero the counts and measure the overheads of this allocator's wrappers. Uses the area. */
void counts_start(struct counts *counts, const struct candidate *candidate,
                  const struct area *area);

/*
 * Start the allocator afresh in the first arena_bytes of the area. Returns
 * false if it refuses such a small arena. Ids from 0 to id_count - 1 can be
 * used. session_end frees the table and checks the guard zones around the
 * arena; it returns false if the allocator misbehaved at any time, with the
 * reason in session->broken.
 */
bool session_begin(struct session *session, const struct candidate *candidate, struct area *area,
                   size_t arena_bytes, uint32_t id_count,
                   const struct mem_allocator_options *options);
bool session_end(struct session *session);

/*
 * Each returns true on success. False means that the allocator refused (the
 * block is unchanged) or misbehaved (session->broken is then not empty, and the
 * session must not continue).
 */
bool session_alloc(struct session *session, uint32_t id, size_t bytes);
bool session_aligned(struct session *session, uint32_t id, size_t alignment, size_t bytes);
bool session_resize(struct session *session, uint32_t id, size_t bytes);
bool session_free(struct session *session, uint32_t id);

/* Whether an id is alive. */
bool session_alive(const struct session *session, uint32_t id);

/* REPLAY_SLOW: the replay exceeded replay_patience. */
enum replay_status { REPLAY_DONE, REPLAY_REFUSED, REPLAY_BROKEN, REPLAY_SLOW };

/*
 * Replay a whole trace in an arena of arena_bytes. On REPLAY_BROKEN the reason
 * is in *broken (WHY_BYTES). counts may be NULL.
 */
enum replay_status replay(const struct trace *trace, const struct candidate *candidate,
                          struct area *area, size_t arena_bytes, struct counts *counts,
                          char *broken);

#endif
