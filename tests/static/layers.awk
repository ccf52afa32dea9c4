#!/usr/bin/awk -f
# SPDX-License-Identifier: MIT
# Check includes against the layers: tests/static/layers.awk FILE... (paths from the repository's root). Prints each
# violation; exits with 1 if there is one. The given files determine the folder of a <header>.
BEGIN {
    may["libmem"] = "libmem"
    may["arch"] = "arch"
    may["drivers"] = "drivers arch"
    may["boards"] = "boards drivers arch"
    may["kernel"] = "kernel libmem arch boards config"
    every = "libmem arch drivers boards kernel course labs tests bench tools config"
    may["course"] = may["labs"] = may["tests"] = may["bench"] = may["tools"] = every
    standard = " stdarg.h stdbool.h stddef.h stdint.h stdalign.h stdnoreturn.h iso646.h float.h "
    for (i = 1; i < ARGC; i++) {
        path = ARGV[i]
        if (path !~ /\/include\/|^libmem\/src\/.*\.h$/)
            continue
        name = path
        sub(/^.*\/include\/|^libmem\/src\//, "", name)
        owner[name] = owner[name] " " path
    }
}
# A port's private headers are found in the port that includes them; ports do not see each other.
function resolve(from, name,    list, n, k, port) {
    n = split(owner[name], list, " ")
    if (n == 1)
        return list[1]
    port = from
    sub(/\/(src|include)\/.*$/, "", port)
    for (k = 1; k <= n; k++)
        if (index(list[k], port "/") == 1)
            return list[k]
    return n > 0 ? list[1] : ""
}
/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    from = FILENAME
    folder = from
    sub(/\/.*/, "", folder)
    name = $0
    sub(/^[^<"]*[<"]/, "", name)
    quoted = $0 ~ /include[ \t]*"/
    sub(/[>"].*/, "", name)
    if (quoted) {
        target = from
        sub(/[^\/]*$/, "", target)
        target = target name
        while (sub(/[^\/]+\/\.\.\//, "", target))
            ;
        to = target
        sub(/\/.*/, "", to)
    } else if (name ~ /^config\//) {
        target = ""
        to = folder == "arch" || folder == "boards" || folder == "drivers" ? folder : "config"
    } else {
        target = resolve(from, name)
        to = target
        sub(/\/.*/, "", to)
    }
    if (target == "" && to != "config" && to != folder) {
        # Other headers are hosted ones, for host programs only.
        if (index(standard, " " name " ") == 0 && index(" tests bench tools ", " " folder " ") == 0) {
            print from ": <" name "> is neither ours nor a freestanding C header"
            bad = 1
        }
        next
    }
    if (index(" " may[folder] " ", " " to " ") == 0) {
        print from ": " folder " may not include " to " (" name ")"
        bad = 1
    }
    if (target != "" && from ~ /\.h$/ && target ~ /\.h$/)
        edge[from] = edge[from] " " target
}
# Depth-first search for a cycle; colour 1 = on the path, 2 = done.
function visit(node, path,    list, n, k) {
    if (colour[node] == 2)
        return
    if (colour[node] == 1) {
        print "include cycle:" path " " node
        bad = 1
        return
    }
    colour[node] = 1
    n = split(edge[node], list, " ")
    for (k = 1; k <= n; k++)
        visit(list[k], path " " node)
    colour[node] = 2
}
END {
    for (node in edge)
        visit(node, "")
    exit bad + 0
}
