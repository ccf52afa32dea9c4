/* SPDX-License-Identifier: MIT */
/*
 * A malloc that is not the C library's, for the test of the recorder: in a program of its own, it
 * hides the program's calls; as a library that LD_PRELOAD names, it must go on being called.
 */
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

void *malloc(size_t bytes);
void free(void *block);
void *calloc(size_t count, size_t each);
void *realloc(void *block, size_t bytes);

/*
 * Blocks of this size are handed over: one that is freed or reallocated goes to the thread that
 * waits for it, and the call returns when that thread says so. This is the order of events that
 * leaves a recorder the least time.
 */
enum { HANDED_OVER = 5000 };

static _Alignas(16) char arena[16 << 20];
static size_t used;
static void *handed;
static _Atomic(void *) released;
_Atomic int taken_over;

static void *take_over(void)
{
    void *at;

    while ((at = atomic_exchange(&released, NULL)) == NULL)
        sched_yield();
    return at;
}

static void hand_over(void *block)
{
    atomic_store(&released, block);
    while (!taken_over)
        sched_yield();
}

void *malloc(size_t bytes)
{
    void *at = arena + used;

    if (bytes == HANDED_OVER && handed != NULL)
        return take_over();
    if (bytes == HANDED_OVER)
        handed = at;
    if (bytes > sizeof(arena) - used)
        return NULL;
    used += (bytes + 15) / 16 * 16;
    if (bytes == 70001 && write(STDERR_FILENO, "own malloc\n", 11) != 11)
        return NULL;
    return at;
}

void free(void *block)
{
    if (block != NULL && block == handed)
        hand_over(block);
}

void *calloc(size_t count, size_t each)
{
    return malloc(count * each);
}

/* Calls a function that the recorder stands in for: what it does is not the program's. */
void *realloc(void *block, size_t bytes)
{
    char *at = malloc(bytes);
    size_t room = (size_t)(arena + used - at);

    if (at != NULL && block != NULL)
        memmove(at, block, room < bytes ? room : bytes);
    free(block);
    return at;
}

#ifdef PROGRAM
int main(void)
{
    for (int i = 0; i < 1000; i++)
        free(malloc(100));
    return 0;
}
#endif
