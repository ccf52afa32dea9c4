/* SPDX-License-Identifier: MIT */
/*
 * Indices wrap by comparison, not by division, so that any capacity will do.
 */
#include <lib/ring.h>

void ring_init(struct ring *ring, uint8_t *bytes, size_t capacity)
{
    *ring = (struct ring){.bytes = bytes, .capacity = capacity};
}

bool ring_put(struct ring *ring, uint8_t byte)
{
    if (ring->count == ring->capacity) {
        ring->lost++;
        return false;
    }
    size_t room = ring->capacity - ring->first; /* up to the end of the buffer */

    ring->bytes[ring->count < room ? ring->first + ring->count : ring->count - room] = byte;
    ring->count++;
    return true;
}

int ring_get(struct ring *ring)
{
    if (ring->count == 0)
        return -1;
    int byte = ring->bytes[ring->first];

    ring->first = ring->first + 1 < ring->capacity ? ring->first + 1 : 0;
    ring->count--;
    return byte;
}
