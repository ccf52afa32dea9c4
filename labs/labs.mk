# SPDX-License-Identifier: MIT
# The sources of the labs.
LAB_SRCS = labs/lab.c labs/mem/mem.c labs/mem/$(if $(OWN_HEAP),,no_)own_heap.c labs/stack/stack.c labs/sync/sync.c
