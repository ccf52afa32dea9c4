/* SPDX-License-Identifier: MIT */
/*
 * Reading a flattened device tree (Devicetree Specification 0.4): a property by its
 * path, or one node after the other with their properties and addresses. Nothing
 * outside the blob is read, however damaged it is. All functions may be called from
 * anywhere.
 */
#ifndef DRIVERS_FDT_H
#define DRIVERS_FDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A property's value inside the blob; big endian, as stored. data = NULL: not found. */
struct fdt_property {
    const uint8_t *data;
    size_t bytes;
};

/*
 * Look up `property` in the node whose path is `node` ("/chosen"). A path
 * component without unit address matches the first node of that name
 * ("/memory" finds "/memory@40000000"). Linear in the blob; reads nothing
 * outside [blob, blob + limit). Returns data = NULL when the blob is no device
 * tree, is damaged, or has no such property.
 */
struct fdt_property fdt_find(const void *blob, size_t limit, const char *node,
                             const char *property);

/* The big-endian number in cells [first, first + count) of a property, count 1 or 2; 0 when it is
 * too short. */
uint64_t fdt_cells(struct fdt_property property, unsigned first, unsigned count);

/* An address range, of registers or memory. */
struct fdt_range {
    uint64_t base;
    uint64_t bytes;
};

/* Nodes further down are skipped. */
#define FDT_LEVELS 8

/* How a node's children write addresses. */
struct fdt_level {
    uint32_t address_cells, size_cells;
    struct fdt_property ranges; /* data = NULL: they are not addresses of the parent */
};

/* A node, and the way down to it: levels[0] is the root. Owned by the caller. */
struct fdt_node {
    const uint8_t *structs;
    size_t struct_bytes;
    const char *strings;
    size_t string_bytes;
    const char *name; /* with its unit address; ends inside the blob */
    size_t at;        /* of the node's properties in the structure block */
    unsigned depth;
    struct fdt_level levels[FDT_LEVELS];
};

/* The size of the blob, its header included; 0 when the 8 bytes at `blob` begin no device tree.
 * O(1). */
size_t fdt_blob_bytes(const void *blob);

/*
 * Go to the root, or from a node to the next one in the order of the blob: children
 * before siblings. Linear in the bytes passed. False when there is no further node,
 * or the tree is damaged; the node is then undefined.
 */
bool fdt_first(const void *blob, size_t limit, struct fdt_node *node);
bool fdt_next(struct fdt_node *node);

/* Go to the next node below the root that lists `compatible` and is enabled, starting behind
 * `node`. False as fdt_next(). */
bool fdt_next_compatible(struct fdt_node *node, const char *compatible);

/* A property of the node itself. Linear in its properties. data = NULL: it has none of that name.
 */
struct fdt_property fdt_node_property(const struct fdt_node *node, const char *name);

/* Whether the node lists `compatible`; whether its status is "okay", or not stated. */
bool fdt_is_compatible(const struct fdt_node *node, const char *compatible);
bool fdt_is_enabled(const struct fdt_node *node);

/*
 * Entry `index` of the node's "reg", as an address of the CPU: translated through the
 * "ranges" of all nodes above. False when there is no such entry, or no translation.
 */
bool fdt_reg(const struct fdt_node *node, unsigned index, struct fdt_range *range);

/*
 * Entry `index` of all the memory that must be left alone: first the blob's own list
 * (section 5.3), then the children of /reserved-memory that have addresses. Linear in
 * the blob. False when there are no more.
 */
bool fdt_reserved(const void *blob, size_t limit, unsigned index, struct fdt_range *range);

#endif
