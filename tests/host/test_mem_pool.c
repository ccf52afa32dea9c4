/* SPDX-License-Identifier: MIT */
/*
 * The pool: layout, every kind of misuse, overwritten free blocks, forged
 * contents, and random runs against a model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include <mem_pool.h>

#define BLOCKS     100
#define BLOCK_SIZE 24

static _Alignas(64) unsigned char memory[64 * 1024];
static struct mem_pool pool;
static unsigned char *blocks[BLOCKS];

static struct mem_pool_stats stats_now(void)
{
    struct mem_pool_stats stats;

    mem_pool_stats(&pool, &stats);
    return stats;
}

/* A pool of exactly BLOCKS blocks. */
static int setup(void **state)
{
    (void)state;
    size_t bytes = BLOCKS * BLOCK_SIZE + (BLOCKS + 31) / 32 * 4;

    memset(memory, 0xEE, sizeof memory);
    return mem_pool_init(&pool, memory, bytes, BLOCK_SIZE, 8);
}

static int setup_all_taken(void **state)
{
    if (setup(state) != 0)
        return 1;
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = mem_pool_alloc(&pool);
        memset(blocks[i], 0x55, BLOCK_SIZE);
    }
    return 0;
}

static void test_take_all_give_all(void **state)
{
    (void)state;
    assert_int_equal(mem_pool_capacity(&pool), BLOCKS);
    assert_int_equal(mem_pool_block_size(&pool), BLOCK_SIZE);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            assert_int_equal(mem_pool_available(&pool), BLOCKS - i);
            blocks[i] = mem_pool_alloc(&pool);
            assert_non_null(blocks[i]);
            assert_int_equal((uintptr_t)blocks[i] % 8, 0);
            memset(blocks[i], i, BLOCK_SIZE);
        }
        assert_null(mem_pool_alloc(&pool));
        for (int i = 0; i < BLOCKS; i++) {
            for (int k = 0; k < BLOCK_SIZE; k++)
                assert_int_equal(blocks[i][k], i);
        }
        for (int i = 0; i < BLOCKS; i++)
            assert_int_equal(mem_pool_free(&pool, blocks[(i * 37) % BLOCKS]), MEM_OK);
        assert_int_equal(mem_pool_check(&pool, NULL), MEM_OK);
    }
    struct mem_pool_stats stats = stats_now();

    assert_int_equal(stats.allocs, 3 * BLOCKS);
    assert_int_equal(stats.failed, 3);
    assert_int_equal(stats.rejected, 0);
    assert_int_equal(stats.peak, BLOCKS);
    assert_int_equal(stats.used, 0);
    assert_int_equal(stats.available, BLOCKS);
    assert_int_equal(stats.corruptions, 0);
    assert_int_equal(stats.overhead_bytes, 16);
}

static void test_peak(void **state)
{
    (void)state;
    void *a = mem_pool_alloc(&pool);
    void *b = mem_pool_alloc(&pool);

    mem_pool_free(&pool, a);
    mem_pool_free(&pool, b);
    mem_pool_alloc(&pool);
    assert_int_equal(stats_now().peak, 2);
    assert_int_equal(stats_now().used, 1);
}

/* Init is documented to write nothing, and alloc accesses bits only. */
static void test_init_is_lazy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof memory; i++)
        assert_int_equal(memory[i], 0xEE);
    blocks[0] = mem_pool_alloc(&pool);
    for (size_t i = 16; i < sizeof memory; i++)
        assert_int_equal(memory[i], 0xEE);
    mem_pool_free(&pool, blocks[0]);
    /* A free block's link is its first four bytes, nothing else. */
    for (size_t i = 4; i < BLOCK_SIZE; i++)
        assert_int_equal(blocks[0][i], 0xEE);
}

/*
 * Rejected calls must leave the pool unchanged: afterwards each block can still
 * be allocated once.
 */
static void assert_undamaged(size_t used)
{
    size_t left = BLOCKS - used;

    assert_int_equal(mem_pool_check(&pool, NULL), MEM_OK);
    assert_int_equal(mem_pool_available(&pool), left);
    for (size_t i = 0; i < left; i++)
        assert_non_null(mem_pool_alloc(&pool));
    assert_null(mem_pool_alloc(&pool));
    assert_int_equal(stats_now().corruptions, 0);
}

