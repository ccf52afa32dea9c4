/* SPDX-License-Identifier: MIT */
/*
 * What the memory library's functions return when they can fail, and what
 * they say about misuse. One enum for all its modules.
 */
#ifndef MEM_ERROR_H
#define MEM_ERROR_H

enum mem_error {
    MEM_OK = 0,
    MEM_FOREIGN,        /* the address is not from this allocator */
    MEM_MISALIGNED,     /* the address lies inside a block, not at its start */
    MEM_DOUBLE_FREE,    /* the block is not in use: freed twice? */
    MEM_INVALID,        /* an argument makes no sense */
    MEM_NO_ROOM,        /* the memory given to init is too small */
    MEM_CORRUPT,        /* the allocator's own data were overwritten */
    MEM_OVERFLOW,       /* the block was written past its end */
    MEM_USE_AFTER_FREE, /* the block was written after it was freed */
    MEM_WRONG_SIZE,     /* the block has another size */
    MEM_ERROR_COUNT,
};

/* For results that must not be ignored. */
#define MEM_MUST_CHECK __attribute__((warn_unused_result))

/*
 * The error in words, such as "freed twice?". O(1), never blocks, from
 * anywhere. A number that is no mem_error gives "unknown error", never NULL.
 */
const char *mem_error_str(int error);

#endif
