/* SPDX-License-Identifier: MIT */
/*
 * What the labs share: parameters from the boot arguments, and a report as text
 * or as CSV (csv=1). One lab runs at a time.
 *
 * In CSV, each figure is a line "lab,part,row,figure,value". Values and rows
 * contain no commas.
 */
#ifndef LABS_LAB_H
#define LABS_LAB_H

#include <types.h>

enum lab_kind {
    LAB_NUMBER, /* decimal */
    LAB_BYTES,  /* the same, or with K or M behind it */
    LAB_SIZES,  /* two of these, SMALLEST..LARGEST */
};

/* The value of a parameter: `last` differs from `first` for LAB_SIZES only. */
struct lab_value {
    uint32_t first;
    uint32_t last;
};

struct lab_parameter {
    const char *name;
    enum lab_kind kind;
    uint32_t lowest;
    uint32_t highest;
    struct lab_value otherwise;
};

/*
 * A lab lists its parameters in a macro X(P) in its parameters.h, as lines
 * P(name, kind, lowest, highest, default, last default), which also
 * labs/parameters.awk reads. X(LAB_FIELD) declares the values, as members of a
 * struct; X(LAB_ROW) are the rows of the table.
 */
#define LAB_FIELD(name, ...) struct lab_value name;
#define LAB_ROW(name, kind, lowest, highest, first, last) \
    {#name, LAB_##kind, lowest, highest, {first, last}},

/*
 * Begin the report of a lab: read the parameters among the words of its job into
 * `values`, one for each row of the table, and print them. False if a word is no
 * parameter, has a wrong value or is there twice; this is printed, and the lab
 * must return EXIT_USAGE.
 */
bool lab_begin(const char *name, const struct lab_parameter *table, void *values, size_t count);

/* Print that the value of a parameter does not go with the others, and why. False. */
bool lab_refuse(const char *parameter, const char *why, uint32_t limit);

/* Whether no verdict so far was FAIL. */
bool lab_passes(void);

/* End the report. Returns the exit status: EXIT_FAILED if a verdict was FAIL. */
int lab_end(void);

/* Print a line or a part of one; nothing in CSV. */
void lab_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print a figure in CSV; nothing in text. */
void lab_figure(const char *part, const char *row, const char *name, size_t value);

/* "PASS" or "FAIL", for the line that tells what was judged; in CSV, prints it. */
const char *lab_verdict(const char *part, bool holds);

/* Print a line of figures: "[mem-lab][pool] allocs=256 block_size=64". */
struct lab_named {
    const char *name;
    size_t value;
};
void lab_figures(const char *part, const struct lab_named *figures, size_t count);

/* A table of figures, a row for each allocator. */
enum lab_column_kind { LAB_COUNT, LAB_TENTHS, LAB_MET };
struct lab_column {
    const char *name;
    uint8_t width; /* 0: the last column */
    uint8_t kind;
};
void lab_table(const char *part, const struct lab_column *columns, size_t count);
void lab_row(const char *part, const char *title, const struct lab_column *columns,
             const size_t *values, size_t count);

#endif
