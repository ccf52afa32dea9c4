/* SPDX-License-Identifier: MIT */
/*
 * Layout of the kernel image. Permissions change at page boundaries only; below
 * each stack lies a guard, which stays unmapped. LINK_BASE comes from the board.
 */
#include <arch/impl/mmu.h>

#include "src/layout.h"

ENTRY(_start)

SECTIONS
{
    . = LINK_BASE;
    _kernel_start = .;
    _text_start = .;
    .text : { *(.entry) *(.vectors) *(.text .text.*) }
    . = ALIGN(PAGE_BYTES);
    _text_end = .;

    _rodata_start = .;
    .rodata : {
        *(.rodata .rodata.*)
        . = ALIGN(8);
        __boot_jobs_start = .;
        KEEP(*(SORT_BY_NAME(.boot_jobs*)))
        __boot_jobs_end = .;
    }
    /* Last, so that filling it moves no function that it names. */
    .symbols : ALIGN(8) {
        __symbols_start = .;
        KEEP(*(.symbols))
        __symbols_end = .;
    }
    . = ALIGN(PAGE_BYTES);
    _rodata_end = .;

    _data_start = .;
    .data : { *(.data .data.*) }
    . = ALIGN(16);
    .bss (NOLOAD) : {
        _bss_start = .;
        *(.bss .bss.* COMMON)
        . = ALIGN(16);
        _bss_end = .;
        . = ALIGN(PAGE_BYTES);
        _data_end = .;

        . += ARCH_STACK_GUARD_BYTES;
        _boot_stack_base = .;
        . += BOOT_STACK_BYTES;
        _boot_stack_top = .;
        . += ARCH_STACK_GUARD_BYTES;
        _irq_stack_base = .;
        . += IRQ_STACK_BYTES;
        _irq_stack_top = .;
        . += ARCH_STACK_GUARD_BYTES;
        _emergency_stack_base = .;
        . += EMERGENCY_STACK_BYTES;
        _emergency_stack_top = .;

        _heap_start = .;
        . += EARLY_HEAP_BYTES;
        _heap_end = .;
    }
    _kernel_end = .;
    /* For the header of the image (start.S). */
    _image_offset = LINK_BASE & 0x1fffff;
    _image_bytes = _kernel_end - _kernel_start;

    /DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) *(.ARM.exidx*) }
}
