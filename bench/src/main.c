/* SPDX-License-Identifier: MIT */
/*
 * The benchmark program. The first argument chooses one measurement. Results
 * are printed as tab-separated lines, from which bench/report.awk makes the
 * table and the CSV:
 *
 *   efficiency  E allocator preset bits trace arena peak holes improved
 *   count       C allocator preset bits trace malloc_mean malloc_max free_mean free_max
 *                 refuse_max resize_max aligned_max             (traces, and pattern-* lines)
 *   time        T allocator preset bits trace ns_per_op
 *   pairs       P allocator preset bits small large efficiency ceiling
 *   fixed       F allocator preset bits smallest_arena cost_of_64_KiB
 *
 * If an allocator examines more blocks than --patience, a line S allocator
 * preset bits trace what is printed; counts then cover the operations that were
 * reached. For an allocator that misbehaves, a line X allocator preset bits
 * trace reason is printed, and the exit status is 1.
 */
#include "bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BITS = (int)sizeof(void *) * 8,
    MAX_CANDIDATES = 32,
    AREA_BYTES = 384 * 1024 * 1024,
    LOOSE = 4, /* a loose arena is this many times the peak, plus 64 KiB */
};

struct run {
    struct candidate candidates[MAX_CANDIDATES];
    size_t candidate_count;
    const char *only;   /* comma-separated names, NULL: all */
    const char *arenas; /* file of E lines for tight arenas */
    struct area area;
    bool quick;
    bool broken;
};

/* Libraries in Debian packages; missing ones are left out, and a line says so. */
static const struct {
    const char *name;
    const char *soname;
} known_libraries[] = {
    {"jemalloc", "libjemalloc.so.2"},
    {"mimalloc", "libmimalloc.so.2"},
    {"tcmalloc", "libtcmalloc_minimal.so.4"},
};

static bool wanted(const struct run *run, const char *name)
{
    const char *at = run->only;
    size_t length = strlen(name);

    if (at == NULL)
        return true;
    for (; (at = strstr(at, name)) != NULL; at += length)
        if ((at == run->only || at[-1] == ',') && (at[length] == '\0' || at[length] == ','))
            return true;
    return false;
}

static void add_candidate(struct run *run, const struct candidate *candidate)
{
    const struct mem_allocator *allocator = candidate->allocator;
    char full[64];

    snprintf(full, sizeof(full), "%s/%s", allocator->name, allocator->preset);
    if (run->candidate_count < MAX_CANDIDATES &&
        (wanted(run, allocator->name) || wanted(run, full)))
        run->candidates[run->candidate_count++] = *candidate;
}

/* Returns false if a library that was requested explicitly cannot be used. */
static bool add_library(struct run *run, const char *name, const char *path, bool must)
{
    char error[256] = "";
    struct candidate library;

    if (!wanted(run, name))
        return true;
    if (library_candidate(name, path, &library, error, sizeof(error))) {
        add_candidate(run, &library);
        return true;
    }
    fprintf(stderr, "bench: %d bit: %s left out: %s\n", BITS, name, error);
    return !must;
}

static void report_broken(struct run *run, const struct candidate *candidate, const char *trace,
                          const char *why)
{
    printf("X\t%s\t%s\t%d\t%s\t%s\n", candidate->allocator->name, candidate->allocator->preset,
           BITS, trace, why);
    fprintf(stderr, "bench: %s/%s, %d bit, %s: BROKEN: %s\n", candidate->allocator->name,
            candidate->allocator->preset, BITS, trace, why);
    run->broken = true;
}

static void report_slow(const struct candidate *candidate, const char *trace, const char *what)
{
    printf("S\t%s\t%s\t%d\t%s\t%s\n", candidate->allocator->name, candidate->allocator->preset,
           BITS, trace, what);
}

static void line_start(char kind, const struct candidate *candidate, const char *trace)
{
    printf("%c\t%s\t%s\t%d\t%s", kind, candidate->allocator->name, candidate->allocator->preset,
           BITS, trace);
}