static void test_foreign(void **state)
{
    (void)state;
    int other;

    assert_int_equal(mem_pool_free(&pool, NULL), MEM_FOREIGN);
    assert_int_equal(mem_pool_free(&pool, &other), MEM_FOREIGN);
    assert_int_equal(mem_pool_free(&pool, blocks[0] - BLOCK_SIZE), MEM_FOREIGN);
    assert_int_equal(mem_pool_free(&pool, blocks[0] - 1), MEM_FOREIGN);
    assert_int_equal(mem_pool_free(&pool, blocks[BLOCKS - 1] + BLOCK_SIZE), MEM_FOREIGN);
    assert_int_equal(mem_pool_free(&pool, memory), MEM_FOREIGN);
    assert_int_equal(mem_pool_free(&pool, (void *)UINTPTR_MAX), MEM_FOREIGN);
    assert_int_equal(stats_now().rejected, 7);
    assert_undamaged(BLOCKS);
}

static void test_misaligned(void **state)
{
    (void)state;
    for (int i = 0; i < BLOCKS; i++) {
        for (int k = 1; k < BLOCK_SIZE; k++)
            assert_int_equal(mem_pool_free(&pool, blocks[i] + k), MEM_MISALIGNED);
    }
    assert_int_equal(stats_now().rejected, BLOCKS * (BLOCK_SIZE - 1));
    assert_undamaged(BLOCKS);
}

static void test_double_free(void **state)
{
    (void)state;
    for (int i = 0; i < BLOCKS; i += 2)
        assert_int_equal(mem_pool_free(&pool, blocks[i]), MEM_OK);
    for (int i = 0; i < BLOCKS; i += 2)
        assert_int_equal(mem_pool_free(&pool, blocks[i]), MEM_DOUBLE_FREE);
    assert_int_equal(stats_now().rejected, BLOCKS / 2);
    assert_undamaged(BLOCKS / 2);
}

static void test_free_of_what_was_never_given_out(void **state)
{
    (void)state;
    unsigned char *first = mem_pool_alloc(&pool);

    for (int i = 1; i < BLOCKS; i++)
        assert_int_equal(mem_pool_free(&pool, first + i * BLOCK_SIZE), MEM_DOUBLE_FREE);
    assert_int_equal(mem_pool_free(&pool, first), MEM_OK);
    assert_undamaged(0);
}

/* Whatever a block contains, even copies of free blocks and of the bits, freeing it must work. */
static void test_contents_cannot_forge(void **state)
{
    (void)state;
    unsigned char image[BLOCK_SIZE];

    mem_pool_free(&pool, blocks[7]);
    mem_pool_free(&pool, blocks[3]);
    memcpy(image, blocks[3], sizeof image);
    for (int i = 10; i < BLOCKS; i++) {
        memcpy(blocks[i], i % 2 ? image : memory, 16);
        assert_int_equal(mem_pool_free(&pool, blocks[i]), MEM_OK);
    }
    assert_undamaged(8);
}

/*
 * Overwrite the link of the free block `victim`, then allocate everything: no
 * block may be returned twice.
 */
static void take_all_after_damage(uint32_t garbage, int victim, size_t expected_used)
{
    bool taken[BLOCKS] = {false};

    memcpy(blocks[victim], &garbage, sizeof garbage);
    for (;;) {
        unsigned char *block = mem_pool_alloc(&pool);

        if (block == NULL)
            break;
        size_t index = (size_t)(block - blocks[0]) / BLOCK_SIZE;

        assert_true(index < BLOCKS && block == blocks[index]);
        assert_false(taken[index]);
        assert_int_equal(index % 2, 0); /* the odd ones are in use */
        taken[index] = true;
        memset(block, 0x33, BLOCK_SIZE);
    }
    struct mem_pool_stats stats = stats_now();

    assert_int_equal(stats.corruptions, 1);
    assert_ptr_equal(stats.corrupt_block, blocks[victim]);
    assert_int_equal(stats.used, expected_used);
    assert_int_equal(stats.used + stats.lost, BLOCKS);
    assert_int_equal(stats.available, 0);
    for (int i = 1; i < BLOCKS; i += 2) {
        for (int k = 0; k < BLOCK_SIZE; k++)
            assert_int_equal(blocks[i][k], 0x55);
    }
}

