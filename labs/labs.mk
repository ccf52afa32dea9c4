# SPDX-License-Identifier: MIT
# The labs in the order in which they are shown, and their sources.
LABS := mem stack sync
LAB_SRCS = labs/mem/mem.c labs/mem/$(if $(OWN_HEAP),,no_)own_heap.c labs/stack/stack.c labs/sync/sync.c
