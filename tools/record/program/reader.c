/* SPDX-License-Identifier: MIT */
/*
 * Merges the chunks of a raw file by the numbers of their events. Chunks lie in the file in the
 * order of their first numbers, so only those that were written at the same time are open at the
 * same time. The cost of an event is linear in the number of open chunks, that is, of threads.
 */
#include "reader.h"

#include "say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A chunk that is being read, and the event in it that comes next. */
struct cursor {
    const unsigned char *at;
    const unsigned char *end;
    uint64_t number;
    uint64_t key;
    struct event event;
};

static uint64_t take_number(const unsigned char **at, unsigned bytes)
{
    uint64_t value;

    memcpy(&value, *at, sizeof(value));
    *at += bytes;
    return bytes == 8 ? value : value & (((uint64_t)1 << 8 * bytes) - 1);
}

/* Read the next event of a chunk. False at its end. */
static bool advance(struct cursor *cursor)
{
    struct event *event = &cursor->event;
    const unsigned char *at = cursor->at;
    unsigned control;
    unsigned width;

    if (at > cursor->end || *at == 0)
        return false;
    control = *at++;
    event->before = cursor->number++;
    if (control & RAW_NUMBER)
        cursor->number += take_number(&at, RAW_NUMBER_BYTES);
    width = control >> RAW_ADDRESS_SHIFT & RAW_WIDTH;
    cursor->key += raw_unzigzag(take_number(&at, raw_bytes(width)));
    event->kind = control & RAW_KIND;
    event->number = cursor->number;
    event->address = raw_address(cursor->key);
    width = control >> RAW_SIZE_SHIFT & RAW_WIDTH;
    event->bytes = take_number(&at, raw_bytes(width));
    event->alignment = event->kind == RAW_ALIGNED ? (uint64_t)1 << (*at++ & 63) : 1;
    cursor->at = at;
    return true;
}

/* The lowest number that the chunk's first event may have; 0: the chunk is empty. */
static uint64_t chunk_start(const struct reader *reader, uint64_t chunk)
{
    uint64_t start;

    memcpy(&start, reader->map + RAW_HEAD_BYTES + chunk * RAW_CHUNK_BYTES, sizeof(start));
    return start;
}

static void open_chunk(struct reader *reader)
{
    const unsigned char *chunk =
        reader->map + RAW_HEAD_BYTES + reader->next_chunk * RAW_CHUNK_BYTES;
    uint64_t start = chunk_start(reader, reader->next_chunk++);
    struct cursor cursor = {.at = chunk + sizeof(start),
                            .end = chunk + RAW_CHUNK_BYTES - RAW_EVENT_MAX,
                            .number = start - 1};

    if (start == 0 || !advance(&cursor))
        return;
    if (reader->cursor_count == reader->cursor_room) {
        reader->cursor_room = 2 * reader->cursor_room + 4;
        reader->cursors =
            must(realloc(reader->cursors, reader->cursor_room * sizeof(reader->cursors[0])));
    }
    reader->cursors[reader->cursor_count++] = cursor;
}

bool reader_next(struct reader *reader, struct event *event)
{
    uint64_t chunks = atomic_load(&reader->head->chunks);
    size_t first = 0;

    for (;;) {
        for (size_t i = first = 0; i < reader->cursor_count; i++)
            if (reader->cursors[i].event.number < reader->cursors[first].event.number)
                first = i;
        if (reader->next_chunk == chunks ||
            (reader->cursor_count > 0 &&
             chunk_start(reader, reader->next_chunk) > reader->cursors[first].event.number))
            break;
        open_chunk(reader);
    }
    if (reader->cursor_count == 0)
        return false;
    *event = reader->cursors[first].event;
    reader->events++;
    if (!advance(&reader->cursors[first]))
        reader->cursors[first] = reader->cursors[--reader->cursor_count];
    return true;
}

int reader_open(struct reader *reader, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct raw_head head;
    struct stat status;
    int error = EINVAL;

    *reader = (struct reader){0};
    if (file < 0)
        return errno;
    if (fstat(file, &status) == 0 && pread(file, &head, sizeof(head), 0) == sizeof(head) &&
        memcmp(head.magic, RAW_MAGIC, sizeof(head.magic)) == 0 &&
        head.chunks <= ((uint64_t)status.st_size - RAW_HEAD_BYTES) / RAW_CHUNK_BYTES) {
        reader->map_bytes = RAW_HEAD_BYTES + (size_t)head.chunks * RAW_CHUNK_BYTES;
        reader->map = mmap(NULL, reader->map_bytes, PROT_READ, MAP_SHARED, file, 0);
        error = reader->map == MAP_FAILED ? errno : 0;
    }
    close(file);
    reader->head = (const struct raw_head *)reader->map;
    return error;
}

void reader_close(struct reader *reader)
{
    munmap((void *)(uintptr_t)reader->map, reader->map_bytes);
    free(reader->cursors);
}

void reader_rewind(struct reader *reader)
{
    reader->next_chunk = 0;
    reader->cursor_count = 0;
    reader->events = 0;
}
