/* SPDX-License-Identifier: MIT */
/*
 * Free blocks coalesce with free neighbours on both sides. Memory is full, so
 * only the blocks just freed can serve the larger request.
 */
#include "../theap.h"

#define ROOM  1024
#define BYTES 200

static uintptr_t blocks[ROOM];
static size_t count;

/* Sort by address. Insertion sort, because heaps return blocks nearly in order. */
static void sort(void)
{
    for (size_t i = 1; i < count; i++) {
        uintptr_t moving = blocks[i];
        size_t at = i;

        for (; at > 0 && blocks[at - 1] > moving; at--)
            blocks[at] = blocks[at - 1];
        blocks[at] = moving;
    }
}

/* The index of the first of three adjacent blocks, at or after `from`. */
static size_t find_three(size_t from)
{
    for (size_t i = from; i + 2 < count; i++) {
        if (blocks[i] != 0 && blocks[i + 1] - blocks[i] < BYTES + 64 &&
            blocks[i + 2] - blocks[i + 1] < BYTES + 64)
            return i;
    }
    ktest_assert(false, "no three neighbours among %u blocks", (unsigned)count);
    return 0;
}

static void release(size_t i)
{
    kfree((void *)blocks[i]);
}

/* A request for the bytes of `parts` blocks must be served at the address of block i. */
static void expect(size_t i, unsigned parts, const char *how)
{
    size_t bytes = parts * BYTES;
    uintptr_t got = (uintptr_t)kmalloc(bytes);

    ktest_assert(got != 0, "%s: no room for %u bytes", how, (unsigned)bytes);
    ktest_assert(got >= blocks[i] - 64 && got < blocks[i] + BYTES, "%s: %p is not at %p", how,
                 (void *)got, (void *)blocks[i]);
}

void kernel_test(void)
{
    void *block;

    ktest_start("heap/coalesce");
    while (count < ROOM && (block = kmalloc(BYTES)) != NULL)
        blocks[count++] = (uintptr_t)block;
    ktest_assert(count < ROOM, "the table is too small for this machine");
    while (kmalloc(1) != NULL)
        continue;
    sort();
    ktest_assert(kmalloc(BYTES) == NULL, "memory is full");

    size_t i = find_three(0);

    release(i);
    ktest_assert(kmalloc(2 * BYTES) == NULL, "one block is not two");
    release(i + 1);
    expect(i, 2, "with the one before");
    i = find_three(i + 3);
    release(i + 1);
    release(i);
    expect(i, 2, "with the one behind");
    i = find_three(i + 3);
    release(i);
    release(i + 2);
    ktest_assert(kmalloc(2 * BYTES) == NULL, "two apart are not two together");
    release(i + 1);
    expect(i, 3, "with both");
    ktest_passed();
}
