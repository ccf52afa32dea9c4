#!/bin/sh
# SPDX-License-Identifier: MIT
# Record the traces in this folder: bench/traces/record-all.sh OUTPUT_FOLDER
# Run from the repository's root. Other versions of the programs give other traces; README.md lists the versions used.
set -u
out=${1:?usage: bench/traces/record-all.sh OUTPUT_FOLDER}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
export LC_ALL=C

# take NAME PROGRAM ARGS...: record it with $work/input as standard input.
take()
{
    name=$1
    shift
    tools/record/record.sh -n 5000 -o "$out/$name.rep" -- "$@" <"$work/input" >"$work/output" ||
        echo "$name: status $?" >&2
}

cat >"$work/input" <<'END'
CREATE TABLE stone(id INTEGER PRIMARY KEY, name TEXT, weight REAL);
CREATE INDEX by_weight ON stone(weight);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  INSERT INTO stone SELECT i, printf('stone %d', i), (i * 37 % 101) / 3.0 FROM n;
UPDATE stone SET weight = weight * 2 WHERE id % 7 = 0;
DELETE FROM stone WHERE weight < 4;
SELECT count(*), sum(weight) FROM stone GROUP BY id % 10 ORDER BY 2;
END
take sqlite3 sqlite3 :memory:

printf 'scale=300\n4*a(1)\n2^3000\nfor (i = 1; i < 60; i++) { x += 1 / i }\nx\n' >"$work/input"
take bc bc -lq

{ seq 1 400 | sed 's/.*/a\nline & of the text\n./'; printf '1,200g/5/s//five/\n100,150m$\n1,$p\nQ\n'; } >"$work/input"
take ed ed -s

seq 1 3000 | awk '{ print "item" ($1 * 7919 % 241), $1 % 13 }' >"$work/input"
take mawk mawk '{ n[$1] += $2; s[$2] = s[$2] substr($1, 5) } END { for (k in n) print k, n[k]; for (k in s) print length(s[k]) }'

{ echo '<cairn>'; seq 1 300 | sed 's/.*/ <stone id="&"><at x="&" y="7"\/>text &<\/stone>/'; echo '</cairn>'; } >"$work/input"
take xmllint xmllint --format -

{ echo '['; seq 1 60 | sed 's/.*/{"id": &, "tags": ["a&", "b"], "at": {"x": &.5}},/'; echo '{}]'; } >"$work/input"
take jq jq -c 'map(select(.id != null and .id % 3 == 0)) | group_by(.id % 4) | map(map(.at.x) | add)'

{ echo 'all: $(addprefix out/,$(addsuffix .o,$(NAMES)))'; echo 'NAMES := $(foreach n,a b c d e f,$(n)1 $(n)2)'
  seq 1 40 | sed 's/.*/v& := $(subst x,&,x-$(NAMES))\nout\/t&: in& | dir\n\techo $(v&)/'
  echo 'out/%.o: ; @:'; } >"$work/input"
take make make -rR -f -

printf 'a=()\nfor ((i = 0; i < 120; i++)); do a+=("s$((i * 7 %% 31))"); done\nx="${a[*]}"\necho "${#x} ${x//s1/t}" "${a[@]:5:9}"\ncase $x in *s30*) echo yes ;; esac\n' >"$work/input"
take bash bash --norc --noprofile

printf 'my %%h; while (<>) { } for my $i (1 .. 300) { push @{ $h{$i %% 17} }, "v" x ($i %% 50) } my $s = join ",", map { scalar @{ $h{$_} } } sort keys %%h; $s =~ s/1/one/g; print length $s, "\\n";\n' >"$work/script"
seq 1 100 >"$work/input"
take perl perl "$work/script"
