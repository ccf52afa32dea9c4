/* SPDX-License-Identifier: MIT */
/*
 * The judge of the exercise "first fit" (docs/exercises.md): what is freed is
 * used again, by requests of the same size and by smaller ones. Holes need not
 * merge.
 */
#include "../theap.h"

#define ROOM  2000
#define BYTES 200

static void *blocks[ROOM];

/* Free every `each`-th block, beginning with the last or the first, and allocate as many again. */
static void again(size_t count, size_t each, bool backwards, size_t bytes)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = backwards ? count - 1 - i : i;

        if (at % each == 0)
            kfree(blocks[at]);
    }
    for (size_t i = 0; i < count; i += each) {
        blocks[i] = kmalloc(bytes);
        ktest_assert(blocks[i] != NULL, "%u bytes are refused, though a hole of %u is free",
                     (unsigned)bytes, BYTES);
        check_place(blocks[i], bytes);
        fill(blocks[i], bytes, (unsigned)i);
    }
}

void kernel_test(void)
{
    ktest_start("exercise/first_fit");
    size_t count = allocate_all(blocks, ROOM, BYTES);

    ktest_assert(count > 10 && count < ROOM, "%u blocks of %u bytes", (unsigned)count, BYTES);
    again(count, 1, false, BYTES);
    again(count, 1, true, BYTES);
    again(count, 2, false, BYTES);
    again(count, 3, true, BYTES / 2);
    for (size_t i = 0; i < count; i++)
        check_filled(blocks[i], i % 3 == 0 ? BYTES / 2 : BYTES, (unsigned)i);
    for (size_t i = 0; i < count; i += 3)
        ktest_assert(kmalloc(BYTES / 4) != NULL, "the rest of hole %u is lost", (unsigned)i);
    ktest_passed();
}
