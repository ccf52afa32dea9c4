/* SPDX-License-Identifier: MIT */
/*
 * A queue of bytes in a buffer of the caller's. If it is full, bytes are refused
 * and counted. It has no lock: if interrupts add bytes, the thread that takes
 * them out must mask interrupts.
 */
#ifndef LIB_RING_H
#define LIB_RING_H

#include <types.h>

struct ring {
    uint8_t *bytes;
    size_t capacity;
    size_t first; /* index of the oldest byte */
    size_t count; /* bytes in the ring */
    size_t lost;  /* bytes refused since ring_init() */
};

/* Make a ring of `capacity` bytes (at least 1), empty. The buffer must stay valid. O(1), from
 * anywhere. */
void ring_init(struct ring *ring, uint8_t *bytes, size_t capacity);

/* Add a byte. Returns false iff the ring is full: the byte is counted as lost. O(1), from anywhere.
 */
bool ring_put(struct ring *ring, uint8_t byte);

/* Take out the oldest byte. Returns -1 iff the ring is empty. O(1), from anywhere. */
int ring_get(struct ring *ring);

#endif
