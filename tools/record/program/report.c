/* SPDX-License-Identifier: MIT */
/* The report: a table of processes, then what the traces lack, each kind of loss on a line of its
 * own. */
#include "report.h"

#include "say.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_ROWS = 20, UNSEEN_LINES = 20 };

/* --- The table -------------------------------------------------------------------------------- */

static int by_bytes(const void *left, const void *right)
{
    const struct process *a = *(const struct process *const *)left;
    const struct process *b = *(const struct process *const *)right;

    if (a->sums.all_bytes != b->sums.all_bytes)
        return a->sums.all_bytes < b->sums.all_bytes ? 1 : -1;
    return a->pid < b->pid ? -1 : a->pid > b->pid;
}

static void row(const struct process *process, const struct process *chosen)
{
    const char *note = "";

    if (process == chosen)
        note = "  <- most likely the one you want";
    else if (process->replaced)
        note = "  (until it executed another program)";
    else if (process->starter)
        note = "  (started others)";
    else if (process->reader.head->forked)
        note = "  (forked)";
    fprintf(stderr, "%12" PRIu64 " %14" PRIu64 " %14" PRIu64 "  %-12s %7d  %s%s\n",
            process->sums.operations, process->sums.all_bytes, process->sums.peak_bytes,
            process->name, (int)process->pid, process->file == NULL ? "-" : process->file, note);
}

void report_table(const struct folder *folder, const struct process *chosen)
{
    struct process **sorted = must(calloc(folder->process_count + 1, sizeof(sorted[0])));
    size_t count = 0;

    for (size_t i = 0; i < folder->process_count; i++)
        if (process_counts(&folder->processes[i]))
            sorted[count++] = &folder->processes[i];
    qsort(sorted, count, sizeof(sorted[0]), by_bytes);
    if (count > 0)
        fprintf(stderr, "%12s %14s %14s  %-12s %7s  %s\n", "operations", "bytes in all",
                "bytes at peak", "program", "pid", "trace");
    for (size_t i = 0; i < count; i++)
        if (i < TABLE_ROWS || sorted[i] == chosen)
            row(sorted[i], chosen);
    if (count > TABLE_ROWS)
        say("and %zu that requested less", count - TABLE_ROWS);
    free(sorted);
}

/* --- What is missing -------------------------------------------------------------------------- */

/* Losses that are no failure, of one process or of several. */
struct losses {
    uint64_t failed;
    uint64_t unseen_frees;
    uint64_t unseen_moves;
    uint64_t inherited; /* both, in forked children */
    uint64_t missed_frees;
    uint64_t aligned;
    uint64_t cut;
};

static void add(struct losses *losses, const struct process *process,
                const struct trace_options *options)
{
    const struct raw_head *head = process->reader.head;
    const struct trace_sums *sums = &process->sums;

    losses->failed += head->failed;
    if (head->forked) {
        losses->inherited += sums->unseen_frees + sums->unseen_moves;
    } else {
        losses->unseen_frees += sums->unseen_frees;
        losses->unseen_moves += sums->unseen_moves;
    }
    losses->missed_frees += sums->missed_frees;
    if (options->plain)
        losses->aligned += sums->aligned;
    if (options->max_operations != 0 && sums->operations > options->max_operations)
        losses->cut += sums->operations - options->max_operations;
}

static void say_losses(const char *whose, const struct losses *losses)
{
    const struct {
        uint64_t count;
        const char *what;
    } lines[] = {
        {losses->failed, "calls that returned no block, left out"},
        {losses->unseen_frees, "frees of blocks that were not seen allocated, left out"},
        {losses->unseen_moves,
         "reallocations of blocks that were not seen allocated, written as allocations"},
        {losses->inherited,
         "frees of blocks from before a fork, left out, and their reallocations, written as "
         "allocations"},
        {losses->missed_frees, "frees that were not seen, put in where the address came again"},
        {losses->aligned, "requests with an alignment, written as plain ones"},
        {losses->cut, "operations cut off"},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (lines[i].count > 0)
            say("%s: %s: %" PRIu64, whose, lines[i].what, lines[i].count);
}

/* Print the failures of a process. Returns true if there are none. */
static bool large_losses(const struct process *process)
{
    const struct raw_head *head = process->reader.head;

    if (head->error != 0)
        say("%s (%d): the recording ended early: %s", process->name, (int)process->pid,
            strerror(head->error));
    if (head->lost > 0)
        say("%s (%d): calls lost after that: %" PRIu64, process->name, (int)process->pid,
            head->lost);
    if (head->own_malloc)
        say("%s (%d): brings its own malloc, whose calls cannot be seen", process->name,
            (int)process->pid);
    return head->error == 0 && head->lost == 0 && !head->own_malloc;
}

bool report_losses(const struct folder *folder, const struct process *chosen,
                   const struct trace_options *options)
{
    bool complete = folder->unseen_count == 0;
    struct losses own = {0};
    struct losses others = {0};

    for (size_t i = 0; i < folder->process_count; i++) {
        const struct process *process = &folder->processes[i];

        complete = large_losses(process) && complete;
        if (process_counts(process))
            add(process == chosen ? &own : &others, process, options);
    }
    say_losses(chosen == NULL ? "" : chosen->name, &own);
    say_losses("the others", &others);
    for (size_t i = 0; i < folder->unseen_count && i < UNSEEN_LINES; i++)
        say("%s (%d) was not recorded: %s", folder->unseen[i].program, (int)folder->unseen[i].pid,
            folder->unseen[i].why);
    if (folder->unseen_count > UNSEEN_LINES)
        say("and %zu more programs", folder->unseen_count - UNSEEN_LINES);
    return complete;
}
