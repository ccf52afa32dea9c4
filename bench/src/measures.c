/* SPDX-License-Identifier: MIT */
/* The measurements in their helpers, and the lines that they print (see main.c). */
#include "bench/run.h"

#include <stdio.h>
#include <string.h>

enum { LOOSE = 4 /* a loose arena is this many times the peak, plus 64 KiB */ };

/* What a helper does: one measurement of one allocator. */
struct task {
    struct run *run;
    const struct candidate *candidate;
    const char *name; /* of the trace, pattern or filling */
    const struct trace *trace;
    const struct pattern *pattern;
    const struct filling *filling;
    void (*measure)(const struct task *task);
};

static void line_start(char kind, const struct candidate *candidate, const char *trace)
{
    emit("%c\t%s\t%s\t%d\t%s", kind, candidate->allocator->name, candidate->allocator->preset, BITS,
         trace);
}

static void report_broken(const struct candidate *candidate, const char *trace, const char *why)
{
    line_start('X', candidate, trace);
    emit("\t%s\n", why);
    fprintf(stderr, "bench: %s/%s, %d bit, %s: BROKEN: %s\n", candidate->allocator->name,
            candidate->allocator->preset, BITS, trace, why);
    progress->broken = true;
}

static void report_slow(const struct candidate *candidate, const char *trace, const char *what)
{
    line_start('S', candidate, trace);
    emit("\t%s\n", what);
}

static void work(void *context)
{
    const struct task *task = context;

    task->measure(task);
}

static void run_task(struct task task)
{
    struct helper helper;
    char why[WHY_BYTES];

    helper_start(&helper, work, &task);
    if (!helper_ask(&helper, why))
        report_broken(task.candidate, task.name, why);
    else if (helper.progress->broken)
        progress->broken = true;
    helper_stop(&helper);
    fflush(stdout);
    task.run->broken = progress->broken;
}

/* --- Efficiency */

static void efficiency(const struct task *task)
{
    struct smallest_arena smallest;

    find_smallest_arena(task->trace, task->candidate, &task->run->area, &smallest);
    if (smallest.status == REPLAY_BROKEN) {
        report_broken(task->candidate, task->name, smallest.broken);
        return;
    }
    if (smallest.status == REPLAY_SLOW) {
        report_slow(task->candidate, task->name, "no smallest arena");
        return;
    }
    if (smallest.status == REPLAY_REFUSED)
        smallest.bytes = 0;
    line_start('E', task->candidate, task->name);
    emit("\t%zu\t%zu\t%u\t%u\n", smallest.bytes, task->trace->peak_live_bytes, smallest.holes,
         smallest.improved);
}

void measure_efficiency(struct run *run, const struct candidate *candidate,
                        const struct trace *trace)
{
    if (candidate->bounded)
        run_task((struct task){.run = run,
                               .candidate = candidate,
                               .name = trace->name,
                               .trace = trace,
                               .measure = efficiency});
}

/* --- Instructions */

static double mean(const struct tally *tally)
{
    return tally->calls == 0 ? 0 : (double)tally->sum / (double)tally->calls;
}

