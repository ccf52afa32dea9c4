/* SPDX-License-Identifier: MIT */
/*
 * Recorder: preloaded into a program (LD_PRELOAD), it writes every allocation
 * as a line of a .rep trace (a ID BYTES, r ID BYTES, f ID) to the file named by
 * CAIRN_RECORD. tools/record/record.sh runs it and adds the headers.
 *
 * The first process that creates the file is recorded; processes that it forks
 * or executes are not. The lines are written into a shared mapping of the file,
 * so no line is lost if the program ends by _exit or by a signal. The order of
 * threads' lines is always possible: a free is written before it happens, an
 * allocation after, a realloc inside the lock.
 *
 * Not recorded: alignments (an aligned request becomes a plain one), programs
 * with their own malloc and static programs. It stops with a message after 256
 * MiB of text or at a million live blocks. Needs glibc, whose functions it
 * calls by their __libc_ names.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <malloc.h>

void *__libc_malloc(size_t bytes);
void __libc_free(void *block);
void *__libc_calloc(size_t count, size_t each);
void *__libc_realloc(void *block, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

/* The recorder's test makes the table small, so that blocks collide in it. */
#ifndef RECORD_SLOTS
#define RECORD_SLOTS (1 << 21)
#endif

enum { TEXT_BYTES = 256 << 20, SLOTS = RECORD_SLOTS, MAX_LIVE = SLOTS / 2, MAX_LINE = 48 };

/* A live block and its id; at is NULL in a free slot. */
struct slot {
    void *at;
    uint32_t id;
};

static struct {
    atomic_flag lock;
    pid_t owner; /* 0: not decided yet, -1: this process does not record */
    char *text;
    size_t used;
    struct slot *slots; /* open addressing, linear probing */
    size_t live;
    uint32_t next_id;
} recorder = {.lock = ATOMIC_FLAG_INIT};

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

    (void)ignored;
}

static void lock(void)
{
    while (atomic_flag_test_and_set_explicit(&recorder.lock, memory_order_acquire))
        sched_yield();
}

static void unlock(void)
{
    atomic_flag_clear_explicit(&recorder.lock, memory_order_release);
}

static void stop(const char *why)
{
    recorder.owner = -1;
    if (why != NULL)
        say(why);
}

