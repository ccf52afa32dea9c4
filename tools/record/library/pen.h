/* SPDX-License-Identifier: MIT */
/*
 * Writes events to the raw file of this process (../raw.h). No function here calls malloc or
 * changes errno. A thread waits for another one only while that one enlarges the file.
 */
#ifndef TOOLS_RECORD_LIBRARY_PEN_H
#define TOOLS_RECORD_LIBRARY_PEN_H

#include "../raw.h"

#include <stddef.h>
#include <string.h>
#include <sys/single_threaded.h>

/*
 * The state that a forked child must not inherit. It fills whole pages, which the kernel zeroes in
 * the child.
 */
struct __attribute__((aligned(64 << 10))) life {
    _Atomic uint32_t number; /* differs from those of all ancestors; 0: recording has not begun */
    _Atomic bool stopped;    /* recording has ended */
    atomic_flag lock;
    struct raw_head *head; /* the start of the file */
    unsigned char *next;   /* the next chunk to hand out */
    unsigned char *spare;  /* end of the mapped chunks; SPARE_BYTES more are mapped */
    uint64_t spare_at;     /* its offset in the file */
    uint64_t file_bytes;
};

/* The position of a thread in its chunk. */
struct pen {
    unsigned char *at;
    unsigned char *end;   /* two events fit at any position below; NULL during a call */
    unsigned char *limit; /* the value of end between calls */
    uint64_t number;      /* of the last event */
    uint64_t key;         /* of its address */
    uint32_t life;        /* life.number when the chunk was taken */
};

extern struct life life;
extern _Thread_local struct pen pen;

/* For a number of n binary digits: its width << 8 | the bytes in which it is stored. */
extern const uint16_t pen_widths[65];

/* The folder of the raw files, or NULL while nothing is recorded. */
const char *pen_folder(void);

/*
 * Append a line to the journal: letter, pid, number and text, separated by blanks. Returns false if
 * the journal cannot be written.
 */
bool pen_journal(char letter, int pid, uint64_t number, const char *text);

/* CLOCK_MONOTONIC. */
uint64_t pen_now_ns(void);

/* Create the file of this process, without events. */
void pen_begin(void);

/*
 * Prepare to record a call. Returns false if the call must not be recorded: it is nested in another
 * call of the same thread, or there is no room, which is counted.
 */
bool pen_prepare(void);

/* Whether a call can be recorded without pen_prepare(). */
static inline bool pen_is_ready(void)
{
    return pen.life == atomic_load_explicit(&life.number, memory_order_relaxed) && pen.at < pen.end;
}

/* Begin a call, for which the pen must be ready. The call may write two events. */
static inline void pen_enter(void)
{
    pen.end = NULL;
}

/* End the call. */
static inline void pen_leave(void)
{
    pen.end = pen.limit;
}

/* Count a call that returned no block. */
static inline void pen_failed(void)
{
    atomic_fetch_add_explicit(&life.head->failed, 1, memory_order_relaxed);
}

/*
 * Store a number, and its width in the control byte. Always writes 8 bytes; those above the width
 * are 0, as required behind the last event.
 */
static inline unsigned char *pen_store(unsigned char *at, uint64_t value, unsigned shift,
                                       unsigned *control)
{
    /* 2 * value + 1 has one binary digit more than the value, and is never 0. */
    unsigned width =
        pen_widths[value >> 63 != 0 ? 64 : 63 - (unsigned)__builtin_clzll(value << 1 | 1)];

    memcpy(at, &value, sizeof(value));
    *control |= width >> 8 << shift;
    return at + (width & 255);
}

/* Take the next number from the head and store how many numbers were skipped. */
static inline unsigned char *pen_number(unsigned char *at, unsigned *control)
{
    uint64_t number = atomic_fetch_add_explicit(&life.head->number, 1, memory_order_relaxed) + 1;
    uint64_t skipped = number - pen.number - 1;

    pen.number = number;
    if (skipped == 0)
        return at;
    memcpy(at, &skipped, sizeof(skipped));
    *control |= RAW_NUMBER;
    return at + RAW_NUMBER_BYTES;
}

/*
 * Write one event. The alignment, a power of two, is used for RAW_ALIGNED only. Inline: for each
 * kind, the compiler removes the fields that it does not have.
 */
static inline void pen_write(enum raw_kind kind, const void *address, size_t bytes,
                             size_t alignment)
{
    unsigned control = kind;
    uint64_t key = raw_key((uintptr_t)address);
    unsigned char *first = pen.at;
    unsigned char *at = first + 1;

    if (__builtin_expect(__libc_single_threaded, 1))
        pen.number++;
    else
        at = pen_number(at, &control);
    at = pen_store(at, raw_zigzag(key - pen.key), RAW_ADDRESS_SHIFT, &control);
    pen.key = key;
    if (kind != RAW_DROP && kind != RAW_MOVE_BEGIN)
        at = pen_store(at, bytes, RAW_SIZE_SHIFT, &control);
    if (kind == RAW_ALIGNED)
        *at++ = (unsigned char)__builtin_ctzll(alignment);
    pen.at = at;
    atomic_signal_fence(memory_order_release);
    *first = (unsigned char)control;
}

#endif
