/* SPDX-License-Identifier: MIT */
/*
 * Memory detection on simulated machines. RAM is a sparse store, so that a
 * machine of gigabytes costs nothing; absent addresses fault, read as zeros,
 * as ones, or as what was last on the bus; RAM may repeat. Each machine also
 * watches what detection promises: it stays between base and limit, never
 * writes to the kernel image below base (not through an alias either), and
 * leaves every word as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <mem_probe.h>

#define WORD  sizeof(uintptr_t)
#define KIB   ((uintptr_t)1024)
#define MIB   (1024 * KIB)
#define STEP  ((size_t)4096)
#define CELLS 4096 /* words that one detection may write */

enum absent {
    FAULTS,
    READ_FAULTS,  /* writes are dropped */
    WRITE_FAULTS, /* reads give zeros */
    ZEROS,
    ONES,
    LAST_VALUE,   /* of reads and writes */
    LAST_WRITTEN, /* ... of writes only */
    ROM,          /* address-dependent data, writes are dropped */
    STUCK_AT_0,   /* like RAM, but a bit in each page's last word never changes */
    STUCK_AT_1,   /* ... in the word below it */
    ABSENT_KINDS,
};

struct cell {
    bool used;
    uintptr_t offset;
    uintptr_t value;
};

static struct machine {
    uintptr_t ram;    /* where RAM starts */
    uintptr_t bytes;  /* how much */
    uintptr_t period; /* RAM repeats at this interval in bytes; 0: it does not */
    uintptr_t copies; /* ... this many times; 0: without end */
    uintptr_t bank;   /* only offsets from here on repeat */
    enum absent absent;
    bool fill_alternates; /* ... or its complement, alternately */
    uintptr_t fill;       /* 0: every word has different contents; otherwise all have this value */
    uintptr_t base;       /* the arguments of the detection */
    uintptr_t last;       /* the last address below its limit */
    uintptr_t bus;
    uintptr_t highest; /* address touched */
    struct cell cells[CELLS];
    unsigned accesses, writes, cells_used, below, beyond, unaligned, image_writes;
} machine;

static uintptr_t original(uintptr_t offset)
{
    if (machine.fill_alternates && offset / WORD % 2 == 0)
        return ~machine.fill;
    return machine.fill != 0 ? machine.fill : offset * (UINTPTR_MAX / 5 * 2 + 1) ^ offset >> 7;
}

/* The offset in RAM behind an address; false if there is none. */
static bool decode(uintptr_t at, uintptr_t *offset)
{
    *offset = at - machine.ram;
    if (machine.period != 0 && *offset >= machine.bank) {
        uintptr_t in_bank = *offset - machine.bank;

        if (machine.copies != 0 && in_bank / machine.period >= machine.copies)
            return false;
        *offset = machine.bank + in_bank % machine.period;
    }
    /* A word that crosses the end of RAM does not answer. */
    return machine.bytes == UINTPTR_MAX || /* means one more: the whole address space */
           (*offset < machine.bytes && machine.bytes - *offset >= WORD);
}

static struct cell *cell_for(uintptr_t offset, bool create)
{
    size_t i = (size_t)((offset / WORD) * 2654435761u % CELLS);

    while (machine.cells[i].used && machine.cells[i].offset != offset)
        i = (i + 1) % CELLS;
    if (!machine.cells[i].used) {
        if (!create)
            return NULL;
        assert_true(machine.cells_used++ < CELLS / 2);
        machine.cells[i] = (struct cell){.used = true, .offset = offset};
    }
    return &machine.cells[i];
}

static void watch(uintptr_t at)
{
    machine.accesses++;
    if (at > machine.highest)
        machine.highest = at;
    machine.below += at < machine.base;
    machine.beyond += at > machine.last || machine.last - at < WORD - 1;
    machine.unaligned += at % WORD != 0;
}

/* Defective memory, from the end of RAM upwards. */
static uintptr_t stuck_read(uintptr_t at, uintptr_t offset)
{
    const struct cell *cell = cell_for(offset, false);
    uintptr_t value = cell != NULL ? cell->value : original(offset);

    if (machine.absent == STUCK_AT_0)
        return at % STEP == STEP - WORD ? value & ~(uintptr_t)0x10 : value;
    return at % STEP == STEP - 2 * WORD ? value | 0x20 : value;
}

