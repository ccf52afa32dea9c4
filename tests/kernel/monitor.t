#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The monitor, driven by a client that types and waits for the echo: every command, and invalid input.
use strict;
use warnings;
use File::Basename;
use IPC::Open2;

chdir dirname(__FILE__) . '/../..' or die;
$SIG{PIPE} = 'IGNORE';
my ($count, $failed) = (0, 0);
my ($to, $from, $output);

sub report {
    my ($holds, $what) = @_;
    $count++;
    $failed = 1 unless $holds;
    print $holds ? '' : 'not ', "ok $count - $what\n";
    print map { "# $_\n" } split /\n/, $output unless $holds;
}

# Read until the output since `start` matches. Returns whether it does so within 20 seconds.
sub wait_for {
    my ($start, $pattern) = @_;
    my $deadline = time + 20;
    while (substr($output, $start) !~ $pattern) {
        my $ready = '';
        vec($ready, fileno $from, 1) = 1;
        return 0 if time > $deadline;
        next unless select $ready, undef, undef, 1;
        return 0 unless sysread $from, $output, 4096, length $output;
        $output =~ tr/\r//d;
    }
    return 1;
}

# Type a line, each byte after the echo of the previous one. Returns the kernel's answer up to the next prompt.
sub type {
    my ($line) = @_;
    for my $byte (split //, $line) {
        my $start = length $output;
        syswrite $to, $byte;
        return '' unless wait_for($start, qr/./);
    }
    my $start = length $output;
    syswrite $to, "\n";
    wait_for($start, qr/\n> $|\n\[exit\]/);
    return substr $output, $start;
}

# Type a line; the answer must match.
sub expect {
    my ($line, $pattern, $what) = @_;
    report(scalar(type($line) =~ $pattern), $what);
}

my $kernels = $ENV{TEST_KERNELS} // `tests/kernel/kernels.sh`;
die "the kernels do not build\n" unless $kernels;
for my $kernel (split ' ', $kernels) {
    my ($what) = $kernel =~ m{([^/]+)/kernel.elf$};
    my ($board) = $what =~ /^(.*)-/;
    if ($board eq 'msim' && system('command -v msim >/dev/null') != 0) {
        $count++;
        print "ok $count - $what # SKIP msim is not on PATH\n";
        next;
    }
    $output = '';
    my $pid = open2($from, $to, 'timeout', '120', "boards/$board/run", $kernel, 'run=monitor');
    report(wait_for(0, qr/Type help.*\n> $/), "$what: it prompts");
    expect('help', qr/^ps .*\n.*^halt +\[STATUS\] /ms, "$what: help lists the commands");
    expect('ps', qr/^\[ps\] +1 ready .* idle\n\[ps\] +2 running .* init\n/m, "$what: ps lists the threads");
    my ($before) = type('mem') =~ /^(\d+) of \d+ bytes in use/m;
    my ($block) = type('alloc 1000') =~ /^(0x[0-9a-f]+) \[heap block: .*used;/m;
    my ($during) = type('mem') =~ /^(\d+) of/m;
    report(defined $block && $during > $before, "$what: alloc takes memory");
    expect("look $block", qr/^$block \[heap block: /m, "$what: look tells of a block");
    type("free $block");
    my ($after) = type('mem') =~ /^(\d+) of/m;
    report($after == $before, "$what: free gives it back");
    expect("free $block", qr/refused: block is not in use/, "$what: a second free is reported");
    expect('look 0x10', qr/^0x10 \[not a heap block\]/m, "$what: look survives any address");
    expect('alloc 4000000000', qr/^\[heap\] no 4000000000 bytes/m, "$what: alloc tells why it fails");
    my ($spinner) = type('spin') =~ /^thread (\d+)$/m;
    select undef, undef, undef, 0.3;
    expect('ps', qr/^\[ps\] +$spinner ready .* spinner$/m, "$what: a thread that spins leaves the prompt alive");
    type("kill $spinner");
    report(scalar(type('ps') !~ / spinner$/m), "$what: kill ends it");
    expect("kill $spinner", qr/^there is no thread $spinner$/m, "$what: but only once");
    expect('kill 2', qr/use halt/, "$what: not the prompt itself");
    expect('test=heap_reports', qr/^1\.\.\d+\nstatus 0$/m, "$what: a test runs, and says with which status it ended");
    expect('lab=mem', qr/^lab=mem runs before there are threads/m, "$what: what needs an empty kernel does not");
    expect('nonsense', qr/^nonsense\? Type help\.$/m, "$what: what is no command is said to be none");
    for my $bad ('ps 1', 'kill', 'kill x', 'alloc', 'alloc 0x', 'alloc 1 2', 'look 99999999999999999999999', 'halt -1') {
        expect($bad, qr/^usage: \w+/m, "$what: usage of \"$bad\"");
    }
    expect("xy\b\bps", qr/^\[ps\]/m, "$what: backspace takes back what was typed");
    expect('halt 256', qr/at most 255/, "$what: no status above 255");
    type('halt 7');
    1 while sysread $from, $output, 4096, length $output;
    waitpid $pid, 0;
    report($? >> 8 == 7, "$what: halt ends the machine with its status");
}
print "1..$count\n";
exit $failed;
