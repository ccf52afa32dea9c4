/* SPDX-License-Identifier: MIT */
/*
 * The memory lab as a host program. The lab, the allocators and printk are the
 * kernel's sources; the console is standard output, and kmalloc() is the C
 * library's allocator.
 */
#include <job.h>

#include <arch/cpu.h>
#include <board/board.h>
#include <lib/print.h>
#include <mm/describe.h>
#include <mm/heap.h>

/* Declared here, because the C library's headers define names that the kernel's also define. */
void *malloc(size_t size);
void *aligned_alloc(size_t alignment, size_t size);
void free(void *block);
ssize_t write(int file, const void *from, size_t bytes);

extern const struct job job_lab_mem;

bool host_interrupts_enabled; /* of tests/host/include */

void board_console_write(const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t written = write(1, text, bytes);

        if (written <= 0)
            return;
        text += written;
        bytes -= (size_t)written;
    }
}

void *kmalloc(size_t size)
{
    return malloc(size);
}

void *kmalloc_aligned(size_t size, size_t alignment)
{
    return aligned_alloc(alignment, size);
}

void kfree(void *ptr)
{
    free(ptr);
}

bool kmem_describe(const void *ptr, struct format_sink *sink)
{
    (void)ptr;
    (void)sink;
    return false;
}

static char words[256];

const char *job_words(void)
{
    return words;
}

/* The arguments are those of a boot. */
int main(int count, char **arguments)
{
    size_t used = 0;

    for (int i = 1; i < count && used < sizeof words; i++)
        used += snprintk(words + used, sizeof words - used, " %s", arguments[i]);
    return job_lab_mem.run();
}
