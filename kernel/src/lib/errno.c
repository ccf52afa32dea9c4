/* SPDX-License-Identifier: MIT */
/*
 * The texts of the errors.
 */
#include <errno.h>

#include <stddef.h>

static const char *const errno_text[ERRNO_COUNT] = {
    [EOK] = "Success",
    [ENOIMPL] = "Not implemented",
    [ENOMEM] = "Out of memory",
    [EBUSY] = "Resource is busy",
    [EEXITED] = "Thread has already exited",
    [EKILLED] = "Thread was killed",
    [EINVAL] = "Invalid value",
    [EDEADLK] = "Would deadlock",
    [ETIMEDOUT] = "Timed out",
    [ENOENT] = "Not found",
};

const char *errno_as_str(errno_t error)
{
    /* The enum may be signed or unsigned: the conversion turns negative numbers into large ones. */
    size_t index = (size_t)error;

    if (index >= ERRNO_COUNT || errno_text[index] == NULL)
        return "Unknown error";
    return errno_text[index];
}
