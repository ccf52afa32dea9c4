#!/bin/sh
# SPDX-License-Identifier: MIT
# tools/limit.pl: statuses, limits, and that all it started ends with it and with its parent, within a second.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/out
. tests/tap.sh

# Stands in for an emulator behind a shell; a stubborn one ignores signals. It tells its processes, and when it runs.
cat >"$work/stand-in" <<'TEXT'
#!/bin/sh
[ "$1" != stubborn ] || trap '' TERM INT HUP
(
    [ "$1" != stubborn ] || trap '' TERM INT HUP
    echo $$ >>"$2/pids"
    exec sleep 600
) &
echo $! >>"$2/pids"
echo $$ >>"$2/pids"
: >"$2/up"
wait
TEXT
chmod +x "$work/stand-in"
start() { # COMMAND...: in the background; waits until the stand-in runs
    rm -f "$work/pids" "$work/up"
    "$@" &
    started=$!
    while [ ! -e "$work/up" ]; do sleep 0.05; done
}
all_gone() { # within a second; within ten on a loaded machine
    tries=0
    while [ $tries -lt 100 ]; do
        tries=$((tries + 1))
        left=
        while read -r pid; do
            # An ended one may wait for whoever adopted it.
            case $(ps -o stat= -p "$pid") in '' | Z*) ;; *) left="$left $pid" ;; esac
        done <"$work/pids"
        [ -n "$left" ] || return 0
        sleep 0.1
    done
    # shellcheck disable=SC2086
    ps -o pid,ppid,stat,args -p $left >"$work/out"
    # shellcheck disable=SC2086
    kill -9 $left
    return 1
}

for status in 0 7 255; do
    tools/limit.pl 5 sh -c "exit $status" >"$work/out" 2>&1
    [ $? -eq $status ]
    report $? "status $status comes through"
done
tools/limit.pl 5 sh -c 'kill -KILL $$' >"$work/out" 2>&1
[ $? -eq 137 ]
report $? "a command that a signal ended is told by 128 and the signal"
tools/limit.pl 5 "$work/none" >"$work/out" 2>&1
[ $? -eq 127 ] && grep -q "$work/none" "$work/out"
report $? "a command that is not there has status 127"
for words in '' 'x true' '0 true' '1' '-w x 1 true' '-w 1'; do
    # shellcheck disable=SC2086
    tools/limit.pl $words >"$work/out" 2>&1
    [ $? -ne 0 ] && grep -q '^usage: ' "$work/out"
    report $? "\"limit.pl $words\" shows the usage"
done

tools/limit.pl 1 sh -c 'while :; do :; done' >"$work/out" 2>&1
[ $? -eq 124 ]
report $? "a command that computes longer than its limit ends with 124"
tools/limit.pl 1 sh -c 'sh -c "while :; do :; done"; exit $?' >"$work/out" 2>&1
[ $? -eq 124 ]
report $? "so does one behind a shell"
tools/limit.pl -w 1 30 sleep 60 >"$work/out" 2>&1
[ $? -eq 124 ]
report $? "a command that only waits ends with 124, too"
tools/limit.pl 1 sleep 2 >"$work/out" 2>&1
report $? "but waiting costs none of the CPU time"
tools/limit.pl -w 3 30 sleep 4 >"$work/out" 2>&1 &
started=$!
sleep 0.5
kill -STOP $started
sleep 3
kill -CONT $started
wait $started
report $? "nor does time count in which the limit itself stands still"

for signal in TERM INT HUP; do
    for kind in plain stubborn; do
        start tools/limit.pl 60 "$work/stand-in" $kind "$work"
        kill -$signal $started
        all_gone
        report $? "SIG$signal ends a $kind command and what it started"
        wait $started 2>/dev/null
    done
done
start sh -c 'tools/limit.pl 60 "$@"; exit' sh "$work/stand-in" plain "$work"
kill -KILL $started
wait $started 2>/dev/null
all_gone
report $? "so does the end of the process that started it"
start tools/limit.pl 60 tools/limit.pl 60 "$work/stand-in" plain "$work"
kill -TERM $started
all_gone
report $? "one limit inside another ends as well"
[ "$(tools/limit.pl 5 tools/limit.pl 60 sh -c 'ulimit -S -t' 2>"$work/out")" = 5 ] && [ ! -s "$work/out" ]
report $? "and the smaller limit holds"
tools/limit.pl 5 sh -c 'sleep 600 & echo $! >'"$work/pids" >"$work/out" 2>&1
all_gone
report $? "what a command leaves behind ends with it"
echo "1..$count"
exit $failed
