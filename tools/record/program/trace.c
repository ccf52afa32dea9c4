/* SPDX-License-Identifier: MIT */
/*
 * Finds the block of each event by its address. A reallocation consists of two events. Between them
 * another thread may allocate the old address, so the block is kept outside the table.
 */
#include "trace.h"

#include "blocks.h"
#include "run.h"
#include "say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 80, BUFFER_BYTES = 1 << 16, INTERRUPT_EVENTS = 1 << 20 };

/* A block that is being reallocated. */
struct moving {
    uint64_t begin; /* number of its RAW_MOVE_BEGIN; 0: free entry */
    bool known;
    struct block block;
};

struct maker {
    const struct trace_options *options;
    struct trace_sums sums;
    struct blocks blocks;
    struct moving *moving;
    size_t moving_room;
    int file; /* -1: only compute the sums */
    int error;
    bool cut; /* the maximum of operations is reached */
    size_t used;
    char buffer[BUFFER_BYTES];
};

/* --- Text ------------------------------------------------------------------------------------- */

static void flush(struct maker *maker)
{
    size_t done = 0;

    while (done < maker->used && maker->error == 0) {
        ssize_t wrote = write(maker->file, maker->buffer + done, maker->used - done);

        if (wrote >= 0)
            done += (size_t)wrote;
        else if (errno != EINTR)
            maker->error = errno;
    }
    maker->used = 0;
}

static void put_number(struct maker *maker, uint64_t value)
{
    char digits[24];
    size_t n = sizeof(digits);

    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    memcpy(maker->buffer + maker->used, digits + n, sizeof(digits) - n);
    maker->used += sizeof(digits) - n;
}

/* Write one operation; numbers[0] is the id. Returns false if the maximum is reached. */
static bool operation(struct maker *maker, char letter, size_t count, const uint64_t *numbers)
{
    uint64_t max = maker->options->max_operations;

    maker->cut = max != 0 && maker->sums.operations == max;
    if (maker->cut)
        return false;
    maker->sums.operations++;
    if (maker->file < 0)
        return true;
    if (maker->used + LINE_MAX_BYTES > sizeof(maker->buffer))
        flush(maker);
    maker->buffer[maker->used++] = letter;
    for (size_t i = 0; i < count; i++) {
        maker->buffer[maker->used++] = ' ';
        put_number(maker, numbers[i]);
    }
    maker->buffer[maker->used++] = '\n';
    return true;
}

/* --- Operations ------------------------------------------------------------------------------- */

/* Count a block that replaces one of `before` bytes. */
static void count_bytes(struct maker *maker, uint64_t bytes, uint64_t before)
{
    maker->sums.live_bytes += bytes - before;
    maker->sums.all_bytes += bytes > before ? bytes - before : 0;
    if (maker->sums.live_bytes > maker->sums.peak_bytes)
        maker->sums.peak_bytes = maker->sums.live_bytes;
}

static void freed(struct maker *maker, const struct block *block)
{
    if (operation(maker, 'f', 1, &block->id))
        count_bytes(maker, 0, block->bytes);
}

/* The address was allocated: if a block is alive there, its free was not recorded. */
static void make_free(struct maker *maker, uint64_t address)
{
    struct block block;

    if (!blocks_take(&maker->blocks, address, &block))
        return;
    maker->sums.missed_frees++;
    freed(maker, &block);
}

static void allocated(struct maker *maker, const struct event *event)
{
    struct block block = {event->address, event->bytes, maker->sums.ids};
    bool aligned = event->kind == RAW_ALIGNED;
    uint64_t numbers[] = {block.id, block.bytes, event->alignment};

    make_free(maker, event->address);
    blocks_put(&maker->blocks, block);
    if (!(aligned && !maker->options->plain ? operation(maker, 'm', 3, numbers)
                                            : operation(maker, 'a', 2, numbers)))
        return;
    maker->sums.ids++;
    maker->sums.aligned += aligned;
    count_bytes(maker, block.bytes, 0);
}

static void dropped(struct maker *maker, const struct event *event)
{
    struct block block;

    if (blocks_take(&maker->blocks, event->address, &block))
        freed(maker, &block);
    else
        maker->sums.unseen_frees++;
}