static void print_counts(const struct task *task, const struct counts *counts)
{
    line_start('C', task->candidate, task->name);
    emit("\t%.1f\t%lu\t%.1f\t%lu\t%lu\t%lu\t%lu\n", mean(&counts->alloc), counts->alloc.max,
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
static void counts(const struct task *task)
{
    size_t arenas[2] = {loose_arena(task->trace),
                        tight_arena(task->run, task->candidate, task->trace)};
    struct counts counts;
    char why[WHY_BYTES];

    counts_start(&counts, task->candidate, &task->run->area);
    for (size_t i = 0; i < 2; i++) {
        enum replay_status status;

        if (arenas[i] == 0)
            continue;
        status = replay(task->trace, task->candidate, &task->run->area, arenas[i], &counts, why);
        if (status == REPLAY_BROKEN) {
            report_broken(task->candidate, task->name, why);
            return;
        }
        if (status == REPLAY_SLOW) {
            report_slow(task->candidate, task->name, "counts of its beginning only");
            break;
        }
    }
    print_counts(task, &counts);
}

void measure_counts(struct run *run, const struct candidate *candidate, const struct trace *trace)
{
    run_task((struct task){.run = run,
                           .candidate = candidate,
                           .name = trace->name,
                           .trace = trace,
                           .measure = counts});
}

static void pattern_counts(const struct task *task)
{
    static const size_t arenas[] = {4096, 65536, 1048576};
    size_t count = task->run->quick ? 2 : sizeof(arenas) / sizeof(arenas[0]);
    struct area *area = &task->run->area;
    struct counts counts;
    bool ok = true;
    bool slow = false;
    char why[WHY_BYTES];

    counts_start(&counts, task->candidate, area);
    for (size_t i = 0; i < count && ok; i++)
        ok = run_pattern(task->pattern, task->candidate, area, arenas[i], 0, &counts, &slow, why) &&
             run_pattern(task->pattern, task->candidate, area, arenas[i], arenas[i] / 4, &counts,
                         &slow, why);
    if (ok)
        print_counts(task, &counts);
    else
        report_broken(task->candidate, task->name, why);
    if (slow)
        report_slow(task->candidate, task->name, "counts of its beginning only");
}

void measure_patterns(struct run *run, const struct candidate *candidate)
{
    for (const struct pattern *pattern = patterns; pattern->name != NULL; pattern++) {
        char name[64];

        snprintf(name, sizeof(name), "pattern-%s", pattern->name);
        if (listed(run->patterns, name))
            run_task((struct task){.run = run,
                                   .candidate = candidate,
                                   .name = name,
                                   .pattern = pattern,
                                   .measure = pattern_counts});
    }
}

/* --- Filled arenas */

static void filling(const struct task *task)
{
    unsigned rounds = task->filling->rounds / (task->run->quick ? 3 : 1);
    double filled[2] = {0, 0};
    char why[WHY_BYTES];

    for (int move = 0; move < 2; move++)
        switch (fill_arena(task->filling, task->candidate, &task->run->area, rounds, move != 0,
                           &filled[move], why)) {
        case REPLAY_BROKEN:
            report_broken(task->candidate, task->name, why);
            return;
        case REPLAY_SLOW:
            report_slow(task->candidate, task->name, "not filled");
            return;
        case REPLAY_REFUSED:
        case REPLAY_DONE:
            break;
        }
    line_start('A', task->candidate, task->name);
    emit("\t%.4f\t%.4f\n", filled[0], filled[1]);
}

void measure_fillings(struct run *run, const struct candidate *candidate)
{
    if (!candidate->bounded || !candidate->allocator->frees || !candidate->allocator->any_size)
        return;
    for (const struct filling *at = fillings; at->name != NULL; at++)
        if (listed(run->patterns, at->name))
            run_task((struct task){.run = run,
                                   .candidate = candidate,
                                   .name = at->name,
                                   .filling = at,
                                   .measure = filling});
}

/* --- Pairs of sizes */

static size_t smallest_for(const struct task *task, struct trace *trace, size_t *peak)
{
    struct smallest_arena smallest;

    find_smallest_arena(trace, task->candidate, &task->run->area, &smallest);
    *peak = trace->peak_live_bytes;
    if (smallest.status == REPLAY_BROKEN)
        report_broken(task->candidate, trace->name, smallest.broken);
    trace_free(trace);
    return smallest.status == REPLAY_DONE ? smallest.bytes : 0;
}

static void pair(const struct task *task, size_t small, size_t large)
{
    struct trace trace;
    size_t peak;
    size_t arena[2];
    size_t ideal;
    size_t larger;
    char name[64];

    for (int large_first = 0; large_first < 2; large_first++) {
        make_pair_trace(&trace, small, large, large_first);
        arena[large_first] = smallest_for(task, &trace, &peak);
    }
    make_pair_ceiling(&trace, small, large);
    ideal = smallest_for(task, &trace, &peak);
    if (arena[0] == 0 || arena[1] == 0 || ideal == 0)
        return;
    snprintf(name, sizeof(name), "%zu\t%zu", small, large);
    larger = arena[0] > arena[1] ? arena[0] : arena[1];
    line_start('P', task->candidate, name);
    emit("\t%.4f\t%.4f\n", (double)peak / (double)larger, (double)peak / (double)ideal);
}

static void pairs(const struct task *task)
{
    static const size_t sizes[] = {8,   12,  16,  24,  32,  48,  64,   80,   112,  128,  200,
                                   240, 256, 400, 512, 700, 896, 1000, 1024, 2000, 2048, 4096};
    size_t count = sizeof(sizes) / sizeof(sizes[0]);
    size_t stride = task->run->quick ? 4 : 1;

    for (size_t i = 0; i < count; i += stride)
        for (size_t k = i + 1; k < count; k += stride)
            pair(task, sizes[i], sizes[k]);
}

void measure_pairs(struct run *run, const struct candidate *candidate)
{
    if (candidate->bounded && candidate->allocator->frees && candidate->allocator->any_size)
        run_task(
            (struct task){.run = run, .candidate = candidate, .name = "pairs", .measure = pairs});
}

/* --- Fixed cost */

static void fixed(const struct task *task)
{
    struct area *area = &task->run->area;
    size_t smallest = 8;

    while (smallest < 65536 && largest_first_block(task->candidate, area, smallest) < 8)
        smallest += 8;
    emit("F\t%s\t%s\t%d\t%zu\t%zu\n", task->candidate->allocator->name,
         task->candidate->allocator->preset, BITS, smallest,
         65536 - largest_first_block(task->candidate, area, 65536));
}

void measure_fixed(struct run *run, const struct candidate *candidate)
{
    if (candidate->bounded)
        run_task(
            (struct task){.run = run, .candidate = candidate, .name = "fixed", .measure = fixed});
}

/* --- Time */

static void timing(void *context)
{
    const struct task *task = context;

    progress->result =
        replay_timed_ns(task->trace, task->candidate, &task->run->area, loose_arena(task->trace));
}

void measure_time(struct run *run, const struct trace *trace)
{
    size_t rounds = (run->quick ? 400000u : 2000000u) / trace->op_count + 2;
    double best[MAX_CANDIDATES] = {0};
    struct task tasks[MAX_CANDIDATES];
    struct helper helpers[MAX_CANDIDATES];
    char why[WHY_BYTES];

    for (size_t i = 0; i < run->candidate_count; i++) {
        tasks[i] = (struct task){
            .run = run, .candidate = &run->candidates[i], .name = trace->name, .trace = trace};
        helper_start(&helpers[i], timing, &tasks[i]);
    }
    for (size_t round = 0; round < rounds && round < 20; round++)
        for (size_t i = 0; i < run->candidate_count; i++) {
            double ns;

            /* Slow replays are not repeated. */
            if (best[i] > 3e8 || helpers[i].pid == 0)
                continue;
            if (!helper_ask(&helpers[i], why)) {
                report_broken(tasks[i].candidate, trace->name, why);
                run->broken = true;
                continue;
            }
            ns = helpers[i].progress->result;
            if (ns > 0 && (best[i] <= 0 || ns < best[i]))
                best[i] = ns;
        }
    for (size_t i = 0; i < run->candidate_count; i++) {
        helper_stop(&helpers[i]);
        if (best[i] > 0) {
            line_start('T', &run->candidates[i], trace->name);
            emit("\t%.2f\n", best[i] / (double)trace->op_count);
        }
    }
}
