/* SPDX-License-Identifier: MIT */
/*
 * ktest_leak_check(). An image whose test calls it is linked with --wrap, so
 * that all calls of the allocating functions come here first.
 */
#include <ktest/leak.h>

#include <mm/heap.h>

void *__real_kmalloc(size_t size);
void *__real_kcalloc(size_t count, size_t each);
void *__real_krealloc(void *block, size_t size);
void *__real_kmalloc_aligned(size_t size, size_t alignment);
void *__wrap_kmalloc(size_t size);
void *__wrap_kcalloc(size_t count, size_t each);
void *__wrap_krealloc(void *block, size_t size);
void *__wrap_kmalloc_aligned(size_t size, size_t alignment);

static size_t allocations; /* since the function was called */
static size_t refused;     /* the number of the allocation that fails; 0: none */

static bool refuse(void)
{
    return ++allocations == refused;
}

void *__wrap_kmalloc(size_t size)
{
    return refuse() ? NULL : __real_kmalloc(size);
}

void *__wrap_kcalloc(size_t count, size_t each)
{
    return refuse() ? NULL : __real_kcalloc(count, each);
}

void *__wrap_krealloc(void *block, size_t size)
{
    return refuse() ? NULL : __real_krealloc(block, size);
}

void *__wrap_kmalloc_aligned(size_t size, size_t alignment)
{
    return refuse() ? NULL : __real_kmalloc_aligned(size, alignment);
}

static size_t run(leak_checking_func_t function, void *data, size_t number)
{
    size_t used = kheap_used_bytes();

    allocations = 0;
    refused = number;
    function(data);
    refused = 0;

    size_t now = kheap_used_bytes();

    if (now != used && number == 0)
        ktest_fail_at(__FILE__, __LINE__, "ktest_leak_check", "%zu bytes were not freed",
                      now - used);
    if (now != used)
        ktest_fail_at(__FILE__, __LINE__, "ktest_leak_check",
                      "%zu bytes were not freed after allocation %zu was refused", now - used,
                      number);
    return allocations;
}

void ktest_leak_check(leak_checking_func_t function, void *data)
{
    function(data); /* fills what the kernel keeps for later, such as the stack of a thread that has
                       ended */
    size_t count = run(function, data, 0);

    for (size_t number = 1; number <= count; number++)
        (void)run(function, data, number);
    (void)run(function, data, 0);
    printk("no leak; allocations refused one by one: %zu\n", count);
}
