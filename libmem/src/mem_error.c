/* SPDX-License-Identifier: MIT */
/*
 * Errors in words. The texts name the suspected mistake, which is what the reader of
 * a crash report needs first.
 */
#include <mem_error.h>

const char *mem_error_str(int error)
{
    static const char *const text[] = {
        [MEM_OK] = "no error",
        [MEM_FOREIGN] = "address is not from this allocator",
        [MEM_MISALIGNED] = "address is not the start of a block",
        [MEM_DOUBLE_FREE] = "block is not in use: freed twice?",
        [MEM_INVALID] = "argument makes no sense",
        [MEM_NO_ROOM] = "memory is too small",
        [MEM_CORRUPT] = "allocator's data overwritten: overflow or use after free?",
        [MEM_OVERFLOW] = "block was written past its end: buffer overflow?",
        [MEM_USE_AFTER_FREE] = "block was written after it was freed",
        [MEM_WRONG_SIZE] = "block has another size",
    };

    _Static_assert(sizeof text / sizeof text[0] == MEM_ERROR_COUNT, "each error needs its text");
    if (error < 0 || error >= MEM_ERROR_COUNT)
        return "unknown error";
    return text[error];
}
