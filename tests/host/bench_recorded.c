/* SPDX-License-Identifier: MIT */
/*
 * A program for the test of the recorder. Without arguments: a fixed sequence
 * of calls with a known trace. With "threads": threads that allocate and free
 * each other's blocks, and a forked child that must not be recorded. Sizes from
 * 70001 on mark this program's calls in the trace.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, ROUNDS = 5000, SHELF = 64 };

static _Atomic(void *) shelf[SHELF];

static void *worker(void *seed)
{
    unsigned x = (unsigned)(size_t)seed;

    for (unsigned i = 0; i < ROUNDS; i++) {
        void *block;

        x = x * 1103515245u + 12345u;
        block = malloc(x % 500 + 1);
        if (i % 3 == 0)
            block = realloc(block, x % 3000 + 1);
        free(atomic_exchange(&shelf[(x >> 8) % SHELF], block));
    }
    return NULL;
}

static int with_threads(void)
{
    pthread_t threads[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, worker, (void *)(i + 1));
    if (fork() == 0) {
        free(malloc(99999));
        _exit(0);
    }
    wait(NULL);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}

int main(int argc, char **argv)
{
    char *volatile a;
    char *volatile b;
    void *c = NULL;

    if (argc > 1 && strcmp(argv[1], "threads") == 0)
        return with_threads();
    a = malloc(70001);
    b = calloc(7, 10001);
    b = realloc(b, 70002);
    free(a);
    a = realloc(NULL, 70003);
    if (posix_memalign(&c, 256, 70004) != 0)
        return 1;
    a = realloc(a, 0);
    free(b);
    b = aligned_alloc(64, 70016);
    free(NULL);
    free(c);
    _exit(0); /* no exit handlers: the recording must be complete without them */
}
