/* SPDX-License-Identifier: MIT */
/*
 * Return values of kernel functions that can fail: EOK, which is 0, or the
 * reason. The numbers have no meaning outside the kernel and are not POSIX's.
 */
#ifndef ERRNO_H
#define ERRNO_H

typedef enum errno_value {
    EOK,       /* success */
    ENOIMPL,   /* this kernel or this port does not provide it */
    ENOMEM,    /* out of memory, or out of the pool that the objects come from */
    EBUSY,     /* taken; try again later */
    EEXITED,   /* the thread has finished already */
    EKILLED,   /* the thread was killed */
    EINVAL,    /* an argument makes no sense, or the object is not in a state for this */
    EDEADLK,   /* the call would never return */
    ETIMEDOUT, /* the time limit was reached */
    ENOENT,    /* there is no such thing */
    ERRNO_COUNT,
} errno_t;

/*
 * The error as text, such as "Out of memory". O(1), never blocks, from
 * anywhere. For a number that is no errno_t returns "Unknown error", never
 * NULL.
 */
const char *errno_as_str(errno_t error);

#endif
