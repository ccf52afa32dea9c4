#!/bin/sh
# SPDX-License-Identifier: MIT
# Print, as assembly, the table that maps addresses to function names (read by kernel/src/debug/symbols.c): a count; per
# function, by rising address, its offset from LINK_BASE, the offset of its name, and its worst-case stack from a file
# of lines "NAME BYTES" (0: unknown; odd: possibly more; what exceeds 16 bits is 65535); then the names.
#   scripts/symbols.sh NM KERNEL LINK_BASE WORST
set -eu
export LC_ALL=C
"$1" -n "$2" | awk -v base="$3" '
BEGIN { n = 0 }
FNR == NR {
    worst[$1] = $2
    next
}
# Compare as text: as numbers, 4020e440 and the like all overflow to infinity.
$2 ~ /^[tTwW]$/ && $3 !~ /^[$.]/ && $1 "" != last {
    last = $1 ""
    address[n] = $1
    name[n++] = $3
}
END {
    print "    .section .symbols, \"a\""
    print "    .balign 8"
    print "    .long " n
    for (i = 0; i < n; i++) {
        bytes = worst[name[i]] + 0
        print "    .long (0x" address[i] " - " base ") & 0xffffffff"
        print "    .hword " (offset + 0) ", " (bytes > 65535 ? 65535 : bytes)
        offset += length(name[i]) + 1
    }
    for (i = 0; i < n; i++)
        print "    .asciz \"" name[i] "\""
}' "$4" -
