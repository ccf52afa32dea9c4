/* SPDX-License-Identifier: MIT */
/*
 * A table by number, so that finding a handler takes the same time whatever is
 * registered. Entries change only with interrupts masked.
 */
#include <irq.h>

#include <board/board.h>
#include <board/impl/irq.h>
#include <config/course.h>
#include <debug.h>
#include <debug/symbols.h>
#include <exc.h>
#include <lib/print.h>

static struct irq {
    irq_handler_t handler; /* NULL: none */
    void *context;
    uint32_t count;
    uint32_t unhandled; /* of these, without a handler */
} irqs[BOARD_IRQ_COUNT];

errno_t irq_register(unsigned irq, irq_handler_t handler, void *context)
{
    if (irq >= BOARD_IRQ_COUNT || handler == NULL)
        return EINVAL;
    bool enabled = interrupts_disable();
    errno_t err = irqs[irq].handler == NULL ? EOK : EBUSY;

    if (err == EOK) {
        irqs[irq].handler = handler;
        irqs[irq].context = context;
        board_irq_enable(irq);
    }
    interrupts_restore(enabled);
    return err;
}

errno_t irq_unregister(unsigned irq)
{
    if (irq >= BOARD_IRQ_COUNT)
        return EINVAL;
    bool enabled = interrupts_disable();
    errno_t err = irqs[irq].handler != NULL ? EOK : ENOENT;

    if (err == EOK) {
        board_irq_disable(irq);
        irqs[irq].handler = NULL;
    }
    interrupts_restore(enabled);
    return err;
}

/* Not inline, so that the usual case saves fewer registers. */
__attribute__((noinline)) static void note_unhandled(unsigned irq)
{
    uint32_t times = ++irqs[irq].unhandled;
    bool storms = times % IRQ_STORM == 0;

    if (storms)
        board_irq_disable(irq);
    if (!CONFIG_COURSE && (storms || (times & (times - 1)) == 0))
        printk("[irq] interrupt %u has no handler (%u times)%s\n", irq, times,
               storms ? ": masked" : "");
}

void irq_serve(void)
{
    int claimed = board_irq_claim();
    unsigned irq = (unsigned)claimed;

    if (claimed < 0)
        return;
    assert(irq < BOARD_IRQ_COUNT);
    irqs[irq].count++;
    if (irqs[irq].handler != NULL)
        irqs[irq].handler(irqs[irq].context);
    else
        note_unhandled(irq);
    board_irq_complete(claimed);
}

uint32_t irq_count(unsigned irq)
{
    return irq < BOARD_IRQ_COUNT ? *(volatile uint32_t *)&irqs[irq].count : 0;
}

uint32_t irq_unhandled_count(unsigned irq)
{
    return irq < BOARD_IRQ_COUNT ? *(volatile uint32_t *)&irqs[irq].unhandled : 0;
}

void irq_print_all(void)
{
    printk("[irq] %4s %10s %10s  %s\n", "irq", "count", "unhandled", "handler");
    for (unsigned i = 0; i < BOARD_IRQ_COUNT; i++) {
        irq_handler_t handler = irqs[i].handler;
        size_t offset;
        const char *name = handler == NULL ? "-" : symbol_find((uintptr_t)handler, &offset);

        if (handler != NULL || irqs[i].count > 0)
            printk("[irq] %4u %10u %10u  %s\n", i, irqs[i].count, irqs[i].unhandled,
                   name != NULL ? name : "?");
    }
}
