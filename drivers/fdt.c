/* SPDX-License-Identifier: MIT */
/*
 * Device tree lookup by one walk over the structure block. Everything that
 * the blob says about itself is checked against the limit before it is used,
 * because a wrong tree must not keep a kernel from booting.
 */
#include <drivers/fdt.h>

#include <stdbool.h>

#define MAGIC        0xd00dfeedu
#define HEADER_BYTES 40
#define BEGIN_NODE   1u
#define END_NODE     2u
#define PROP         3u
#define NOP          4u
#define DEPTH_MAX    16

struct cursor {
    const uint8_t *structs;
    size_t struct_bytes;
    const char *strings;
    size_t string_bytes;
    size_t at;
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Length of a string that must end within `limit`; limit when it does not. */
static size_t bounded_length(const char *s, size_t limit)
{
    size_t length = 0;

    while (length < limit && s[length] != '\0')
        length++;
    return length;
}

static bool open_blob(struct cursor *cursor, const uint8_t *blob, size_t limit)
{
    if (limit < HEADER_BYTES || be32(blob) != MAGIC)
        return false;
    size_t total = be32(blob + 4);
    size_t structs = be32(blob + 8);
    size_t strings = be32(blob + 12);
    size_t string_bytes = be32(blob + 32);
    size_t struct_bytes = be32(blob + 36);

    if (total > limit || structs > total || struct_bytes > total - structs || strings > total ||
        string_bytes > total - strings)
        return false;
    *cursor = (struct cursor){
        .structs = blob + structs,
        .struct_bytes = struct_bytes,
        .strings = (const char *)blob + strings,
        .string_bytes = string_bytes,
    };
    return true;
}

/* The next 32-bit token, or END (9) when the block is exhausted. */
static uint32_t next_token(struct cursor *cursor)
{
    if (cursor->at > cursor->struct_bytes || cursor->struct_bytes - cursor->at < 4)
        return 9;
    uint32_t token = be32(cursor->structs + cursor->at);

    cursor->at += 4;
    return token;
}

/* Whether node name `name` ("memory@4000") is the first component of `path` ("memory/..."); its
 * length, or 0. */
static size_t match_component(const char *path, const char *name, size_t name_length)
{
    size_t length = 0;

    while (path[length] != '\0' && path[length] != '/')
        length++;
    if (length == 0 || length > name_length)
        return 0;
    for (size_t i = 0; i < length; i++) {
        if (path[i] != name[i])
            return 0;
    }
    return length == name_length || name[length] == '@' ? length : 0;
}

static bool same_name(const struct cursor *cursor, size_t offset, const char *name)
{
    if (offset >= cursor->string_bytes)
        return false;
    const char *found = cursor->strings + offset;
    size_t length = bounded_length(found, cursor->string_bytes - offset);

    if (length == cursor->string_bytes - offset)
        return false;
    for (size_t i = 0; i <= length; i++) {
        if (found[i] != name[i])
            return false;
    }
    return true;
}

struct fdt_property fdt_find(const void *blob, size_t limit, const char *node, const char *property)
{
    const struct fdt_property none = {NULL, 0};
    struct cursor cursor;
    unsigned depth = 0;   /* of the node that the cursor is in; the root is 1 */
    unsigned matched = 0; /* how many levels of it lie on the path */

    if (!open_blob(&cursor, blob, limit))
        return none;
    for (;;) {
        uint32_t token = next_token(&cursor);

        if (token == BEGIN_NODE) {
            const char *name = (const char *)cursor.structs + cursor.at;
            size_t room = cursor.struct_bytes - cursor.at;
            size_t length = bounded_length(name, room);

            if (length == room || ++depth > DEPTH_MAX)
                return none;
            if (depth == 1) {
                matched = 1;
                node += *node == '/';
            } else if (matched == depth - 1) {
                size_t taken = match_component(node, name, length);

                if (taken > 0) {
                    node += taken;
                    node += *node == '/';
                    matched = depth;
                }
            }
            cursor.at += (length + 4) & ~(size_t)3;
        } else if (token == END_NODE) {
            if (depth == 0 || (matched == depth && depth > 1))
                return none; /* left the node looked for, or a prefix of it */
            depth--;
        } else if (token == PROP) {
            if (cursor.struct_bytes - cursor.at < 8)
                return none;
            size_t bytes = be32(cursor.structs + cursor.at);
            size_t name = be32(cursor.structs + cursor.at + 4);

            cursor.at += 8;
            if (bytes > cursor.struct_bytes - cursor.at)
                return none;
            if (matched == depth && *node == '\0' && same_name(&cursor, name, property))
                return (struct fdt_property){cursor.structs + cursor.at, bytes};
            cursor.at += (bytes + 3) & ~(size_t)3;
        } else if (token != NOP) {
            return none;
        }
    }
}

uint64_t fdt_cells(struct fdt_property property, unsigned first, unsigned count)
{
    uint64_t value = 0;

    if (property.data == NULL || property.bytes / 4 < (size_t)first + count)
        return 0;
    for (unsigned i = first; i < first + count; i++)
        value = value << 32 | be32(property.data + i * 4);
    return value;
}
