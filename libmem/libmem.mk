# SPDX-License-Identifier: MIT
# The sources of libmem. Another project's makefile may include this file too.
LIBMEM_TEACHING_SRCS := $(addprefix libmem/src/,\
    mem_best_fit.c mem_buddy.c mem_first_fit.c mem_next_fit.c mem_slab.c mem_worst_fit.c)
LIBMEM_SRCS := $(LIBMEM_TEACHING_SRCS) $(addprefix libmem/src/,\
    mem_allocators.c mem_bump.c mem_error.c mem_frag.c mem_heap.c mem_heap_report.c mem_heap_sized.c \
    mem_pool.c mem_probe.c mem_stack.c)
