/* SPDX-License-Identifier: MIT */
/*
 * The stack lab: watermark, guard region, a frame that jumps over the guard,
 * and the unmapped page. README.md in this folder explains the figures. The
 * last step ends the machine on purpose.
 */
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/trap.h>
#include <debug/symbols.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <main.h>
#include <proc/cpu_stack.h>
#include <proc/overflow.h>
#include <proc/sched.h>
#include <proc/thread.h>

#include "../lab.h"
#include "parameters.h"

/* Size of the buffer at each level of use_stack(); every byte is written. */
#define LEVEL_BYTES (THREAD_STACK_SIZE / 32)
/* Limit of the stack use below the deepest buffer: frames of functions called from there. */
#define WATERMARK_SLACK_BYTES 512

static struct {
    STACK_PARAMETERS(LAB_FIELD)
} given;
static const struct lab_parameter parameters[] = {STACK_PARAMETERS(LAB_ROW)};

/* Create a thread. Returns whether that succeeded. */
static bool run_thread(thread_entry_func_t entry, void *data, const char *name, thread_t **out)
{
    errno_t err = thread_create(out, entry, data, 0, name);

    if (err != EOK)
        printk("[stack-lab] thread_create: %s %s\n", errno_as_str(err),
               lab_verdict("thread", false));
    return err == EOK;
}

/*
 * Returns the address of the lowest byte written in `levels` nested buffers.
 * The stack pointer may lie below it, because calling conventions reserve space
 * that need not be written. The recursion is intended.
 */
__attribute__((noinline)) static uintptr_t use_stack(unsigned levels)
{
    volatile uint8_t buffer[LEVEL_BYTES];

    for (size_t i = 0; i < sizeof buffer; i++)
        buffer[i] = (uint8_t)levels;
    uintptr_t lowest = levels > 1 ? use_stack(levels - 1) : (uintptr_t)buffer;

    /* Read after the call, so that the buffer is live across it. */
    return buffer[LEVEL_BYTES - 1] == (uint8_t)levels ? lowest : 0;
}

static void *deep_main(void *lowest)
{
    *(uintptr_t *)lowest = use_stack(given.levels.first);
    return NULL;
}

/* Print the stack depth computed for an entry function beside the watermark. */
static void show_worst_case(const char *stack, const char *name, uintptr_t entry, size_t watermark,
                            size_t bytes)
{
    bool bounded = false;
    size_t computed = symbol_worst_stack(entry, &bounded);

    lab_say(
        "[stack-lab] worst case of %s: computed_bytes=%zu%s watermark_bytes=%zu "
        "stack_bytes=%zu %s\n",
        name, computed, bounded ? "" : " (or more)", watermark, bytes,
        lab_verdict("worst case", watermark <= computed && computed + KSTACK_GUARD_BYTES <= bytes));
    lab_figure("worst case", stack, "computed_bytes", computed);
    lab_figure("worst case", stack, "watermark_bytes", watermark);
    lab_figure("worst case", stack, "stack_bytes", bytes);
}

static void show_watermark(void)
{
    uintptr_t lowest = 0;
    thread_t *thread;

    if (!run_thread(deep_main, &lowest, "deep", &thread))
        return;
    while (!thread_has_finished(thread))
        thread_yield();
    size_t used = thread->stack->base + thread->stack->bytes - lowest;
    size_t watermark = thread_stack_high_watermark_bytes(thread);

    lab_say("[stack-lab] watermark: %u levels of %u bytes on a stack of %zu\n", given.levels.first,
            LEVEL_BYTES, thread->stack->bytes);
    lab_say(
        "[stack-lab] used_bytes=%zu watermark_bytes=%zu limit_bytes=%zu %s\n", used, watermark,
        used + WATERMARK_SLACK_BYTES,
        lab_verdict("watermark", watermark >= used && watermark <= used + WATERMARK_SLACK_BYTES));
    lab_figure("watermark", "", "used_bytes", used);
    lab_figure("watermark", "", "limit_bytes", used + WATERMARK_SLACK_BYTES);
    show_worst_case("deep", "thread \"deep\"", (uintptr_t)deep_main, watermark,
                    thread->stack->bytes);
    if (job_option("ps", 0) != 0) /* for `make stack-report` */
        thread_print_all();
    (void)thread_join(thread, NULL); /* it has finished, and no other thread knows it */
}

static thread_t *caught_thread;
static volatile uint32_t caught_tick;

/* In the timer interrupt: report, restore the pattern, continue. */
static bool guard_handler(thread_t *thread)
{
    caught_thread = thread;
    caught_tick = sched_ticks();
    lab_say("[stack-lab] tick: guard region of thread %u \"%s\" is corrupted (guard_ok=%d)\n",
            thread->id, thread->name, thread_stack_guard_ok(thread));
    kstack_mend_guard(thread->stack);
    return true;
}

