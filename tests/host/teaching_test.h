/* SPDX-License-Identifier: MIT */
/*
 * Shared by the tests of three teaching allocators, whose functions have the same
 * shapes. Such a test first defines THE(name), the name of its allocator's
 * function or struct, `memory`, `heap`, and stats_now().
 */
#ifndef TESTS_HOST_TEACHING_TEST_H
#define TESTS_HOST_TEACHING_TEST_H

#ifndef THE
#error "define THE(name) first, such as mem_slab_##name"
#endif

static void assert_sound(void)
{
    const void *where = &heap;

    assert_int_equal(THE(check)(&heap, &where), MEM_OK);
    assert_null(where);
}

static void free_block(void *block)
{
    assert_int_equal(THE(free)(&heap, block), MEM_OK);
    assert_sound();
}

static void assert_placed(size_t bytes, const unsigned char *at, size_t steps)
{
    assert_ptr_equal(THE(alloc)(&heap, bytes), at);
    assert_int_equal(stats_now().steps_last, steps);
    assert_sound();
}

/* Requests of at most `largest` bytes succeed, larger ones fail. */
static void assert_largest(size_t largest)
{
    if (largest > 0)
        free_block(THE(alloc)(&heap, largest));
    assert_null(THE(alloc)(&heap, largest + 1));
}

/* Four adjacent blocks freed in every order, some of them twice: assert_whole() holds in the end.
 */
static void free_in_every_order(const size_t bytes[4], void (*assert_whole)(void))
{
    for (int order = 0; order < 256; order++) {
        void *blocks[4];
        int turn[4] = {order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6 & 3};
        bool freed[4] = {false};

        for (int i = 0; i < 4; i++)
            blocks[i] = THE(alloc)(&heap, bytes[i]);
        for (int i = 0; i < 4; i++) {
            assert_int_equal(THE(free)(&heap, blocks[turn[i]]),
                             freed[turn[i]] ? MEM_DOUBLE_FREE : MEM_OK);
            freed[turn[i]] = true;
            assert_sound(); /* this includes: free blocks that could merge have merged */
        }
        for (int i = 0; i < 4; i++) {
            if (!freed[i])
                free_block(blocks[i]);
        }
        assert_whole();
    }
}

/*
 * Fill a new heap in `bytes` bytes at memory + skew with blocks of 16 bytes, and
 * return how many there are. They are aligned and lie in the heap, and memory
 * around it does not change.
 */
static size_t fill_to_the_edges(size_t skew, size_t bytes)
{
    size_t pad = (0 - (uintptr_t)(memory + skew)) % 16;
    size_t count = 0;
    unsigned char *block;

    memset(memory, 0xee, skew + bytes + 64);
    (void)!THE(init)(&heap, memory + skew, bytes);
    while ((block = THE(alloc)(&heap, 16)) != NULL) {
        assert_int_equal((uintptr_t)block % 16, 0);
        assert_true(block >= memory + skew && block + 16 <= memory + skew + bytes);
        memset(block, 1, 16);
        count++;
    }
    assert_sound();
    for (size_t i = 0; i < skew + pad && i < skew + bytes; i++)
        assert_int_equal(memory[i], 0xee);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(memory[skew + bytes + i], 0xee);
    return count;
}

/* A heap of zeros has no memory: it refuses all calls, and counts them. */
static void test_no_memory(void **state)
{
    static __typeof__(heap) zeroed;
    struct THE(block) block;
    struct THE(stats) stats;

    (void)state;
    assert_null(THE(alloc)(&zeroed, 0));
    assert_null(THE(alloc)(&zeroed, 1000));
    assert_null(THE(realloc)(&zeroed, NULL, 1));
    assert_null(THE(realloc)(&zeroed, memory + 16, 1));
    assert_int_equal(THE(free)(&zeroed, memory + 16), MEM_FOREIGN);
    assert_int_equal(THE(free)(&zeroed, (void *)16), MEM_FOREIGN);
    assert_int_equal(THE(free)(&zeroed, NULL), MEM_OK);
    assert_false(THE(owns)(&zeroed, NULL));
    assert_false(THE(inspect)(&zeroed, NULL, &block));
    assert_int_equal(THE(check)(&zeroed, NULL), MEM_OK);
    THE(stats)(&zeroed, &stats);
    assert_int_equal(stats.failed, 3);
    assert_int_equal(stats.rejected, 3);
    assert_int_equal(stats.free_blocks, 0);
    assert_int_equal(stats.steps_total, 0);
}

#if SIZE_MAX > UINT32_MAX
/* Five GiB of address space: offsets of 32 bits do not reach its end. Pages take memory when
 * touched. */
static const size_t big_bytes = (size_t)5 << 30;

static unsigned char *map_big_memory(void)
{
    unsigned char *big = mmap(NULL, big_bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    assert_ptr_not_equal(big, MAP_FAILED);
    return big;
}
#endif

/*
 * Allocate, resize and free at random, until the heap is full many times. Each
 * block is filled with its slot's number, which must never change. Every 16 steps
 * `look` is called with the number of used blocks and the bytes requested for
 * them. In the end all blocks are free.
 */
static void run_at_random(int steps, void (*look)(size_t used, size_t requested))
{
    enum { SLOTS = 250 };
    unsigned char *blocks[SLOTS] = {NULL};
    size_t sizes[SLOTS] = {0};

    srand(4);
    for (int step = 0; step < steps; step++) {
        int i = rand() % SLOTS;
        size_t bytes = (size_t)rand() % (rand() % 8 == 0 ? 3000 : 300);

        if (blocks[i] == NULL || rand() % 3 == 0) {
            unsigned char *old = blocks[i];
            unsigned char *block = THE(realloc)(&heap, old, bytes);

            if (block == NULL)
                continue;
            for (size_t k = 0; old != NULL && k < sizes[i] && k < bytes; k++)
                assert_int_equal(block[k], i);
            memset(block, i, bytes);
            blocks[i] = block;
            sizes[i] = bytes;
        } else {
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(blocks[i][k], i);
            assert_int_equal(THE(free)(&heap, blocks[i]), MEM_OK);
            blocks[i] = NULL;
        }
        if (step % 16 == 0) {
            size_t used = 0;
            size_t requested = 0;

            for (int k = 0; k < SLOTS; k++) {
                used += blocks[k] != NULL;
                requested += blocks[k] != NULL ? sizes[k] : 0;
            }
            assert_sound();
            look(used, requested);
        }
    }
    for (int i = 0; i < SLOTS; i++)
        assert_int_equal(THE(free)(&heap, blocks[i]), MEM_OK);
    assert_sound();
}

#endif
