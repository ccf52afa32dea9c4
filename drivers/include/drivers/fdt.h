/* SPDX-License-Identifier: MIT */
/*
 * Reading a flattened device tree (Devicetree Specification 0.4, chapter 5):
 * just enough to look up a property by path.
 */
#ifndef DRIVERS_FDT_H
#define DRIVERS_FDT_H

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

#endif
