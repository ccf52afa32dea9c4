/* SPDX-License-Identifier: MIT */
/*
 * The stack cache. Slot i of the window is
 *
 *     | unmapped: slot size - stack size | guard pattern | stack, grows down |
 *     ^ window base + i * slot           ^ base                              ^ top
 *
 * Without a window, stacks are plain kernel memory and guard_bytes is 0. Memory
 * may be scarce there, so the first stack, which the idle thread keeps, has
 * half the size: it needs at most 1.5 KiB of 4.
 */
#include <mm/kstack.h>

#include <arch/cpu.h>
#include <debug.h>
#include <mem_stack.h>
#include <mm/heap.h>

#define STACK_BYTES ((size_t)CONFIG_THREAD_STACK_BYTES)
#define SLOT_BYTES  (ARCH_STACK_GUARD_BYTES + STACK_BYTES)

_Static_assert(CONFIG_THREAD_STACK_BYTES % 32 == 0, "stacks must stay aligned for every ABI");

static struct arch_window window;
static struct kstack *stacks; /* all, in use or not; the last one first */
static size_t stack_count;
static struct kstack *cache;

void kstack_init(void)
{
    window = arch_stack_window();
    panic_if(ARCH_HAS_STACK_WINDOW && STACK_BYTES % ARCH_PAGE_SIZE != 0,
             "THREAD_STACK_BYTES=%zu is no multiple of the page size %u", STACK_BYTES,
             ARCH_PAGE_SIZE);
}

/* Allocate and map memory for the stack with that number. */
static bool back(struct kstack *stack, size_t index)
{
    bool mapped = ARCH_HAS_STACK_WINDOW;
    size_t bytes = mapped || index > 0 ? STACK_BYTES : STACK_BYTES / 2;
    void *memory = kmalloc_aligned(bytes, mapped ? ARCH_PAGE_SIZE : 16);

    if (memory == NULL)
        return false;
    *stack = (struct kstack){.bytes = bytes};
    stack->base = (uintptr_t)memory;
    if (!mapped)
        return true;
    stack->guard_bytes = ARCH_STACK_GUARD_BYTES;
    stack->base = window.base + index * SLOT_BYTES + stack->guard_bytes;
    if (!arch_map_stack(stack->base, (uintptr_t)memory, STACK_BYTES)) {
        kfree(memory);
        return false;
    }
    return true;
}

/* The memory for a stack that did not exist before. */
static struct kstack *new_stack(void)
{
    if (ARCH_HAS_STACK_WINDOW && stack_count == window.bytes / SLOT_BYTES)
        return NULL;
    struct kstack *stack = kmalloc(sizeof *stack);

    if (stack == NULL || !back(stack, stack_count)) {
        kfree(stack);
        return NULL;
    }
    stack->older = stacks;
    stacks = stack;
    stack_count++;
    return stack;
}

struct kstack *kstack_alloc(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    struct kstack *stack = cache;

    if (stack != NULL)
        cache = stack->next;
    else
        stack = new_stack();
    if (stack == NULL)
        return NULL;
    mem_stack_fill((void *)stack->base, stack->bytes, KSTACK_GUARD_BYTES);
    return stack;
}

void kstack_free(struct kstack *stack)
{
    stack->owner = NULL;
    stack->next = cache;
    cache = stack;
}

void kstack_mend_guard(struct kstack *stack)
{
    mem_stack_guard_write((void *)stack->base, KSTACK_GUARD_BYTES);
}

struct kstack *kstack_find(uintptr_t address)
{
    for (struct kstack *stack = stacks; stack != NULL; stack = stack->older) {
        uintptr_t low = stack->base - stack->guard_bytes;

        if (address >= low && address - low < stack->guard_bytes + stack->bytes)
            return stack;
    }
    return NULL;
}
