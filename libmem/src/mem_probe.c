/* SPDX-License-Identifier: MIT */
/*
 * Finding the end of RAM. A place is tested with two neighbouring words that
 * hold complements of each other: whatever the bus remembers of one cannot pass
 * for the other. The range is cut into pieces of `step` bytes, each tested at
 * its last two words; doubling finds the first piece that fails, bisection the
 * border before it. A walk tests one piece after the other instead.
 */
#include <mem_probe.h>

#include <mem_assert.h>

#define WORD sizeof(uintptr_t)

struct probe {
    const struct mem_probe_ops *ops;
    uintptr_t base;   /* nothing below may be touched */
    uintptr_t origin; /* where piece 0 starts: base rounded down to step */
    uintptr_t step;
    unsigned shift; /* log2(step) */
    bool walk;      /* RAM does not repeat */
};

static bool read_word(const struct probe *probe, uintptr_t at, uintptr_t *value)
{
    MEM_ASSERT(at >= probe->base && at % WORD == 0);
    return probe->ops->read(probe->ops->ctx, at, value);
}

static bool write_word(const struct probe *probe, uintptr_t at, uintptr_t value)
{
    MEM_ASSERT(at >= probe->base && at % WORD == 0);
    return probe->ops->write(probe->ops->ctx, at, value);
}

/* Different at each address, so that a place cannot be taken for another. */
static uintptr_t pattern_for(uintptr_t at)
{
    return at ^ (UINTPTR_MAX / 3);
}

/* The complement goes second: it is what stays on the bus. */
static bool store_pair(const struct probe *probe, uintptr_t at, uintptr_t value)
{
    return write_word(probe, at, value) && write_word(probe, at - WORD, ~value);
}

static bool holds_pair(const struct probe *probe, uintptr_t at, uintptr_t value)
{
    uintptr_t found;

    return read_word(probe, at, &found) && found == value && read_word(probe, at - WORD, &found) &&
           found == ~value;
}

/*
 * Whether the pair at `other` is the one at `at`, which holds `value`: it must
 * follow when that changes, since equal contents may be chance. `at` then holds
 * `value` again.
 */
static bool is_same(const struct probe *probe, uintptr_t at, uintptr_t value, uintptr_t other)
{
    if (!holds_pair(probe, other, value))
        return false;
    bool follows = store_pair(probe, at, ~value) && holds_pair(probe, other, ~value);

    return store_pair(probe, at, value) && follows;
}

/* Whether the pair at `at`, which holds `value`, also shows a power of two further down. */
static bool shows_below(const struct probe *probe, uintptr_t at, uintptr_t value)
{
    uintptr_t room = at - WORD - probe->base;

    if (probe->walk)
        return false;
    for (uintptr_t distance = probe->step; distance != 0 && distance <= room; distance <<= 1) {
        if (is_same(probe, at, value, at - distance))
            return true;
    }
    return false;
}

/* Whether there is RAM at `at` and the word below, which is not the same RAM as further down. */
static bool is_ram(const struct probe *probe, uintptr_t at)
{
    uintptr_t saved, saved_below;
    uintptr_t value = pattern_for(at);

    MEM_ASSERT(at - WORD >= probe->base && at % WORD == 0);
    if (probe->walk && probe->ops->test != NULL)
        return probe->ops->test(probe->ops->ctx, at);
    if (!read_word(probe, at, &saved) || !read_word(probe, at - WORD, &saved_below))
        return false;
    /* Both values: each bit of each word has then been 0 and 1. */
    bool found = store_pair(probe, at, value) && holds_pair(probe, at, value) &&
                 !shows_below(probe, at, value) && store_pair(probe, at, ~value) &&
                 holds_pair(probe, at, ~value);

    (void)write_word(probe, at - WORD, saved_below); /* where this fails nothing was written */
    (void)write_word(probe, at, saved);
    return found;
}

/*
 * Lower `last`, the last address that may be RAM, to what the RAM at `at` gives
 * away: where it shows again 2^k higher, RAM repeats, and ends at the next
 * multiple of 2^k above base; where a bus error is, it has ended before. Writes
 * nowhere but at `at`.
 */
