/* SPDX-License-Identifier: MIT */
/*
 * Reads .rep traces and computes their totals. Every line is checked; otherwise
 * a trace that frees a block twice would be blamed on the allocator. The whole
 * trace is held in memory (16 or 12 bytes per operation), which is enough for
 * millions of operations but not for recordings of hours.
 */
#include "bench/trace.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
    if (memory == NULL) {
        fputs("bench: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

void trace_start(struct trace *trace, const char *name)
{
    *trace = (struct trace){0};
    snprintf(trace->name, sizeof(trace->name), "%s", name);
}

void trace_add(struct trace *trace, enum trace_kind kind, uint32_t id, size_t bytes)
{
    if (trace->op_count == trace->op_room) {
        trace->op_room = trace->op_room == 0 ? 1024 : 2 * trace->op_room;
        trace->ops = must(realloc(trace->ops, trace->op_room * sizeof(trace->ops[0])));
    }
    /* The result of malloc(0) differs between allocators; all of them serve one byte. */
    if (kind != TRACE_FREE && bytes == 0)
        bytes = 1;
    trace->ops[trace->op_count++] = (struct trace_op){(uint8_t)kind, 0, id, bytes};
    if (id >= trace->id_count)
        trace->id_count = id + 1;
}

size_t trace_alignment(const struct trace_op *op)
{
    return (size_t)1 << op->alignment_log2;
}

void trace_free(struct trace *trace)
{
    free(trace->ops);
    *trace = (struct trace){0};
}

/* Returns NULL, or why this operation is impossible. sizes holds 0 for dead ids. */
static const char *check_op(const struct trace_op *op, const size_t *sizes)
{
    bool alive = sizes[op->id] != 0;

    if ((op->kind == TRACE_ALLOC || op->kind == TRACE_ALIGNED) && alive)
        return "allocates an id that is alive";
    if (op->kind == TRACE_REALLOC && !alive)
        return "reallocates an id that is not alive";
    if (op->kind == TRACE_FREE && !alive)
        return "frees an id that is not alive";
    return NULL;
}

bool trace_finish(struct trace *trace, size_t *bad_op, const char **why)
{
    size_t *sizes = must(calloc((size_t)trace->id_count + 1, sizeof(*sizes)));
    size_t live_bytes = 0;
    size_t live_blocks = 0;

    *why = trace->op_count == 0 ? "no operations" : NULL;
    *bad_op = 0;
    for (size_t i = 0; i < trace->op_count && *why == NULL; i++) {
        const struct trace_op *op = &trace->ops[i];
        size_t request;

        *why = check_op(op, sizes);
        if (*why != NULL) {
            *bad_op = i;
            break;
        }
        live_bytes += op->bytes - sizes[op->id];
        live_blocks += sizes[op->id] == 0 ? 1 : 0;
        live_blocks -= op->kind == TRACE_FREE ? 1 : 0;
        sizes[op->id] = op->bytes;
        trace->has_realloc |= op->kind == TRACE_REALLOC;
        request = op->bytes + (op->kind == TRACE_ALIGNED ? trace_alignment(op) : 0);
        if (request > trace->max_request_bytes)
            trace->max_request_bytes = request;
        if (live_bytes > trace->peak_live_bytes)
            trace->peak_live_bytes = live_bytes;
        if (live_blocks > trace->peak_live_blocks)
            trace->peak_live_blocks = live_blocks;
    }
    free(sizes);
    return *why == NULL;
}

struct reader {
    const char *path;
    size_t line;
    char *error;
    size_t error_bytes;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct reader *reader, const char *format,
                                                       ...)
{
    va_list args;
    int used = snprintf(reader->error, reader->error_bytes, "%s:%zu: ", reader->path, reader->line);

    va_start(args, format);
    if (used >= 0 && (size_t)used < reader->error_bytes)
        vsnprintf(reader->error + used, reader->error_bytes - (size_t)used, format, args);
    va_end(args);
    return false;
}

/* Read one unsigned number at *at, at most limit, and advance *at. */
static bool number(struct reader *reader, const char **at, const char *what, unsigned long limit,
                   unsigned long *out)
{
    const char *p = *at;
    unsigned long value = 0;

    while (*p == ' ' || *p == '\t')
        p++;
    if (!isdigit((unsigned char)*p))
        return fail(reader, "%s expected", what);
    for (; isdigit((unsigned char)*p); p++) {
        value = value * 10 + (unsigned long)(*p - '0');
        if (value > limit)
            return fail(reader, "%s larger than %lu", what, limit);
    }
    *at = p;
    *out = value;
    return true;
}

static bool only_space(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return *p == '\0';
}

/* A header is a number or a comment. */
static bool read_header(struct reader *reader, const char *text)
{
    const char *p = text;

    if (*p == '#' || only_space(p))
        return true;
    while (isdigit((unsigned char)*p))
        p++;
    if (p == text || !only_space(p))
        return fail(reader, "neither a header (a number) nor an operation (a, m, r or f)");
    return true;
}

/* The letters of the kinds, in their order. */
static const char letters[] = "amrf";

static bool read_op(struct reader *reader, const char *text, struct trace *trace)
{
    enum trace_kind kind = (enum trace_kind)(strchr(letters, *text) - letters);
    const char *p = text + 1;
    unsigned long id;
    unsigned long bytes = 0;
    unsigned long alignment = 1;

    if (*p != ' ' && *p != '\t')
        return fail(reader, "a space expected after the letter");
    if (!number(reader, &p, "an id", TRACE_MAX_ID, &id))
        return false;
    if (kind != TRACE_FREE && !number(reader, &p, "a size", TRACE_MAX_BYTES, &bytes))
        return false;
    if (kind == TRACE_ALIGNED &&
        !number(reader, &p, "an alignment", TRACE_MAX_ALIGNMENT, &alignment))
        return false;
    if (alignment == 0 || (alignment & (alignment - 1)) != 0)
        return fail(reader, "an alignment that is no power of two");
    if (!only_space(p))
        return fail(reader, "unexpected text after the operation");
    trace_add(trace, kind, (uint32_t)id, bytes);
    trace->ops[trace->op_count - 1].alignment_log2 = (uint8_t)__builtin_ctzl(alignment);
    return true;
}

static bool read_lines(struct reader *reader, FILE *file, struct trace *trace, size_t *headers)
{
    char text[256];

    while (fgets(text, sizeof(text), file) != NULL) {
        reader->line++;
        if (strlen(text) == sizeof(text) - 1)
            return fail(reader, "line too long");
        if (*text != '\0' && strchr(letters, *text) != NULL) {
            if (!read_op(reader, text, trace))
                return false;
        } else if (trace->op_count > 0) {
            return fail(reader, "not an operation (a, m, r or f)");
        } else {
            if (!read_header(reader, text))
                return false;
            *headers = reader->line;
        }
    }
    if (ferror(file))
        return fail(reader, "read error");
    return true;
}

static void name_from_path(const char *path, char *name, size_t name_bytes)
{
    const char *base = strrchr(path, '/');
    char *dot;

    snprintf(name, name_bytes, "%s", base == NULL ? path : base + 1);
    dot = strrchr(name, '.');
    if (dot != NULL && strcmp(dot, ".rep") == 0)
        *dot = '\0';
}

bool trace_read(struct trace *trace, const char *path, char *error, size_t error_bytes)
{
    struct reader reader = {path, 0, error, error_bytes};
    FILE *file = fopen(path, "r");
    char name[64];
    size_t headers = 0;
    size_t bad_op;
    const char *why;
    bool ok;

    name_from_path(path, name, sizeof(name));
    trace_start(trace, name);
    if (file == NULL)
        return fail(&reader, "cannot be opened");
    ok = read_lines(&reader, file, trace, &headers);
    fclose(file);
    if (ok && !trace_finish(trace, &bad_op, &why)) {
        reader.line = trace->op_count == 0 ? reader.line : headers + bad_op + 1;
        ok = fail(&reader, "%s", why);
    }
    if (!ok)
        trace_free(trace);
    return ok;
}
