/* SPDX-License-Identifier: MIT */
/*
 * The list of describers. The allocators check the address against their own
 * ranges before they read anything, so a wild pointer is reported as unknown.
 */
#include <lib/describe.h>

#include <config/print_pointer_extensions.h>
#include <exc.h>

static struct kmem_describer *first;

static void unlink(const struct kmem_describer *describer)
{
    for (struct kmem_describer **at = &first; *at != NULL; at = &(*at)->next) {
        if (*at == describer) {
            *at = describer->next;
            return;
        }
    }
}

void kmem_describer_add(struct kmem_describer *describer)
{
    /* %pA does not exist, so describers need not be in the image. */
    if (!CONFIG_PRINT_POINTER_EXTENSIONS)
        return;
    bool enabled = interrupts_disable();

    unlink(describer); /* an allocator may be initialised again */
    /* At the front: an allocator whose memory comes from another one is asked before that one. */
    describer->next = first;
    first = describer;
    interrupts_restore(enabled);
}

void kmem_describer_remove(struct kmem_describer *describer)
{
    if (!CONFIG_PRINT_POINTER_EXTENSIONS)
        return;
    bool enabled = interrupts_disable();

    unlink(describer);
    interrupts_restore(enabled);
}

bool kmem_describe(const void *ptr, struct format_sink *sink)
{
    bool enabled = interrupts_disable();
    bool found = false;

    for (const struct kmem_describer *at = first; at != NULL && !found; at = at->next)
        found = at->describe(at, ptr, sink);
    interrupts_restore(enabled);
    return found;
}
