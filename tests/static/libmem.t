#!/bin/sh
# SPDX-License-Identifier: MIT
# The promises of libmem/README.md: its example builds and prints the output shown, each module builds alone, and the
# objects have no writable data and need only functions that compilers themselves call.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
failed=0
check() { # STATUS DESCRIPTION; prints $work/why when it failed
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        failed=1
        echo "not ok $count - $2"
        sed 's/^/# /' "$work/why"
    fi
}

# The first C block of the README, and the block of output after it.
awk -v code="$work/example.c" -v output="$work/expected" '
    /^```/ { if (!inside) { n++; inside = 1 } else inside = 0; next }
    inside && n == 1 { print >code }
    inside && n == 2 { print >output }' libmem/README.md
flags="-std=c11 -O2 -Wall -Wextra -Werror -Ilibmem/include"
for cc in gcc clang; do
    # $flags is a list of words.
    # shellcheck disable=SC2086
    $cc $flags -o "$work/example" "$work/example.c" libmem/src/mem_pool.c libmem/src/mem_error.c >"$work/why" 2>&1 &&
        "$work/example" >"$work/printed" && diff "$work/expected" "$work/printed" >"$work/why"
    check $? "the README's example prints what the README says ($cc)"
done

# A file's symbols that are writable data, or undefined and not called by compilers themselves. (The heap may be more
# than one file.)
unwelcome() { # OBJECT [PATTERN]: PATTERN matches further names that the object may need
    nm "$1" | awk -v besides="^(${2:-})\$" '$(NF - 1) ~ /^[bBdDcCsSgG]$/ { print "writable data: " $NF }
        $(NF - 1) == "U" && $NF !~ /^(memset|memcpy|memmove|memcmp|__aeabi_.*|mem_heap.*|_GLOBAL_OFFSET_TABLE_)$/ && $NF !~ besides { print "needs " $NF }'
}
for source in libmem/src/*.c; do
    module=$(basename "$source" .c)
    besides=
    [ "$module" != mem_allocators ] || besides='mem_(bump|pool|first_fit)_[a-z_]*' # the table of allocators
    : >"$work/why"
    # shellcheck disable=SC2086
    for cc in "gcc" "clang --target=mipsel-none-elf -march=mips2" "clang --target=thumbv6m-none-eabi"; do
        $cc $flags -ffreestanding -fno-pic -c -o "$work/object.o" "$source" >>"$work/why" 2>&1 || echo "$cc failed" >>"$work/why"
        unwelcome "$work/object.o" "$besides" >>"$work/why"
    done
    [ ! -s "$work/why" ]
    check $? "$module has no state of its own and needs no library"
done

# The check itself must be able to fail.
printf 'static int calls;\nint printf(const char *, ...);\nint f(void);\nint f(void) { return printf("%%d", calls++); }\n' >"$work/bad.c"
gcc -O2 -c -o "$work/bad.o" "$work/bad.c" 2>"$work/why"
[ "$(unwelcome "$work/bad.o" | sort | tr '\n' ';')" = "needs printf;writable data: calls;" ]
check $? "a global variable and a library call are noticed"
echo "1..$count"
exit $failed