static void measure_efficiency(struct run *run, const struct candidate *candidate,
                               const struct trace *trace)
{
    struct smallest_arena smallest;

    if (!candidate->bounded)
        return;
    find_smallest_arena(trace, candidate, &run->area, &smallest);
    if (smallest.status == REPLAY_BROKEN) {
        report_broken(run, candidate, trace->name, smallest.broken);
        return;
    }
    if (smallest.status == REPLAY_SLOW) {
        report_slow(candidate, trace->name, "no smallest arena");
        return;
    }
    if (smallest.status == REPLAY_REFUSED)
        smallest.bytes = 0;
    line_start('E', candidate, trace->name);
    printf("\t%zu\t%zu\t%u\t%u\n", smallest.bytes, trace->peak_live_bytes, smallest.holes,
           smallest.improved);
}

static double mean(const struct tally *tally)
{
    return tally->calls == 0 ? 0 : (double)tally->sum / (double)tally->calls;
}

static void print_counts(const struct candidate *candidate, const char *trace,
                         const struct counts *counts)
{
    line_start('C', candidate, trace);
    printf("\t%.1f\t%lu\t%.1f\t%lu\t%lu\t%lu\t%lu\n", mean(&counts->alloc), counts->alloc.max,
           mean(&counts->free), counts->free.max, counts->refuse.max, counts->resize.max,
           counts->aligned.max);
}

/* The smallest arena that `make bench` found for this trace; 0 if it is not in the file. */
static size_t tight_arena(const struct run *run, const struct candidate *candidate,
                          const struct trace *trace)
{
    FILE *file = run->arenas == NULL ? NULL : fopen(run->arenas, "r");
    char name[64];
    char preset[32];
    char trace_name[64];
    size_t bytes;
    size_t found = 0;
    int bits;
    char text[256];

    while (file != NULL && found == 0 && fgets(text, sizeof(text), file) != NULL)
        if (sscanf(text, "E %63s %31s %d %63s %zu", name, preset, &bits, trace_name, &bytes) == 5 &&
            bits == BITS && strcmp(name, candidate->allocator->name) == 0 &&
            strcmp(preset, candidate->allocator->preset) == 0 &&
            strcmp(trace_name, trace->name) == 0)
            found = bytes;
    if (file != NULL)
        fclose(file);
    return found;
}

static size_t loose_arena(const struct trace *trace)
{
    return trace->peak_live_bytes * LOOSE + 65536;
}

/* Loose first, then tight; means and maxima cover both. */
static void measure_counts(struct run *run, const struct candidate *candidate,
                           const struct trace *trace)
{
    size_t arenas[2] = {loose_arena(trace), tight_arena(run, candidate, trace)};
    struct counts counts;
    char why[160];

    counts_start(&counts, candidate, &run->area);
    for (size_t i = 0; i < 2; i++) {
        enum replay_status status;

        if (arenas[i] == 0)
            continue;
        status = replay(trace, candidate, &run->area, arenas[i], &counts, why);
        if (status == REPLAY_BROKEN) {
            report_broken(run, candidate, trace->name, why);
            return;
        }
        if (status == REPLAY_SLOW) {
            report_slow(candidate, trace->name, "counts of its beginning only");
            break;
        }
    }
    print_counts(candidate, trace->name, &counts);
}

static void measure_patterns(struct run *run, const struct candidate *candidate)
{
    static const size_t arenas[] = {4096, 65536, 1048576};
    size_t count = run->quick ? 2 : sizeof(arenas) / sizeof(arenas[0]);
    char name[64];
    char why[160];

    for (const struct pattern *pattern = patterns; pattern->name != NULL; pattern++) {
        struct counts counts;
        bool ok = true;
        bool slow = false;

        snprintf(name, sizeof(name), "pattern-%s", pattern->name);
        counts_start(&counts, candidate, &run->area);
        for (size_t i = 0; i < count && ok; i++)
            ok = run_pattern(pattern, candidate, &run->area, arenas[i], 0, &counts, &slow, why) &&
                 run_pattern(pattern, candidate, &run->area, arenas[i], arenas[i] / 4, &counts,
                             &slow, why);
        if (ok)
            print_counts(candidate, name, &counts);
        else
            report_broken(run, candidate, name, why);
        if (slow)
            report_slow(candidate, name, "counts of its beginning only");
    }
}

