#!/bin/sh
# SPDX-License-Identifier: MIT
# How boards/msim/run calls the simulator and what it tells the user, tested with fake simulators that print their
# input; real ones need not be installed.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

# An image of 32 KiB: the two vectors, an entry point, and nothing.
cat >"$work/kernel.S" <<'TEXT'
    .text
    .space 0x400
    .globl _start
_start:
    .word 0x28
    .bss
    .space 0x7000
TEXT
echo 'SECTIONS { . = 0x80000000; .text : { *(.text) } . = 0x80001000; .bss : { *(.bss) } /DISCARD/ : { *(.MIPS.abiflags .reginfo) } }' >"$work/kernel.lds"
clang --target=mipsel-none-elf -c -o "$work/kernel.o" "$work/kernel.S" &&
    ld.lld -e _start -T "$work/kernel.lds" -o "$work/kernel.elf" "$work/kernel.o" 2>"$work/out"
report $? "an image to run"

# Each prints the configuration, the head of the image and an exit line.
mkdir "$work/new" "$work/old" "$work/none" "$work/mute"
cat >"$work/new/msim" <<'TEXT'
#!/bin/sh
while [ "$1" != -c ]; do shift; done
case $2 in *ask.conf) exit 0 ;; esac
cat "$2"
echo "args: $(dd if="${2%/*}/kernel.bin" bs=1 skip=128 count=256 2>/dev/null | tr -d '\0')"
echo "loader:$(od -An -tx4 "${2%/*}/loader.bin" | tr -s ' ')"
echo "[exit] status=042"
TEXT
{
    sed 1q "$work/new/msim"
    echo 'grep -q dr4kcpu "$2" && { echo "Error: Unknown device type"; exit 1; }'
    sed 1d "$work/new/msim"
} >"$work/old/msim"
printf '#!/bin/sh\necho nothing\necho "<msim> Error: no"\n' >"$work/mute/msim"
chmod +x "$work"/*/msim
run() { # KIND [FLAGS...] KERNEL [ARGS]
    PATH=$work/$1:$PATH
    shift
    boards/msim/run "$@" >"$work/out" 2>&1
    status=$?
    PATH=$path
}
path=$PATH
shows() {
    for line; do
        grep -qxF -- "$line" "$work/out" || return 1
    done
}

run new -m 48 "$work/kernel.elf" lab=mem x=1
[ $status -eq 42 ] && shows 'add dr4kcpu cpu0' 'add rwm mainmem 0' 'mainmem generic 48K' 'args: lab=mem x=1' \
    'add dprinter printer 0x10000000' 'loader: 3c1f8000 37ff0400 03e00008 00000000' && ! grep -q nomem "$work/out"
report $? "MSIM 2 and 3 get a dr4kcpu, the memory asked for, the arguments and the boot ROM, and their status comes back"
run old "$work/kernel.elf"
[ $status -eq 42 ] && shows 'add dcpu cpu0' && ! grep -q dr4kcpu "$work/out"
report $? "an older MSIM gets a dcpu"
export MSIM_NOMEM=break
run new -m 64 "$work/kernel.elf"
unset MSIM_NOMEM
shows 'add dnomem nomem 0x10000 0xfff0000' 'nomem mode break'
report $? "a watch on absent memory begins where memory ends"
run mute "$work/kernel.elf"
[ $status -eq 125 ] && grep -q 'ended before the kernel did: <msim> Error: no$' "$work/out"
report $? "an end without an exit line is status 125"
run new -m 28 "$work/kernel.elf"
[ $status -eq 2 ] && grep -q 'takes 32 KiB, the machine is to have 28' "$work/out"
report $? "less memory than the image takes is refused"
run new -m 50 "$work/kernel.elf"
[ $status -eq 2 ] && grep -q 'multiples of 4 KiB' "$work/out"
report $? "so is a size that MSIM cannot have"
run new -m 262148 "$work/kernel.elf"
[ $status -eq 2 ] && grep -q 'at most 262144 KiB' "$work/out" && run new -m 64K "$work/kernel.elf"
[ $status -eq 2 ] && grep -q 'a number of KiB, not "64K"' "$work/out"
report $? "and one that is too large, or no number"
run new "$work/kernel.elf" "$(printf %0256d 0)"
[ $status -eq 2 ] && grep -q 'at most 254' "$work/out"
report $? "and arguments that do not fit"
ls -A "$work/kernel.elf.msim" >"$work/out"
[ ! -s "$work/out" ]
report $? "nothing of all that is left behind"

# A machine with every command except msim.
for tool in sh cat sed mkdir mktemp rm; do
    ln -s "$(command -v $tool)" "$work/none/$tool"
done
PATH=$work/none boards/msim/run "$work/kernel.elf" >"$work/out" 2>&1
[ $? -eq 2 ] && grep -q 'not on PATH' "$work/out" && grep -q 'https://d3s.mff.cuni.cz/software/msim/' "$work/out"
report $? "without msim, where to get it is told, and the status is 2"
echo "1..$count"
exit $failed