/* The entry of a reallocation; for begin = 0, a free entry. */
static struct moving *find_moving(struct maker *maker, uint64_t begin)
{
    size_t room = maker->moving_room;

    for (size_t i = 0; i < room; i++)
        if (maker->moving[i].begin == begin)
            return &maker->moving[i];
    if (begin != 0)
        return NULL;
    maker->moving_room = 2 * room + 4;
    maker->moving = must(realloc(maker->moving, maker->moving_room * sizeof(maker->moving[0])));
    memset(maker->moving + room, 0, (maker->moving_room - room) * sizeof(maker->moving[0]));
    return &maker->moving[room];
}

static void move_begins(struct maker *maker, const struct event *event)
{
    struct moving *moving = find_moving(maker, 0);

    moving->begin = event->number;
    moving->known = blocks_take(&maker->blocks, event->address, &moving->block);
}

static void move_ends(struct maker *maker, const struct event *event)
{
    struct moving *moving = find_moving(maker, event->before);
    struct moving was = moving == NULL ? (struct moving){0} : *moving;
    uint64_t numbers[] = {was.block.id, event->bytes};

    if (moving != NULL)
        moving->begin = 0;
    if (event->address == 0 && event->bytes != 0) {
        if (was.known)
            blocks_put(&maker->blocks, was.block); /* it failed: the block stays */
    } else if (event->address == 0) {
        if (was.known)
            freed(maker, &was.block);
        else
            maker->sums.unseen_frees++;
    } else if (was.known) {
        make_free(maker, event->address);
        blocks_put(&maker->blocks, (struct block){event->address, event->bytes, was.block.id});
        if (operation(maker, 'r', 2, numbers))
            count_bytes(maker, event->bytes, was.block.bytes);
    } else {
        maker->sums.unseen_moves++;
        allocated(maker, event);
    }
}

static void one_event(struct maker *maker, const struct event *event)
{
    switch (event->kind) {
    case RAW_TAKE:
    case RAW_ALIGNED:
        allocated(maker, event);
        break;
    case RAW_DROP:
        dropped(maker, event);
        break;
    case RAW_MOVE_BEGIN:
        move_begins(maker, event);
        break;
    case RAW_MOVE_END:
        move_ends(maker, event);
        break;
    }
}

/* --- Whole traces ----------------------------------------------------------------------------- */

static void make(struct maker *maker, struct reader *reader)
{
    struct event event;

    reader_rewind(reader);
    while (maker->error == 0 && !maker->cut && reader_next(reader, &event)) {
        one_event(maker, &event);
        if (reader->events % INTERRUPT_EVENTS == 0 && run_interrupted())
            maker->error = EINTR;
    }
    if (maker->file >= 0)
        flush(maker);
    blocks_free(&maker->blocks);
    free(maker->moving);
}

static struct maker *new_maker(const struct trace_options *options, int file)
{
    struct maker *maker = must(calloc(1, sizeof(*maker)));

    maker->options = options;
    maker->file = file;
    return maker;
}

static int sum(struct reader *reader, const struct trace_options *options, struct trace_sums *sums)
{
    struct maker *maker = new_maker(options, -1);
    int error;

    make(maker, reader);
    *sums = maker->sums;
    error = maker->error;
    free(maker);
    return error;
}

int trace_sum(struct reader *reader, struct trace_sums *sums)
{
    const struct trace_options all = {0};

    return sum(reader, &all, sums);
}

int trace_write(struct reader *reader, const struct trace_options *options,
                const struct trace_sums *sums, int file)
{
    struct trace_sums kept = *sums;
    struct maker *maker;
    int error;

    if (options->max_operations != 0 && (error = sum(reader, options, &kept)) != 0)
        return error;
    maker = new_maker(options, file);
    put_number(maker, kept.ids);
    maker->buffer[maker->used++] = '\n';
    put_number(maker, kept.operations);
    maker->buffer[maker->used++] = '\n';
    make(maker, reader);
    error = maker->error;
    free(maker);
    return error;
}