/* Called with the lock held, once environ is set. */
static void start(void)
{
    const char *path = getenv("CAIRN_RECORD");
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    if (file < 0) {
        stop(path == NULL || errno == EEXIST ? NULL : "record: cannot create the trace\n");
        return;
    }
    if (ftruncate(file, TEXT_BYTES) != 0) {
        close(file);
        stop("record: cannot size the trace\n");
        return;
    }
    recorder.text = mmap(NULL, TEXT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    recorder.slots = mmap(NULL, SLOTS * sizeof(struct slot), PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    close(file);
    if (recorder.text == MAP_FAILED || recorder.slots == MAP_FAILED)
        stop("record: cannot map the trace\n");
    else
        recorder.owner = getpid();
}

/* Whether this process records. A forked child carries the parent's owner and so does not. */
static bool recording(void)
{
    extern char **environ;

    if (recorder.owner == 0 && environ != NULL) {
        lock();
        if (recorder.owner == 0)
            start();
        unlock();
    }
    return recorder.owner > 0 && recorder.owner == getpid();
}

static size_t home(const void *at)
{
    return (size_t)(((uintptr_t)at >> 4) * 0x9e3779b1u) & (SLOTS - 1);
}

/* The slot that holds `at`, or the free slot for it. */
static struct slot *find(const void *at)
{
    size_t i = home(at);

    while (recorder.slots[i].at != NULL && recorder.slots[i].at != at)
        i = (i + 1) & (SLOTS - 1);
    return &recorder.slots[i];
}

/* Remove a slot and move later ones of the same run up, so that probing needs no tombstones. */
static void take_out(struct slot *slot)
{
    size_t hole = (size_t)(slot - recorder.slots);
    size_t i = hole;

    recorder.live--;
    for (;;) {
        i = (i + 1) & (SLOTS - 1);
        if (recorder.slots[i].at == NULL)
            break;
        /* Movable unless its home lies cyclically in (hole, i]. */
        if (((i - home(recorder.slots[i].at)) & (SLOTS - 1)) >= ((i - hole) & (SLOTS - 1))) {
            recorder.slots[hole] = recorder.slots[i];
            hole = i;
        }
    }
    recorder.slots[hole].at = NULL;
}

static void put_number(size_t value)
{
    char digits[24];
    size_t n = 0;

    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    recorder.text[recorder.used++] = ' ';
    while (n > 0)
        recorder.text[recorder.used++] = digits[--n];
}

static void put_line(char letter, uint32_t id, size_t bytes)
{
    if (recorder.used + MAX_LINE > TEXT_BYTES) {
        stop("record: the trace is full, the rest is not recorded\n");
        return;
    }
    recorder.text[recorder.used++] = letter;
    put_number(id);
    if (letter != 'f')
        put_number(bytes);
    recorder.text[recorder.used++] = '\n';
}

/* With the lock held. */
static void note_block(void *at, size_t bytes)
{
    struct slot *slot;

    if (recorder.live >= MAX_LIVE) {
        stop("record: too many living blocks, the rest is not recorded\n");
        return;
    }
    slot = find(at);
    *slot = (struct slot){at, recorder.next_id++};
    recorder.live++;
    put_line('a', slot->id, bytes);
}

static void *note_alloc(void *at, size_t bytes)
{
    int saved = errno;

    if (at != NULL && recording()) {
        lock();
        if (recorder.owner > 0)
            note_block(at, bytes);
        unlock();
    }
    errno = saved;
    return at;
}

static void note_free(void *at)
{
    int saved = errno;

    if (at != NULL && recording()) {
        struct slot *slot;

        lock();
        slot = find(at);
        if (slot->at != NULL) {
            put_line('f', slot->id, 0);
            take_out(slot);
        }
        unlock();
    }
    errno = saved;
}

void *malloc(size_t bytes)
{
    return note_alloc(__libc_malloc(bytes), bytes);
}

void free(void *block)
{
    note_free(block);
    __libc_free(block);
}

void *calloc(size_t count, size_t each)
{
    /* The product cannot overflow when the call succeeds. */
    return note_alloc(__libc_calloc(count, each), count * each);
}

void *realloc(void *block, size_t bytes)
{
    struct slot *slot;
    void *at;

    if (block == NULL)
        return malloc(bytes);
    if (bytes == 0) {
        /* glibc frees and returns NULL. */
        note_free(block);
        return __libc_realloc(block, 0);
    }
    if (!recording())
        return __libc_realloc(block, bytes);
    lock();
    at = __libc_realloc(block, bytes);
    slot = find(block);
    if (at != NULL && recorder.owner > 0) {
        if (slot->at == NULL) {
            note_block(at, bytes); /* allocated before the recording: treat it as a new block */
        } else {
            uint32_t id = slot->id;

            put_line('r', id, bytes);
            take_out(slot);
            *find(at) = (struct slot){at, id};
            recorder.live++;
        }
    }
    unlock();
    return at;
}

void *reallocarray(void *block, size_t count, size_t each)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, each, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, bytes);
}

void *memalign(size_t alignment, size_t bytes)
{
    return note_alloc(__libc_memalign(alignment, bytes), bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return memalign(alignment, bytes);
}

int posix_memalign(void **block, size_t alignment, size_t bytes)
{
    void *at;

    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
        return EINVAL;
    at = memalign(alignment, bytes);
    if (at == NULL)
        return ENOMEM;
    *block = at;
    return 0;
}

void *valloc(size_t bytes)
{
    return memalign((size_t)sysconf(_SC_PAGESIZE), bytes);
}

void *pvalloc(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return memalign(page, (bytes + page - 1) / page * page);
}
