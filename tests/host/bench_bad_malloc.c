/* SPDX-License-Identifier: MIT */
/*
 * Allocators with known behaviour, for the test of the benchmark harness: a
 * bump allocator whose calls have known lengths and which frees like a stack,
 * and broken ones that the harness must detect. Built as a shared library, once
 * per BAD_x.
 */
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

int bench_arena(void *arena, size_t bytes);
void *malloc(size_t bytes);
void free(void *block);
void *realloc(void *block, size_t bytes);

static unsigned char *base;
static size_t room;
static size_t used;
static unsigned calls;

#ifdef SIZED_FREE
/* The sizes that were requested; frees must tell them. */
static size_t requested[65536];

void SIZED_FREE(void *block, size_t bytes);
void SIZED_FREE(void *block, size_t bytes)
{
    if (requested[((unsigned char *)block - base) / 16] != bytes)
        __builtin_trap();
}
#endif

int bench_arena(void *arena, size_t bytes)
{
    base = arena;
    room = bytes;
    used = 0;
    calls = 0;
    return 0;
}

/* Every block costs its size rounded up to 16, so a trace's efficiency can be computed by hand. */
void *malloc(size_t bytes)
{
#ifdef BAD_FOUR
    size_t gross = ((bytes + 3) & ~(size_t)3) + 4;
#else
    size_t gross = (bytes + 15) & ~(size_t)15;
#endif
    unsigned char *at;

    calls++;
#ifdef BAD_OVERLAP
    if (calls == 5)
        return base + used - 16;
#endif
#ifdef BAD_CRASH
    if (calls == 5)
        *(volatile int *)8 = 1;
#endif
#ifdef BAD_LOOP
    while (calls == 5)
        continue;
#endif
#ifdef BAD_SLEEP
    while (calls == 5)
        pause();
#endif
#ifdef BAD_EXIT
    if (calls == 5)
        _exit(2);
#endif
#ifdef BAD_OUTSIDE
    if (calls == 5)
        return base + room - bytes + 16;
#endif
#ifdef BAD_HOLES
    /* Completes a trace of 8 KiB in 8192 bytes, and in 8216 and more, but not in between. */
    if (room > 8192 && room < 8216)
        return NULL;
#endif
    if (gross > room - used)
        return NULL;
    at = base + used;
    used += gross;
#ifdef SIZED_FREE
    requested[(at - base) / 16] = bytes;
#endif
#ifdef BAD_MISALIGNED
    if (calls == 5)
        return at + 2;
#endif
#ifdef BAD_BEHIND
    if (calls == 5)
        base[room] = 1;
#endif
    return at;
}

void free(void *block)
{
#ifdef SIZED_FREE
    __builtin_trap();
#elif defined(BAD_SCRIBBLE)
    /* Writes into the following block. */
    ((unsigned char *)block)[40] ^= 1;
#endif
    (void)block;
}

void *realloc(void *block, size_t bytes)
{
    unsigned char *at = malloc(bytes);

#ifndef BAD_REALLOC
    /*
     * The arena is zeroed or belongs to this file, so reading slightly past the
     * old block is harmless.
     */
    for (size_t i = 0; at != NULL && i < bytes && (unsigned char *)block + i < at; i++)
        at[i] = ((unsigned char *)block)[i];
#else
    (void)block;
#endif
    return at;
}
