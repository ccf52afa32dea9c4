/* SPDX-License-Identifier: MIT */
/*
 * Faults, each a boot job of kind "fault". tests/kernel/faults/<name>.expect
 * has the expected report and exit status; tests/kernel/fault.t compares them.
 */
#include <arch/cpu.h>
#include <debug.h>
#include <exc.h>
#include <exit.h>
#include <job.h>
#include <lib/print.h>
#include <lib/string.h>
#include <main.h>
#include <mm/kstack.h>
#include <proc/sched.h>
#include <proc/stack_check.h>
#include <proc/thread.h>

/* Reached only if no fault occurred. */
static int survived(void)
{
    printk("[fault] nothing happened FAIL\n");
    return EXIT_OK;
}

/* Hides from the compiler that this address must not be written to. */
static volatile uint32_t *somewhere(uintptr_t address)
{
    __asm__ volatile("" : "+r"(address));
    return (volatile uint32_t *)address;
}

static int write_text(void)
{
    *somewhere((uintptr_t)kernel_main) = 0;
    return survived();
}

static int write_rodata(void)
{
    static const uint32_t constant = 1;

    *somewhere((uintptr_t)&constant) = 0;
    return survived();
}

static int execute_data(void)
{
    static uint32_t code[4];
    void (*function)(void) = (void (*)(void))(uintptr_t)somewhere((uintptr_t)code);

    function();
    return survived();
}

static int read_null(void)
{
    return (int)*somewhere(0) * 0 + survived();
}

/* Endless recursion, one small frame at a time. */
__attribute__((noinline)) static uintptr_t recurse(uintptr_t depth)
{
    volatile uintptr_t local = depth;

    return local == UINTPTR_MAX ? 0 : recurse(local + 1) + local;
}

static void *recursion_main(void *unused)
{
    return (void *)(recurse((uintptr_t)unused) & 1);
}

static void run_victim(thread_entry_func_t entry)
{
    thread_t *thread;
    errno_t err = thread_create(&thread, entry, NULL, 0, "victim");

    panic_if(err != EOK, "no thread: %s", errno_as_str(err));
    (void)thread_join(thread, NULL);
}

static int thread_recursion(void)
{
    run_victim(recursion_main);
    return survived();
}

/* A frame larger than a page, written only at its far end. */
static void *jump_main(void *unused)
{
    uint8_t frame[THREAD_STACK_SIZE + 8192];

    __asm__ volatile("" : : "r"(frame) : "memory"); /* allocates the whole frame */
    *somewhere((uintptr_t)frame & ~(uintptr_t)3) = 1;
    __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

static int thread_jump(void)
{
    run_victim(jump_main);
    return survived();
}

/* A frame that jumps over the stack below, too, into that stack's guard. */
static void *neighbour_main(void *unused)
{
    uint8_t frame[2 * THREAD_STACK_SIZE + ARCH_STACK_GUARD_BYTES + 4096];

    __asm__ volatile("" : : "r"(frame) : "memory");
    *somewhere((uintptr_t)frame & ~(uintptr_t)3) = 1;
    __asm__ volatile("" : : "r"(frame) : "memory");
    return unused;
}

static int neighbour_jump(void)
{
    run_victim(neighbour_main);
    return survived();
}

/* A frame that the build permits, which is nearly as large as the guard, written only at its far
 * end. */
static int jump(void)
{
    uint8_t frame[ARCH_HAS_STACK_WINDOW ? ARCH_STACK_GUARD_BYTES - 2048 : 2048];

    __asm__ volatile("" : : "r"(frame) : "memory");
    *somewhere((uintptr_t)frame & ~(uintptr_t)3) = 1;
    __asm__ volatile("" : : "r"(frame) : "memory");
    return survived();
}

static int boot_recursion(void)
{
    return (int)(recurse(0) & 1) + survived();
}

static bool recursing_handler(thread_t *thread)
{
    return recurse(thread->id) != 0;
}

static bool jumping_handler(thread_t *thread)
{
    (void)thread;
    return jump() != 0;
}

static bool faulting_handler(thread_t *thread)
{
    *somewhere(8) = thread->id;
    return true;
}

/* Run a handler in the timer interrupt. */
static int in_interrupt(stack_guard_handler_t handler)
{
    stack_check_set_guard_handler(handler);
    memset((void *)thread_get_current()->stack->base, 0, 4);
    for (uint32_t start = sched_ticks(); sched_ticks() - start < 100;)
        ;
    return survived();
}

static int interrupt_recursion(void)
{
    return in_interrupt(recursing_handler);
}

static int interrupt_jump(void)
{
    return in_interrupt(jumping_handler);
}

static int interrupt_fault(void)
{
    return in_interrupt(faulting_handler);
}

/*
 * Three exceptions, each raised in the report of the previous one: the first
 * because the thread's stack cannot be described, the second because the stack
 * whose guard it hit has no owner.
 */
static int report_faults(void)
{
    thread_t *self = thread_get_current();
    struct kstack *stack = self->stack;

    (void)interrupts_disable();
    self->stack = (struct kstack *)(stack->base - 256);
    stack->owner = (thread_t *)(stack->base - 1024);
    *somewhere(0) = 1;
    return survived();
}

static int guard_region(void)
{
    return in_interrupt(NULL);
}

static int say_panic(void)
{
    panic("this is panic number %d", 42);
}

static int hang(void)
{
    for (;;)
        arch_wait_for_interrupt();
    return 0; /* gcc requires it in a function that is not _Noreturn */
}

#define FAULT(function, what) \
    JOB(fault_##function, .kind = "fault", .name = #function, .run = function, .summary = what)

FAULT(write_text, "write to the kernel's code");
FAULT(write_rodata, "write to a constant");
FAULT(execute_data, "execute data");
FAULT(read_null, "read address 0");
FAULT(thread_recursion, "overflow a thread's stack by recursion");
FAULT(thread_jump, "overflow a thread's stack by one frame that jumps over pages");
FAULT(neighbour_jump, "overflow a thread's stack into the guard of another");
FAULT(interrupt_jump, "overflow the interrupt stack by one frame that jumps over pages");
FAULT(interrupt_recursion, "overflow the interrupt stack");
FAULT(interrupt_fault, "an exception inside an interrupt handler");
FAULT(report_faults, "exceptions in the report of an exception, and in the report of those");
FAULT(guard_region, "trample a guard region and let the tick find it");
FAULT(say_panic, "panic");
FAULT(hang, "never end");
JOB(fault_boot_recursion, .kind = "fault", .name = "boot_recursion", .run = boot_recursion,
    .before_threads = true, .summary = "overflow the boot stack by recursion");
JOB(fault_boot_jump, .kind = "fault", .name = "boot_jump", .run = jump, .before_threads = true,
    .summary = "overflow the boot stack by one frame that jumps over pages");