static void test_overwritten_link(void **state)
{
    static const uint32_t garbage[] = {0,   1,          2,          50,         99,
                                       100, UINT32_MAX, 0x20202020, 0x55555555, 0xDEADBEEF};

    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        assert_int_equal(setup_all_taken(state), 0);
        for (int k = 0; k < BLOCKS; k += 2)
            assert_int_equal(mem_pool_free(&pool, blocks[k]), MEM_OK);
        /* The list is now 98, 96, ... 0: block 60 is the 20th taken, the 30 behind it are lost. */
        take_all_after_damage(garbage[i], 60, BLOCKS - 30);

        const void *where;

        assert_int_equal(mem_pool_check(&pool, &where), MEM_OK); /* cut, but consistent */
        assert_int_equal(mem_pool_free(&pool, blocks[0]), MEM_DOUBLE_FREE);
        assert_int_equal(mem_pool_repair(&pool), 30);
        assert_int_equal(mem_pool_check(&pool, &where), MEM_OK);
        assert_int_equal(mem_pool_available(&pool), 30);
        for (int k = 0; k < 30; k++)
            assert_non_null(mem_pool_alloc(&pool));
        assert_null(mem_pool_alloc(&pool));
        assert_int_equal(stats_now().corruptions, 1);
    }
}

/* The hardest link: one that is valid, but wrong. A copy of another free block's, or of the end. */
static void test_plausible_link(void **state)
{
    for (int from = 0; from < BLOCKS; from += 2) {
        uint32_t link;

        if (from == 60)
            continue;
        assert_int_equal(setup_all_taken(state), 0);
        for (int k = 0; k < BLOCKS; k += 2)
            assert_int_equal(mem_pool_free(&pool, blocks[k]), MEM_OK);
        memcpy(&link, blocks[from], sizeof link);
        memcpy(blocks[60], &link, sizeof link);
        assert_int_equal(mem_pool_check(&pool, NULL), MEM_CORRUPT);

        bool taken[BLOCKS] = {false};
        unsigned char *block;

        while ((block = mem_pool_alloc(&pool)) != NULL) {
            size_t index = (size_t)(block - blocks[0]) / BLOCK_SIZE;

            assert_true(index % 2 == 0 && !taken[index]);
            taken[index] = true;
        }
        assert_int_equal(stats_now().corruptions, 1);
        assert_int_equal(stats_now().used + stats_now().lost, BLOCKS);
        assert_int_equal(mem_pool_repair(&pool) + stats_now().used, BLOCKS);
    }
}

static void test_check_names_the_block(void **state)
{
    (void)state;
    const void *where;

    for (int i = 0; i < 10; i++)
        mem_pool_free(&pool, blocks[i]);
    assert_int_equal(mem_pool_check(&pool, &where), MEM_OK);
    assert_null(where);
    memset(blocks[4], 0, 4);
    assert_int_equal(mem_pool_check(&pool, &where), MEM_CORRUPT);
    assert_ptr_equal(where, blocks[4]);
    assert_int_equal(mem_pool_repair(&pool), 0);
    assert_int_equal(mem_pool_check(&pool, &where), MEM_OK);
    /* A write below block 0 reaches the used bits. */
    memory[2] ^= 4;
    assert_int_equal(mem_pool_check(&pool, &where), MEM_CORRUPT);
    assert_null(where);
}

static void test_owns_and_inspect(void **state)
{
    (void)state;
    struct mem_pool_block block;

    mem_pool_free(&pool, blocks[5]);
    for (int i = 0; i < BLOCKS; i++) {
        for (int k = 0; k < BLOCK_SIZE; k++) {
            assert_true(mem_pool_owns(&pool, blocks[i] + k));
            assert_true(mem_pool_inspect(&pool, blocks[i] + k, &block));
            assert_ptr_equal(block.start, blocks[i]);
            assert_int_equal(block.index, i);
            assert_int_equal(block.used, i != 5);
        }
    }
    assert_false(mem_pool_owns(&pool, blocks[0] - 1));
    assert_false(mem_pool_owns(&pool, blocks[BLOCKS - 1] + BLOCK_SIZE));
    assert_false(mem_pool_inspect(&pool, NULL, &block));
}

