#!/bin/sh
# SPDX-License-Identifier: MIT
# tools/stack/graph.pl: frames, calls and addresses in C and assembly; the same calls as gcc reports; unknown machines,
# relocations and instructions are errors. tools/stack/Depth.pm: depths of small graphs. With the argument "full", as in
# `make check-all`, also the calls in the kernels of boards that `make test` does not build.
set -u
full=${1:-}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

# --- Small assembly and C files ---------------------------------------------------------------------------------------

build() { # TARGET FILE: object FILE.o from the standard input, and its graph in $work/out
    cat >"$work/$2"
    case $2 in
    *.c) set -- "$1" "$2" -O2 -ffreestanding -ffunction-sections -fdata-sections -fstack-usage ;;
    esac
    target=$1
    file=$2
    shift 2
    clang --target="$target" "$@" -c -o "$work/$file.o" "$work/$file" && graph "$file"
}
graph() { # FILE...
    (cd "$work" && "$OLDPWD/tools/stack/graph.pl" llvm-objdump . $(printf './%s.o ' "$@") >out 2>&1)
}
expect() { # DESCRIPTION LINE...
    description=$1
    shift
    good=0
    for line; do
        grep -qxF "$line" "$work/out" || good=1
    done
    report $good "$description"
}
refused() { # STATUS OF graph.pl, DESCRIPTION, PATTERN
    [ "$1" -ne 0 ] && grep -q "$3" "$work/out"
    report $? "$2"
}

arm=aarch64-none-elf
mips=mipsel-none-elf
riscv=riscv64-none-elf
build $arm push.S <<'END'
    .globl entry, handler
