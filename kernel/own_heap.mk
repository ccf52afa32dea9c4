# SPDX-License-Identifier: MIT
# HEAP=FILE.c: a user's allocator behind kmalloc (docs/course.md). kernel/build.mk has its rules. The path is relative to the
# user's folder; from here on it is absolute, or relative to the tree: the tree's own path may contain any character.

# Also the value of the last build, which `make run` keeps. The path may contain blanks, the file's name does not.
OWN_HEAP = $(if $(filter %.c,$(HEAP)),$(HEAP))
# In lists of make, with its blanks escaped.
own_heap_file = $(subst $(empty) $(empty),\ ,$(OWN_HEAP))
OWN_HEAP_NAME = $(basename $(notdir $(lastword $(OWN_HEAP))))
OWN_HEAP_ALL_SRCS := $(addprefix kernel/src/mm/,own_heap.c own_heap_user.c)
OWN_HEAP_SRCS = $(if $(OWN_HEAP),$(OWN_HEAP_ALL_SRCS))
OWN_HEAP_OBJS = $(if $(OWN_HEAP),$(B)/own/user.o)
# The memory lab's copy of code and variables.
OWN_HEAP_LAB_OBJS = $(if $(OWN_HEAP),$(if $(filter 1,$(TESTS)),$(B)/own/lab.o))
own_heap_check = $(if $(wildcard $(own_heap_file)),,$(error HEAP: there is no file $(OWN_HEAP)))

ifneq ($(OWN_HEAP),)
own_heap_path := $(if $(filter /%,$(firstword $(HEAP))),$(HEAP),$(INVOKED_IN)/$(HEAP))
override HEAP := $(subst ^,,$(subst ^$(CURDIR)/,,^$(own_heap_path)))
$(call own_heap_check)
endif
