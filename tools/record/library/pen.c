/* SPDX-License-Identifier: MIT */
/*
 * Writes events to a shared mapping of the raw file. Stores to the mapping reach the file however
 * the process ends, so nothing is flushed. No descriptor stays open: the program may close all of
 * them, change its root folder or its user.
 *
 * The file is created sparse, with its maximum length. A spare piece is mapped behind the chunks.
 * To enlarge, mremap() extends this piece, and may move it; chunks in use stay where they are. A
 * store to a new page raises SIGBUS if the disk is full. Therefore a system call, which returns an
 * error instead, touches each page first.
 *
 * Each thread writes to its own chunk; threads share only the counter of events. A forked child
 * must not write to its parent's file: the kernel does not map the file in the child, and zeroes
 * `life` there. A child of vfork() shares its parent's memory, heap and file.
 *
 * Threads created by clone() without thread-local storage of their own are not supported.
 */
#include "pen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Linux 5.14; the C library's headers may be older. */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum {
    PAGE_BYTES = 4 << 10,   /* the smallest that a machine has */
    SPARE_BYTES = 64 << 10, /* the largest */
    FIRST_WINDOW_BYTES = 64 << 10,
    LAST_WINDOW_BYTES = 4 << 20,
    WINDOW_RATIO = 8, /* mapped bytes to bytes mapped next */
};

static const uint64_t FILE_BYTES = (uint64_t)64 << 30;

_Static_assert(sizeof(struct raw_head) <= PAGE_BYTES, "map_head() touches one page");
_Static_assert((int)RAW_HEAD_BYTES % SPARE_BYTES == 0 && SPARE_BYTES % (int)RAW_CHUNK_BYTES == 0,
               "mappings begin at a page and consist of chunks");

struct life life;
static uint32_t lives; /* numbers used by this process and its ancestors */

static struct {
    char folder[PATH_MAX];
    char journal[PATH_MAX + 64];
    char file[PATH_MAX + 64]; /* of this process; guarded by life.lock */
} path;

_Thread_local struct pen pen;

#define TIMES_8(w)  w, w, w, w, w, w, w, w
#define TIMES_16(w) TIMES_8(w), TIMES_8(w)
const uint16_t pen_widths[65] = {
    0x000,           /* 0 */
    TIMES_8(0x101),  /* below 2^8 */
    TIMES_16(0x203), /* below 2^24 */
    TIMES_16(0x308), TIMES_16(0x308), TIMES_8(0x308),
};

/* --- Small things ----------------------------------------------------------------------------- */

static char *put_text(char *at, const char *end, const char *text)
{
    while (*text != '\0' && at < end) {
        /* Names may contain newlines; journal lines must not. */
        *at++ = *text == '\n' ? '?' : *text;
        text++;
    }
    return at;
}

static char *put_number(char *at, const char *end, uint64_t value)
{
    char digits[24];
    size_t n = sizeof(digits) - 1;

    digits[n] = '\0';
    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    return put_text(at, end, &digits[n]);
}

