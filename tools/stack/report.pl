#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The deepest chain of calls from every entry point, with and without the report of a panic at its end, beside the stack
# depths that kernel runs measured and the size of the stack. The call graph is BUILD_FOLDER/calls.ci, written by gcc
# (-fcallgraph-info=su) or tools/stack/graph.pl. Exits with 1 if an interrupt, exception or boot path exceeds its stack
# less the guard region or contains an indirect call of unknown target, or if a measured depth exceeds the computed one,
# which means that the computation is wrong.
#   tools/stack/report.pl [-q] [-v] [-w FILE] [-l INTERRUPT_STACK_BYTES] [-c CALLS] BUILD_FOLDER NM THREAD_STACK_BYTES [LOG...]
#   -q prints failures only; -v prints every chain; -w writes lines "FUNCTION BYTES" for the image, odd if it may be more;
#   -l assumes an interrupt stack of that size; -c names another tools/stack/calls.txt.
# LOGs are console outputs with "[ps]" lines. Weaknesses: a cycle of calls counts each of its functions once, unless
# calls.txt gives a depth; assembly counts only as listed there; the targets of pointers are listed there by hand.
use strict;
use warnings;
no warnings qw(recursion portable);    # deep chains; 64-bit addresses
use File::Basename;
use Getopt::Long;

my ($quiet, $verbose, $worst_file, $pretend, $calls_file);
GetOptions('q' => \$quiet, 'v' => \$verbose, 'w=s' => \$worst_file, 'l=i' => \$pretend, 'c=s' => \$calls_file) or exit 2;
my ($build, $nm, $thread_bytes, @logs) = @ARGV;
die "usage: report.pl [-q] [-v] [-w FILE] [-l BYTES] [-c CALLS] BUILD NM THREAD_STACK_BYTES [LOG...]\n" unless $thread_bytes;
my $GUARD_BYTES = 64;

# --- Read the graph ----------------------------------------------------------------------------------------------------

sub read_file { my $name = shift; open my $in, '<', $name or die "$name: $!\n"; local $/; return <$in> }

