#!/bin/sh
# SPDX-License-Identifier: MIT
# Boot the machines of tests/kernel/matrix.txt and compare each result with what is stated there: those with a star, or
# with the argument "full" all, as `make matrix` and `make check-all` do. The tables in docs/machines.md and README.md must
# be those that this program makes of the same list: "table" prints the first, "summary" the second, "write" writes both.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
list=tests/kernel/matrix.txt
which=${1:-sample}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log
shown=$log
. tests/tap.sh

rows() {
    grep -v '^#' $list | grep . | sed 's/ *| */|/g'
}
table() { # the table of docs/machines.md
    echo '| machine | kernel | result |'
    echo '|---|---|---|'
    rows | awk -F '|' '{ sub(/^\* /, "", $2); result = $4
        sub(/^refused /, "refused: ", result); sub(/^emulator$/, "QEMU refuses the kernel", result)
        printf "| %s | `%s` | %s |\n", $2, $1, result }'
}
summary() { # the table of README.md
    echo '| kernel | machines it runs on | machines it refuses in one sentence |'
    echo '|---|---|---|'
    rows | awk -F '|' '!($1 in seen) { seen[$1]; order[++n] = $1 }
        $4 == "runs" { good[$1]++ }
        $4 ~ /^refused/ { bad[$1]++ }
        END { for (i = 1; i <= n; i++) printf "| `%s` | %d | %d |\n", order[i], good[order[i]], bad[order[i]] }'
}
case $which in
table | summary)
    $which
    exit
    ;;
write)
    for page in docs/machines.md:table README.md:summary; do
        mark="<!-- ${page#*:} -->"
        ${page#*:} >"$work/made"
        awk -v mark="$mark" -v made="$work/made" '
            !inside { print }
            $0 == mark && !inside { while ((getline line <made) > 0) print line; inside = 1; next }
            $0 == mark { print; inside = 0 }' "${page%:*}" >"$work/page"
        cat "$work/page" >"${page%:*}"
    done
    exit
    ;;
esac

# Boot a job under the usual limit; the output in $log, the kernel's status in $status.
boot() { # JOB
    if [ "$how" = "${how#image}" ]; then
        # $how is a list of flags.
        # shellcheck disable=SC2086
        boards/boot.sh 60 "$board" -i $how "$kernel" "$1" >"$log.raw" 2>&1
        status=$?
    else
        image=$work/$board.img
        [ -e "$image" ] || llvm-objcopy -O binary "$kernel" "$image"
        emulator=$(sed -n 's/^BOARD_EMULATOR := //p' "boards/$board/board.mk")
        # shellcheck disable=SC2086
        tools/limit.pl 60 "$emulator" ${how#image} -nographic -nic none -semihosting -icount shift=0,sleep=off \
            -kernel "$image" -append "$1" >"$log.raw" 2>&1 </dev/null
        status=$?
    fi
    tr -d '\r' <"$log.raw" >"$log"
}
# The tests of a machine that runs. $why names the first that fails.
runs() {
    bits=$(($(od -An -tu1 -j4 -N1 "$kernel") * 32))
    boot lab=mem
    grep '^\[mem-lab' "$log" >"$work/figures"
    [ -e "$work/first$bits" ] || cp "$work/figures" "$work/first$bits"
    why="the memory lab ends with status $status"
    [ $status -eq 0 ] && grep -q 'verdict: PASS' "$work/figures" || return
    why="other figures in the memory lab"
    cmp -s "$work/figures" "$work/first$bits" || return
    for test in $tests; do
        boot "test=$test"
        why="test=$test ends with status $status"
        [ $status -eq 0 ] || return
    done
}
refused() { # SENTENCE
    boot test=memory
    why="status $status"
    [ $status -eq 7 ] && grep -q "^\[board\] this machine is not supported: .*$1" "$log"
}

rows >"$work/rows"
while IFS='|' read -r board machine how result <&3; do
    case $which$machine in
    full* | *\**) ;;
    *) continue ;;
    esac
    machine=${machine#\* }
    use_kernel -r "$board-clang" || continue
    tests="memory irq tick"
    [ "$(sed -n 's/^ARCH := //p' "boards/$board/board.mk")" != aarch64 ] || tests="$tests attributes"
    why=
    case $result in
    runs)
        runs
        report $? "$board on $machine: the memory lab shows its figures; $tests" "$why"
        ;;
    refused*)
        refused "${result#refused }"
        report $? "$board on $machine is refused:${result#refused}" "$why"
        ;;
    *)
        boot test=memory
        [ $status -ne 0 ] && ! grep -q '^Cairn' "$log"
        report $? "$board on $machine: the emulator does not start"
        ;;
    esac
done 3<"$work/rows"

made_here() { # FILE TABLE: the page contains this table
    $2 >"$work/made"
    awk -v mark="<!-- $2 -->" '$0 == mark { inside = !inside; next } inside' "$1" | grep '^|' >"$log"
    cmp -s "$work/made" "$log"
    report $? "$1 contains the table that tests/kernel/matrix.t $2 prints" "$(diff "$work/made" "$log" | sed 1d | head -n 1)"
}
made_here docs/machines.md table
made_here README.md summary
echo "1..$count"
exit $failed
