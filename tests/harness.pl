#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# Run TAP programs side by side and end with one plain line of totals: harness.pl "PROGRAM [ARGUMENT...]"...
# A program that ends early, reaches a limit, dies or has no plan counts as one more failure. Its output stays in
# test-logs/ of the build folder. When it has ended, its failures are shown. From the environment:
#   JOBS               programs at a time (one for each core). Those that took longest last time start first.
#   TEST_VERBOSE=1     show every line
#   TEST_CPU_SECONDS   limit of CPU time for each process of a program (300)
#   TEST_BUILD         the build folder (build)
#   TEST_SECONDS       limit of the time for a program that waits instead of computing (1800)
use strict;
use warnings;
use File::Path 'make_path';
use TAP::Parser;
use Time::HiRes 'time';

use constant LINES_SHOWN => 100;    # of one program's failures

my $jobs    = $ENV{JOBS}             || `nproc`;
my $cpu     = $ENV{TEST_CPU_SECONDS} || 300;
my $wall    = $ENV{TEST_SECONDS}     || 1800;
my $verbose = $ENV{TEST_VERBOSE};
my $logs    = ($ENV{TEST_BUILD} || 'build') . '/test-logs';
my (%running, %left_out, @broken);
my ($passed, $failed) = (0, 0);
$| = 1;

make_path($logs);
my %took;
if (open my $file, '<', "$logs/seconds") {
    while (<$file>) { $took{$2} = $1 if /^(\S+) (.+)$/ }
}

sub log_of {
    my ($name) = @_;
    $name =~ tr{A-Za-z0-9_.-}{-}c;
    return "$logs/$name";
}

sub start {
    my ($name) = @_;
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDIN,  '<', '/dev/null'           or die;
        open STDOUT, '>', log_of($name)         or die;
        open STDERR, '>', log_of($name) . '.err' or die;
        exec 'tools/limit.pl', '-w', $wall, $cpu, split ' ', $name;
    }
    $running{$pid} = { name => $name, started => time };
}

# The lines to show: all, or the failures and the comments that follow them.
sub shown {
    my ($parser) = @_;
    my ($why, @lines) = (0);
    while (my $line = $parser->next) {
        $why = $line->is_test ? !$line->is_ok : $why && $line->is_comment;
        push @lines, $line->raw . "\n" if $verbose || $why;
        $left_out{ $line->explanation }++ if $line->is_test && $line->has_skip;
    }
    $left_out{ $parser->skip_all }++ if $parser->skip_all;
    splice @lines, LINES_SHOWN, @lines, "# ...\n" if !$verbose && @lines > LINES_SHOWN;
    return join '', @lines;
}

sub text_of {
    my ($path) = @_;
    open my $file, '<', $path or return '';
    local $/;
    return <$file> // '';
}

sub finish {
    my ($program, $status, $seconds) = @_;
    my $name   = $program->{name};
    my $parser = TAP::Parser->new({ tap => text_of(log_of($name)) || "\n" });
    my $lines  = shown($parser);
    my $bad    = $parser->failed;
    my @why    = $parser->parse_errors;
    unshift @why, $status & 127 ? 'killed by signal ' . ($status & 127)
        : $status >> 8 == 124 ? "over its limit: $cpu s of CPU in one process, $wall s in all"
        : 'ended with status ' . ($status >> 8)
        if $status && ($status >> 8 != 1 || !$bad);
    if (@why || $bad) {
        $bad ||= 1;
        push @broken, $name;
        my $errors = text_of(log_of($name) . '.err');
        $lines .= join '', map { "# $_\n" } @why, split /\n/, $errors;
    }
    $passed += $parser->passed;
    $failed += $bad;
    $took{$name} = sprintf '%.1f', $seconds;
    printf "%-6s %s: %d tests, %.1f s, %.1f s of CPU\n%s", $bad ? 'FAILED' : 'ok', $name, scalar $parser->passed + $parser->failed,
        time - $program->{started}, $seconds, $lines;
}

$SIG{INT} = $SIG{TERM} = sub { kill 'TERM', keys %running; exit 130 };
my $started = time;
my @queue = sort { ($took{$b} // 9e9) <=> ($took{$a} // 9e9) } @ARGV;
my $all = 0;
while (@queue || %running) {
    start(shift @queue) while @queue && keys %running < $jobs;
    # Waiting for a program adds what it and its children used.
    my (undef, undef, $user, $system) = times;
    my $pid = waitpid -1, 0;
    my (undef, undef, $user_then, $system_then) = times;
    my $seconds = $user_then + $system_then - $user - $system;
    $all += $seconds;
    finish(delete $running{$pid}, $?, $seconds) if $running{$pid};
}
if (open my $file, '>', "$logs/seconds") {
    print $file map { "$took{$_} $_\n" } sort keys %took;
}
printf "%d programs, %d at a time: %.0f s, %.0f s of CPU\n", scalar @ARGV, $jobs, time - $started, $all;
printf "left out: %4d %s\n", $left_out{$_}, $_ for sort keys %left_out;
print "failed: $_ (", log_of($_), ")\n" for sort @broken;
printf "%d passed, %d failed\n", $passed, $failed;
exit($failed || !$passed ? 1 : 0);