my (%bytes, %calls, %indirect, %dynamic, %titles);    # by title: "name", or "file:name" for statics
open my $graph, '<', "$build/calls.ci" or die "$build/calls.ci: $!\n";
while (<$graph>) {
    if (/^node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes \(([^)]*)\)/) {
        $bytes{$1} = $2;
        $dynamic{$1} = 1 if $3 eq 'dynamic';
    } elsif (/^edge: \{ sourcename: "([^"]+)" targetname: "__indirect_call" label: "([^":]+)/) {
        $indirect{$1}{$2} = 1;
    } elsif (/^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/) {
        $calls{$1}{$2} = 1;
    }
}
die "$build/calls.ci: no call graph\n" unless %bytes;
sub plain { my $name = shift; $name =~ s/^.*://; $name =~ s/\.(part|isra|constprop|cold)\..*$//; return $name }
push @{$titles{plain($_)}}, $_ for sort keys %bytes;

sub find_titles {    # "name", "file.c:name" or "file.c:*"
    my ($file, $name) = $_[0] =~ /^(?:(.*):)?(.*)$/;
    return grep { m{(^|/)\Q$file\E:} } sort keys %bytes if $name eq '*';
    return grep { !defined $file || m{(^|/)\Q$file\E:} } @{$titles{$name} || []};
}

# Some compilers inline functions that others call through a pointer.
sub is_in_sources {
    my ($function) = $_[0] =~ /(\w+)$/ or return 0;
    return system('grep', '-rq', '--include=*.c', "\\b$function(", qw(libmem kernel course labs arch boards drivers)) == 0;
}

my (@stacks, %targets, %missing, %known, %depth);
$calls_file //= dirname($0) . '/calls.txt';
open my $in, '<', $calls_file or die "$calls_file: $!\n";
while (<$in>) {
    my ($kind, @words) = split;
    next unless defined $kind && $kind !~ /^#/;
    if ($kind eq 'stack') {
        push @stacks, [@words];
    } elsif ($kind eq 'calls') {
        my $file = shift @words;
        my @found = map { find_titles($_) } grep { $_ ne '-' } @words;
        $missing{$_} = 1 for grep { $_ ne '-' && !find_titles($_) && !is_in_sources($_) } @words;
        $targets{$file} = \@found;    # none if the named function is not linked: a kernel without tests
    } elsif ($kind eq 'known') {
        $known{$words[0]} = join ' ', @words[1 .. $#words];
    } elsif ($kind eq 'depth') {
        $depth{$words[0]} = $words[1];
    }
}
delete $indirect{$_} for find_titles('thread_main');    # entries are reported one by one
for my $from (keys %indirect) {
    for my $file (keys %{$indirect{$from}}) {
        next unless $targets{$file};
        delete $indirect{$from}{$file};
        $calls{$from}{$_} = 1 for @{$targets{$file}};
    }
}

# --- Cycles (Tarjan 1972), then the deepest chain over what remains ---------------------------------------------------------------------

my ($counter, @path, %index, %low, %on_path, %component, @members);
my %deepest;    # of a component: [bytes, next title, {flags}]
sub connect_from {
    my ($v) = @_;
    $index{$v} = $low{$v} = $counter++;
    push @path, $v;
    $on_path{$v} = 1;
    for my $w (sort keys %{$calls{$v} || {}}) {
        if (!defined $index{$w}) {
            connect_from($w);
            $low{$v} = $low{$w} if $low{$w} < $low{$v};
        } elsif ($on_path{$w} && $index{$w} < $low{$v}) {
            $low{$v} = $index{$w};
        }
    }
    return if $low{$v} != $index{$v};
    my @one;
    do {
        push @one, pop @path;
        $on_path{$one[-1]} = 0;
        $component{$one[-1]} = scalar @members;
    } while ($one[-1] ne $v);
    push @members, \@one;
}
sub connect_all {
    $counter = 0;
    %index = %low = %component = %deepest = @members = ();
    for my $v (sort keys %bytes) { connect_from($v) unless defined $index{$v} }
}
sub is_cycle { my $c = $members[$_[0]]; return @$c > 1 || $calls{$c->[0]}{$c->[0]} }

sub deepest {
    my ($c) = @_;
    return $deepest{$c} if $deepest{$c};
    my ($own, $best, $next, %flags) = (0, 0, undef);
    for my $v (@{$members[$c]}) {
        $own += $bytes{$v} || 0;
        $flags{"frame of unknown size in " . plain($v)} = 1 if $dynamic{$v};
        $flags{"indirect call in " . plain($v) . " ($_)"} = 1 for keys %{$indirect{$v} || {}};
        for my $w (keys %{$calls{$v} || {}}) {
            next if $component{$w} == $c;
            my $below = deepest($component{$w});
            %flags = (%flags, %{$below->[2]});
            ($best, $next) = ($below->[0], $w) if $below->[0] > $best || ($below->[0] == $best && defined $next && $w lt $next);
        }
    }
    if (is_cycle($c)) {
        my @names = sort map { plain($_) } @{$members[$c]};
        my ($why) = grep { defined } map { $known{$_} } @names;
        my ($times) = grep { defined } map { $depth{$_} } @names;
        $own *= $times if defined $times;
        $why //= "$times deep" if defined $times;
        my $text = @names > 4 ? join(', ', @names[0 .. 2]) . ', ... (' . @names . ' functions)' : join(', ', @names);
        $flags{"recursion: $text" . (defined $why ? "; bounded: $why" : '')} = 1;
    }
    return $deepest{$c} = [$own + $best, $next, \%flags];
}
sub chain {
    my ($title) = @_;
    my @names;
    while (defined $title) {
        my $c = $component{$title};
        push @names, (is_cycle($c) ? plain($title) . '(cycle)' : plain($title)) . '[' . ($bytes{$title} // 'asm') . ']';
        $title = deepest($c)->[1];
    }
    return join ' > ', @names;
}

# First without panics (no calls of debug_panic), then all.
my %without_panic;
{
    my %all = %calls;
    %calls = map { my $from = $_; $from => {map { $_ => 1 } grep { $_ ne 'debug_panic' } keys %{$all{$from}}} } keys %all;
    connect_all();
    %without_panic = map { $_ => deepest($component{$_})->[0] } keys %bytes;
    %calls = %all;
    connect_all();
}

# --- What runs have measured -----------------------------------------------------------------------------------------------

my %measured;
sub note { my ($name, $used) = @_; $measured{$name} = $used if $used > ($measured{$name} // -1) }
for my $log (@logs) {
    my $lab = basename($log);
    my $early = grep { read_file($_) =~ /before_threads = true/ } glob "labs/$lab/*.c";    # it ran on the boot stack
    open my $in, '<', $log or die "$log: $!\n";
    while (<$in>) {
        s/\r//g;
        note($2 eq 'boot' && $early ? "boot $lab" : $2, $1) if /^\[ps\] .* (\d+) +\d+%  (.*)$/ && $1;
        note($1, $2) if /^\[EXC\] thread \d+ "(.*)": stack .* deepest use (\d+) of /;
    }
}

# --- Report ------------------------------------------------------------------------------------------------------------------

my %symbol;
open my $symbols, '-|', $nm, "$build/kernel-nosymbols.elf" or die "$nm: $!\n";
while (<$symbols>) { $symbol{$2} = hex $1 if /^([0-9a-f]+) \S (\S+)$/ }
close $symbols or die "$nm failed\n";

my $failed = 0;
my (%flags, %worst);
printf "%-10s %-24s %8s %8s %8s %8s\n", 'stack', 'entry', 'computed', '+ panic', 'measured', 'size' unless $quiet;
sub row {
    my ($stack, $entry, $above, $title, $size, $measured, $must_fit, $d) = @_;
    $d //= deepest($component{$title});
    my ($calm, $computed, $entry_flags) = ($above + $without_panic{$title}, $above + $d->[0], $d->[2]);
    my $verdict = 'fits';
    my $unbounded = grep { /^(frame|indirect|recursion)/ && !/bounded:/ } keys %$entry_flags;
    $verdict = $unbounded ? 'at least' : $verdict;
    if ($must_fit && grep { /^(frame|indirect)/ } keys %$entry_flags) {
        ($verdict, $failed) = ('FAIL: not all calls are known (tools/stack/calls.txt)', 1);
    }
    if ($computed > $size - $GUARD_BYTES) {
        $verdict = $must_fit ? 'FAIL: exceeds its stack' : 'exceeds its stack';
        $failed = 1 if $must_fit;
    }
    if (defined $measured && $measured > $computed && !$unbounded) {
        ($verdict, $failed) = ('FAIL: measured more than computed', 1);
    }
    $worst{$entry} = ($computed & ~1) | ($unbounded ? 1 : 0);
    $worst{kernel_interrupt} = $worst{$entry} if $stack eq 'interrupt';    # the same name on every CPU
    if (!$quiet || $verdict =~ /FAIL/) {
        printf "%-10s %-24s %8d %8d %8s %8d  %s\n", $stack, $entry, $calm, $computed, $measured // '-', $size, $verdict;
        print "           ", chain($title), "\n" if $verbose || $verdict =~ /FAIL/;
        print "           $_\n" for $verdict =~ /not all calls/ ? sort grep { /^(frame|indirect)/ } keys %$entry_flags : ();
    }
    push @{$flags{$_}}, $entry for keys %$entry_flags;
}
for (@stacks) {
    my ($where, $function, $pushed, $base, $top) = @$_;
    my ($title) = find_titles($function) or next;
    next unless defined $symbol{$function} && defined $symbol{$top} && defined $symbol{$base};
    my $size = $symbol{$top} - $symbol{$base};
    $size = $pretend if defined $pretend && $where eq 'interrupt';
    my $measured = $where eq 'interrupt' || $where eq 'boot' ? $measured{$where} : undef;
    $measured = undef if $function =~ /_boot$/;
    row($where, $function, $pushed, $title, $size, $measured, 1);
}
my ($thread_main) = find_titles('thread_main') or die "no thread_main\n";
my $thread_main_bytes = $bytes{$thread_main};
for my $title (sort grep { /_main$/ && m{^(kernel|labs)/} } keys %bytes) {
    my $name = plain($title);
    next if $name eq 'kernel_main' || $name eq 'thread_main';
    (my $thread = $name) =~ s/_main$//;
    my ($measured) = grep { defined } @measured{$thread, $thread =~ tr/_/ /r};
    $measured = undef if $name eq 'init_main';    # it runs the job: below
    # In addition to the entry's calls: those that thread_main() makes after it returns.
    my ($d, $at_end) = (deepest($component{$title}), deepest($component{$thread_main}));
    $d = [$at_end->[0] - $thread_main_bytes, $d->[1], $d->[2]] if $at_end->[0] - $thread_main_bytes > $d->[0];
    my $calm_at_end = $without_panic{$thread_main} - $thread_main_bytes;
    local $without_panic{$title} = $calm_at_end if $calm_at_end > $without_panic{$title};
    row('thread', $name, $thread_main_bytes, $title, $thread_bytes, $measured, 0, $d);
}
my ($init) = find_titles('init_main');
my ($run_job) = find_titles('run_job');
my $frames = $thread_main_bytes + ($init ? $bytes{$init} : 0) + ($run_job ? $bytes{$run_job} : 0);
for my $source (sort glob 'labs/*/*.c') {
    my $text = read_file($source);
    while ($text =~ /JOB\([^;]*?\.run = (\w+)([^;]*);/gs) {
        my ($function, $rest) = ($1, $2);
        my ($title) = find_titles("$source:$function") or next;
        if ($rest =~ /before_threads = true/) {
            my ($main) = find_titles('kernel_main');
            row('boot', $function, $bytes{$main} + ($run_job ? $bytes{$run_job} : 0), $title,
                $symbol{_boot_stack_top} - $symbol{_boot_stack_base}, $measured{'boot ' . basename(dirname($source))}, 1);
        } else {
            row('init', $function, $frames, $title, $thread_bytes, $measured{init}, 0);
        }
    }
}
if (defined $worst_file && !$failed) {
    open my $out, '>', $worst_file or die "$worst_file: $!\n";
    print $out "$_ $worst{$_}\n" for sort keys %worst;
    close $out or die "$worst_file: $!\n";
}
if ($quiet) {
    exit $failed;
}
print "\nassembly, counted as nothing below what enters it: ",
    join(' ', sort grep { !defined $bytes{$_} } keys %{{map { %{$calls{$_} || {}} } keys %calls}}), "\n";
print "named in the list of calls, and not there: ", join(' ', sort keys %missing), "\n" if %missing;
print "flagged, and where it matters:\n" if %flags;
for my $flag (sort keys %flags) {
    my @entries = @{$flags{$flag}};
    print "  $flag: ", @entries > 5 ? scalar(@entries) . ' entries' : join(' ', @entries), "\n";
}
exit $failed;