static void test_init_refuses(void **state)
{
    (void)state;
    assert_int_equal(mem_pool_init(&pool, memory, 1000, 0, 8), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, memory, 1000, 8, 0), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, memory, 1000, 8, 12), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, NULL, 1000, 8, 8), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, memory, SIZE_MAX, 8, 8), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, memory, 1000, SIZE_MAX, 8), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, memory, 1000, SIZE_MAX - 7, 8), MEM_NO_ROOM);
    assert_int_equal(mem_pool_init(&pool, memory, 1000, 1000, 8), MEM_NO_ROOM);
    assert_int_equal(mem_pool_init(&pool, memory, 1000, 8, SIZE_MAX / 2 + 1), MEM_NO_ROOM);
    assert_int_equal(mem_pool_init(&pool, memory, 0, 8, 8), MEM_NO_ROOM);
    assert_int_equal(mem_pool_init(&pool, memory + 1, 2, 1, 1), MEM_NO_ROOM);
    /* The rest is a pool without blocks. */
    assert_null(mem_pool_alloc(&pool));
    assert_int_equal(mem_pool_free(&pool, memory), MEM_FOREIGN);
    assert_int_equal(mem_pool_capacity(&pool), 0);

    struct mem_pool zeroed = {0};

    assert_null(mem_pool_alloc(&zeroed));
    assert_int_equal(mem_pool_free(&zeroed, NULL), MEM_FOREIGN);
    assert_int_equal(mem_pool_free(&zeroed, memory), MEM_FOREIGN);
}

/* All small shapes, at unaligned starts: as many blocks as fit, and none outside. */
static void test_every_shape(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 70; size += size < 20 ? 1 : 7) {
        for (size_t align = 1; align <= 64; align *= 2) {
            for (size_t bytes = 60; bytes < 1500; bytes += 97) {
                unsigned char *start = memory + bytes % 13;
                int err = mem_pool_init(&pool, start, bytes, size, align);

                if (err != MEM_OK) {
                    assert_int_equal(err, MEM_NO_ROOM);
                    assert_true(mem_pool_bytes_needed(1, size, align) > bytes);
                    continue;
                }
                size_t count = mem_pool_capacity(&pool);
                size_t stride = mem_pool_block_size(&pool);

                assert_true(stride >= size && stride % align == 0 && stride < size + align + 4);
                memset(memory, 0xEE, sizeof memory);
                for (size_t i = 0; i < count; i++) {
                    unsigned char *block = mem_pool_alloc(&pool);

                    assert_non_null(block);
                    assert_int_equal((uintptr_t)block % align, 0);
                    assert_true(block >= start + 4 && block + stride <= start + bytes);
                    memset(block, 0x77, stride);
                }
                assert_null(mem_pool_alloc(&pool));
                for (unsigned char *at = memory; at < start; at++)
                    assert_int_equal(*at, 0xEE);
                assert_int_equal(start[bytes], 0xEE);
                assert_int_equal(mem_pool_check(&pool, NULL), MEM_OK);
                assert_int_equal(stats_now().overhead_bytes, bytes - count * stride);
                /* One more would not have fitted. */
                assert_true(mem_pool_bytes_needed(count + 1, size, align) > bytes);
            }
        }
    }
}

/*
 * Memory that ends with the last address, and all addresses but the first page. Neither is touched,
 * because no block of them was given out.
 */
