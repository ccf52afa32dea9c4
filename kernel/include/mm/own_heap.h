/* SPDX-License-Identifier: MIT */
/*
 * `make HEAP=mine.c`: a user's allocator as a struct mem_allocator. The file
 * defines mine_init(), mine_alloc() and mine_free(), see docs/course.md.
 *
 * The allocator is not trusted. A record outside of its arena, two bits for each
 * word, tells which words belong to living blocks. Each pointer that alloc
 * returns is compared with it, and the first that breaks a rule ends in a panic
 * that names the function and the rule. Pointers that free refuses never reach
 * the allocator. Living blocks must not change while the allocator runs: both
 * ends of the OWN_HEAP_WATCHED latest ones are compared; other bytes are not.
 *
 * Holes and headers look the same from outside: both count as free.
 */
#ifndef MM_OWN_HEAP_H
#define MM_OWN_HEAP_H

#include <mem_allocator.h>
#include <types.h>

/* Unit of the record, and the alignment that blocks must have. */
#define OWN_HEAP_GRAIN sizeof(void *)

/* Living blocks whose ends are compared. A power of two. */
#define OWN_HEAP_WATCHED 32

/* The three functions of the file. */
struct own_heap_functions {
    const char *name; /* what their names begin with */
    bool (*init)(void *arena, size_t bytes);
    void *(*alloc)(size_t bytes);
    void (*free)(void *block);
};

struct own_heap {
    const struct own_heap_functions *functions;
    uintptr_t base;    /* of the arena */
    size_t grains;     /* in the arena */
    size_t used;       /* grains in living blocks */
    uintptr_t *living; /* a bit for each grain: part of a living block */
    uintptr_t *starts; /* a bit for each grain: a living block starts here */
    unsigned next;     /* entry of watched[] that the next block takes */
    struct {
        uintptr_t *block; /* NULL: none */
        size_t bytes;     /* requested: what rounding adds may be the allocator's */
        uintptr_t sum;    /* before the call */
    } watched[OWN_HEAP_WATCHED];
};

/* Bytes of the record for an arena of `bytes` bytes. */
#define OWN_HEAP_RECORD_BYTES(bytes) (((bytes) / OWN_HEAP_GRAIN / 64 + 1) * 16)

/*
 * Start the allocator with these functions on an arena, with its record at
 * `record`, aligned for a word. O(bytes). Returns NULL if init returns false,
 * and prints this.
 */
struct mem_instance *own_heap_start(struct own_heap *self,
                                    const struct own_heap_functions *functions, void *record,
                                    void *arena, size_t bytes);

/* The members of struct mem_allocator; costs O(bytes / 256) beside the user's own. */
struct mem_instance *own_heap_init(void *state, void *arena, size_t bytes,
                                   const struct mem_allocator_options *options);
void *own_heap_alloc(struct mem_instance *self, size_t bytes);
int own_heap_free(struct mem_instance *self, void *block);
size_t own_heap_usable_size(const struct mem_instance *self, const void *block);
bool own_heap_inspect(const struct mem_instance *self, const void *address,
                      struct mem_allocator_block *block);
size_t own_heap_used_bytes(const struct mem_instance *self);
void own_heap_stats(const struct mem_instance *self, struct mem_allocator_stats *stats);
void own_heap_explain(const struct mem_instance *self, size_t bytes, size_t alignment,
                      struct mem_allocator_why *why);

/* The functions of the file, as kmalloc uses them. */
extern const struct own_heap_functions own_heap_user;

/* The members that kmalloc's instance and the memory lab's have in common. */
#define OWN_HEAP_MEMBERS                                                                        \
    .name = "own", .preset = "-", .alignment = OWN_HEAP_GRAIN, .frees = true, .any_size = true, \
    .alloc = own_heap_alloc, .free = own_heap_free, .usable_size = own_heap_usable_size,        \
    .inspect = own_heap_inspect, .used_bytes = own_heap_used_bytes, .stats = own_heap_stats,    \
    .explain = own_heap_explain

/* Behind kmalloc. Its record is at the arena's end. */
static const struct mem_allocator mem_allocator_own = {
    OWN_HEAP_MEMBERS,
    .title = "own",
    .state_bytes = sizeof(struct own_heap),
    .init = own_heap_init,
};

#endif
