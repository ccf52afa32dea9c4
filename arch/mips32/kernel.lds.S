/* SPDX-License-Identifier: MIT */
/*
 * Layout of the kernel image. It starts with the vectors, at fixed addresses.
 * Text, rodata and data follow without page alignment, because kseg0 has no
 * page permissions and RAM may be scarce. If a board's firmware needs low
 * memory, the board defines IMAGE_HOLE_END, where the image continues. The
 * linker's command line may set other stack sizes: --defsym=boot_stack_bytes=n.
 * A boot ROM may want _start at another offset than 0x400, the end of the
 * vectors: ENTRY_OFFSET. If the exception stack fits into the hole between them,
 * it lies there, below _start, and below it the boot stack, if it fits too; text
 * then counts from _start. A final report that overflows the exception stack
 * overwrites the boot stack or the vectors, which are no longer needed.
 */
#include "src/layout.h"

#ifndef ENTRY_OFFSET
#define ENTRY_OFFSET 0x400
#endif
#define HOLE_BYTES (ENTRY_OFFSET - 0x400)
#define IRQ_BYTES  (DEFINED(irq_stack_bytes) ? irq_stack_bytes : IRQ_STACK_BYTES)
#define BOOT_BYTES  (DEFINED(boot_stack_bytes) ? boot_stack_bytes : BOOT_STACK_BYTES)
#define IRQ_IN_HOLE  (IRQ_BYTES <= HOLE_BYTES)
#define BOOT_IN_HOLE (IRQ_BYTES + BOOT_BYTES <= HOLE_BYTES)

ENTRY(_start)

/* Explicit, because a segment must not span the hole. */
PHDRS
{
    vectors PT_LOAD FLAGS(5);
    text PT_LOAD FLAGS(5);
    rodata PT_LOAD FLAGS(4);
    data PT_LOAD FLAGS(6);
}

SECTIONS
{
    . = LINK_BASE;
    _kernel_start = .;
    _text_start = IRQ_IN_HOLE ? LINK_BASE + ENTRY_OFFSET : LINK_BASE;
    /* Section names that -ffunction-sections never makes (it makes .text.NAME). */
    .vectors : {
        KEEP(*(.vectors))
        . += HOLE_BYTES;
        KEEP(*(.entry))
    } :vectors
#ifdef IMAGE_HOLE_END
    . = LINK_BASE + IMAGE_HOLE_END;
#endif
    .text : { *(.text .text.*) } :text
    _text_end = .;

    .rodata : ALIGN(8) {
        _rodata_start = .;
        *(.rodata .rodata.*)
        . = ALIGN(8);
        __boot_jobs_start = .;
        KEEP(*(SORT_BY_NAME(.boot_jobs*)))
        __boot_jobs_end = .;
    } :rodata
    /* Last, so that filling it moves no function that it names. */
    .symbols : ALIGN(8) {
        __symbols_start = .;
        KEEP(*(.symbols))
        __symbols_end = .;
    } :rodata
    _rodata_end = .;

    .data : ALIGN(8) {
        _data_start = .;
        *(.data .data.* .sdata .sdata.*)
    } :data
    .bss (NOLOAD) : ALIGN(8) {
        _bss_start = .;
        *(.sbss .sbss.* .bss .bss.* COMMON)
        . = ALIGN(8);
        _bss_end = .;

        . = ALIGN(BOOT_STACK_ALIGN);
        _high_stacks = .;
        . += BOOT_IN_HOLE ? 0 : BOOT_BYTES;
        . += IRQ_IN_HOLE ? 0 : IRQ_BYTES;

        _heap_start = .;
        . += EARLY_HEAP_BYTES;
        _heap_end = .;
    } :data
    _boot_stack_base = BOOT_IN_HOLE ? LINK_BASE + ENTRY_OFFSET - IRQ_BYTES - BOOT_BYTES : _high_stacks;
    _boot_stack_top = _boot_stack_base + BOOT_BYTES;
    _irq_stack_base = IRQ_IN_HOLE ? LINK_BASE + ENTRY_OFFSET - IRQ_BYTES : _boot_stack_top;
    _irq_stack_top = _irq_stack_base + IRQ_BYTES;
    _data_end = .;
    _kernel_end = .;

    /DISCARD/ : {
        *(.comment) *(.note*) *(.eh_frame*) *(.reginfo) *(.MIPS.*) *(.gnu.attributes) *(.pdr) *(.mdebug*)
    }
}