static bool simulated_read(void *ctx, uintptr_t at, uintptr_t *value)
{
    uintptr_t offset;

    assert_ptr_equal(ctx, &machine);
    watch(at);
    if (decode(at, &offset)) {
        struct cell *cell = cell_for(offset, false);

        *value = cell != NULL ? cell->value : original(offset);
    } else {
        switch (machine.absent) {
        case FAULTS:
        case READ_FAULTS:
            return false;
        case ONES:
            *value = UINTPTR_MAX;
            break;
        case LAST_VALUE:
        case LAST_WRITTEN:
            *value = machine.bus;
            break;
        case ROM:
            *value = at * 3;
            break;
        case STUCK_AT_0:
        case STUCK_AT_1:
            *value = stuck_read(at, offset);
            break;
        default:
            *value = 0;
            break;
        }
    }
    if (machine.absent != LAST_WRITTEN)
        machine.bus = *value;
    return true;
}

static bool simulated_write(void *ctx, uintptr_t at, uintptr_t value)
{
    uintptr_t offset;

    assert_ptr_equal(ctx, &machine);
    watch(at);
    machine.writes++;
    machine.bus = value;
    if (!decode(at, &offset) && (machine.absent == STUCK_AT_0 || machine.absent == STUCK_AT_1)) {
        cell_for(offset, true)->value = value;
        return true;
    }
    if (!decode(at, &offset))
        return machine.absent != FAULTS && machine.absent != WRITE_FAULTS;
    machine.image_writes += machine.ram + offset < machine.base;
    cell_for(offset, true)->value = value;
    return true;
}

/* As ports do it: in one piece, and false after the first error. */
static bool simulated_test(void *ctx, uintptr_t at)
{
    uintptr_t saved, saved_below, found, found_below;
    uintptr_t value = at ^ (UINTPTR_MAX / 3);
    bool good = simulated_read(ctx, at, &saved) && simulated_read(ctx, at - WORD, &saved_below);

    if (!good)
        return false;
    for (int i = 0; i < 2 && good; i++, value = ~value) {
        good = simulated_write(ctx, at, value) && simulated_write(ctx, at - WORD, ~value) &&
               simulated_read(ctx, at, &found) && simulated_read(ctx, at - WORD, &found_below) &&
               found == value && found_below == ~value;
    }
    (void)simulated_write(ctx, at - WORD, saved_below);
    (void)simulated_write(ctx, at, saved);
    return good;
}

typedef size_t (*probe_t)(const struct mem_probe_ops *, uintptr_t, uintptr_t, size_t);

static bool with_test;

static size_t detect_by(probe_t probe, uintptr_t base, uintptr_t limit, size_t step)
{
    const struct mem_probe_ops ops = {.read = simulated_read,
                                      .write = simulated_write,
                                      .ctx = &machine,
                                      .test = with_test ? simulated_test : NULL};

    machine.base = base;
    machine.last = limit - 1;
    machine.bus = 0;
    machine.highest = 0;
    machine.accesses = machine.writes = machine.cells_used = 0;
    machine.below = machine.beyond = machine.unaligned = machine.image_writes = 0;
    memset(machine.cells, 0, sizeof machine.cells);
    return probe(&ops, base, limit, step);
}

static size_t detect(uintptr_t base, uintptr_t limit, size_t step)
{
    return detect_by(mem_probe_end, base, limit, step);
}

static void assert_kept_its_promises(void)
{
    assert_int_equal(machine.below, 0);
    assert_int_equal(machine.beyond, 0);
    assert_int_equal(machine.unaligned, 0);
    assert_int_equal(machine.image_writes, 0);
    for (size_t i = 0; i < CELLS; i++) {
        if (machine.cells[i].used && machine.bytes - machine.cells[i].offset >= WORD &&
            machine.cells[i].offset < machine.bytes)
            assert_int_equal(machine.cells[i].value, original(machine.cells[i].offset));
    }
}

/* The expected result on a machine whose RAM ends at the address `last_ram` + 1. */
static size_t expected(uintptr_t base, uintptr_t last_ram, uintptr_t last, size_t step)
{
    uintptr_t end_minus_1 = last_ram < last ? last_ram : last;
    uintptr_t end = (end_minus_1 + 1) & ~(uintptr_t)(step - 1); /* 0: the top */
    uintptr_t first_end = (base & ~(uintptr_t)(step - 1)) + step;

    if (end_minus_1 < base || end - 1 < base || (end == first_end && first_end - base < 2 * WORD))
        return 0;
    return end - base;
}

