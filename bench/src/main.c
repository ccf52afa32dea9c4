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
 *   fill        A allocator preset bits filling filled filled_when_always_moving
 *   list        L allocator preset bits alignment bounded(0 or 1) library(0 or 1)
 *   families    family class seeds(0 or 1)
 *
 * check prints facts about traces, write the trace itself. In place of a file, a
 * trace may be family:NAME:SEED (bench/families.h).
 *
 * If an allocator examines more blocks than --patience, a line S allocator
 * preset bits trace what is printed; counts then cover the operations that were
 * reached. For an allocator that misbehaves, crashes or does not return, a line
 * X allocator preset bits trace reason is printed, and the exit status is 1. The
 * other results are not affected.
 */
#include "bench/families.h"
#include "bench/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AREA_BYTES = 384 * 1024 * 1024, LIBRARY_ALIGNMENT = 8 };

/* Libraries in Debian packages; missing ones are left out, and a line says so. */
static const struct {
    const char *name;
    const char *soname;
} known_libraries[] = {
    {"jemalloc", "libjemalloc.so.2"},
    {"mimalloc", "libmimalloc.so.2"},
    {"tcmalloc", "libtcmalloc_minimal.so.4"},
};

bool listed(const char *list, const char *name)
{
    const char *at = list;
    size_t length = strlen(name);

    if (list == NULL)
        return true;
    for (; (at = strstr(at, name)) != NULL; at += length)
        if ((at == list || at[-1] == ',') && (at[length] == '\0' || at[length] == ','))
            return true;
    return false;
}

static void add_candidate(struct run *run, const struct candidate *candidate)
{
    const struct mem_allocator *allocator = candidate->allocator;
    char full[64];

    snprintf(full, sizeof(full), "%s/%s", allocator->name, allocator->preset);
    if (run->candidate_count < MAX_CANDIDATES &&
        (listed(run->only, allocator->name) || listed(run->only, full)))
        run->candidates[run->candidate_count++] = *candidate;
}

/*
 * A library that the user named, NAME=PATH[,align=BYTES], or a known one. Returns
 * false if a library that was requested explicitly cannot be used.
 */
static bool add_library(struct run *run, const char *name, const char *path, size_t alignment,
                        bool must)
{
    char error[256] = "";
    struct candidate library;

    if (!listed(run->only, name))
        return true;
    if (library_candidate(name, path, alignment, &library, error, sizeof(error))) {
        add_candidate(run, &library);
        return true;
    }
    fprintf(stderr, "bench: %d bit: %s left out: %s\n", BITS, name, error);
    return !must;
}

/* Cuts the text into its parts. False if it is no NAME=PATH[,align=4, 8 or 16]. */
static bool add_named_library(struct run *run, char *text)
{
    static const char option[] = ",align=";
    char *path = strchr(text, '=');
    char *end;
    size_t alignment = LIBRARY_ALIGNMENT;

    if (path == NULL)
        return false;
    *path++ = '\0';
    end = strstr(path, option);
    if (end != NULL) {
        *end = '\0';
        alignment = strtoul(end + strlen(option), &end, 10);
        if (*end != '\0' || (alignment != 4 && alignment != 8 && alignment != 16)) {
            fprintf(stderr, "bench: %s: align= may be 4, 8 or 16\n", text);
            return false;
        }
    }
    return add_library(run, text, path, alignment, true);
}

static int usage(void)
{
    fputs(
        "usage: bench efficiency|count|time|pairs|patterns|fixed|fill|list|families|check|write "
        "[options] TRACE...\n"
        "  TRACE               a file NAME.rep, or family:NAME:SEED\n"
        "  --only NAME,NAME    only these allocators; NAME/PRESET: only that preset\n"
        "  --lib NAME=PATH     also the malloc of this shared library; PATH,align=4: aligned to 4\n"
        "  --no-libs           leave out the C library and the known libraries\n"
        "  --arenas FILE       output of `efficiency`, for tight arenas when counting\n"
        "  --patterns NAME,... only these patterns and fillings\n"
        "  --patience BLOCKS   examined in one replay; what takes more is left out\n"
        "  --call-seconds N    of CPU time, after which a call is an endless loop\n"
        "  --quick             fewer rounds, patterns and pairs\n",
        stderr);
    return 2;
}

/* Read a file, or make a family's trace. */
static bool get_trace(struct trace *trace, const char *path)
{
    static const char prefix[] = "family:";
    char name[64];
    unsigned long long seed;
    char error[256];

    if (strncmp(path, prefix, strlen(prefix)) != 0) {
        if (trace_read(trace, path, error, sizeof(error)))
            return true;
        fprintf(stderr, "bench: %s\n", error);
        return false;
    }
    if (sscanf(path + strlen(prefix), "%63[^:]:%llu", name, &seed) == 2 &&
        family_make(trace, name, seed))
        return true;
    fprintf(stderr, "bench: %s: no such family, or no seed\n", path);
    return false;
}

static void check_trace(const struct trace *trace)
{
    uint64_t sum = 0xcbf29ce484222325u; /* FNV-1a over the operations */

    for (size_t i = 0; i < trace->op_count; i++) {
        const struct trace_op *op = &trace->ops[i];
        const uint32_t parts[] = {op->kind, op->alignment_log2, op->id, (uint32_t)op->bytes};

        for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++)
            sum = (sum ^ parts[k]) * 0x100000001b3u;
    }
    printf("%s: %zu operations, peak %zu bytes in %zu blocks, largest request %zu, sum %016llx\n",
           trace->name, trace->op_count, trace->peak_live_bytes, trace->peak_live_blocks,
           trace->max_request_bytes, (unsigned long long)sum);
}

