/* SPDX-License-Identifier: MIT */
/*
 * The start of threads, on the boot stack.
 */
#include <proc/sched.h>

#include <exc.h>
#include <mm/kstack.h>
#include <proc/alarm.h>
#include <proc/cpu_stack.h>
#include <proc/idle.h>
#include <proc/thread_object.h>
#include <proc/tick.h>

void sched_init(void)
{
    sched_queues_init();
    alarm_init();
    kstack_init();
    thread_object_init();
    idle_init();
}

_Noreturn void sched_start(void)
{
    interrupts_disable();
    cpu_stack_check(CPU_STACK_BOOT);
    tick_start();
    sched_exit();
}
