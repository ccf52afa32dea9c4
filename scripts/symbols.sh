#!/bin/sh
# SPDX-License-Identifier: MIT
# Print, as assembly, the table that maps addresses to function names (read by kernel/src/debug/symbols.c): a count; per
# function, by rising address, its offset from LINK_BASE, the offset of its name, and its worst-case stack from a file
# of lines "NAME BYTES" (0: unknown; odd: possibly more; what exceeds 16 bits is 65535); then the names. A name that ends
# another one lies in it.
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
# The longer name in which a name lies, if there is one, and where.
function note_tails(name,    i, tail) {
    for (i = 2; i <= length(name); i++) {
        tail = substr(name, i)
        if (tail in outer)
            return
        outer[tail] = name
        skipped[tail] = i - 1
    }
}
function place(name) {
    return name in outer ? place(outer[name]) + skipped[name] : at[name]
}
END {
    for (i = 0; i < n; i++)
        note_tails(name[i])
    for (i = 0; i < n; i++)
        if (!(name[i] in outer) && !(name[i] in at)) {
            whole[count++] = name[i]
            at[name[i]] = offset + 0
            offset += length(name[i]) + 1
        }
    print "    .section .symbols, \"a\""
    print "    .balign 8"
    print "    .long " n
    for (i = 0; i < n; i++) {
        bytes = worst[name[i]] + 0
        print "    .long (0x" address[i] " - " base ") & 0xffffffff"
        print "    .hword " place(name[i]) ", " (bytes > 65535 ? 65535 : bytes)
    }
    for (i = 0; i < count; i++)
        print "    .asciz \"" whole[i] "\""
}' "$4" -
