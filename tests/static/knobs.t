#!/bin/sh
# SPDX-License-Identifier: MIT
# The build: knobs recompile only the files that use them, headers are tracked, nothing is built twice, and `make run` runs
# the last build.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

# In a copy, because a header is touched that other programs' kernels depend on. Its path has a blank.
mkdir "$work/the tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t "$work/the tree"
tests/kernel/kernel.sh qemu-virt-aarch64-clang >"$work/out" 2>&1
tests/kernel/seed.sh "$builds/qemu-virt-aarch64-clang" "$work/the tree/build/qemu-virt-aarch64-clang"
cd "$work/the tree" || exit 1
build() { # the lines that name the files built
    MAKEFLAGS='' make --no-print-directory "$@" >"$work/out" 2>&1
}
compiled() {
    grep -c '^  \(CC\|AS\) ' "$work/out"
}
kernel=build/qemu-virt-aarch64-clang/kernel.elf

# tests/static/concurrent.t and build_folder.t build from nothing.
build -j2 && [ -e $kernel ] && [ "$(compiled)" -eq 0 ]
report $? "objects of another tree with the same files are up to date"
build && [ "$(compiled)" -eq 0 ] && ! grep -q '^  LD' "$work/out"
report $? "a second make builds nothing"
build MEM_LAB_MODE=1 && [ "$(compiled)" -eq 1 ] && grep -q 'CC   kernel/src/job.c' "$work/out"
report $? "MEM_LAB_MODE=1 recompiles kernel/src/job.c alone"
boards/boot.sh 20 qemu-virt-aarch64 -i $kernel >"$work/out" && grep -q '^\[mem-lab\] verdict: PASS' "$work/out"
report $? "and the kernel runs the memory lab by itself"
build run </dev/null && grep -q '^\[mem-lab\] verdict: PASS' "$work/out" && [ "$(compiled)" -eq 0 ]
report $? "make run keeps the knobs of the last build"
build && [ "$(compiled)" -eq 1 ]
report $? "make without knobs goes back to the defaults"
! build run TICK_HZ=0 && build run </dev/null && grep -q '^\[boot\] nothing to run' "$work/out" && [ "$(compiled)" -eq 0 ]
report $? "make run with a wrong value changes nothing for the next"
# In the table's bounds, and yet no kernel comes out of it.
! build TICK_HZ=200 STACK_REPORT=false && build run </dev/null && grep -q '^\[boot\] nothing to run' "$work/out" &&
    grep -q 'CONFIG_TICK_HZ 1000$' ${kernel%/*}/config/tick_hz.h
report $? "nor does a build that fails"
build HEAP_PRESET=debug TICK_HZ=200 && grep -q 'CC   libmem/src/mem_heap.c$' "$work/out" &&
    grep -q 'CC   libmem/src/mem_heap_report.c$' "$work/out" && [ "$(compiled)" -le 20 ]
report $? "make HEAP_PRESET=debug recompiles the heap and few other files"
build run ARGS="fault=heap_misuse" </dev/null
grep -q 'heap block: asked 40000, .* used by 0x' "$work/out" && [ "$(compiled)" -eq 0 ]
report $? "and make run then has the heap with its debug preset"
build run THREAD_MAX=64 </dev/null && [ "$(compiled)" -le 10 ] && grep -q 'CONFIG_TICK_HZ 200$' ${kernel%/*}/config/tick_hz.h
report $? "make run with a knob keeps the others, and recompiles few files"
! build run MOCK_HEAP_SIZE=128M </dev/null && grep -q '^the kernel takes 13[0-9]* KiB, and the machine has MEM_KB=131072$' "$work/out"
report $? "make run on a machine that is too small for the kernel says so"
given="HEAP_PRESET=debug KERNEL_DEBUG=1"
# $given is a list of words.
# shellcheck disable=SC2086
build $given MEM_KB=64M V=0 && grep -q 'CONFIG_KERNEL_DEBUG 1$' ${kernel%/*}/config/kernel_debug.h
report $? "make KERNEL_DEBUG=1 builds"
# shellcheck disable=SC2086
build $given TICK_HZ=100 && [ "$(compiled)" -ge 1 ] && [ "$(compiled)" -le 3 ]
report $? "TICK_HZ=100 recompiles at most three files"
# shellcheck disable=SC2086
build $given TESTS=0 && boards/boot.sh 20 qemu-virt-aarch64 -i $kernel >"$work/out" && grep -q '^  run=monitor ' "$work/out" &&
    ! grep -q '^  \(lab\|test\|fault\)=' "$work/out" && [ "$(grep -c '^\[ps\] .* \(ready\|running\) ' "$work/out")" -eq 2 ]
report $? "make TESTS=0 builds a kernel without tests and labs, and it boots"
touch -c kernel/include/exit.h
# shellcheck disable=SC2086
build $given TICK_HZ=100 && [ "$(compiled)" -gt 3 ] && ! grep -q 'mem_pool.c' "$work/out"
report $? "a touched header recompiles those who include it, and not others"
flags() { # of one object of each kind
    # shellcheck disable=SC2086
    build $given TICK_HZ=100 ARCH_CFLAGS_clang="$1" ${kernel%/*}/arch/aarch64/src/start.S.o \
        ${kernel%/*}/libmem/src/mem_pool.c.o ${kernel%/*}/kernel/src/main.c.o
}
flags '-mcpu=cortex-a53' && [ "$(compiled)" -eq 3 ] && flags '-mcpu=cortex-a53' && [ "$(compiled)" -eq 0 ]
report $? "other compiler flags recompile an object, and the same flags do not"
echo "1..$count"
exit $failed
