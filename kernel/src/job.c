/* SPDX-License-Identifier: MIT */
/*
 * Boot arguments, and the jobs that they name. Words other than "<kind>=<name>" of a
 * registered kind are options of the job.
 */
#include <job.h>

#include <board/board.h>
#include <config/mem_lab_mode.h>
#include <config/stack_lab_mode.h>
#include <lib/print.h>
#include <lib/string.h>
#include <lib/words.h>

extern const struct job *const __boot_jobs_start[], *const __boot_jobs_end[];

/* For boards without boot arguments, and for images built to run one lab. */
#if CONFIG_MEM_LAB_MODE
#define DEFAULT_ARGS "lab=mem"
#elif CONFIG_STACK_LAB_MODE
#define DEFAULT_ARGS "lab=stack"
#else
#define DEFAULT_ARGS ""
#endif

const char *job_args(void)
{
    const char *args = board_boot_args();

    return args != NULL && *args != '\0' ? args : DEFAULT_ARGS;
}

/* The words of the job that was found last. */
static const char *words = "";

const char *job_words(void)
{
    return words;
}

/* The job that the word names; NULL with *kind = true if it names the kind of a job only. */
static const struct job *job_of_word(const char *word, size_t length, bool *kind)
{
    *kind = false;
    for (const struct job *const *at = __boot_jobs_start; at < __boot_jobs_end; at++) {
        size_t name = word_value(word, length, (*at)->kind);

        if (name == 0)
            continue;
        *kind = true;
        if (strlen((*at)->name) == length - name &&
            memcmp((*at)->name, word + name, length - name) == 0)
            return *at;
    }
    return NULL;
}

const struct job *job_find(const char *args, const char **bad)
{
    const struct job *job = NULL;
    const char *text = args;
    const char *word;
    size_t length;

    *bad = NULL;
    while ((length = word_next(&text, &word)) > 0 && *bad == NULL) {
        bool kind;
        const struct job *named = job_of_word(word, length, &kind);

        if (kind && (named == NULL || job != NULL))
            *bad = word;
        if (job == NULL)
            job = named;
    }
    if (*bad == NULL && job != NULL)
        words = args;
    return job;
}

/* There are many faults, and each is of use to the test of its report only. */
static bool is_fault(const struct job *job)
{
    return strcmp(job->kind, "fault") == 0;
}

static void list_faults(void)
{
    enum { COLUMNS = 90 };
    size_t column = COLUMNS;
    bool first = true;

    for (const struct job *const *at = __boot_jobs_start; at < __boot_jobs_end; at++) {
        size_t length = strlen((*at)->name);

        if (!is_fault(*at))
            continue;
        if (first)
            printk("  %-24s %s", "fault=NAME", "what the kernel must detect and report:");
        first = false;
        if (column + length >= COLUMNS) {
            printk("\n   ");
            column = 3;
        }
        printk(" %s", (*at)->name);
        column += 1 + length;
    }
    if (!first)
        printk("\n");
}

void job_list(void)
{
    for (const struct job *const *at = __boot_jobs_start; at < __boot_jobs_end; at++)
        if (!is_fault(*at))
            printk("  %s=%-20s %s\n", (*at)->kind, (*at)->name, (*at)->summary);
    list_faults();
}

uint32_t job_option(const char *name, uint32_t otherwise)
{
    const char *text = words;
    const char *word;
    size_t length;

    while ((length = word_next(&text, &word)) > 0) {
        size_t at = word_value(word, length, name);
        uint32_t value;

        if (at != 0 && at != length)
            return word_number(word + at, length - at, &value) ? value : otherwise;
    }
    return otherwise;
}
