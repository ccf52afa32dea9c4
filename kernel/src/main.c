/* SPDX-License-Identifier: MIT */
/*
 * kernel_main(): the boot order.
 */
#include <main.h>

#include <arch/cpu.h>
#include <board/board.h>
#include <debug.h>
#include <debug/image.h>
#include <drivers/machine.h>
#include <exit.h>
#include <fault.h>
#include <job.h>
#include <lib/print.h>
#include <mm/heap.h>
#include <mm/memory.h>
#include <proc/cpu_stack.h>
#include <proc/sched.h>

static const struct job *chosen;

/* The job named by the boot arguments; NULL if there is none. A wrong name, or two, end the
 * machine. */
static const struct job *choose_job(void)
{
    const char *bad;
    const struct job *job = job_find(job_args(), &bad);

    if (bad == NULL && (job != NULL || *job_args() == '\0'))
        return job;
    if (job != NULL) {
        printk("[boot] these arguments name more than one job, and a boot runs one: %s\n",
               job_args());
        machine_fail(EXIT_USAGE);
    }
    printk("[boot] these arguments name no job: %s\n[boot] there are:\n", job_args());
    job_list();
    machine_fail(EXIT_USAGE);
}

static void run_job(void)
{
    printk("[boot] running %s=%s: %s\n", chosen->kind, chosen->name, chosen->summary);
    int status = chosen->run();

    printk("[boot] %s=%s ends with status %d\n", chosen->kind, chosen->name, status);
    machine_fail(status);
}

/* The first thread. */
static void *init_main(void *unused)
{
    (void)unused;
    if (chosen != NULL)
        run_job();
    printk("[boot] nothing to run. Boot arguments (make run ARGS=...) choose one of:\n");
    job_list();
    thread_print_all();
    machine_halt();
}

void kernel_main(void)
{
    thread_t *init;

    cpu_stack_init();
    if (CONFIG_KERNEL_DEBUG)
        image_remember();
    fault_init();
    board_init();
    printk("Cairn on %s\n", board_name);
    arch_cpu_print_state(printk);
    memory_init();
    heap_init();
    chosen = choose_job();
    if (chosen != NULL && chosen->before_threads)
        run_job();
    sched_init();
    errno_t err = thread_create(&init, init_main, NULL, THREAD_DETACHED, "init");

    panic_if(err != EOK, "no first thread: %s", errno_as_str(err));
    sched_start();
}