static void *trampler_main(void *written_tick)
{
    const struct kstack *stack = thread_get_current()->stack;

    *(volatile uint32_t *)written_tick = sched_ticks();
    memset((void *)stack->base, 0xee, given.trample.first);
    while (caught_thread == NULL && sched_ticks() - *(volatile uint32_t *)written_tick < 100)
        ;
    return NULL;
}

static void show_guard_region(void)
{
    uint32_t written_tick = 0;
    thread_t *thread;

    stack_check_set_guard_handler(guard_handler);
    lab_say("[stack-lab] guard region: overwriting %u of its %u bytes\n", given.trample.first,
            KSTACK_GUARD_BYTES);
    if (!run_thread(trampler_main, &written_tick, "trampler", &thread))
        return;
    while (!thread_has_finished(thread))
        thread_yield();
    bool caught = caught_thread == thread;
    uint32_t after = caught_tick - written_tick;

    /*
     * No limit on the ticks: without instruction counting, several may pass at
     * once on a busy host.
     */
    lab_say("[stack-lab] caught=%d caught_after_ticks=%u guard_ok_after_mending=%d %s\n", caught,
            after, thread_stack_guard_ok(thread),
            lab_verdict("guard region", caught && thread_stack_guard_ok(thread) == 1));
    lab_figure("guard region", "", "caught_after_ticks", after);
    (void)thread_join(thread, NULL);
    stack_check_set_guard_handler(NULL);
}

/* A frame that extends beyond the first page below the stack, written only at its far end. */
static void *jumper_main(void *unused)
{
    uint8_t frame[THREAD_STACK_SIZE + 2 * ARCH_PAGE_SIZE];

    __asm__ volatile("" : : "r"(frame) : "memory"); /* allocates the whole frame */
    *(volatile uint8_t *)frame = 1;
    __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

static void show_jump(void)
{
    bool before = overflow_set_kill(true);
    thread_t *thread;

    lab_say("[stack-lab] a frame of %u bytes on a stack of %u, of which the far end is written\n",
            (unsigned)(THREAD_STACK_SIZE + 2 * ARCH_PAGE_SIZE), THREAD_STACK_SIZE);
    if (!run_thread(jumper_main, NULL, "jumper", &thread))
        return;
    errno_t err = thread_join(thread, NULL);

    lab_say(
        "[stack-lab] jumped over %u unmapped bytes: the thread was ended=%d, the lab goes on %s\n",
        2 * ARCH_PAGE_SIZE, err == EKILLED, lab_verdict("jump", err == EKILLED));
    (void)overflow_set_kill(before);
}

static void *overflower_main(void *unused)
{
    const struct kstack *stack = thread_get_current()->stack;
    uintptr_t target = stack->base - given.below.first;

    lab_say("[stack-lab] writing guard page at %p, %u bytes below the stack: a data abort must "
            "follow, and status %d\n",
            (void *)target, given.below.first, EXIT_EXCEPTION);
    *(volatile uint32_t *)target = 0xdeadbeef;
    printk("[stack-lab] the write went through FAIL\n");
    return unused;
}

static int stack_lab(void);

/* The stacks that exist without this lab. Only the last step of the lab can still deepen them. */
static void show_other_worst_cases(void)
{
    thread_t *self = thread_get_current();
    struct cpu_stack boot = cpu_stack_get(CPU_STACK_BOOT);
    struct cpu_stack interrupt = cpu_stack_get(CPU_STACK_INTERRUPT);

    show_worst_case("init", "thread \"init\"", (uintptr_t)stack_lab,
                    thread_stack_high_watermark_bytes(self), self->stack->bytes);
    show_worst_case("boot", "the boot stack", (uintptr_t)kernel_main,
                    cpu_stack_high_watermark_bytes(CPU_STACK_BOOT), boot.bytes);
    show_worst_case("interrupt", "the interrupt stack", (uintptr_t)kernel_interrupt,
                    cpu_stack_high_watermark_bytes(CPU_STACK_INTERRUPT), interrupt.bytes);
}

static bool begin(void)
{
    if (!lab_begin("stack", parameters, &given, sizeof parameters / sizeof *parameters))
        return false;
    return given.below.first % sizeof(uint32_t) == 0 ||
           lab_refuse("below", "it must be a multiple of", sizeof(uint32_t));
}

static int stack_lab(void)
{
    thread_t *thread;

    if (!begin())
        return EXIT_USAGE;
    show_watermark();
    show_guard_region();
    show_other_worst_cases();
    if (arch_stack_window().bytes == 0) {
        printk("[stack-lab] no unmapped pages on this board: the guard region is the last guard\n");
        return lab_end();
    }
    show_jump();
    (void)overflow_set_kill(false); /* the last step must end the machine */
    if (lab_passes() && run_thread(overflower_main, NULL, "overflower", &thread))
        (void)thread_join(thread, NULL);
    return EXIT_FAILED; /* reached only if the write did not trap */
}

JOB(lab_stack, .kind = "lab", .name = "stack", .run = stack_lab,
    .summary = "how deep did the stack go, and what happens when it goes too deep?");
