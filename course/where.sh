#!/bin/sh
# SPDX-License-Identifier: MIT
# Print the places in the source of the addresses in a kernel's report: function, file and line of the instruction that
# failed (EPC, ELR) or ran last (PC), and of its callers, or of the call of the debugger in which the output ends. The image
# itself contains no such table.
#   course/where.sh IMAGE OUTPUT
set -eu
export LC_ALL=C
image=$1
# From a return address back into the call: on MIPS its delay slot lies between.
back=5
! llvm-readelf -h "$image" | grep -q 'Machine: *AArch64' || back=1
# Lines of "WORD ADDRESS". The backtrace repeats the first address.
addresses=$(awk '
    match($0, /(EPC|ELR|PC)=0x[0-9a-f]+/) {
        split(substr($0, RSTART, RLENGTH), part, "=")
        first = part[2]
        print "at", first
    }
    first != "" && !backtrace && match($0, /(^| )ra (0x)?[0-9a-f]+/) {
        ra = substr($0, RSTART, RLENGTH)
        sub(/^ *ra (0x)?/, "", ra)
    }
    /^\[bt\]  *#0 / { backtrace = 1; if (first == "") print "at", $3; next }
    /^\[bt\]  *#[0-9]+ +0x/ { backtrace = 1; print "called", $3 }
    /^\[stack\] 0x/ { words = 1 }
    /^\[debugger\] called from 0x/ { debugger = $4; next }
    NF > 0 && !/^<msim> / && !/^Cycles: / && !/^boards\// { debugger = "" }
    END { if (first == "" && !backtrace && debugger != "") print "debugger", debugger }
    END { if (!backtrace && !words && ra != "") print "called", "0x" ra }' "$2"
    "${0%/*}/unwind.pl" "$image" "$2" | sed 's/^/called /')
[ -n "$addresses" ] || exit 0
innermost=1
printf '%s\n' "$addresses" | while read -r word address; do
    at=$address
    [ "$word" = at ] || at=$(printf '0x%x' $((address - back)))
    # FUNCTION at FILE:LINE
    place=$(llvm-addr2line -f -p -e "$image" "$at" | sed 's/ (discriminator [0-9]*)$//')
    function=${place%% at *}
    function=${function%%.*} # gcc's copies of a function: NAME.constprop.0
    line=${place#* at }
    line=${line#"$PWD"/}
    case $function in
    '??' | '') continue ;;
    # They report what others have done.
    ktest_print_backtrace | report_panic | debug_panic | ktest_failed | ktest_fail_at | ktest_check_*) continue ;;
    esac
    [ -z "$innermost" ] || [ "$word" = debugger ] || word=at
    innermost=
    case $word in
    at) echo "at $function(), $line ($address)" ;;
    debugger) echo "the debugger is called from $function(), $line ($address)" ;;
    *) echo "called from $function(), $line ($address)" ;;
    esac
done
