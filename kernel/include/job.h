/* SPDX-License-Identifier: MIT */
/*
 * Boot jobs: what the kernel does after booting, chosen by a boot argument
 * "<kind>=<name>", such as "lab=mem" or "test=thread". Labs and tests register
 * themselves in a section of the image, so the kernel refers to none of them. A
 * job's result becomes the machine's exit status.
 */
#ifndef JOB_H
#define JOB_H

#include <types.h>

struct job {
    const char *kind;    /* "lab", "test", "fault" or "run" */
    const char *name;    /* "mem" */
    const char *summary; /* one line: the question it answers */
    int (*run)(void);    /* returns the exit status: 0 = success */
    bool before_threads; /* run on the boot stack, without scheduler and ticks */
};

/*
 * Register a job, at file scope: JOB(lab_mem, .kind = "lab", …). The section
 * holds pointers, because an array of structs may be padded.
 */
#define JOB(id, ...)                                  \
    static const struct job job_##id = {__VA_ARGS__}; \
    static const struct job *const job_entry_##id     \
        __attribute__((section(".boot_jobs." #id), used)) = &job_##id

/*
 * The job that the arguments (words separated by blanks) name, with *bad = NULL;
 * its options are then the words of `args`, which must stay as they are while it
 * runs. NULL and *bad = NULL if they name none. Otherwise *bad is the first wrong
 * word: with NULL, it names a kind, but no job of that kind; with a job, it names
 * another one beside it, and neither may run.
 */
const struct job *job_find(const char *args, const char **bad);

/* Print all jobs, one per line, in the order of kind and name; last the names of all faults. */
void job_list(void);

/*
 * The number in a word "<name>=<decimal>" of the job's options, or `otherwise`
 * if there is no such word or no number below 2^32. For settings of a job.
 */
uint32_t job_option(const char *name, uint32_t otherwise);

/* All words among which job_find() found the job, itself included (<lib/words.h>). Never NULL. */
const char *job_words(void);

/* The boot arguments: the board's, or the build's default if it has none. Never NULL. */
const char *job_args(void);

#endif
