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

/* Find the next word at or after *text, and move *text behind it. Returns its length, 0 at the end.
 */
static size_t next_word(const char **text, const char **word)
{
    const char *at = *text;

    while (*at == ' ')
        at++;
    *word = at;
    while (*at != ' ' && *at != '\0')
        at++;
    *text = at;
    return (size_t)(at - *word);
}

/* The offset of the value if the word is "<key>=...", else 0. */
static size_t after_key(const char *word, size_t length, const char *key)
{
    size_t key_length = strlen(key);

    if (length <= key_length || memcmp(word, key, key_length) != 0 || word[key_length] != '=')
        return 0;
    return key_length + 1;
}

const struct job *job_find(const char *args, const char **bad)
{
    const char *word;
    size_t length;

    *bad = NULL;
    while ((length = next_word(&args, &word)) > 0) {
        for (const struct job *const *at = __boot_jobs_start; at < __boot_jobs_end; at++) {
            size_t name = after_key(word, length, (*at)->kind);

            if (name == 0)
                continue;
            *bad = word;
            if (strlen((*at)->name) == length - name &&
                memcmp((*at)->name, word + name, length - name) == 0) {
                *bad = NULL;
                return *at;
            }
        }
        if (*bad != NULL)
            return NULL;
    }
    return NULL;
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
    const char *args = job_args();
    const char *word;
    size_t length;

    while ((length = next_word(&args, &word)) > 0) {
        size_t at = after_key(word, length, name);
        uint32_t value = 0;

        if (at == 0 || at == length)
            continue;
        for (; at < length && word[at] >= '0' && word[at] <= '9'; at++)
            value = value * 10 + (uint32_t)(word[at] - '0');
        return at == length ? value : otherwise;
    }
    return otherwise;
}
