#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The monitor, driven by a client that types and waits for the echo: every command, and invalid input. And by one that
# does not wait: bytes that arrive in a burst are answered in order; bytes that arrive while the kernel does not read them
# are kept, or their loss is reported.
# Parts: kernels
use strict;
use warnings;
use File::Basename;
use IPC::Open2;

chdir dirname(__FILE__) . '/../..' or die;
$SIG{PIPE} = 'IGNORE';
my ($count, $failed) = (0, 0);
my ($to, $from, $output, $pid, $ended);

sub report {
    my ($holds, $what) = @_;
    $count++;
    $failed = 1 unless $holds;
    print $holds ? '' : 'not ', "ok $count - $what\n";
    print map { "# $_\n" } split /\n/, $output unless $holds;
}

# A kernel that waits for ever computes nothing, so the time ends the wait. No answer takes a hundredth of it.
use constant { PATIENCE => 300, CPU_SECONDS => 60 };

# Read until the output since `start` matches. Returns whether it does so within some seconds.
sub wait_for {
    my ($start, $pattern, $seconds) = @_;
    my $deadline = time + ($seconds // PATIENCE);
    while (substr($output, $start) !~ $pattern) {
        my $ready = '';
        vec($ready, fileno $from, 1) = 1;
        return 0 if time > $deadline;
        next unless select $ready, undef, undef, 1;
        $ended = !sysread $from, $output, 4096, length $output;
        return 0 if $ended;
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

# Boot with these arguments and wait for the first output.
sub start {
    my ($board, $kernel, $arguments, $pattern, $what) = @_;
    $output = '';
    $ended = 0;
    $pid = open2($from, $to, 'tools/limit.pl', '-w', 2 * PATIENCE, CPU_SECONDS, "boards/$board/run", $kernel, $arguments);
    report(wait_for(0, $pattern), $what);
}

# Read to the end; the kernel's status.
sub finish {
    1 while sysread $from, $output, 4096, length $output;
    $output =~ tr/\r//d;
    waitpid $pid, 0;
    return $? >> 8;
}

# Type a line; the answer must match.
sub expect {
    my ($line, $pattern, $what) = @_;
    report(scalar(type($line) =~ $pattern), $what);
}

for my $what (@ARGV ? @ARGV : split ' ', `tests/kernel/kernel.sh -l`) {
    my ($board) = $what =~ /^(.*)-/;
    chomp(my $kernel = `tests/kernel/kernel.sh -r '$what'`);
    if ($? >> 8 == 77) {
        $count++;
        print "ok $count - $what # SKIP $kernel\n";
        next;
    }
    die "$what does not build\n" if $?;
    start($board, $kernel, 'run=monitor', qr/Type help.*\n> $/, "$what: it prompts");
    report(scalar($output !~ /^\[console\]/m), "$what: the console has a receive interrupt");
    expect('help', qr/^ps .*\n.*^halt +\[STATUS\] /ms, "$what: help lists the commands");
    expect('ps', qr/^\[ps\] +1 ready .* idle\n\[ps\] +2 running .* init\n/m, "$what: ps lists the threads");
    my $received = qr/^\[irq\] +\d+ +(\d+) +0  receive$/m;
    my ($keys) = type('irq') =~ $received;
    my ($more) = type('irq') =~ $received;
    # Each byte was sent after the echo of the one before.
    report(defined $more && $more - $keys == 4, "$what: each key raises an interrupt");
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
    expect('lab=sync', qr/^\[sync-lab\] thread $spinner "spinner" runs or sleeps; .*FAIL\nstatus 1$/m,
        "$what: the lab that needs the CPU for itself says so");
    type("kill $spinner");
    for my $time ('then it passes', 'and again') {
        expect('lab=sync', qr/^\[sync-lab\] verdict: PASS\nstatus 0$/m, "$what: $time");
    }
    expect('lab=sync low=8 medium=10', qr/ high_waited_ticks=16 at_least=10: .*\nstatus 0$/ms, "$what: with the options on its line");
    expect('lab=sync test=heap_reports', qr/^one job at a time: lab=sync test=heap_reports$/m, "$what: but one job at a time");
    report(scalar(type('ps') !~ / spinner$/m), "$what: kill ends it");
    expect("kill $spinner", qr/^there is no thread $spinner$/m, "$what: but only once");
    expect('kill 2', qr/use halt/, "$what: not the prompt itself");
    expect('kill 1', qr/^thread 1 cannot be killed: it is the idle thread, /m, "$what: nor the idle thread, and why");
    expect('test=heap_reports', qr/^1\.\.\d+\nstatus 0$/m, "$what: a test runs, and says with which status it ended");
    expect('lab=mem', qr/^lab=mem runs before there are threads/m, "$what: what needs an empty kernel does not");
    expect('nonsense', qr/^nonsense\? Type help\.$/m, "$what: what is no command is said to be none");
    for my $bad ('ps 1', 'kill', 'kill x', 'alloc', 'alloc 0x', 'alloc 1 2', 'look 99999999999999999999999', 'halt -1') {
        expect($bad, qr/^usage: \w+/m, "$what: usage of \"$bad\"");
    }
    expect("xy\b\bps", qr/^\[ps\]/m, "$what: backspace takes back what was typed");
    # The longest line, and one that is too long but whose beginning is a command.
    expect('ps' . ' ' x 77, qr/^\[ps\] /m, "$what: a line of 79 characters is executed");
    my $long = 'ps' . ' ' x 78;
    my $answer = type($long);
    report(
        scalar($answer =~ /^a line of 80 characters; at most 79: nothing was executed\n> $/m && $answer !~ /^\[ps\]/m),
        "$what: a longer one is refused"
    );
    expect("$long\b", qr/^\[ps\] /m, "$what: unless backspace makes it fit");
    expect('halt 256', qr/at most 255/, "$what: no status above 255");
    type('halt 7');
    report(finish() == 7, "$what: halt ends the machine with its status");

    # A burst that fits the console's ring. It has no `ps`, whose lines take so long that MSIM's keyboard may lose a byte
    # (CAVEATS.md).
    my @texts = map { join '', map { chr(ord('A') + ($_ * 7) % 26) } 1 .. $_ } 30, 50, 70;
    start($board, $kernel, 'run=monitor', qr/\n> $/, "$what: prompts again");
    my $start = length $output;
    syswrite $to, join '', map { "$_\n" } $texts[0], 'look 0x10', $texts[1], 'help', 'irq', $texts[2], 'mem', 'halt 9';
    report(finish() == 9, "$what: a burst is read to its last line");
    my ($first, $second, $third) = map { qr/$_\n$_\? Type help\.\n> / } @texts;
    report(
        scalar(substr($output, $start) =~ /^${first}look\ 0x10\n0x10\ \[not\ a\ heap\ block\]\n>\ ${second}help\n(\w+\ .*\n)+>
            \ irq\n(\[irq\].*\n)+>\ ${third}mem\n\d+\ of\ .*\n>\ halt\ 9\n/x),
        "$what: without losing a byte, each line answered in order"
    );

    # More than the ring holds, while the kernel does not read.
    start($board, $kernel, 'fault=deaf_console keyboard=1', qr/not read\n$/, "$what: does not read");
    $start = length $output;
    syswrite $to, 'x' x 900;
    wait_for($start, qr/xx/);
    # Line ends may be lost too: repeat until one is answered.
    my $deadline = time + PATIENCE;
    my $answered;
    do {
        syswrite $to, "\n";
        $answered = wait_for($start, qr/: nothing was executed\n> $/, 20);
    } until $answered || $ended || time > $deadline;
    report($answered, "$what: what is left is a line that is too long");
    my $lost = qr/^\[console\] [1-9]\d* typed bytes were lost: the buffer of 256 bytes was full$/m;
    report(scalar(substr($output, $start) =~ $lost), "$what: reports how many bytes it has lost");
    type('halt 5');
    report(finish() == 5, "$what: and reads again");

    start($board, $kernel, 'fault=polled_console keyboard=1', qr/\n> $/, "$what: prompts without the interrupt");
    report(scalar($output =~ /^\[console\] no receive interrupt: polled once a tick$/m), "$what: polls the console");
    expect('look 0x10', qr/^0x10 \[not a heap block\]/m, "$what: and answers");
    type('halt 3');
    report(finish() == 3, "$what: until it ends");
}
print "1..$count\n";
exit $failed;
