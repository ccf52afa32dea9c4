#!/bin/sh
# SPDX-License-Identifier: MIT
# The build refuses a kernel with entries, pointers or frames that could overflow a stack and that no row explains. Tried in
# a copy of the tree with such functions. Then rows in the board's own folder explain them, and the same kernel is built.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

# Entered from assembly; address in assembly; a call of a symbol that is no function; called through a pointer from an
# interrupt; a frame larger than the guard, and one that just fits; two that are larger together; a frame of no fixed size.
functions='
#include <arch/mmu.h>
#include <proc/tick.h>
void added_entry(void);
void held_entry(void);
void grows(size_t bytes);
void huge(void);
void fits(void);
void exceeds(void);
void half(void);
void other_half(void);
static void added_hook(void) {}
void held_entry(void) {}
void _kernel_start(void);
void added_entry(void)
{
    tick_set_hook(added_hook);
    _kernel_start();
}
void grows(size_t bytes) { __asm__ volatile("" : : "r"(__builtin_alloca(bytes)) : "memory"); }
void huge(void)
{
    char frame[65536];

    __asm__ volatile("" : : "r"(frame) : "memory");
}
void fits(void)
{
    char frame[ARCH_STACK_GUARD_BYTES - 64];

    __asm__ volatile("" : : "r"(frame) : "memory");
}
void exceeds(void)
{
    char frame[ARCH_STACK_GUARD_BYTES + 16];

    __asm__ volatile("" : : "r"(frame) : "memory");
}
__attribute__((noinline)) void other_half(void)
{
    char frame[ARCH_STACK_GUARD_BYTES / 2];

    __asm__ volatile("" : : "r"(frame) : "memory");
}
void half(void)
{
    char frame[ARCH_STACK_GUARD_BYTES / 2];

    __asm__ volatile("" : : "r"(frame) : "memory");
    other_half();
    __asm__ volatile("" : : "r"(frame) : "memory");
}'

build() { # BOARD TOOLCHAIN
    (cd "$work/tree" && make --no-print-directory -s -j2 BUILD=build BOARD="$1" TOOLCHAIN="$2" TESTS=0) >"$work/out" 2>&1
}
told() { # PATTERN
    grep -Eq "$1" "$work/out"
    report $? "$what: $2"
}

try() { # BOARD TOOLCHAIN PORT SOURCE OLD_ENTRY CALL WORD CALL_THROUGH
    what="$1 $2"
    rm -rf "$work/tree"
    mkdir "$work/tree"
    tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$work/tree"
    chmod -R u+w "$work/tree" # the checkout may be read-only
    kernel=$(tests/kernel/kernel.sh "$1-$2") && tests/kernel/seed.sh "${kernel%/*}" "$work/tree/build/$1-$2"
    printf '%s\n' "$functions" >>"$work/tree/kernel/src/main.c"
    # Rename the entry, and enter another function before it.
    sed -i "s/\\b$5\\b/renamed_entry/" "$work/tree/$3/src"/*.[chS]
    sed -i "s/^\\( *$6 *\\)renamed_entry\$/\\1added_entry\\n    nop\\n&/" "$work/tree/$3/src/$4"
    printf '%s\n' '    .section .entry' '    .balign 8' "    $7 held_entry" stray: "    $8" >>"$work/tree/$3/src/start.S"
    ! build "$1" "$2" && [ ! -e "$work/tree/build/$1-$2/kernel.elf" ]
    report $? "$what: no kernel is built"
    told '^FAIL: .*, which no C function calls, enters renamed_entry\(\) \(a stack row is missing\)$' "a renamed interrupt entry"
    told "^FAIL: .*stack.txt:[0-9]+: $5\\(\\) does not exist\$" "a row with its old name"
    told '^FAIL: .*, which no C function calls, enters added_entry\(\) \(a stack row is missing\)$' "an added interrupt entry"
    told '^FAIL: added_entry .* contains the address of .*added_hook\(\) \(a calls or taken row is missing\)$' "an added handler, called through a pointer"
    told '^FAIL: .* contains the address of held_entry\(\) \(a stack row is missing\)$' "an entry whose address is in assembly"
    told '^FAIL: .*:stray, which no C function calls, calls through a pointer \(a calls row is missing\)$' "assembly that calls through a pointer"
    told '^FAIL: added_entry\(\) calls _kernel_start\(\), which is no known function$' "a call of an unknown function"
    told '^FAIL: grows\(\) has a frame of no fixed size' "alloca()"
    told '^FAIL: huge\(\) has a frame of 65[0-9]* bytes; [0-9]+ are unmapped' "a frame of 64 KiB"
    told '^FAIL: exceeds\(\) has a frame of [0-9]+ bytes; [0-9]+ are unmapped' "a frame a little larger than the guard"
    told '^FAIL: half\(\) has a frame of [0-9]+ bytes, other_half\(\), which it calls,' "two adjacent frames that are too large together"
    [ "$(grep -c '^FAIL' "$work/out")" -eq 11 ]
    report $? "$what: nothing else is refused, not a frame that just fits"

    sed -i "/ $5 /d" "$work/tree/$3/stack.txt"
    sed -i '/_kernel_start/d' "$work/tree/kernel/src/main.c"
    cat >>"$work/tree/boards/$1/stack.txt" <<END
stack interrupt renamed_entry 16 _irq_stack_base _irq_stack_top
stack interrupt added_entry   16 _irq_stack_base _irq_stack_top
stack interrupt held_entry     0 _irq_stack_base _irq_stack_top
calls kernel/src/proc/tick.c added_hook
calls $3/src/start.S held_entry
frame grows it is a test
frame huge  it is a test
frame exceeds it is a test
frame half  it is a test
END
    build "$1" "$2"
    report $? "$what: the kernel is built with rows in the board's own folder"
}
for toolchain in clang gcc; do
    if [ $toolchain = gcc ] && ! command -v aarch64-linux-gnu-gcc >/dev/null; then
        report 0 "gcc # SKIP aarch64-linux-gnu-gcc is not installed"
    else
        try qemu-virt-aarch64 $toolchain arch/aarch64 entry.S aarch64_irq bl .quad 'blr x9'
    fi
    if [ $toolchain = gcc ] && ! command -v mipsel-linux-gnu-gcc >/dev/null; then
        report 0 "gcc # SKIP mipsel-linux-gnu-gcc is not installed"
    else
        try malta $toolchain arch/mips32 vectors.S mips32_exception jal .word 'jalr $25'
    fi
done
echo "1..$count"
exit $failed