/* Every allocator in turn, several rounds; the best of the rounds is the least disturbed one. */
static void measure_time(struct run *run, const struct trace *trace)
{
    double best[MAX_CANDIDATES] = {0};
    size_t rounds = (run->quick ? 400000u : 2000000u) / trace->op_count + 2;

    for (size_t round = 0; round < rounds && round < 20; round++)
        for (size_t i = 0; i < run->candidate_count; i++) {
            double ns;

            /* Slow replays are not repeated. */
            if (best[i] > 3e8)
                continue;
            ns = replay_timed_ns(trace, &run->candidates[i], &run->area, loose_arena(trace));
            if (ns > 0 && (best[i] <= 0 || ns < best[i]))
                best[i] = ns;
        }
    for (size_t i = 0; i < run->candidate_count; i++)
        if (best[i] > 0) {
            line_start('T', &run->candidates[i], trace->name);
            printf("\t%.2f\n", best[i] / (double)trace->op_count);
        }
}

static size_t smallest_for(struct run *run, const struct candidate *candidate, struct trace *trace,
                           size_t *peak)
{
    struct smallest_arena smallest;

    find_smallest_arena(trace, candidate, &run->area, &smallest);
    *peak = trace->peak_live_bytes;
    if (smallest.status == REPLAY_BROKEN)
        report_broken(run, candidate, trace->name, smallest.broken);
    trace_free(trace);
    return smallest.status == REPLAY_DONE ? smallest.bytes : 0;
}

static void measure_pairs(struct run *run, const struct candidate *candidate)
{
    static const size_t sizes[] = {8,   12,  16,  24,  32,  48,  64,   80,   112,  128,  200,
                                   240, 256, 400, 512, 700, 896, 1000, 1024, 2000, 2048, 4096};
    size_t count = sizeof(sizes) / sizeof(sizes[0]);
    size_t stride = run->quick ? 4 : 1;

    if (!candidate->bounded || !candidate->allocator->frees || !candidate->allocator->any_size)
        return;
    for (size_t i = 0; i < count; i += stride)
        for (size_t k = i + 1; k < count; k += stride) {
            struct trace trace;
            size_t peak;
            size_t arena[2];
            size_t ideal;
            char name[64];

            for (int large_first = 0; large_first < 2; large_first++) {
                make_pair_trace(&trace, sizes[i], sizes[k], large_first);
                arena[large_first] = smallest_for(run, candidate, &trace, &peak);
            }
            make_pair_ceiling(&trace, sizes[i], sizes[k]);
            ideal = smallest_for(run, candidate, &trace, &peak);
            snprintf(name, sizeof(name), "%zu\t%zu", sizes[i], sizes[k]);
            if (arena[0] == 0 || arena[1] == 0 || ideal == 0)
                continue;
            size_t larger = arena[0] > arena[1] ? arena[0] : arena[1];

            line_start('P', candidate, name);
            printf("\t%.4f\t%.4f\n", (double)peak / (double)larger, (double)peak / (double)ideal);
        }
}

static void measure_fixed(struct run *run, const struct candidate *candidate)
{
    size_t smallest = 8;
    size_t largest;

    if (!candidate->bounded)
        return;
    while (smallest < 65536 && largest_first_block(candidate, &run->area, smallest) < 8)
        smallest += 8;
    largest = largest_first_block(candidate, &run->area, 65536);
    printf("F\t%s\t%s\t%d\t%zu\t%zu\n", candidate->allocator->name, candidate->allocator->preset,
           BITS, smallest, 65536 - largest);
}

static int usage(void)
{
    fputs("usage: bench efficiency|count|time|pairs|patterns|fixed|list|check [options] "
          "TRACE.rep...\n"
          "  --only NAME,NAME    only these allocators; NAME/PRESET: only that preset\n"
          "  --lib NAME=PATH     also the malloc of this shared library\n"
          "  --no-libs           leave out the C library and the known libraries\n"
          "  --arenas FILE       output of `efficiency`, for tight arenas when counting\n"
          "  --patience BLOCKS   examined in one replay; what takes more is left out\n"
          "  --quick             fewer rounds, patterns and pairs\n",
          stderr);
    return 2;
}

