/* SPDX-License-Identifier: MIT */
/*
 * Parameters and reports of the labs.
 */
#include "lab.h"

#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <lib/words.h>
#include <stdarg.h>

static const char *lab; /* its name */
static unsigned failures;
static bool csv;

/* Of every lab. */
static const struct lab_parameter csv_parameter = {"csv", LAB_NUMBER, 0, 1, {0, 0}};

/* --- Parameters ------------------------------------------------------------------------------- */

static bool read_number(const struct lab_parameter *parameter, const char *text, size_t length,
                        uint32_t *value)
{
    unsigned shift = 0;

    if (parameter->kind != LAB_NUMBER && length > 0) {
        char unit = text[length - 1];

        shift = unit == 'K' || unit == 'k' ? 10 : unit == 'M' || unit == 'm' ? 20 : 0;
        length -= shift != 0;
    }
    if (!word_number(text, length, value) || *value > UINT32_MAX >> shift)
        return false;
    *value <<= shift;
    return *value >= parameter->lowest && *value <= parameter->highest;
}

static bool read_value(const struct lab_parameter *parameter, const char *text, size_t length,
                       struct lab_value *value)
{
    size_t dots = 0;

    if (parameter->kind == LAB_SIZES) {
        while (dots + 2 <= length && memcmp(text + dots, "..", 2) != 0)
            dots++;
        if (dots + 2 > length || !read_number(parameter, text, dots, &value->first))
            return false;
        dots += 2;
    }
    if (!read_number(parameter, text + dots, length - dots, &value->last))
        return false;
    if (dots == 0)
        value->first = value->last;
    return value->first <= value->last;
}

static bool refuse_unknown(const char *word, size_t length, const struct lab_parameter *table,
                           size_t count)
{
    printk("[%s-lab] lab %s has no parameter %.*s; it has:", lab, lab, (int)length, word);
    for (size_t i = 0; i < count; i++)
        printk(" %s", table[i].name);
    printk(" csv FAIL\n");
    return false;
}

static bool refuse_value(const char *word, size_t length, const struct lab_parameter *parameter)
{
    bool sizes = parameter->kind == LAB_SIZES;

    printk("[%s-lab] %.*s is wrong; it may be %s%u to %u%s FAIL\n", lab, (int)length, word,
           sizes ? "SMALLEST..LARGEST of " : "", parameter->lowest, parameter->highest,
           parameter->kind == LAB_NUMBER ? "" : ", or with K or M");
    return false;
}

bool lab_refuse(const char *parameter, const char *why, uint32_t limit)
{
    printk("[%s-lab] %s is wrong; %s %u FAIL\n", lab, parameter, why, limit);
    return false;
}

/* Take one word; `taken` has a bit for each row of the table that had its word before. */
static bool take(const char *word, size_t length, const struct lab_parameter *table,
                 struct lab_value *values, size_t count, uint32_t *taken)
{
    struct lab_value csv_value = {0, 0};
    size_t i = 0;
    size_t at = 0;

    /* The job's own word; and that of `make stack-report`. */
    if (word_value(word, length, "lab") != 0 || word_value(word, length, "ps") != 0)
        return true;
    while (i < count && (at = word_value(word, length, table[i].name)) == 0)
        i++;
    if (i == count)
        at = word_value(word, length, csv_parameter.name);
    if (at == 0)
        return refuse_unknown(word, length, table, count);
    if (*taken >> i & 1) {
        printk("[%s-lab] %.*s is given more than once FAIL\n", lab, (int)at - 1, word);
        return false;
    }
    const struct lab_parameter *parameter = i < count ? &table[i] : &csv_parameter;

    *taken |= 1u << i;
    if (!read_value(parameter, word + at, length - at, i < count ? &values[i] : &csv_value))
        return refuse_value(word, length, parameter);
    if (i == count)
        csv = csv_value.first;
    return true;
}

/* What precedes a value: in CSV the other fields of its line, otherwise `text`. */
static void cell(const char *text, const char *part, const char *row, const char *name)
{
    if (csv)
        printk("%s,%s,%s,%s,", lab, part, row, name);
    else
        printk("%s", text);
}

static void print_values(const struct lab_parameter *table, const struct lab_value *values,
                         size_t count)
{
    if (csv)
        puts("lab,part,row,figure,value");
    lab_say("[%s-lab] parameters:", lab);
    for (size_t i = 0; i < count; i++) {
        cell(" ", "parameter", "", table[i].name);
        lab_say("%s=", table[i].name);
        if (table[i].kind == LAB_SIZES)
            printk("%u..", values[i].first);
        printk("%u%s", values[i].last, csv ? "\n" : "");
    }
    lab_say("\n");
}

bool lab_begin(const char *name, const struct lab_parameter *table, void *values, size_t count)
{
    struct lab_value *value = values;
    const char *text = job_words();
    const char *word;
    size_t length;
    uint32_t taken = 0;

    lab = name;
    failures = 0;
    csv = false;
    for (size_t i = 0; i < count; i++)
        value[i] = table[i].otherwise;
    while ((length = word_next(&text, &word)) > 0)
        if (!take(word, length, table, value, count, &taken))
            return false;
    print_values(table, value, count);
    return true;
}

/* --- Report ----------------------------------------------------------------------------------- */

bool lab_passes(void)
{
    return failures == 0;
}

int lab_end(void)
{
    bool passed = failures == 0;

    lab_say("[%s-lab] verdict: %s\n", lab, lab_verdict("lab", passed));
    return passed ? EXIT_OK : EXIT_FAILED;
}

void lab_say(const char *format, ...)
{
    va_list arguments;

    if (csv)
        return;
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
}

void lab_figure(const char *part, const char *row, const char *name, size_t value)
{
    if (!csv)
        return;
    cell("", part, row, name);
    printk("%zu\n", value);
}

const char *lab_verdict(const char *part, bool holds)
{
    const char *verdict = holds ? "PASS" : "FAIL";

    failures += !holds;
    if (csv) {
        cell("", part, "", "verdict");
        puts(verdict);
    }
    return verdict;
}

void lab_figures(const char *part, const struct lab_named *figures, size_t count)
{
    lab_say("[%s-lab][%s]", lab, part);
    for (size_t i = 0; i < count; i++) {
        lab_say(" %s=%zu", figures[i].name, figures[i].value);
        lab_figure(part, "", figures[i].name, figures[i].value);
    }
    lab_say("\n");
}

void lab_table(const char *part, const struct lab_column *columns, size_t count)
{
    lab_say("[%s-lab][%s] %-10s", lab, part, "allocator");
    for (size_t i = 0; i < count; i++)
        lab_say(" %*s", columns[i].width, columns[i].name);
    lab_say("\n");
}

void lab_row(const char *part, const char *title, const struct lab_column *columns,
             const size_t *values, size_t count)
{
    lab_say("[%s-lab][%s] %-10s", lab, part, title);
    for (size_t i = 0; i < count; i++) {
        int width = csv ? 0 : columns[i].width;

        cell(" ", part, title, columns[i].name);
        if (columns[i].kind == LAB_MET)
            printk("%s", values[i] ? "met" : "refused");
        else if (columns[i].kind == LAB_TENTHS)
            printk("%*zu.%zu", width > 2 ? width - 2 : 0, values[i] / 10, values[i] % 10);
        else
            printk("%*zu", width, values[i]);
        printk("%s", csv ? "\n" : "");
    }
    lab_say("\n");
}
