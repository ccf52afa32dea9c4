#!/bin/sh
# SPDX-License-Identifier: MIT
# Print the memory that a kernel's image takes, in KiB from the start of RAM, bss and stacks included. An emulator does not
# notice that a machine has less, and the kernel would fail in unpredictable ways.
#   boards/needs.sh KERNEL
set -eu
export LC_ALL=C
# RAM starts at a multiple of 1 GiB on every board.
end=$(llvm-nm "$1" | sed -n 's/^\([0-9a-f]*\) [A-Za-z] _kernel_end$/\1/p')
echo $((((0x$end & 0x3fffffff) + 1023) / 1024))
