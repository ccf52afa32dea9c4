/* SPDX-License-Identifier: MIT */
/*
 * What kernel functions return when they can fail: EOK, which is 0, or the
 * reason. The numbers mean nothing outside the kernel and are not POSIX's.
 */
#ifndef ERRNO_H
#define ERRNO_H

typedef enum errno_value {
    EOK,       /* it worked */
    ENOIMPL,   /* this kernel or this port does not provide it */
    ENOMEM,    /* out of memory, or out of the pool that the objects come from */
    EBUSY,     /* taken; try again later */
    EEXITED,   /* the thread has finished already */
    EKILLED,   /* the thread was killed */
    EINVAL,    /* an argument makes no sense, or the object is not in a state for this */
    EDEADLK,   /* the call could never return */
    ETIMEDOUT, /* the time was up first */
    ENOENT,    /* there is no such thing */
    EEXIST,    /* there is one already */
    EFAULT,    /* the address is not usable */
    ENOSPC,    /* the device, window or table is full */
    EIO,       /* the device reported a failure */
    EAGAIN,    /* nothing there yet */
    ECORRUPT,  /* a data structure was overwritten */
    ERRNO_COUNT,
} errno_t;

/*
 * The error in words, such as "Out of memory". O(1), never blocks, from
 * anywhere. A number that is no errno_t gives "Unknown error", never NULL.
 */
const char *errno_as_str(errno_t error);

#endif
