#!/bin/sh
# SPDX-License-Identifier: MIT
# The table of functions in the image: every function once, whatever its address looks like.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shown=$work/diff
. tests/tap.sh
cat >"$work/nm" <<'END'
#!/bin/sh
cat <<'SYMBOLS'
000000004020e3f0 t first
000000004020e420 t second
000000004020e424 t cond
000000004020e428 t first
000000004020e440 T third
000000004020e440 T its_alias
0000000040210000 W fourth
0000000040220000 r no_function
0000000040230000 t $x
SYMBOLS
END
chmod +x "$work/nm"
printf 'third 160\nfourth 70000\n' >"$work/worst"
scripts/symbols.sh "$work/nm" kernel 0x40200000 "$work/worst" >"$work/out"
sed -n '/^ *\.long (0x/{N;s/^ *\.long (0x\([0-9a-f]*\) - .*\.hword \([0-9]*\), \([0-9]*\)$/\1 \2 \3/p;}' "$work/out" >"$work/rows"
cat >"$work/expected" <<'END'
000000004020e3f0 0 0
000000004020e420 6 0
000000004020e424 8 0
000000004020e428 0 0
000000004020e440 13 160
0000000040210000 19 65535
END
diff "$work/expected" "$work/rows" >"$work/diff" && grep -q '^    .long 6$' "$work/out" &&
    [ "$(sed -n 's/.*asciz "\(.*\)"/\1/p' "$work/out" | tr '\n' ' ')" = "first second third fourth " ]
report $? "every function is in the table once, with its name, which may lie in another, and the stack that it needs"
echo "1..$count"
exit $failed
