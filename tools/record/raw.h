/* SPDX-License-Identifier: MIT */
/*
 * The raw file of one process, written by the preloaded library and read by the program. Both run
 * on the same machine and use its byte order.
 *
 * A raw file consists of a head and chunks. A chunk belongs to one thread. It begins with a number
 * that is not larger than that of its first event; 0 means that the chunk is empty. Events follow:
 *
 *     control byte, [6 bytes of number], address, [size], [1 byte of alignment]
 *
 * The control byte is never 0 and is written last, so the events of a killed process are complete.
 *
 * Events of all threads are ordered by their numbers. A thread takes each number from the head; the
 * only thread of a process takes a range for each chunk. The number of an event is that of the
 * previous event in the chunk plus 1. If RAW_NUMBER is set, the 6 bytes of number are added.
 *
 * The address is stored as the difference from the previous event's (raw_key(), raw_zigzag()), in
 * the number of bytes given by raw_bytes(). The size is stored in the same way, without difference.
 *
 * To record more of each call, such as its call site, add a field or a kind, and change RAW_MAGIC.
 */
#ifndef TOOLS_RECORD_RAW_H
#define TOOLS_RECORD_RAW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define RAW_MAGIC "cairn01"

/* The environment variable that names the folder of the raw files; the files in that folder. */
#define RAW_VARIABLE "CAIRN_RECORD"
#define RAW_LIBRARY  "librecord.so"
#define RAW_JOURNAL  "journal"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the low bytes of a number come first");

enum raw_kind {
    RAW_TAKE = 1,   /* address, size: a block was allocated */
    RAW_ALIGNED,    /* the same with the logarithm of the alignment */
    RAW_DROP,       /* address: a block is about to be freed */
    RAW_MOVE_BEGIN, /* address: a block is about to be reallocated */
    RAW_MOVE_END,   /* address and size: what came of it; the event after RAW_MOVE_BEGIN */
};

enum {
    RAW_KIND = 7,          /* bits 0 to 2 of the control byte: the kind */
    RAW_ADDRESS_SHIFT = 3, /* bits 3 and 4: width of the address */
    RAW_SIZE_SHIFT = 5,    /* bits 5 and 6: width of the size */
    RAW_WIDTH = 3,
    RAW_NUMBER = 128, /* bit 7: numbers were skipped */
    RAW_NUMBER_BYTES = 6,
    RAW_EVENT_MAX = 32, /* an event never touches more bytes */
    RAW_HEAD_BYTES = 64 << 10,
    RAW_CHUNK_BYTES = 4096,
    RAW_COMMAND_BYTES = 512,
};

struct raw_head {
    char magic[8];
    int32_t pid;
    int32_t parent;
    bool forked;             /* the process is a forked child; false: a program since its start */
    bool own_malloc;         /* the program has its own malloc, so no call is recorded */
    int32_t error;           /* errno if the recording ended early, else 0 */
    uint64_t start_ns;       /* CLOCK_MONOTONIC */
    _Atomic uint64_t number; /* the latest one taken */
    _Atomic uint64_t chunks; /* handed out */
    _Atomic uint64_t lost;   /* calls for which there was no room */
    _Atomic uint64_t failed; /* calls that returned no block */
    char command[RAW_COMMAND_BYTES]; /* the arguments, each with a NUL; may be truncated */
};

_Static_assert(sizeof(struct raw_head) <= RAW_HEAD_BYTES, "chunks begin behind the head");

/* Blocks are aligned: move the low bits, which are 0, to the top. */
static inline uint64_t raw_key(uint64_t address)
{
    return address >> 3 | address << 61;
}

static inline uint64_t raw_address(uint64_t key)
{
    return key << 3 | key >> 61;
}

/* Turn small differences of either sign into small numbers. */
static inline uint64_t raw_zigzag(uint64_t difference)
{
    return difference << 1 ^ (0 - (difference >> 63));
}

static inline uint64_t raw_unzigzag(uint64_t zigzag)
{
    return zigzag >> 1 ^ (0 - (zigzag & 1));
}

/* A number of width 0, 1, 2 or 3 is stored in 0, 1, 3 or 8 bytes. */
static inline unsigned raw_bytes(unsigned width)
{
    return 0x8310u >> 4 * width & 15;
}

#endif
