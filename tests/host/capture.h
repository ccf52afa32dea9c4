/* SPDX-License-Identifier: MIT */
/*
 * A sink that stores the formatter's output for comparisons. The text is always
 * terminated; a write that does not fit ends the test program.
 */
#ifndef TESTS_HOST_CAPTURE_H
#define TESTS_HOST_CAPTURE_H

#include <stdlib.h>
#include <string.h>

#include <lib/format.h>

struct capture {
    char text[16384];
    size_t length;
    size_t writes;
};

static inline void capture_write(void *context, const char *text, size_t count)
{
    struct capture *capture = context;

    /* The sink's contract: never called with count 0. */
    if (count == 0 || count >= sizeof(capture->text) - capture->length)
        abort();
    memcpy(capture->text + capture->length, text, count);
    capture->length += count;
    capture->text[capture->length] = '\0';
    capture->writes++;
}

static inline struct format_sink capture_start(struct capture *capture)
{
    capture->text[0] = '\0';
    capture->length = 0;
    capture->writes = 0;
    return (struct format_sink){.write = capture_write, .context = capture};
}

#endif
