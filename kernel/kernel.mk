# SPDX-License-Identifier: MIT
# The sources of the kernel, except its port (ARCH_SRCS), its board (BOARD_SRCS) and libmem.
KERNEL_CORE_SRCS := $(addprefix kernel/src/,main.c job.c monitor.c console.c fault.c irq.c \
    $(addprefix debug/,backtrace.c code.c image.c panic.c symbols.c) \
    $(addprefix drivers/,machine.c) \
    $(addprefix lib/,describe.c errno.c format.c format_pointer.c print.c ring.c string.c words.c) \
    $(addprefix mm/,describe.c heap.c kstack.c memory.c) \
    $(addprefix proc/,alarm.c cond.c cpu_stack.c deadlock.c idle.c mutex.c overflow.c ps.c sched.c sem.c spinlock.c \
        stack_check.c start.c thread.c thread_object.c tick.c wait.c))
