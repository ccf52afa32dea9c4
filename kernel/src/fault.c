/* SPDX-License-Identifier: MIT */
/*
 * Reports exceptions and panics in enough detail to do without a debugger, then ends
 * the machine. The reports only read memory and never allocate, so that they work
 * in a damaged kernel.
 */
#include <fault.h>

#include <arch/context.h>
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/trap.h>
#include <board/board.h>
#include <debug.h>
#include <debug/image.h>
#include <debug/backtrace.h>
#include <exit.h>
#include <lib/print.h>
#include <proc/cpu_stack.h>
#include <proc/overflow.h>

/* The stack that contains an address, if the kernel knows it. */
struct stack_view {
    const char *name;
    uintptr_t base;
    uintptr_t top;
    uintptr_t guard_base; /* unmapped from here to base */
};

static bool find_stack(uintptr_t address, struct stack_view *view)
{
    const struct cpu_local *local = cpu_local();
    const struct kstack *stack = kstack_find(address);
    const struct stack_view fixed[] = {
        {"boot", local->boot_stack_base, local->boot_stack_top,
         local->boot_stack_base - ARCH_STACK_GUARD_BYTES},
        {"interrupt", local->irq_stack_base, local->irq_stack_top,
         local->irq_stack_base - ARCH_STACK_GUARD_BYTES},
    };

    if (stack != NULL) {
        *view = (struct stack_view){
            .name = stack->owner == NULL ? "unused thread" : stack->owner->name,
            .base = stack->base,
            .top = stack->base + stack->bytes,
            .guard_base = stack->base - stack->guard_bytes,
        };
        return true;
    }
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (address >= fixed[i].guard_base && address < fixed[i].top) {
            *view = fixed[i];
            return true;
        }
    }
    return false;
}

static void print_thread(void)
{
    const thread_t *thread = thread_get_current();

    if (thread == NULL) {
        printk("[EXC] no thread yet: boot code\n");
        return;
    }
    printk("[EXC] thread %u \"%s\": stack %p-%p, deepest use %zu of %zu bytes, guard region %s\n",
           thread->id, thread->name, (void *)thread->stack->base,
           (void *)(thread->stack->base + thread->stack->bytes),
           thread_stack_high_watermark_bytes(thread), thread->stack->bytes,
           thread_stack_guard_ok(thread) ? "intact" : "CORRUPTED");
}

/* Without unmapped pages below stacks, only the guard regions show an overflow. */
static void print_overflown(void)
{
    for (unsigned i = 0; i < CPU_STACK_COUNT; i++) {
        struct cpu_stack stack = cpu_stack_get(i);

        if (!cpu_stack_guard_ok(i))
            printk("[stack] stack overflow: the guard of the %s stack %p-%p is corrupted\n",
                   stack.name, (void *)stack.base, (void *)(stack.base + stack.bytes));
    }
}

/* The deepest use of the stack that has overflowed. */
static void print_deepest_use(const struct stack_view *view, uintptr_t address)
{
    const thread_t *owner = thread_find_by_stack(address);

    for (unsigned i = 0; owner == NULL && i < CPU_STACK_COUNT; i++) {
        struct cpu_stack stack = cpu_stack_get(i);

        if (stack.base == view->base)
            printk(
                "[EXC] stack overflow: the %s stack had used %zu of %zu bytes (high-water mark)\n",
                stack.name, cpu_stack_high_watermark_bytes(i), stack.bytes);
    }
    if (owner != NULL)
        printk(
            "[EXC] stack overflow: thread %u \"%s\" had used %zu of %zu bytes (high-water mark)\n",
            owner->id, owner->name, thread_stack_high_watermark_bytes(owner), owner->stack->bytes);
}

/* The stack that the trapped code ran on. */
static struct stack_view running_stack(bool in_handler)
{
    const struct cpu_local *local = cpu_local();
    struct stack_view view = {.name = "?"};
    uintptr_t base = local->boot_stack_base;

    if (in_handler)
        base = local->irq_stack_base;
    else if (local->thread != NULL)
        base = local->thread->stack->base;
    (void)find_stack(base, &view);
    return view;
}

/*
 * Report an address that lies in the guard below a stack. If it is not the stack
 * that was in use, its owner is not to blame: the code has jumped over its own
 * guard, if its stack pointer is outside its own stack, or used a wrong pointer.
 */
static void explain_address(const struct arch_trap *trap)
{
    struct stack_view view;

    if (!ARCH_HAS_STACK_WINDOW || !trap->has_address || !find_stack(trap->address, &view) ||
        trap->address >= view.base)
        return;
    struct stack_view own = running_stack(trap->nested);
    size_t below = view.base - trap->address;

    if (own.base == view.base) {
        printk("[EXC] stack overflow: %p lies in the guard of the stack of \"%s\", %zu bytes below "
               "its end %p\n",
               (void *)trap->address, view.name, below, (void *)view.base);
        print_deepest_use(&view, trap->address);
        return;
    }
    bool inside = arch_context_stack_pointer(trap->context) - own.base <= own.top - own.base;

    printk(
        "[EXC] %s\"%s\" %s the guard of the stack of \"%s\": %p lies %zu bytes below its end %p\n",
        inside ? "" : "stack overflow: ", own.name, inside ? "accessed" : "jumped into", view.name,
        (void *)trap->address, below, (void *)view.base);
}

static void print_image(void)
{
    if (CONFIG_KERNEL_DEBUG)
        image_print_check();
}

static void print_backtrace(uintptr_t pc, uintptr_t frame)
{
    struct stack_view view;

    if (!find_stack(frame, &view))
        view = (struct stack_view){.base = 0, .top = 0};
    debug_backtrace(pc, frame, view.base, view.top);
}

void kernel_trap(struct arch_trap *trap)
{
    static unsigned reports;

    if (trap->has_address && !trap->nested && reports == 0 && overflow_handle_trap(trap->address))
        return;
    reports++;
    if (reports == 3)
        board_console_write("\n", 1); /* even the short report fails; the line may be incomplete */
    if (reports > 2)
        board_exit(EXIT_NESTED);
    if (trap->nested || reports > 1) {
        printk("\n[EXC] an exception inside a handler; the last report\n");
        arch_trap_print(trap, printk);
        explain_address(trap);
        print_image();
        board_exit(EXIT_NESTED);
    }
    printk("\n");
    arch_trap_print(trap, printk);
    print_thread();
    print_overflown();
    explain_address(trap);
    print_image();
    print_backtrace(arch_context_pc(trap->context), arch_context_frame_pointer(trap->context));
    board_exit(EXIT_EXCEPTION);
}

/* Print the thread and a backtrace after the message of a panic. */
static void report_panic(void)
{
    if (thread_get_current() != NULL)
        thread_print_all();
    else
        print_overflown();
    print_image();
    print_backtrace((uintptr_t)__builtin_return_address(0), arch_frame_pointer());
}

void fault_init(void)
{
    panic_set_report(report_panic);
}