static void check(uintptr_t base, uintptr_t limit, size_t step)
{
    size_t found = detect(base, limit, step);

    assert_int_equal(found, expected(base, machine.ram + machine.bytes - 1, limit - 1, step));
    assert_kept_its_promises();
}

/* Every size, tail, kind of absence and alignment of base, with RAM that starts at the image. */
static void test_every_small_size(void **state)
{
    static const uintptr_t tails[] = {0, WORD, 1000, 1024, 4092, 4095};
    static const uintptr_t bases[] = {
        0,           1,   WORD, 100, 2048, 4095 - 3 * WORD, 4096 - 2 * WORD, 4097 - 2 * WORD,
        4096 - WORD, 4095};
    const uintptr_t image = 3 * STEP;

    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        for (uintptr_t pages = 0; pages <= 20; pages++) {
            for (size_t t = 0; t < sizeof tails / sizeof tails[0]; t++) {
                if (kind == STUCK_AT_1 && STEP - tails[t] < 2 * WORD)
                    continue; /* the defect is not at the page's end */
                for (size_t b = 0; b < sizeof bases / sizeof bases[0]; b++) {
                    machine = (struct machine){
                        .ram = 0x40000000, .absent = (enum absent)kind, .fill = pages % 3 == 0};
                    machine.bytes = image + pages * STEP + tails[t];
                    check(machine.ram + image + bases[b], 0x40000000 + 64 * STEP, STEP);
                }
            }
        }
    }
}

static void test_every_page_count(void **state)
{
    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        for (uintptr_t pages = 0; pages <= 300; pages++) {
            machine = (struct machine){
                .ram = 0x10000, .bytes = 0x4000 + pages * STEP, .absent = (enum absent)kind};
            check(0x14000, 0x10000 + 400 * STEP, STEP);
        }
    }
}

/* RAM up to or past the limit, at limits of every alignment. */
static void test_limit(void **state)
{
    (void)state;
    for (uintptr_t offset = 0; offset < 5 * STEP; offset += 500) {
        machine = (struct machine){.ram = 0x8000, .bytes = MIB, .absent = ONES};
        check(0x10010, 0x10010 + offset, STEP);
        machine = (struct machine){.ram = 0x8000, .bytes = 0x8010 + offset, .absent = FAULTS};
        check(0x10010, 0x10010 + offset, STEP);
    }
    machine = (struct machine){.ram = 0x8000, .bytes = MIB, .absent = ONES};
    assert_int_equal(detect(0x10000, 0x9000, STEP), 0);
    assert_int_equal(detect(0x10000, 0x10000, STEP), 0);
    assert_int_equal(detect(0x10000, 0x10001, STEP), 0);
    assert_int_equal(machine.accesses, 0);
}

static void test_other_steps(void **state)
{
    (void)state;
    for (size_t step = 4 * WORD; step <= 65536; step *= 2) {
        for (uintptr_t bytes = 0; bytes < 300000; bytes += 4567) {
            machine = (struct machine){.ram = 0x100000, .bytes = bytes, .absent = LAST_VALUE};
            check(0x101234, 0x200000, step);
        }
    }
    machine = (struct machine){.ram = 0x100000, .bytes = MIB};
    assert_int_equal(detect(0x100000, 0x200000, 0), 0);
    assert_int_equal(detect(0x100000, 0x200000, 3000), 0);
    assert_int_equal(detect(0x100000, 0x200000, 2 * WORD), 0);
    assert_int_equal(machine.accesses, 0);
}

/* Sizes of real machines, and their cost. */
static void test_large_and_few_touches(void **state)
{
    static const uintptr_t sizes[] = {
        64 * MIB,  96 * MIB,   100 * MIB,
        512 * MIB, 3071 * MIB, UINTPTR_MAX > UINT32_MAX ? 3072 * MIB : 2048 * MIB};

    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            machine =
                (struct machine){.ram = 0x40000000, .bytes = sizes[i], .absent = (enum absent)kind};
            check(0x40200000, 0xFFFFF000, STEP);
            assert_true(machine.cells_used <= 2 * 40); /* words in pairs */
            assert_true(machine.accesses < 3000);
            /*
             * If absent memory raises errors, nothing far above the end is
             * accessed: devices may be there.
             */
            if (kind == FAULTS || kind == READ_FAULTS)
                assert_true((machine.highest - 0x40200000) / 2 <= sizes[i] - 0x200000 + STEP);
        }
    }
}

