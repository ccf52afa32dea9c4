/* SPDX-License-Identifier: MIT */
/*
 * The judge of the exercise "best fit" (docs/exercises.md): of three holes, a
 * request gets the smallest that is large enough, in whatever order they were
 * made.
 */
#include "../theap.h"

#define HOLES 3

/* What keeps holes apart. It fits into no rest of a hole, so it comes to lie behind a block. */
#define BETWEEN 64

static const size_t sizes[HOLES] = {800, 200, 400};
static char *holes[HOLES];

/* Holes of these sizes between blocks that stay, freed in an order that `turn` selects. */
static void make_holes(unsigned turn)
{
    for (size_t i = 0; i < HOLES; i++) {
        holes[i] = kmalloc(sizes[i]);
        ktest_assert(holes[i] != NULL && kmalloc(BETWEEN) != NULL, "no room for the holes");
    }
    for (size_t i = 0; i < HOLES; i++)
        kfree(holes[(turn + (turn < HOLES ? i : HOLES - i)) % HOLES]);
}

/* A request must be served from hole `i`. */
static char *expect(size_t bytes, size_t i)
{
    char *block = kmalloc(bytes);

    for (size_t other = 0; other < HOLES; other++)
        ktest_assert(other == i || block < holes[other] || block >= holes[other] + sizes[other],
                     "%u bytes were cut from the hole of %u, and that of %u is large enough",
                     (unsigned)bytes, (unsigned)sizes[other], (unsigned)sizes[i]);
    ktest_assert(block >= holes[i] && block < holes[i] + sizes[i],
                 "%u bytes are not in the hole of %u", (unsigned)bytes, (unsigned)sizes[i]);
    return block;
}

void kernel_test(void)
{
    ktest_start("exercise/best_fit");
    for (unsigned turn = 0; turn < 2 * HOLES; turn++) {
        make_holes(turn);
        kfree(expect(180, 1));
        kfree(expect(380, 2));
        kfree(expect(780, 0));
        expect(180, 1);
        expect(380, 2);
        expect(780, 0);
    }
    ktest_passed();
}
