/* SPDX-License-Identifier: MIT */
/*
 * Device tree lookup by one walk over the structure block. Every offset and
 * length in the blob is checked against the limit before use, because a damaged
 * tree must not prevent booting.
 */
#include <drivers/fdt.h>

#include <stdbool.h>

#define MAGIC        0xd00dfeedu
#define HEADER_BYTES 40
#define BEGIN_NODE   1u
#define END_NODE     2u
#define PROP         3u
#define NOP          4u

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

/* Length of a string that must end within `limit`; `limit` if it does not. */
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

/*
 * State of a walk: the current node is `depth` levels deep (the root: 1), and
 * `matched` of these levels are on the path.
 */
struct walk {
    struct cursor cursor;
    const char *path; /* the remaining part */
    unsigned depth;
    unsigned matched;
};

/* After BEGIN_NODE. Returns false if the tree is damaged. */
static bool enter_node(struct walk *walk)
{
    struct cursor *cursor = &walk->cursor;
    const char *name = (const char *)cursor->structs + cursor->at;
    size_t room = cursor->struct_bytes - cursor->at;
    size_t length = bounded_length(name, room);
    size_t taken = 0;

    if (length == room)
        return false;
    walk->depth++;
    cursor->at += (length + 4) & ~(size_t)3;
    if (walk->matched == walk->depth - 1 && walk->depth > 1)
        taken = match_component(walk->path, name, length);
    if (taken > 0 || walk->depth == 1) {
        walk->path += taken;
        walk->path += *walk->path == '/';
        walk->matched = walk->depth;
    }
    return true;
}

/* After END_NODE. Returns false if that was the node looked for, or a prefix of it. */
static bool leave_node(struct walk *walk)
{
    if (walk->depth == 0 || walk->matched == walk->depth)
        return false;
    walk->depth--;
    return true;
}

/*
 * After PROP. Returns false if the tree is damaged. Sets *found if this is the
 * property looked for.
 */
static bool read_property(struct walk *walk, const char *name, struct fdt_property *found)
{
    struct cursor *cursor = &walk->cursor;

    if (cursor->struct_bytes - cursor->at < 8)
        return false;
    size_t bytes = be32(cursor->structs + cursor->at);
    size_t name_offset = be32(cursor->structs + cursor->at + 4);

    cursor->at += 8;
    if (bytes > cursor->struct_bytes - cursor->at)
        return false;
    if (walk->matched == walk->depth && *walk->path == '\0' && same_name(cursor, name_offset, name))
        *found = (struct fdt_property){cursor->structs + cursor->at, bytes};
    cursor->at += (bytes + 3) & ~(size_t)3;
    return true;
}

struct fdt_property fdt_find(const void *blob, size_t limit, const char *node, const char *property)
{
    struct fdt_property found = {NULL, 0};
    struct walk walk = {.path = node};
    bool goes_on = open_blob(&walk.cursor, blob, limit);

    while (goes_on && found.data == NULL) {
        switch (next_token(&walk.cursor)) {
        case BEGIN_NODE:
            goes_on = enter_node(&walk);
            break;
        case END_NODE:
            goes_on = leave_node(&walk);
            break;
        case PROP:
            goes_on = read_property(&walk, property, &found);
            break;
        case NOP:
            break;
        default:
            goes_on = false;
        }
    }
    return found;
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
