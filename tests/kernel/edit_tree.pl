#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Print a changed copy of a flattened device tree (Devicetree Specification 0.4, chapter 5), for tests:
#   edit_tree.pl TREE [CHANGE...]
#   list:BASE:BYTES     one more entry in the blob's own list of reserved memory
#   node:BASE:BYTES     one more child of /reserved-memory
#   s/OLD/NEW/          in all strings; of the same length
# The tree must use 2 cells for addresses and sizes, as QEMU's does.
use strict;
use warnings;

my ($file, @changes) = @ARGV;
open my $in, '<:raw', $file or die "$file: $!\n";
my $blob = do { local $/; <$in> };
my ($magic, $total, $structs, $strings, $reserved, $version, $compatible, $cpu, $string_bytes, $struct_bytes) =
    unpack 'N10', $blob;
die "$file is no device tree\n" unless $magic == 0xd00dfeed;
my $names = substr $blob, $strings, $string_bytes;
my $nodes = substr $blob, $structs, $struct_bytes;
my $list  = substr $blob, $reserved, index(substr($blob, $reserved), "\0" x 16);
my @children;

sub property {
    my ($name, $value) = @_;
    my $at = index "\0$names", "\0$name\0";
    die "the tree has no property $name\n" if $at < 0;
    return pack 'N3 a*', 3, length $value, $at, $value;
}
sub node {
    my ($name, $content) = @_;
    $name .= "\0" x (4 - length($name) % 4);
    return pack('N a*', 1, $name) . $content . pack 'N', 2;
}

for (@changes) {
    if (my ($where, $base, $bytes) = /^(list|node):(\w+):(\w+)$/) {
        my $range = pack 'Q>2', hex $base, hex $bytes;
        if ($where eq 'list') { $list .= $range }
        else                  { push @children, node(sprintf('left-alone@%x', hex $base), property('reg', $range)) }
    } elsif (my ($old, $new) = m{^s/([^/]+)/([^/]+)/$}) {
        die "$_: other lengths\n" if length $old != length $new;
        $nodes =~ s/\Q$old\E/$new/g or die "$_: not there\n";
    } else {
        die "$_ is no change\n";
    }
}
if (@children) {
    my $cells = pack 'N', 2;
    my $room  = node('reserved-memory',
        property('#address-cells', $cells) . property('#size-cells', $cells) . property('ranges', '') . join '', @children);
    $nodes =~ s/(.{8})\z/$room$1/s;    # before the ends of the root and of the tree
}
$list .= "\0" x 16;
my $at = 40;
binmode STDOUT;
print pack('N10', $magic, $at + length($list) + length($nodes) + length($names), $at + length $list,
    $at + length($list) + length($nodes), $at, 17, 16, $cpu, length $names, length $nodes), $list, $nodes, $names;
