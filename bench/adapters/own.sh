#!/bin/sh
# SPDX-License-Identifier: MIT
# Build an object for bench/adapters/own.c with two global symbols. own_PRESET is the table of allocators, linked with
# SOURCE... . twins_PRESET is the same compiled table, linked with functions that have the allocators' names but only
# return. If an allocator defines its struct mem_allocator outside the table's source, it has no wrappers: all members of
# its twin are a function that only returns. A program can contain several such objects.
# usage: own.sh OBJECT PRESET COMPILER FLAGS TABLE.c SOURCE...
set -eu
export LC_ALL=C
object=$1
preset=$2
cc=$3
flags=$4
shift 4
folder=${object%.o}
rm -rf "$folder"
mkdir -p "$folder"
table=$folder/$(basename "$1").o

# link NAME OBJECT...: one object, whose only global symbol is the table, called NAME.
link()
{
    name=$1
    shift
    $cc -no-pie -nostdlib -r -o "$folder/$name" "$@"
    objcopy --redefine-sym "mem_allocators=$name" --keep-global-symbol="$name" "$folder/$name"
}

for source; do
    # Lists of words.
    # shellcheck disable=SC2086
    $cc $flags -c -o "$folder/$(basename "$source").o" "$source"
done
link "own_$preset" "$folder"/*.o
nm -u "$table" | awk '
    $2 !~ /^mem_/ { next }
    $2 ~ /^mem_allocator_/ { data = data ".globl " $2 "; " $2 ": .rept 64; .dc.a nothing; .endr\n"; next }
    { text = text ".globl " $2 "; " $2 ":\n" }
    END { print text "nothing: ret\n.section .rodata\n" data ".section .note.GNU-stack, \"\", @progbits" }' |
    $cc -c -x assembler -o "$folder/return" -
link "twins_$preset" "$table" "$folder/return"
$cc -no-pie -nostdlib -r -o "$object" "$folder/own_$preset" "$folder/twins_$preset"