uint64_t pen_now_ns(void)
{
    struct timespec now = {0, 0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

const char *pen_folder(void)
{
    return path.folder[0] == '\0' ? NULL : path.folder;
}

bool pen_journal(char letter, int pid, uint64_t number, const char *text)
{
    char line[1024];
    const char *end = line + sizeof(line) - 1;
    char *at = line;
    int saved = errno;
    bool ok = false;
    int file;

    *at++ = letter;
    *at++ = ' ';
    at = put_number(at, end, (uint64_t)pid);
    *at++ = ' ';
    at = put_number(at, end, number);
    *at++ = ' ';
    at = put_text(at, end, text);
    *at++ = '\n';
    file = open(path.journal, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file >= 0) {
        ok = write(file, line, (size_t)(at - line)) == at - line;
        close(file);
    }
    errno = saved;
    return ok;
}

/* --- Room in the file ------------------------------------------------------------------------- */

/* Allocate the pages of a new window. Returns 0 or an errno. */
static int touch(unsigned char *window, size_t bytes)
{
    if (madvise(window, bytes, MADV_POPULATE_WRITE) == 0)
        return 0;
    /* The disk is full, or the kernel does not know this call. */
    for (size_t i = 0; i < bytes; i += PAGE_BYTES) {
        int file;
        int error;

        /* Stores to the page; returns EFAULT if that is impossible. */
        if (sigpending((sigset_t *)(window + i)) == 0) {
            memset(window + i, 0, sizeof(sigset_t));
            continue;
        }
        /* EFAULT does not say why. posix_fallocate() does, if the path is still reachable. */
        file = open(path.file, O_RDWR | O_CLOEXEC);
        if (file < 0)
            return EIO;
        error = posix_fallocate(file, (off_t)(life.spare_at + i), PAGE_BYTES);
        close(file);
        return error != 0 ? error : EIO;
    }
    return 0;
}

/* Map the next part of the file. Returns 0 or an errno. */
static int enlarge(void)
{
    size_t bytes = FIRST_WINDOW_BYTES;
    unsigned char *at;
    int error;

    /* Small windows stay in the cache, but the number of mappings is limited. */
    while (bytes < LAST_WINDOW_BYTES && bytes < life.spare_at / WINDOW_RATIO)
        bytes *= 2;
    if (bytes > life.file_bytes - life.spare_at - SPARE_BYTES)
        bytes = (size_t)(life.file_bytes - life.spare_at - SPARE_BYTES);
    if (bytes == 0)
        return EFBIG;
    at = mremap(life.spare, SPARE_BYTES, bytes + SPARE_BYTES, MREMAP_MAYMOVE);
    if (at == MAP_FAILED)
        return errno;
    life.next = at;
    life.spare = at;
    error = touch(at, bytes);
    if (error != 0)
        return error;
    life.spare = at + bytes;
    life.spare_at += bytes;
    return 0;
}

static void stop(int error)
{
    life.head->error = error;
    life.stopped = true;
    /* All threads must stop now: the trace is a prefix of the calls. */
    life.number = ++lives;
}

static bool take_chunk(void)
{
    int error = life.next == life.spare ? enlarge() : 0;
    /* An only thread takes numbers for a whole chunk, which holds fewer events. */
    uint64_t range = __libc_single_threaded ? RAW_CHUNK_BYTES : 0;
    uint64_t number;

    if (error != 0) {
        stop(error);
        return false;
    }
    number = atomic_fetch_add_explicit(&life.head->number, range, memory_order_relaxed);
    pen.at = life.next + sizeof(number);
    pen.limit = life.next + RAW_CHUNK_BYTES - 2 * RAW_EVENT_MAX;
    pen.end = pen.limit;
    pen.number = number++;
    pen.key = 0;
    pen.life = life.number;
    memcpy(life.next, &number, sizeof(number));
    life.next += RAW_CHUNK_BYTES;
    atomic_fetch_add_explicit(&life.head->chunks, 1, memory_order_relaxed);
    return true;
}

/* --- The beginning of a process --------------------------------------------------------------- */

static int create_file(void)
{
    const char *end = path.file + sizeof(path.file) - 1;
    int file;

    /* A process creates a new file for each program that it executes. Pids are reused. */
    for (unsigned n = 0;; n++) {
        char *at = put_text(path.file, end, path.folder);

        at = put_text(at, end, "/");
        at = put_number(at, end, (uint64_t)getpid());
        at = put_text(at, end, ".");
        at = put_number(at, end, n);
        *put_text(at, end, ".raw") = '\0';
        file = open(path.file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
}

/* Set the length of the file. A length above RLIMIT_FSIZE would raise SIGXFSZ. */
static bool lengthen(int file)
{
    struct rlimit limit;

    life.file_bytes = FILE_BYTES;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < life.file_bytes)
        life.file_bytes = limit.rlim_cur / SPARE_BYTES * SPARE_BYTES;
    while (life.file_bytes >= RAW_HEAD_BYTES + SPARE_BYTES) {
        if (ftruncate(file, (off_t)life.file_bytes) == 0)
            return true;
        if (errno != EFBIG && errno != EINVAL)
            return false;
        life.file_bytes /= 2;
    }
    errno = EFBIG;
    return false;
}

static bool map_head(int file)
{
    size_t bytes = RAW_HEAD_BYTES + SPARE_BYTES;
    unsigned char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    int error;

    if (at == MAP_FAILED)
        return false;
    error = touch(at, PAGE_BYTES);
    if (error == 0 && madvise(at, bytes, MADV_DONTFORK) != 0)
        error = errno;
    if (error != 0) {
        munmap(at, bytes);
        errno = error;
        return false;
    }
    madvise(at, bytes, MADV_DONTDUMP);
    life.head = (struct raw_head *)at;
    life.spare = at + RAW_HEAD_BYTES;
    life.spare_at = RAW_HEAD_BYTES;
    life.next = life.spare;
    return true;
}

static void fill_head(struct raw_head *head)
{
    int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);

    if (file >= 0) {
        ssize_t got = read(file, head->command, sizeof(head->command) - 1);

        (void)got; /* without a name, the process is reported as unknown */
        close(file);
    }
    head->pid = getpid();
    head->parent = getppid();
    head->forked = lives > 0;
    head->start_ns = pen_now_ns();
    memcpy(head->magic, RAW_MAGIC, sizeof(head->magic));
}

/* Report the failure in the journal, or if that is impossible, on standard error. */
static void give_up(int file)
{
    static const char text[] = "record: this process is not recorded: its folder is unreachable\n";
    int error = errno;

    if (file >= 0)
        unlink(path.file);
    if (!pen_journal('e', getpid(), (uint64_t)error, "")) {
        ssize_t wrote = write(STDERR_FILENO, text, sizeof(text) - 1);

        (void)wrote; /* there is no other way to report it */
    }
}

/*
 * Create the file and begin recording, with the lock held. The folder's name is read only once,
 * because the program may change its environment.
 */
static bool start(void)
{
    extern char **environ;
    const char *end = path.journal + sizeof(path.journal) - 1;
    const char *folder;
    bool ok;
    int file;

    if (path.folder[0] == '\0') {
        if (environ == NULL)
            return false; /* too early; the next call tries again */
        folder = getenv(RAW_VARIABLE);
        if (folder == NULL || strlen(folder) >= sizeof(path.folder)) {
            life.stopped = true;
            return false;
        }
        memcpy(path.folder, folder, strlen(folder) + 1);
        *put_text(put_text(path.journal, end, folder), end, "/" RAW_JOURNAL) = '\0';
    }
    file = create_file();
    ok = file >= 0 && lengthen(file) && map_head(file) &&
         madvise(&life, sizeof(life), MADV_WIPEONFORK) == 0;
    life.stopped = !ok;
    if (!ok)
        give_up(file);
    if (file >= 0)
        close(file);
    if (!ok)
        return false;
    fill_head(life.head);
    life.number = ++lives;
    return true;
}

/* Create the file if there is none, and take a chunk if one is requested. */
static bool prepare(bool chunk)
{
    int saved = errno;
    bool ok;

    while (atomic_flag_test_and_set_explicit(&life.lock, memory_order_acquire))
        sched_yield();
    ok = !life.stopped && (life.head != NULL || start()) && (!chunk || take_chunk());
    atomic_flag_clear_explicit(&life.lock, memory_order_release);
    errno = saved;
    return ok;
}

void pen_begin(void)
{
    prepare(false);
}

bool pen_prepare(void)
{
    /* A nested call. */
    if (pen.life == life.number && pen.end == NULL && pen.limit != NULL)
        return false;
    if (!life.stopped && prepare(true))
        return true;
    if (life.stopped && life.head != NULL)
        atomic_fetch_add_explicit(&life.head->lost, 1, memory_order_relaxed);
    return false;
}
