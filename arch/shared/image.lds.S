/* SPDX-License-Identifier: MIT */
/*
 * Layout of a kernel image with page permissions, for ports to include behind
 * their arch/impl/mmu.h and layout.h. Permissions change at page boundaries only;
 * below each stack lies a guard, which stays unmapped. LINK_BASE comes from the
 * board.
 */
#ifndef IMAGE_ALIGN
#define IMAGE_ALIGN PAGE_BYTES
#endif

ENTRY(_start)

SECTIONS
{
    . = LINK_BASE;
    _kernel_start = .;
    _text_start = .;
    .text : { *(.entry) *(.vectors) *(.text .text.*) }
    . = ALIGN(IMAGE_ALIGN);
    _text_end = .;

    _rodata_start = .;
    .rodata : {
        *(.rodata .rodata.* .srodata .srodata.*)
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
    . = ALIGN(IMAGE_ALIGN);
    _rodata_end = .;

    _data_start = .;
    .data : { *(.data .data.* .sdata .sdata.*) }
    . = ALIGN(16);
    .bss (NOLOAD) : {
        _bss_start = .;
        *(.sbss .sbss.* .bss .bss.* COMMON)
        . = ALIGN(16);
        _bss_end = .;
        . = ALIGN(IMAGE_ALIGN);
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

    /DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) *(.ARM.exidx*) *(.riscv.attributes) }
}