static bool run_trace(struct run *run, const char *mode, const char *path)
{
    struct trace trace;
    char error[256];

    if (!trace_read(&trace, path, error, sizeof(error))) {
        fprintf(stderr, "bench: %s\n", error);
        return false;
    }
    if (strcmp(mode, "check") == 0)
        printf("%s: %zu operations, peak %zu bytes in %zu blocks, largest request %zu\n",
               trace.name, trace.op_count, trace.peak_live_bytes, trace.peak_live_blocks,
               trace.max_request_bytes);
    else if (strcmp(mode, "time") == 0)
        measure_time(run, &trace);
    for (size_t i = 0; i < run->candidate_count; i++) {
        if (strcmp(mode, "efficiency") == 0)
            measure_efficiency(run, &run->candidates[i], &trace);
        if (strcmp(mode, "count") == 0)
            measure_counts(run, &run->candidates[i], &trace);
        fflush(stdout);
    }
    trace_free(&trace);
    return true;
}

static void run_without_trace(struct run *run, const char *mode)
{
    for (size_t i = 0; i < run->candidate_count; i++) {
        const struct candidate *candidate = &run->candidates[i];

        if (strcmp(mode, "list") == 0)
            printf("%s\t%s\n", candidate->allocator->name, candidate->allocator->preset);
        if (strcmp(mode, "pairs") == 0)
            measure_pairs(run, candidate);
        if (strcmp(mode, "patterns") == 0)
            measure_patterns(run, candidate);
        if (strcmp(mode, "fixed") == 0)
            measure_fixed(run, candidate);
        fflush(stdout);
    }
}

/*
 * Returns the index of the first argument that is not an option, 0 for a wrong
 * option, -1 for a library that cannot be used (a message has been printed).
 */
static int parse_options(struct run *run, int argc, char **argv)
{
    bool libraries = strcmp(argv[1], "check") != 0;
    struct candidate own;
    int i = 2;

    for (; i < argc && argv[i][0] == '-'; i++)
        if (strcmp(argv[i], "--quick") == 0)
            run->quick = true;
        else if (strcmp(argv[i], "--no-libs") == 0)
            libraries = false;
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            run->only = argv[++i];
        else if (strcmp(argv[i], "--arenas") == 0 && i + 1 < argc)
            run->arenas = argv[++i];
        else if (strcmp(argv[i], "--patience") == 0 && i + 1 < argc)
            replay_patience = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--lib") == 0 && i + 1 < argc)
            i++;
        else
            return 0;
    for (size_t k = 0; own_candidate(k, &own); k++)
        add_candidate(run, &own);
    for (int k = 2; k < i; k++) {
        char *path;

        if (strcmp(argv[k], "--lib") != 0)
            continue;
        path = strchr(argv[++k], '=');
        if (path == NULL)
            return 0;
        *path++ = '\0';
        if (!add_library(run, argv[k], path, true))
            return -1;
    }
    if (libraries) {
        add_library(run, "glibc", NULL, true);
        for (size_t k = 0; k < sizeof(known_libraries) / sizeof(known_libraries[0]); k++)
            add_library(run, known_libraries[k].name, known_libraries[k].soname, false);
    }
    return i;
}

int main(int argc, char **argv)
{
    static struct run run;
    static const char *const modes[] = {"efficiency", "count",    "time",  "check",
                                        "pairs",      "patterns", "fixed", "list"};
    bool known = false;
    bool ok = true;
    int first;

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]) && argc > 1; i++)
        known = known || strcmp(argv[1], modes[i]) == 0;
    first = known ? parse_options(&run, argc, argv) : 0;
    if (first == 0)
        return usage();
    if (first < 0)
        return 2;
    if (!area_map(&run.area, AREA_BYTES)) {
        fputs("bench: no address space for the arenas\n", stderr);
        return 2;
    }
    run_without_trace(&run, argv[1]);
    for (int i = first; i < argc; i++)
        ok = run_trace(&run, argv[1], argv[i]) && ok;
    if (!ok)
        return 2;
    return run.broken ? 1 : 0;
}