entry:
    stp     x0, x1, [sp, #-16]!
    sub     sp, sp, #64
    bl      handler
    add     sp, sp, #64
    ldp     x0, x1, [sp], #16
    cbz     x0, other
    nop
last:
    ret
other:
    mov     sp, x1
    adrp    x2, handler
    blr     x2
    b       entry
END
expect "AArch64: pushes, targets and fall-through of assembly" \
    'node entry 80 assembly push.S' 'edge entry handler push.S' 'edge entry push.S:other push.S' \
    'falls entry push.S:last push.S' 'node push.S:last 0 assembly push.S' 'node push.S:other 0 dynamic push.S' \
    'edge push.S:other * push.S' 'edge push.S:other entry push.S'
! grep -q '^falls push.S:last' "$work/out"
report $? "AArch64: no fall-through behind a return"
build $arm pointers.S <<'END'
    .globl first, second, third
    .type first, %function
first:
second:
third:
    ret
    .data
table:
    .quad second
END
expect "two names of one address are one, also in data" 'node first 0 assembly pointers.S' 'taken first .data pointers.S'
build $arm caller.c <<'END'
void third(void);
void caller(void) { third(); }
END
graph caller.c pointers.S
expect "from another object, too" 'edge caller first caller.c'
build $mips push.S <<'END'
    .set noreorder
    .globl entry, handler
entry:
    addiu   $sp, $sp, -24
    jal     handler
    addiu   $sp, $sp, -16
    bnez    $2, other
    addiu   $sp, $sp, 40
    jr      $ra
    nop
other:
    lw      $sp, 0($4)
    jalr    $25
    nop
    b       entry
    nop
apart:
    j       entry
    nop
END
expect "MIPS: the same, with delay slots" \
    'node entry 40 assembly push.S' 'edge entry handler push.S' 'edge entry push.S:other push.S' \
    'node push.S:other 0 dynamic push.S' 'edge push.S:other * push.S' 'edge push.S:other entry push.S' \
    'edge push.S:apart entry push.S'
! grep -q '^falls' "$work/out"
report $? "MIPS: no fall-through behind a jump and its delay slot"
build $riscv push.S <<'END'
    .option norvc
    .option norelax
    .globl entry, handler
entry:
    addi    sp, sp, -64
    call    handler
    la      a0, held
    beqz    a0, other
    addi    sp, sp, 64
    tail    away
other:
    mv      sp, a1
    jalr    a2
    j       entry
itself:
    addi    sp, sp, -16
    call    itself
held:
    ret
END
expect "RISC-V: the same, with calls and addresses in two instructions" \
    'node entry 64 assembly push.S' 'edge entry handler push.S' 'edge entry push.S:other push.S' 'edge entry away push.S' \
    'node push.S:other 0 dynamic push.S' 'edge push.S:other * push.S' 'edge push.S:other entry push.S' \
    'edge push.S:itself push.S:itself push.S' 'falls push.S:itself push.S:held push.S' 'taken push.S:held entry push.S'
! grep -q '^falls entry\|^falls push.S:other\|^edge entry \*' "$work/out"
report $? "RISC-V: a call in two instructions is none through a pointer, and no fall-through behind a jump"

build $arm frames.c <<'END'
void use(void *);
void fixed(void) { char x[100]; use(x); }
void grows(unsigned long n) { use(__builtin_alloca(n)); }
void aligned(void) { _Alignas(64) char x[64]; use(x); }
void itself(int n) { char x[8]; use(x); if (n) itself(n - 1); use(x); }
void through(void (*f)(void)) { f(); }
static void held(void) { }
void (*const table[])(void) = {held};
int choose(int n) { switch (n) { case 0: use(0); return 5; case 1: return 9; case 2: return 1; case 3: use(&n); return 4;
    case 4: return 77; case 5: return 6; default: return 0; } }
END
expect "C: frames, and those of no fixed size" 'node fixed 128 static frames.c' 'node grows 16 dynamic frames.c' \
    'node aligned 128 dynamic frames.c'
expect "C: calls, recursion, calls through pointers, addresses taken" 'edge fixed use frames.c' \
    'edge itself itself frames.c' 'edge through * frames.c' 'taken frames.c:held table frames.c'
! grep -Eq '^edge choose (\*|choose)|taken choose' "$work/out"
report $? "C: a switch is not a call"
sed -i '/:fixed/d' "$work/frames.c.su"
graph frames.c
refused $? "C: a missing frame size is an error" 'the frame size of fixed() is unknown'

build $arm unknown.S <<'END'
here:
    drps
END
refused $? "AArch64: an unknown transfer of control is an error" 'here() has an unknown instruction: drps'
build $arm opaque.S <<'END'
    .arch_extension pauth
here:
    blraaz  x0
END
expect "AArch64: an instruction unknown to objdump may go anywhere" 'edge opaque.S:here ? opaque.S'
build $mips opaque.S <<'END'
here:
    .word   0x7c00ffff
END
expect "MIPS: the same" 'edge opaque.S:here ? opaque.S'
build $arm unknown.S <<'END'
here:
    adrp    x0, :tlsdesc:there
END
refused $? "AArch64: an unknown relocation in code is an error" 'here has an unknown relocation: R_AARCH64_TLSDESC_ADR_PAGE21'
build $mips unknown.S <<'END'
    .data
there:
    .gpword there
END
refused $? "MIPS: an unknown relocation in data is an error" 'data has an unknown relocation: R_MIPS_GPREL32'
build i386-none-elf unknown.S <<'END'
    ret
END
refused $? "an unknown machine is an error" 'unknown machine elf32-i386'

# --- Depths -----------------------------------------------------------------------------------------------------------

depth() { # DESCRIPTION RESULT EDGES [FUNCTION TIMES]...: every function takes 10 bytes
    description=$1
    result=$2
    shift 2
    perl -Itools/stack -MDepth -e '
        my (%bytes, %calls, %limits);
        for (split " ", shift) { my ($from, $to) = split />/; $bytes{$_} = 10 for $from, $to; $calls{$from}{$to} = 1 }
        while (my ($function, $times) = splice @ARGV, 0, 2) { $limits{$function} = [$times, "why", scalar keys %limits] }
        my $deep = Depth->new(bytes => \%bytes, calls => \%calls, flags => {}, limits => \%limits)->from("a");
        print join(" ", $deep->{bytes}, grep { /endless/ } sort keys %{$deep->{flags}}), "\n"' "$@" >"$work/out" 2>&1
    [ "$(cat "$work/out")" = "$result" ]
    report $? "depth: $description"
}
depth "the deepest of several chains" 40 'a>b b>c a>d d>e e>f'
depth "recursion up to its limit" 40 'a>b b>b' b 3
depth "recursion through two functions, then a call" 70 'a>b b>c c>b b>d' b 3
depth "a limit restarts within an earlier one" 70 'a>x x>y y>y y>x' x 2 y 2
depth "an earlier limit does not restart within a later one" 60 'a>x x>y y>y y>x' y 2 x 2
depth "a cycle without a limit, and its path" '40 endless recursion: b > c > b' 'a>b b>c c>b c>d'
depth "the same inside a cycle with a limit" '40 endless recursion: c > c' 'a>b b>c c>c c>b c>d' b 2

# --- The whole kernel -------------------------------------------------------------------------------------------------

# Calls that graph.pl misses or invents. gcc reports its own call graph (FILE.ci). It calls some functions by their parts,
# and titles weak functions with the file as if they were static.
short() { sed -E 's/\.(part|isra|constprop|cold)[^ ]*//g; s/[^ ]+\.c://g' | LC_ALL=C sort -u; }
for board in qemu-virt-aarch64 malta ${full:+$(tests/kernel/kernel.sh -s | sed -n 's/-gcc$//p')}; do
    cross=$(sed -n 's/^ARCH_CROSS_gcc := //p' "arch/$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")/arch.mk")
    if ! command -v "${cross}gcc" >/dev/null; then
        report 0 "$board: the calls that gcc reports # SKIP ${cross}gcc is not installed"
        continue
    fi
    build=$builds/$board-gcc
    make --no-print-directory -s -j2 BOARD=$board TOOLCHAIN=gcc $build/calls >"$work/out" 2>&1
    tr ' ' '\n' <$build/objects | sed -n 's/\.c\.o$/.c.ci/p' | xargs cat | sed -n 's/^edge: { sourcename: "\([^"]*\)" targetname: "\([^"]*\)".*/\1 > \2/p' |
        sed 's/__indirect_call/*/' | short >"$work/gcc"
    awk '$1 == "edge" && $3 != "?" && $4 ~ /\.c$/ { print $2 " > " $3 }' $build/calls | short >"$work/ours"
    diff "$work/gcc" "$work/ours" >>"$work/out" && [ "$(wc -l <"$work/ours")" -gt 500 ]
    report $? "$board: all $(wc -l <"$work/gcc") calls that gcc reports are found in its code, and no others"
done
echo "1..$count"
exit $failed
