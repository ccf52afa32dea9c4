/* SPDX-License-Identifier: MIT */
/*
 * Reads the table made by scripts/symbols.sh: a count, `count` entries, the
 * names. Functions are sorted by address.
 */
#include <debug/symbols.h>

struct symbol {
    uint32_t address; /* from _kernel_start */
    uint16_t name;    /* from the first name */
    uint16_t worst;   /* stack bytes; 0: not computed; bit 0 set: possibly more */
};

struct symbol_table {
    uint32_t count;
    struct symbol symbols[];
};

extern const uint8_t _kernel_start[], _text_start[], _text_end[];
extern const uint8_t __symbols_start[], __symbols_end[];

/* The last symbol that starts at or below `address`, or NULL. */
static const struct symbol *find(uintptr_t address)
{
    const struct symbol_table *table = (const void *)__symbols_start;

    if (address < (uintptr_t)_text_start || address >= (uintptr_t)_text_end ||
        (uintptr_t)__symbols_start == (uintptr_t)__symbols_end)
        return NULL;
    size_t at = address - (uintptr_t)_kernel_start;
    size_t low = 0;
    size_t high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (table->symbols[middle].address <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NULL : &table->symbols[low - 1];
}

const char *symbol_find(uintptr_t address, size_t *offset)
{
    const struct symbol_table *table = (const void *)__symbols_start;
    const struct symbol *symbol = find(address);

    if (symbol == NULL)
        return NULL;
    *offset = address - (uintptr_t)_kernel_start - symbol->address;
    return (const char *)&table->symbols[table->count] + symbol->name;
}

size_t symbol_worst_stack(uintptr_t function, bool *bounded)
{
    const struct symbol *symbol = find(function);

    if (symbol == NULL || symbol->address != function - (uintptr_t)_kernel_start)
        return 0;
    *bounded = (symbol->worst & 1) == 0;
    return symbol->worst & ~1u;
}
