# SPDX-License-Identifier: MIT
# Warn of GNU C that clang accepts and compiles to something else. Input: a preprocessed test file.
/^# [0-9]+ "/ {
    line = $2 - 1
    file = $3
    gsub(/"/, "", file)
    next
}
{ line++ }
/(^|[^A-Za-z0-9_])register[^;]*[^A-Za-z0-9_](__asm__|__asm|asm)[ \t]*\(/ {
    print file ":" line ": warning: clang leaves a variable in a named register undefined, and what depends on it: " $0
}