static void test_top_of_address_space(void **state)
{
    unsigned char *const high = (unsigned char *)(UINTPTR_MAX - 1023);
    struct mem_pool_block block;

    (void)state;
    for (size_t beyond = 1; beyond < 40; beyond++)
        assert_int_equal(mem_pool_init(&pool, high, 1024 + beyond, 60, 4), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, high, SIZE_MAX, 60, 4), MEM_INVALID);
    assert_int_equal(mem_pool_init(&pool, high, 1024, 60, 4), MEM_OK);
    assert_int_equal(mem_pool_capacity(&pool), 17); /* the last one ends with the addresses */
    assert_true(mem_pool_owns(&pool, (void *)UINTPTR_MAX));
    assert_false(mem_pool_owns(&pool, NULL));
    assert_false(mem_pool_owns(&pool, high));
    assert_true(mem_pool_inspect(&pool, (void *)UINTPTR_MAX, &block));
    assert_int_equal(block.index, 16);
    assert_int_equal(mem_pool_free(&pool, pool.blocks + 16 * 60), MEM_DOUBLE_FREE);
    assert_int_equal(mem_pool_free(&pool, (void *)UINTPTR_MAX), MEM_MISALIGNED);
    assert_int_equal(mem_pool_free(&pool, NULL), MEM_FOREIGN);

    unsigned char *const low = (unsigned char *)4096;
    size_t sizes[] = {4, 8, 24, 100, 4096, SIZE_MAX / 4};

    assert_int_equal(mem_pool_init(&pool, low, SIZE_MAX - 4094, 8, 8), MEM_INVALID);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(mem_pool_init(&pool, low, SIZE_MAX - 4095, sizes[i], 4), MEM_OK);
        uintptr_t last =
            (uintptr_t)pool.blocks + (mem_pool_capacity(&pool) - 1) * mem_pool_block_size(&pool);

        assert_int_equal(mem_pool_check(&pool, NULL), MEM_OK);
        assert_int_equal(mem_pool_free(&pool, pool.blocks), MEM_DOUBLE_FREE);
        assert_int_equal(mem_pool_free(&pool, (void *)last), MEM_DOUBLE_FREE);
        assert_int_equal(mem_pool_free(&pool, (void *)(last + 4)),
                         sizes[i] == 4 ? MEM_FOREIGN : MEM_MISALIGNED);
        assert_int_equal(mem_pool_free(&pool, low), MEM_FOREIGN);
        assert_int_equal(mem_pool_free(&pool, NULL), MEM_FOREIGN);
    }
}

/* Blocks whose distances from the first exceed 32 bits. Touches a page of each. */
static void test_beyond_4_gib(void **state)
{
    (void)state;
#if SIZE_MAX > UINT32_MAX
    const size_t count = 300;
    const size_t size = ((size_t)1 << 24) + 24;
    const size_t bytes = mem_pool_bytes_needed(count, size, 8);
    unsigned char *big = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    assert_ptr_not_equal(big, MAP_FAILED);
    assert_int_equal(mem_pool_init(&pool, big, bytes, size, 8), MEM_OK);
    assert_int_equal(mem_pool_capacity(&pool), count);
    unsigned char *start = mem_pool_alloc(&pool);

    for (size_t i = 1; i < count; i++)
        assert_ptr_equal(mem_pool_alloc(&pool), start + i * size);
    assert_null(mem_pool_alloc(&pool));
    for (size_t i = 0; i < count; i++) {
        unsigned char *block = start + i * size;

        assert_int_equal(mem_pool_free(&pool, block + 8), MEM_MISALIGNED);
        assert_int_equal(mem_pool_free(&pool, block + ((size_t)1 << 32)),
                         i * size + ((size_t)1 << 32) < count * size ? MEM_MISALIGNED
                                                                     : MEM_FOREIGN);
        assert_int_equal(mem_pool_free(&pool, block), MEM_OK);
        assert_int_equal(mem_pool_free(&pool, block), MEM_DOUBLE_FREE);
    }
    assert_int_equal(mem_pool_check(&pool, NULL), MEM_OK);
    assert_int_equal(munmap(big, bytes), 0);
#endif
}

