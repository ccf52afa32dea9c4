#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Print the memory that a kernel's image takes, in KiB from the start of RAM, bss and stacks included. An emulator does not
# notice that a machine has less, and the kernel would fail in unpredictable ways.
#   boards/needs.pl KERNEL [BINARY]
# With BINARY, also write the image to that file as it lies in RAM, and print its entry point behind the size: a simulator
# that knows no ELF loads it. Reads the ELF file itself, because LLVM's tools take longer to start than most kernels run.
use strict;
use warnings;

use constant { RAM_ALIGNMENT => 1 << 30, PT_LOAD => 1 };    # RAM starts at a multiple of 1 GiB on every board

my ($kernel, $binary) = @ARGV;
die "usage: needs.pl KERNEL [BINARY]\n" unless defined $kernel;
open my $in, '<:raw', $kernel or die "$kernel: $!\n";
my $elf = do { local $/; <$in> };
my ($magic, $class, $order) = unpack 'a4 C C', $elf;
die "$kernel is no ELF file\n" unless $magic eq "\177ELF";
my $is_64 = $class == 2;
my $e = $order == 1 ? '<' : '>';    # the order of bytes
my ($entry, $headers) = unpack $is_64 ? "(Q2)$e" : "(L2)$e", substr $elf, 24;
my ($bytes, $count) = unpack "(S2)$e", substr $elf, $is_64 ? 54 : 42;

my ($end, $image) = (0, '');
for my $header (map { substr $elf, $headers + $_ * $bytes, $bytes } 0 .. $count - 1) {
    my ($type, $offset, $address, $file_bytes, $memory_bytes) =
        $is_64 ? (unpack "(L2 Q5)$e", $header)[0, 2, 3, 5, 6] : (unpack "(L6)$e", $header)[0, 1, 2, 4, 5];
    next unless $type == PT_LOAD && $memory_bytes;
    $address %= RAM_ALIGNMENT;
    $end = $address + $memory_bytes if $address + $memory_bytes > $end;
    next unless defined $binary && $file_bytes;
    $image .= "\0" x ($address + $file_bytes - length $image) if length $image < $address + $file_bytes;
    substr $image, $address, $file_bytes, substr $elf, $offset, $file_bytes;
}
die "$kernel: nothing to load\n" unless $end;
my $kib = int(($end + 1023) / 1024);
if (!defined $binary) {
    print "$kib\n";
    exit;
}
open my $out, '>:raw', $binary or die "$binary: $!\n";
print $out $image;
close $out or die "$binary: $!\n";
printf "%d 0x%08x\n", $kib, $entry;