static void write_trace(const struct trace *trace)
{
    static const char letters[] = "amrf";

    printf("# %s\n", trace->name);
    for (size_t i = 0; i < trace->op_count; i++) {
        const struct trace_op *op = &trace->ops[i];

        printf("%c %lu", letters[op->kind], (unsigned long)op->id);
        if (op->kind != TRACE_FREE)
            printf(" %zu", op->bytes);
        if (op->kind == TRACE_ALIGNED)
            printf(" %zu", trace_alignment(op));
        putchar('\n');
    }
}

static bool run_trace(struct run *run, const char *mode, const char *path)
{
    struct trace trace;

    if (!get_trace(&trace, path))
        return false;
    if (strcmp(mode, "check") == 0)
        check_trace(&trace);
    if (strcmp(mode, "write") == 0)
        write_trace(&trace);
    if (strcmp(mode, "time") == 0)
        measure_time(run, &trace);
    for (size_t i = 0; i < run->candidate_count; i++) {
        if (strcmp(mode, "efficiency") == 0)
            measure_efficiency(run, &run->candidates[i], &trace);
        if (strcmp(mode, "count") == 0)
            measure_counts(run, &run->candidates[i], &trace);
    }
    trace_free(&trace);
    return true;
}

static void list_candidate(const struct candidate *candidate)
{
    const struct mem_allocator *allocator = candidate->allocator;

    printf("L\t%s\t%s\t%d\t%zu\t%d\t%d\n", allocator->name, allocator->preset, BITS,
           allocator->alignment, candidate->bounded, allocator->stats == NULL);
}

static void list_families(void)
{
    const char *name;
    const char *class_name;
    bool seeded;

    for (size_t i = 0; family_name(i, &name, &class_name, &seeded); i++)
        printf("%s\t%s\t%d\n", name, class_name, seeded);
}

static void run_without_trace(struct run *run, const char *mode)
{
    if (strcmp(mode, "families") == 0)
        list_families();
    for (size_t i = 0; i < run->candidate_count; i++) {
        const struct candidate *candidate = &run->candidates[i];

        if (strcmp(mode, "list") == 0)
            list_candidate(candidate);
        if (strcmp(mode, "pairs") == 0)
            measure_pairs(run, candidate);
        if (strcmp(mode, "patterns") == 0)
            measure_patterns(run, candidate);
        if (strcmp(mode, "fixed") == 0)
            measure_fixed(run, candidate);
        if (strcmp(mode, "fill") == 0)
            measure_fillings(run, candidate);
    }
}

static void add_candidates(struct run *run, bool libraries)
{
    struct candidate own;

    for (size_t k = 0; own_candidate(k, &own); k++)
        add_candidate(run, &own);
    if (!libraries)
        return;
    add_library(run, "glibc", NULL, LIBRARY_ALIGNMENT, true);
    for (size_t k = 0; k < sizeof(known_libraries) / sizeof(known_libraries[0]); k++)
        add_library(run, known_libraries[k].name, known_libraries[k].soname, LIBRARY_ALIGNMENT,
                    false);
}

/* One option with a value. False if it is unknown. */
static bool take_option(struct run *run, const char *option, char *value)
{
    if (strcmp(option, "--only") == 0)
        run->only = value;
    else if (strcmp(option, "--arenas") == 0)
        run->arenas = value;
    else if (strcmp(option, "--patterns") == 0)
        run->patterns = value;
    else if (strcmp(option, "--patience") == 0)
        replay_patience = strtoull(value, NULL, 10);
    else if (strcmp(option, "--call-seconds") == 0)
        call_seconds = (unsigned)strtoul(value, NULL, 10);
    else
        return strcmp(option, "--lib") == 0;
    return true;
}

/*
 * Returns the index of the first argument that is not an option, 0 for a wrong
 * option, -1 for a library that cannot be used (a message has been printed).
 */
static int parse_options(struct run *run, int argc, char **argv)
{
    static const char *const without[] = {"check", "write", "families"};
    bool libraries = true;
    int i = 2;

    for (size_t k = 0; k < sizeof(without) / sizeof(without[0]); k++)
        libraries = libraries && strcmp(argv[1], without[k]) != 0;
    for (; i < argc && argv[i][0] == '-'; i++)
        if (strcmp(argv[i], "--quick") == 0)
            run->quick = true;
        else if (strcmp(argv[i], "--no-libs") == 0)
            libraries = false;
        else if (i + 1 == argc || !take_option(run, argv[i], argv[i + 1]))
            return 0;
        else
            i++;
    /* Now that --only is known. */
    for (int k = 2; k < i; k++)
        if (strcmp(argv[k], "--lib") == 0 && !add_named_library(run, argv[k + 1]))
            return -1;
    add_candidates(run, libraries);
    return i;
}

int main(int argc, char **argv)
{
    static struct run run;
    static const char *const modes[] = {"efficiency", "count", "time", "check",    "write", "pairs",
                                        "patterns",   "fixed", "fill", "families", "list"};
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
