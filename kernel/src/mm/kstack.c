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
static struct kstack *slots;
static size_t slot_count;
static size_t slots_used; /* all slots below have been used at least once */
static struct kstack *cache;

void kstack_init(size_t count)
{
    window = arch_stack_window();
    panic_if(ARCH_HAS_STACK_WINDOW && STACK_BYTES % ARCH_PAGE_SIZE != 0,
             "THREAD_STACK_BYTES=%zu is no multiple of the page size %u", STACK_BYTES,
             ARCH_PAGE_SIZE);
    if (ARCH_HAS_STACK_WINDOW && count > window.bytes / SLOT_BYTES)
        count = window.bytes / SLOT_BYTES;
    slots = kcalloc(count, sizeof *slots);
    panic_if(slots == NULL, "no memory for a table of %zu stacks", count);
    slot_count = count;
}

/* Allocate and map memory for a slot's first use. */
static bool back(struct kstack *stack, size_t index)
{
    bool mapped = ARCH_HAS_STACK_WINDOW;
    size_t bytes = mapped || index > 0 ? STACK_BYTES : STACK_BYTES / 2;
    void *memory = kmalloc_aligned(bytes, mapped ? ARCH_PAGE_SIZE : 16);

    if (memory == NULL)
        return false;
    stack->bytes = bytes;
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

struct kstack *kstack_alloc(void)
{
    assert(cpu_local()->irq_depth == 0); /* not from an interrupt */
    struct kstack *stack = cache;

    if (stack != NULL) {
        cache = stack->next;
    } else {
        if (slots_used == slot_count || !back(&slots[slots_used], slots_used))
            return NULL;
        stack = &slots[slots_used++];
    }
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
    for (size_t i = 0; i < slots_used; i++) {
        uintptr_t low = slots[i].base - slots[i].guard_bytes;

        if (address >= low && address - low < slots[i].guard_bytes + slots[i].bytes)
            return &slots[i];
    }
    return NULL;
}