/* A walk finds the same result, and accesses at most one step of absent memory behind RAM. */
static void test_walk(void **state)
{
    static const uintptr_t bases[] = {0, 1, 100, 4096 - 2 * WORD, 4097 - 2 * WORD, 4095};
    const uintptr_t ram = 0x80000000;

    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        for (uintptr_t pages = 0; pages <= 40; pages++) {
            for (size_t b = 0; b < sizeof bases / sizeof bases[0]; b++) {
                uintptr_t bytes = 3 * STEP + pages * STEP + (pages % 3) * 1000;
                uintptr_t base = ram + 3 * STEP + bases[b];
                uintptr_t limit = ram + 32 * STEP + bases[b];

                if (kind == STUCK_AT_1 && bytes % STEP > STEP - 2 * WORD)
                    continue;
                machine = (struct machine){.ram = ram, .bytes = bytes, .absent = (enum absent)kind};
                assert_int_equal(detect_by(mem_probe_walk, base, limit, STEP),
                                 expected(base, ram + bytes - 1, limit - 1, STEP));
                assert_kept_its_promises();
                /* Two steps, of which the first is too short to be tested. */
                assert_true(machine.highest < ram + bytes + STEP ||
                            machine.highest < base + 2 * STEP);
                assert_true(machine.writes <= 6 * (bytes / STEP + 1));
            }
        }
    }
    machine = (struct machine){.ram = ram, .bytes = MIB};
    assert_int_equal(detect_by(mem_probe_walk, ram, ram + 0x1000, 3000), 0);
    assert_int_equal(detect_by(mem_probe_walk, ram, ram - 1, STEP), 0);
    assert_int_equal(machine.accesses, 0);
}

/* The same with the places tested in one call each. */
static void test_walk_by_tests(void **state)
{
    with_test = true;
    test_walk(state);
    with_test = false;
}

static void test_top_of_address_space(void **state)
{
    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        for (uintptr_t pages = 1; pages < 40; pages++) {
            /*
             * RAM up to the top of the address space; limit 0 is the top, any
             * other limit excludes the last page.
             */
            machine = (struct machine){
                .ram = 0 - pages * STEP, .bytes = pages * STEP, .absent = (enum absent)kind};
            check(machine.ram, 0, STEP);
            check(machine.ram, UINTPTR_MAX, STEP);
            check(machine.ram + 24, 0, STEP);
            check(0 - 20, 0, STEP);
            /* RAM that ends before. */
            machine.bytes = (pages / 2) * STEP;
            check(machine.ram, 0, STEP);
        }
    }
    /* Everything is RAM: the result cannot be 2^N, so it is one step less. */
    machine = (struct machine){.ram = 0, .bytes = UINTPTR_MAX};
    assert_int_equal(detect(0, 0, STEP), UINTPTR_MAX - STEP + 1);
    assert_kept_its_promises();
}

static void test_nothing_at_base(void **state)
{
    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        /* RAM that ends before base, and RAM that begins behind it. */
        machine = (struct machine){.ram = 0x10000, .bytes = 0x2000, .absent = (enum absent)kind};
        assert_int_equal(detect(0x20000, 0x100000, STEP), 0);
        assert_int_equal(detect(0x12000, 0x100000, STEP), 0);
        machine.ram = 0x21000;
        machine.bytes = MIB;
        assert_int_equal(detect(0x20000, 0x100000, STEP), 0);
        assert_kept_its_promises();
    }
}

/* RAM repeats every 2^k bytes, to the end or for some copies; the image lies in the first copy. */
static void test_aliases(void **state)
{
    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        for (unsigned shift = 14; shift <= 28; shift++) {
            for (uintptr_t image = 0; image < (uintptr_t)1 << shift; image = image * 3 + 0x1800) {
                for (uintptr_t copies = 0; copies <= 5; copies++) {
                    machine = (struct machine){.ram = 0x40000000,
                                               .bytes = (uintptr_t)1 << shift,
                                               .period = (uintptr_t)1 << shift,
                                               .copies = copies,
                                               .absent = (enum absent)kind,
                                               .fill = copies == 2 ? UINTPTR_MAX : 0};
                    check(machine.ram + image, 0xFFFFF000, STEP);
                }
            }
        }
    }
}

/*
 * The image ends so close to the end of RAM that the first place to test is an
 * alias of the image.
 */
