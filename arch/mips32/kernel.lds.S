/* SPDX-License-Identifier: MIT */
/*
 * Layout of the kernel image. The vectors start it, at fixed addresses; text,
 * rodata and data follow without page alignment, because kseg0 has no
 * protection that it could serve, and RAM may be scarce. A board whose firmware
 * needs low memory defines IMAGE_HOLE_END: the image then goes on there. The
 * linker's command line may choose other stacks: --defsym=boot_stack_bytes=n.
 */
#include "src/layout.h"

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
    _text_start = .;
    /* Names that no function's own section has (-ffunction-sections makes .text.NAME of them). */
    .vectors : { KEEP(*(.vectors)) KEEP(*(.entry)) } :vectors
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
    /* Last, so that filling it in moves nothing that it names. */
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
        _boot_stack_base = .;
        . += DEFINED(boot_stack_bytes) ? boot_stack_bytes : BOOT_STACK_BYTES;
        _boot_stack_top = .;
        _irq_stack_base = .;
        . += DEFINED(irq_stack_bytes) ? irq_stack_bytes : IRQ_STACK_BYTES;
        _irq_stack_top = .;

        _heap_start = .;
        . += EARLY_HEAP_BYTES;
        _heap_end = .;
    } :data
    _data_end = .;
    _kernel_end = .;

    /DISCARD/ : {
        *(.comment) *(.note*) *(.eh_frame*) *(.reginfo) *(.MIPS.*) *(.gnu.attributes) *(.pdr) *(.mdebug*)
    }
}
