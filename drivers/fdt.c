/* SPDX-License-Identifier: MIT */
/*
 * Device tree lookup by walks over the structure block. Every offset and length in
 * the blob is checked against the limit before use, because a damaged tree must not
 * prevent booting. Nothing is cached: a machine has few look-ups, all at boot.
 */
#include <drivers/fdt.h>

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

/* The property whose PROP token has just been read; moves past it. False if the tree is damaged. */
static bool take_property(struct cursor *cursor, size_t *name_offset, struct fdt_property *property)
{
    if (cursor->struct_bytes - cursor->at < 8)
        return false;
    property->bytes = be32(cursor->structs + cursor->at);
    property->data = cursor->structs + cursor->at + 8;
    *name_offset = be32(cursor->structs + cursor->at + 4);
    cursor->at += 8;
    if (property->bytes > cursor->struct_bytes - cursor->at)
        return false;
    cursor->at += (property->bytes + 3) & ~(size_t)3;
    return true;
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
    struct fdt_property property;
    size_t name_offset;

    if (!take_property(&walk->cursor, &name_offset, &property))
        return false;
    if (walk->matched == walk->depth && *walk->path == '\0' &&
        same_name(&walk->cursor, name_offset, name))
        *found = property;
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

/* --- One node after the other ------------------------------------------------------------------
 */

size_t fdt_blob_bytes(const void *blob)
{
    const uint8_t *header = blob;

    return be32(header) == MAGIC ? be32(header + 4) : 0;
}

static struct cursor cursor_at(const struct fdt_node *node)
{
    return (struct cursor){.structs = node->structs,
                           .struct_bytes = node->struct_bytes,
                           .strings = node->strings,
                           .string_bytes = node->string_bytes,
                           .at = node->at};
}

struct fdt_property fdt_node_property(const struct fdt_node *node, const char *name)
{
    struct cursor cursor = cursor_at(node);
    struct fdt_property property;
    uint32_t token;
    size_t offset;

    while ((token = next_token(&cursor)) == PROP || token == NOP) {
        if (token == NOP)
            continue;
        if (!take_property(&cursor, &offset, &property))
            break;
        if (same_name(&cursor, offset, name))
            return property;
    }
    return (struct fdt_property){NULL, 0};
}

/* A property of one cell; `otherwise` if the node has none. */
static uint32_t cell_or(const struct fdt_node *node, const char *name, uint32_t otherwise)
{
    struct fdt_property property = fdt_node_property(node, name);

    return property.bytes == 4 ? be32(property.data) : otherwise;
}

/* Enter the node whose BEGIN_NODE token ends at `at`. False if the tree is damaged. */
static bool enter(struct fdt_node *node, size_t at)
{
    size_t room = node->struct_bytes - at;
    size_t length = bounded_length((const char *)node->structs + at, room);

    if (length == room)
        return false;
    node->name = (const char *)node->structs + at;
    node->at = at + ((length + 4) & ~(size_t)3);
    node->depth++;
    if (node->depth <= FDT_LEVELS)
        node->levels[node->depth - 1] = (struct fdt_level){
            .address_cells = cell_or(node, "#address-cells", 2), /* defaults: section 2.3.5 */
            .size_cells = cell_or(node, "#size-cells", 1),
            .ranges = fdt_node_property(node, "ranges"),
        };
    return true;
}

/* One step of fdt_next(): past a token. Sets *entered at the beginning of a node. */
static bool step(struct fdt_node *node, bool *entered)
{
    struct cursor cursor = cursor_at(node);
    struct fdt_property property;
    size_t offset;
    bool good = true;

    switch (next_token(&cursor)) {
    case BEGIN_NODE:
        *entered = true;
        return enter(node, cursor.at);
    case END_NODE:
        good = node->depth > 1;
        node->depth--;
        break;
    case PROP:
        good = take_property(&cursor, &offset, &property);
        break;
    case NOP:
        break;
    default:
        good = false;
    }
    node->at = cursor.at;
    return good;
}

bool fdt_next(struct fdt_node *node)
{
    bool entered = false;

    while (!entered || node->depth > FDT_LEVELS) {
        entered = false;
        if (!step(node, &entered))
            return false;
    }
    return true;
}

bool fdt_first(const void *blob, size_t limit, struct fdt_node *node)
{
    struct cursor cursor;

    if (!open_blob(&cursor, blob, limit))
        return false;
    *node = (struct fdt_node){.structs = cursor.structs,
                              .struct_bytes = cursor.struct_bytes,
                              .strings = cursor.strings,
                              .string_bytes = cursor.string_bytes};
    return fdt_next(node);
}

static bool is_text(struct fdt_property property, const char *text)
{
    size_t i = 0;

    for (; i < property.bytes && property.data[i] == (uint8_t)text[i]; i++) {
        if (text[i] == '\0')
            return true;
    }
    return false;
}

bool fdt_is_compatible(const struct fdt_node *node, const char *compatible)
{
    struct fdt_property list = fdt_node_property(node, "compatible");

    while (list.bytes > 0) {
        size_t length = bounded_length((const char *)list.data, list.bytes);

        if (is_text(list, compatible))
            return true;
        length += length < list.bytes;
        list.data += length;
        list.bytes -= length;
    }
    return false;
}

bool fdt_is_enabled(const struct fdt_node *node)
{
    struct fdt_property status = fdt_node_property(node, "status");

    return status.data == NULL || is_text(status, "okay") || is_text(status, "ok");
}

bool fdt_next_compatible(struct fdt_node *node, const char *compatible)
{
    while (fdt_next(node)) {
        if (fdt_is_compatible(node, compatible) && fdt_is_enabled(node))
            return true;
    }
    return false;
}

/* Translate an address of the children of levels[level] to one of its own bus. False: it cannot be
 * reached. */
static bool translate(const struct fdt_node *node, unsigned level, uint64_t *address)
{
    const struct fdt_level *child = &node->levels[level];
    unsigned above = node->levels[level - 1].address_cells;
    unsigned each = child->address_cells + above + child->size_cells;

    if (child->ranges.data == NULL || above > 2)
        return false;
    if (child->ranges.bytes == 0)
        return true; /* the same addresses (section 2.3.8) */
    for (unsigned at = 0; child->ranges.bytes / 4 - at >= each; at += each) {
        uint64_t base = fdt_cells(child->ranges, at, child->address_cells);
        uint64_t to = fdt_cells(child->ranges, at + child->address_cells, above);
        uint64_t bytes =
            fdt_cells(child->ranges, at + child->address_cells + above, child->size_cells);

        if (*address >= base && *address - base < bytes) {
            *address = *address - base + to;
            return true;
        }
    }
    return false;
}

bool fdt_reg(const struct fdt_node *node, unsigned index, struct fdt_range *range)
{
    struct fdt_property reg = fdt_node_property(node, "reg");

    if (node->depth < 2 || reg.data == NULL)
        return false;
    const struct fdt_level *parent = &node->levels[node->depth - 2];
    size_t each = (size_t)parent->address_cells + parent->size_cells;

    if (parent->address_cells - 1 > 1 || parent->size_cells > 2 || reg.bytes / 4 / each <= index)
        return false;
    *range = (struct fdt_range){
        .base = fdt_cells(reg, (unsigned)each * index, parent->address_cells),
        .bytes = fdt_cells(reg, (unsigned)each * index + parent->address_cells, parent->size_cells),
    };
    for (unsigned level = node->depth - 2; level > 0; level--) {
        const struct fdt_level *bus = &node->levels[level];

        if (bus->address_cells - 1 > 1 || bus->size_cells > 2 ||
            !translate(node, level, &range->base))
            return false;
    }
    return true;
}

static bool is_named(const struct fdt_node *node, const char *name)
{
    size_t i = 0;

    while (name[i] != '\0' && node->name[i] == name[i])
        i++;
    return name[i] == '\0' && (node->name[i] == '\0' || node->name[i] == '@');
}

/* Entry `index` of the blob's own list, which ends with a range of no bytes. */
static bool reserve_entry(const uint8_t *blob, size_t limit, unsigned index,
                          struct fdt_range *range)
{
    size_t at = be32(blob + 16);

    if (at > limit || (limit - at) / 16 <= index)
        return false;
    const struct fdt_property entry = {blob + at + 16 * (size_t)index, 16};

    range->base = fdt_cells(entry, 0, 2);
    range->bytes = fdt_cells(entry, 2, 2);
    return range->bytes != 0;
}

bool fdt_reserved(const void *blob, size_t limit, unsigned index, struct fdt_range *range)
{
    struct cursor cursor;
    struct fdt_node node;
    unsigned listed = 0;

    if (!open_blob(&cursor, blob, limit))
        return false;
    while (listed < index && reserve_entry(blob, limit, listed, range))
        listed++;
    if (reserve_entry(blob, limit, listed, range))
        return true;
    index -= listed;
    bool inside = false;

    for (bool more = fdt_first(blob, limit, &node); more; more = fdt_next(&node)) {
        if (node.depth <= 2)
            inside = node.depth == 2 && is_named(&node, "reserved-memory");
        for (unsigned i = 0; inside && node.depth == 3 && fdt_reg(&node, i, range); i++) {
            if (index-- == 0)
                return true;
        }
    }
    return false;
}
