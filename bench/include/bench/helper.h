/* SPDX-License-Identifier: MIT */
/*
 * A process of its own for work that an allocator under test may crash, hang or
 * damage. The helper is a fork of the benchmark. What it prints with emit() lies
 * in shared memory, so it is not lost with the helper. The benchmark waits and
 * watches: a helper that dies, or whose present call to the allocator does not
 * end, is reported with that call.
 *
 * A call is given up after call_seconds of CPU time (not wall time, so the load
 * of the machine does not matter), or when it sleeps: an allocator that waits
 * for a lock waits for ever here.
 */
#ifndef BENCH_HELPER_H
#define BENCH_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { WHY_BYTES = 160 };

/* The call to the allocator that is under way or was the last, and results of the work. */
struct progress {
    volatile unsigned long calls; /* so far */
    const char *volatile what;
    volatile uint32_t id;
    volatile size_t bytes;
    volatile bool broken; /* the work reported an allocator that misbehaves */
    volatile double result;
};

/* Of this process; shared with the benchmark if this process is a helper. */
extern struct progress *progress;

static inline void progress_call(const char *what, uint32_t id, size_t bytes)
{
    progress->what = what;
    progress->id = id;
    progress->bytes = bytes;
    progress->calls++;
}

/* CPU seconds after which a call that has not returned is taken for an endless loop. */
extern unsigned call_seconds;

/*
 * Print to standard output, from a helper by way of the benchmark. A helper's
 * text is lost beyond 64 KiB between two answers.
 */
__attribute__((format(printf, 1, 2))) void emit(const char *format, ...);

struct helper_shared;

struct helper {
    pid_t pid; /* 0: none, or it has ended */
    int ask;   /* pipes: one byte starts the work, one byte says that it is done */
    int answer;
    struct progress *progress;
    struct helper_shared *shared;
};

/*
 * Fork a helper that runs work(context) each time it is asked. Exits the program
 * if the system refuses a process.
 */
void helper_start(struct helper *helper, void (*work)(void *context), void *context);

/*
 * Let the helper work once, print what it emitted, and wait for its end. Returns
 * false if it died, with the reason in why; the helper is gone then.
 */
bool helper_ask(struct helper *helper, char why[WHY_BYTES]);

/* End the helper, if it still lives. */
void helper_stop(struct helper *helper);

#endif
