/* SPDX-License-Identifier: MIT */
/* Reads the events of a raw file in their order. */
#ifndef TOOLS_RECORD_PROGRAM_READER_H
#define TOOLS_RECORD_PROGRAM_READER_H

#include "../raw.h"

#include <stddef.h>

struct event {
    enum raw_kind kind;
    uint64_t number;
    uint64_t address;
    uint64_t bytes;
    uint64_t alignment; /* of RAW_ALIGNED */
    uint64_t before;    /* number of the thread's previous event, for RAW_MOVE_END its begin */
};

struct cursor;

struct reader {
    const struct raw_head *head;
    const unsigned char *map;
    size_t map_bytes;
    uint64_t next_chunk;
    struct cursor *cursors; /* open chunks, unordered */
    size_t cursor_count;
    size_t cursor_room;
    uint64_t events; /* read so far */
};

/*
 * Open a raw file that is no longer written. Returns 0, EINVAL if it is not a raw file, or another
 * errno. After success, reader_close() frees its memory.
 */
int reader_open(struct reader *reader, const char *path);
void reader_close(struct reader *reader);

/* Go back to the first event. */
void reader_rewind(struct reader *reader);

/* Read the next event. Returns false at the end. */
bool reader_next(struct reader *reader, struct event *event);

#endif
