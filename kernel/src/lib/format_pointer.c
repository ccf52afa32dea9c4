/* SPDX-License-Identifier: MIT */
/*
 * The output of %pL, %pF and %pA after the pointer. They are meant for
 * inspecting broken kernels and check every link that they follow: a list with
 * NULL or misaligned links, disagreeing neighbours, or a loop is reported and
 * the walk ends. A link to memory that does not exist still faults.
 */
#include <lib/format.h>

#include <adt/list.h>
#include <config/print_pointer_extensions.h>

/*
 * Counts the consistent links from the head on. Returns whether they lead back
 * to the head. Always terminates: while every link's successor points back to
 * it, no link can be reached twice without passing the head first.
 */
static bool list_check(const list_t *list, size_t *count)
{
    const link_t *at = &list->head;

    *count = 0;
    for (;;) {
        const link_t *next = at->next;

        if (next == NULL || (uintptr_t)next % _Alignof(link_t) != 0 || next->prev != at)
            return false;
        if (next == &list->head)
            return true;
        at = next;
        ++*count;
    }
}

void format_pointer_list(struct format_sink *sink, const void *list)
{
    const list_t *checked = list;
    size_t count;

    if (list == NULL || (uintptr_t)list % _Alignof(list_t) != 0) {
        format_print(sink, "[not a list]");
        return;
    }
    bool sound = list_check(checked, &count);

    if (sound && count == 0) {
        format_print(sink, "[empty]");
        return;
    }
    format_print(sink, sound ? "[%zu" : "[corrupt after %zu", count);
    const link_t *at = checked->head.next;

    for (size_t i = 0; i < count; i++, at = at->next)
        format_print(sink, i == 0 ? ": %p" : "-%p", (const void *)at);
    format_print(sink, "]");
}

#if CONFIG_PRINT_POINTER_EXTENSIONS
#include <lib/describe.h>
#include <lib/string.h>

/* Number of words printed of a function: only its first, because its end is not known here. */
#define FUNCTION_WORDS 4

void format_pointer_function(struct format_sink *sink, const void *function)
{
    const unsigned char *at = function;

    if (function == NULL || (uintptr_t)function % sizeof(uint32_t) != 0) {
        format_print(sink, "[not a function]");
        return;
    }
    for (int i = 0; i < FUNCTION_WORDS; i++, at += sizeof(uint32_t)) {
        uint32_t word;

        memcpy(&word, at, sizeof(word));
        format_print(sink, i == 0 ? "[%08lx" : " %08lx", (unsigned long)word);
    }
    format_print(sink, "]");
}

void format_pointer_allocation(struct format_sink *sink, const void *block)
{
    format_print(sink, " [");
    if (!kmem_describe(block, sink))
        format_print(sink, "not a heap block");
    format_print(sink, "]");
}
#endif