static void test_alias_right_behind_base(void **state)
{
    (void)state;
    machine = (struct machine){.ram = 0x40000000, .bytes = 0x8000, .period = 0x8000};
    assert_int_equal(detect(0x40008000 - WORD, 0x50000000, STEP), 0);
    machine.base = 0x40008000; /* two words of the image were changed, but restored */
    machine.image_writes = 0;
    assert_kept_its_promises();
}

/* RAM at address 0 and at the top half, repeating to the top of the address space. */
static void test_aliases_to_the_top(void **state)
{
    (void)state;
    for (unsigned shift = 13; shift <= 26; shift++) {
        machine = (struct machine){
            .ram = 0, .bytes = (uintptr_t)1 << shift, .period = (uintptr_t)1 << shift};
        check(0x1400, 0, STEP);
        machine.ram = UINTPTR_MAX / 2 + 1;
        check(machine.ram + 0x1400, 0, STEP);
    }
}

/* Decoded address lines, but fewer in the second bank: 64 MiB, then 32 MiB that appear twice. */
static void test_alias_of_a_second_bank(void **state)
{
    (void)state;
    for (int kind = 0; kind < ABSENT_KINDS; kind++) {
        for (unsigned shift = 16; shift <= 26; shift++) {
            uintptr_t bank = (uintptr_t)1 << shift;

            for (uintptr_t copies = 1; copies <= 2; copies++) {
                machine = (struct machine){.ram = 0x40000000,
                                           .bytes = bank + bank / 2,
                                           .period = bank / 2,
                                           .copies = copies,
                                           .bank = bank,
                                           .absent = (enum absent)kind};
                check(0x40002000, 0x60000000, STEP);
            }
        }
    }
}

/* RAM after a warm start: filled with values that an earlier detection wrote, or would write. */
static void test_contents_do_not_matter(void **state)
{
    static const uintptr_t fills[] = {1, UINTPTR_MAX, UINTPTR_MAX / 3, UINTPTR_MAX / 3 * 2,
                                      (UINTPTR_MAX / 3) ^ 0x40001FF8};

    (void)state;
    for (size_t i = 0; i < sizeof fills / sizeof fills[0]; i++) {
        for (uintptr_t pages = 1; pages < 70; pages++) {
            machine = (struct machine){.ram = 0x40000000,
                                       .bytes = 0x1000 + pages * STEP,
                                       .fill = fills[i],
                                       .fill_alternates = pages % 4 > 1,
                                       .absent = (enum absent)(pages % ABSENT_KINDS)};
            check(0x40001000, 0x50000000, STEP);
        }
    }
}

/* The simulation itself: aliases work, absent memory keeps nothing, the watch detects accesses. */
static void test_the_simulation(void **state)
{
    uintptr_t value;

    (void)state;
    machine = (struct machine){.ram = 0x10000, .bytes = 0x4000, .period = 0x4000, .copies = 2};
    detect(0x12000, 0x12001, STEP); /* only sets up the watch; nothing is accessed */
    assert_int_equal(machine.accesses, 0);
    assert_true(simulated_write(&machine, 0x16000, 77));
    assert_true(simulated_read(&machine, 0x12000, &value));
    assert_int_equal(value, 77);
    assert_false(simulated_read(&machine, 0x18000, &value));
    assert_int_equal(machine.beyond, 3);
    assert_true(simulated_write(&machine, 0x14008, 1));
    assert_int_equal(machine.image_writes, 1);
    machine.absent = LAST_VALUE;
    assert_true(simulated_write(&machine, 0x20000, 99));
    assert_true(simulated_read(&machine, 0x30000, &value));
    assert_int_equal(value, 99);
    assert_true(simulated_read(&machine, 0x10000, &value));
    assert_int_equal(machine.below, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_simulation),
        cmocka_unit_test(test_every_small_size),
        cmocka_unit_test(test_every_page_count),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_other_steps),
        cmocka_unit_test(test_large_and_few_touches),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_walk_by_tests),
        cmocka_unit_test(test_top_of_address_space),
        cmocka_unit_test(test_nothing_at_base),
        cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_alias_right_behind_base),
        cmocka_unit_test(test_aliases_to_the_top),
        cmocka_unit_test(test_alias_of_a_second_bank),
        cmocka_unit_test(test_contents_do_not_matter),
    };

    return cmocka_run_group_tests_name("mem_probe", tests, NULL, NULL);
}