static uintptr_t last_before_repetition(const struct probe *probe, uintptr_t at, uintptr_t last)
{
    uintptr_t saved, saved_below;
    uintptr_t value = pattern_for(at);

    if (!read_word(probe, at, &saved) || !read_word(probe, at - WORD, &saved_below))
        return last;
    bool stored = store_pair(probe, at, value);
    uintptr_t room = last - at < WORD ? 0 : last - at - (WORD - 1);

    for (uintptr_t distance = probe->step; stored && distance != 0 && distance <= room;
         distance <<= 1) {
        uintptr_t found;

        if (!read_word(probe, at + distance, &found)) {
            last = at + distance - 1;
            break;
        }
        if (is_same(probe, at, value, at + distance)) {
            last = probe->base | (distance - 1);
            break;
        }
    }
    (void)write_word(probe, at - WORD, saved_below);
    (void)write_word(probe, at, saved);
    return last;
}

/* How many whole pieces there are from origin up to and including the address `last`. */
static uintptr_t pieces_up_to(const struct probe *probe, uintptr_t last)
{
    uintptr_t span = last - probe->origin; /* one less than the bytes, so that it fits */
    uintptr_t pieces = span >> probe->shift;

    if ((span & (probe->step - 1)) == probe->step - 1)
        pieces++;
    return pieces > UINTPTR_MAX >> probe->shift ? UINTPTR_MAX >> probe->shift : pieces;
}

/* Whether the last of `count` pieces is RAM. */
static bool reaches(const struct probe *probe, uintptr_t count)
{
    return is_ram(probe, probe->origin + (count << probe->shift) - WORD);
}

/* The most pieces that are RAM, when the first `good` ones are and there are at most `pieces`. */
static uintptr_t search(const struct probe *probe, uintptr_t good, uintptr_t pieces)
{
    uintptr_t bad = pieces + 1;

    MEM_ASSERT(0 < good && good <= pieces && pieces <= UINTPTR_MAX >> probe->shift);
    while (good < pieces && bad > pieces) {
        uintptr_t next = good > pieces / 2 ? pieces : 2 * good;

        if (reaches(probe, next))
            good = next;
        else
            bad = next;
    }
    while (bad - good > 1) {
        uintptr_t middle = good + (bad - good) / 2;

        if (reaches(probe, middle))
            good = middle;
        else
            bad = middle;
    }
    MEM_ASSERT(good <= pieces && bad == good + 1);
    return good;
}

/* Fill in the probe. Returns the first piece, counted from 1, that can be judged; 0 when there is
 * none. */
static uintptr_t start(struct probe *probe, const struct mem_probe_ops *ops, uintptr_t base,
                       uintptr_t last, size_t step)
{
    *probe = (struct probe){.ops = ops, .base = base, .step = step};
    if (step < 4 * WORD || (step & (step - 1)) != 0 || last < base)
        return 0;
    while ((uintptr_t)1 << probe->shift < step)
        probe->shift++;
    MEM_ASSERT((uintptr_t)1 << probe->shift == step);
    probe->origin = base & ~(uintptr_t)(step - 1);
    /* A piece that is too short for two words is judged by the next one. */
    uintptr_t first = step - (base - probe->origin) < 2 * WORD ? 2 : 1;

    return pieces_up_to(probe, last) < first ? 0 : first;
}

/* The bytes from base to the end of a piece. */
static size_t bytes_up_to(const struct probe *probe, uintptr_t pieces)
{
    MEM_ASSERT(pieces << probe->shift > probe->base - probe->origin);
    return (size_t)((pieces << probe->shift) - (probe->base - probe->origin));
}

size_t mem_probe_end(const struct mem_probe_ops *ops, uintptr_t base, uintptr_t limit, size_t step)
{
    struct probe probe;
    uintptr_t last = limit - 1; /* limit 0 is the top of the address space */
    uintptr_t first = start(&probe, ops, base, last, step);

    if (first == 0 || !reaches(&probe, first))
        return 0;
    last = last_before_repetition(&probe, probe.origin + (first << probe.shift) - WORD, last);
    uintptr_t pieces = pieces_up_to(&probe, last);

    if (pieces < first)
        return 0;
    return bytes_up_to(&probe, search(&probe, first, pieces));
}

size_t mem_probe_walk(const struct mem_probe_ops *ops, uintptr_t base, uintptr_t limit, size_t step)
{
    struct probe probe;
    uintptr_t first = start(&probe, ops, base, limit - 1, step);
    uintptr_t next = first;

    if (first == 0)
        return 0;
    uintptr_t pieces = pieces_up_to(&probe, limit - 1);

    probe.walk = true;
    while (next <= pieces && reaches(&probe, next))
        next++;
    return next == first ? 0 : bytes_up_to(&probe, next - 1);
}
