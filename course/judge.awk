# SPDX-License-Identifier: MIT
# Judge the output of a kernel test: awk -v status=N -f course/judge.awk OUTPUT, where N is the machine's exit status
# (124: time limit). Prints a one-line reason; the exit status is the verdict.
#
#   [EXPECTED]: x          the next line with "[ ACTUAL ]: " must continue with the same text
#   [EXPECTED BLOCK]: x    one or more; the next lines of output must be exactly these, in order
#   [ ENDS WITH PANIC ]    a panic or an exception that ends the machine must follow, and no pass
#   Test passed.           must appear, unless a panic is expected
#   Test failed.           must not appear
BEGIN {
    expected_mark = "[EXPECTED]: "
    actual_mark = "[ ACTUAL ]: "
    block_mark = "[EXPECTED BLOCK]: "
    failure = ""
    passed = 0
    panic = ""
    want_panic = 0
    pending = 0 # expected texts that wait for an actual one
    first = 0   # the next line of the block that is still to come ...
    last = 0    # ... and where the block ends
    checked = 0
}
{
    if (at = index($0, block_mark)) {
        if (first > 0)
            wrong("a new block begins where this line was expected: " block[first])
        block[last++] = substr($0, at + length(block_mark))
        next
    }
    if (first < last) {
        checked++
        if ($0 != block[first])
            wrong("expected the line \"" block[first] "\", actual \"" $0 "\"")
        if (++first == last)
            first = last = 0
    }
    if (at = index($0, expected_mark))
        expected[pending++] = substr($0, at + length(expected_mark))
    else if (at = index($0, actual_mark)) {
        actual = substr($0, at + length(actual_mark))
        for (i = 0; i < pending; i++) {
            checked++
            if (actual != expected[i])
                wrong("expected \"" expected[i] "\", actual \"" actual "\"")
        }
        pending = 0
    }
    if ($0 ~ /XINT: Machine halt when no tty/)
        debugger = 1
    if ($0 == "[ ENDS WITH PANIC ]")
        want_panic = 1
    else if ($0 ~ /^Kernel panic: / || $0 ~ /^\[EXC\] /) {
        if (panic == "")
            panic = $0
    } else if ($0 == "Test passed.")
        passed++
    else if ($0 == "Test failed.")
        wrong("it says: Test failed." (previous != "" ? " (" previous ")" : ""))
    if ($0 != "")
        previous = $0
    # The last words of a script or emulator that did not run the test to its end.
    if ($0 != "" && !/^\[exit\] |^Cycles: |^<msim> Alert: (XHLT|EHALT)/)
        last_words = $0
}
END {
    if (status == 124)
        verdict("no end within the time limit" (failure != "" ? "; before that, " failure : ""))
    if (failure != "")
        verdict(failure)
    if (debugger)
        verdict("it enters the debugger, for which there is no terminal")
    if (pending > 0)
        verdict("nothing came for the expected \"" expected[0] "\"")
    if (first < last)
        verdict("the output ends where this line was expected: " block[first])
    if (want_panic) {
        if (passed)
            verdict("it passes where it should have ended with a panic")
        if (panic == "")
            verdict("it ended without the panic that it announced")
        print "ends with a panic, as it must: " panic (checked ? "; " checked " outputs as expected" : "")
        exit 0
    }
    if (panic != "")
        verdict(panic)
    if (!passed)
        verdict("it ended, with status " status ", without saying that it passed" (status ? ": " last_words : ""))
    if (status != 0)
        verdict("it passed, but the machine ended with status " status ": " last_words)
    print "passed" (checked ? ", " checked " outputs as expected" : "")
}
function wrong(reason) {
    if (failure == "")
        failure = reason
}
function verdict(reason) {
    print reason
    exit 1
}
