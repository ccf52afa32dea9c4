/* SPDX-License-Identifier: MIT */
/*
 * <job.h> for a lab compiled for the host: jobs are plain variables, because
 * there is no section that lists them.
 */
#ifndef TESTS_LABS_HOST_JOB_H
#define TESTS_LABS_HOST_JOB_H

#include <types.h>

struct job {
    const char *kind;
    const char *name;
    const char *summary;
    int (*run)(void);
    bool before_threads;
};

static inline uint32_t job_option(const char *name, uint32_t otherwise)
{
    (void)name;
    return otherwise;
}

const char *job_words(void);

#define JOB(id, ...)                  \
    extern const struct job job_##id; \
    const struct job job_##id = {__VA_ARGS__}

#endif