static void test_bytes_needed(void **state)
{
    (void)state;
    for (size_t count = 1; count < 200; count += 9) {
        for (size_t size = 1; size < 100; size += 11) {
            for (size_t skew = 0; skew < 9; skew++) {
                size_t bytes = mem_pool_bytes_needed(count, size, 8);

                assert_int_equal(mem_pool_init(&pool, memory + skew, bytes, size, 8), MEM_OK);
                assert_true(mem_pool_capacity(&pool) >= count);
            }
        }
    }
    assert_int_equal(mem_pool_bytes_needed(1, 0, 8), 0);
    assert_int_equal(mem_pool_bytes_needed(1, 8, 0), 0);
    assert_int_equal(mem_pool_bytes_needed(1, 8, 6), 0);
    assert_int_equal(mem_pool_bytes_needed(SIZE_MAX / 4, 8, 8), 0);
    assert_int_equal(mem_pool_bytes_needed(SIZE_MAX, 1, 1), 0);
    assert_int_equal(mem_pool_bytes_needed(2, SIZE_MAX / 2, 8), 0);
    assert_int_equal(mem_pool_bytes_needed(1, SIZE_MAX - 10, 8), 0);
    assert_int_equal(mem_pool_bytes_needed(0, 8, 8), 0);
    assert_int_equal(mem_pool_bytes_needed(1, 4, SIZE_MAX / 2 + 1), 0);
    assert_int_equal(mem_pool_bytes_needed(10, 4, 4), 4 + 3 + 3 + 40);
}

static void test_random_against_model(void **state)
{
    static const size_t sizes[] = {4, 12, 24, 32, 40, 100, 256};

    (void)state;
    srand(3);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        bool used[BLOCKS] = {false};
        size_t used_count = 0;

        assert_int_equal(mem_pool_init(&pool, memory + 3,
                                       mem_pool_bytes_needed(BLOCKS, sizes[s], 4), sizes[s], 4),
                         MEM_OK);
        size_t capacity = mem_pool_capacity(&pool);

        assert_true(capacity >= BLOCKS && capacity <= BLOCKS + 2);
        while (mem_pool_available(&pool) > BLOCKS)
            assert_non_null(mem_pool_alloc(&pool)); /* the model has BLOCKS */
        unsigned char *base = pool.blocks + (capacity - BLOCKS) * sizes[s];

        for (int step = 0; step < 20000; step++) {
            size_t i = (size_t)rand() % BLOCKS;

            if (rand() % 2) {
                unsigned char *block = mem_pool_alloc(&pool);

                assert_int_equal(block == NULL, used_count == BLOCKS);
                if (block == NULL)
                    continue;
                i = (size_t)(block - base) / sizes[s];
                assert_true(i < BLOCKS && !used[i]);
                memset(block, rand() & 0xFF, sizes[s]);
                used[i] = true;
                used_count++;
            } else {
                int err = mem_pool_free(&pool, base + i * sizes[s]);

                assert_int_equal(err, used[i] ? MEM_OK : MEM_DOUBLE_FREE);
                used_count -= used[i];
                used[i] = false;
            }
            assert_int_equal(mem_pool_available(&pool), BLOCKS - used_count);
        }
        assert_int_equal(mem_pool_check(&pool, NULL), MEM_OK);
        assert_int_equal(stats_now().corruptions, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_take_all_give_all, setup),
        cmocka_unit_test_setup(test_peak, setup),
        cmocka_unit_test_setup(test_init_is_lazy, setup),
        cmocka_unit_test_setup(test_foreign, setup_all_taken),
        cmocka_unit_test_setup(test_misaligned, setup_all_taken),
        cmocka_unit_test_setup(test_double_free, setup_all_taken),
        cmocka_unit_test_setup(test_free_of_what_was_never_given_out, setup),
        cmocka_unit_test_setup(test_contents_cannot_forge, setup_all_taken),
        cmocka_unit_test(test_overwritten_link),
        cmocka_unit_test(test_plausible_link),
        cmocka_unit_test_setup(test_check_names_the_block, setup_all_taken),
        cmocka_unit_test_setup(test_owns_and_inspect, setup_all_taken),
        cmocka_unit_test(test_init_refuses),
        cmocka_unit_test(test_every_shape),
        cmocka_unit_test(test_top_of_address_space),
        cmocka_unit_test(test_beyond_4_gib),
        cmocka_unit_test(test_bytes_needed),
        cmocka_unit_test(test_random_against_model),
    };

    return cmocka_run_group_tests_name("mem_pool", tests, NULL, NULL);
}
