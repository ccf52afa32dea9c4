/* SPDX-License-Identifier: MIT */
/*
 * See mm/describe.h. The allocators check the address against their own ranges
 * before they read anything, so a wild pointer is reported as unknown.
 */
#include <mm/describe.h>

#include <config/print_pointer_extensions.h>
#include <exc.h>
#include <mem_pool.h>

static list_t describers = {.head = {&describers.head, &describers.head}};

void kmem_describer_add(struct kmem_describer *describer)
{
    /* %pA does not exist, so describers need not be in the image. */
    if (!CONFIG_PRINT_POINTER_EXTENSIONS)
        return;
    bool enabled = interrupts_disable();

    /* An allocator may be initialised again. A link that was never initialised is all zero. */
    if (describer->link.next != NULL && link_is_connected(&describer->link))
        list_remove(&describer->link);
    link_init(&describer->link);
    /* At the front: an allocator whose memory comes from another one is asked before that one. */
    list_prepend(&describers, &describer->link);
    interrupts_restore(enabled);
}

void kmem_describer_remove(struct kmem_describer *describer)
{
    if (!CONFIG_PRINT_POINTER_EXTENSIONS)
        return;
    bool enabled = interrupts_disable();

    list_remove(&describer->link);
    interrupts_restore(enabled);
}

bool kmem_describe(const void *ptr, struct format_sink *sink)
{
    for (const link_t *at = describers.head.next; at != &describers.head; at = at->next) {
        const struct kmem_describer *describer = list_item(at, struct kmem_describer, link);

        if (describer->describe(describer, ptr, sink))
            return true;
    }
    return false;
}

bool kmem_describe_pool(const struct kmem_describer *self, const void *ptr,
                        struct format_sink *sink)
{
    struct mem_pool_block block;

    if (!mem_pool_inspect(self->allocator, ptr, &block))
        return false;
    format_print(sink, "%s block %zu: size %zu, %s", self->name, block.index,
                 mem_pool_block_size(self->allocator), block.used ? "used" : "free");
    kmem_describe_interior(ptr, block.start, sink);
    return true;
}
