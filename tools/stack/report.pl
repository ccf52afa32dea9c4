#!/usr/bin/perl
# SPDX-License-Identifier: MIT
# The deepest chain of calls from every entry point, with and without the report of a panic at its end, beside the stack
# depths that kernel runs measured and the size of the stack. tools/stack/graph.pl reads the calls from the object code
# (BUILD_FOLDER/calls). Files of rows supply what cannot be read there; docs/threads.md lists the kinds of rows.
#   tools/stack/report.pl [-q] [-v] [-w FILE] [-l BYTES] -g BYTES -c ROWS... BUILD_FOLDER NM THREAD_STACK_BYTES [LOG...]
#   -q prints failures only; -v prints every chain; -w writes lines "FUNCTION BYTES" for the image, odd if it may be more;
#   -l assumes an interrupt stack of that size; -g is the size of the unmapped guard below each stack; -c names a
#   file of rows. LOGs are console outputs with "[ps]" lines.
# Exits with 1 if
#   - an interrupt, exception or boot path exceeds its stack less the guard region, recurs without a limit, or contains an
#     indirect call of unknown target;
#   - assembly that no C function calls enters C at a function without a stack row;
#   - the address of a function is taken, and no row states what calls it;
#   - the target of a call, an instruction, or what a row names is unknown;
#   - a frame has no fixed size, or two adjacent frames could jump over the guard, and no row permits it;
#   - a measured depth exceeds the computed one, which means that the computation is wrong.
# Weakness: a function that a row assigns to one pointer may be called through another as well.
use strict;
use warnings;
no warnings 'portable';    # 64-bit addresses
use File::Basename;
use Getopt::Long;
use lib dirname($0);
use Depth;

my ($quiet, $verbose, $worst_file, $pretend, $unmapped, @row_files) = (0, 0);
GetOptions('q' => \$quiet, 'v' => \$verbose, 'w=s' => \$worst_file, 'l=i' => \$pretend, 'g=i' => \$unmapped,
    'c=s' => \@row_files) or exit 2;
my ($build, $nm, $thread_bytes, @logs) = @ARGV;
die "usage: report.pl [-q] [-v] [-w FILE] [-l BYTES] -g BYTES -c ROWS... BUILD NM THREAD_STACK_BYTES [LOG...]\n"
    unless $thread_bytes && defined $unmapped && @row_files;
my $GUARD_BYTES = 64;
my $PANIC = 'debug_panic';

sub read_file { my $name = shift; open my $in, '<', $name or die "$name: $!\n"; local $/; return <$in> }
sub plain { return $_[0] =~ s/^.*://r =~ s/\.(?:part|isra|constprop|cold)\..*$//r }

my $failed = 0;
sub complain { print "FAIL: @_\n"; $failed = 1 }

# --- The graph ----------------------------------------------------------------------------------------------------------

# By title: the name of a function, or FILE:NAME of a static one. taken: [function, holder, file].
my (%bytes, %calls, %through, %opaque, %is_dynamic, %file, %titles, @taken);
for (split /\n/, read_file("$build/calls")) {
    my ($word, $from, @rest) = split;
    if ($word eq 'node') {
        ($bytes{$from}, my $kind, $file{$from}) = @rest;
        $is_dynamic{$from} = 1 if $kind eq 'dynamic';
        push @{$titles{plain($from)}}, $from;
    } elsif ($word eq 'taken') {
        push @taken, [$from, @rest];
    } elsif ($rest[0] eq '*') {
        $through{$from} = $rest[1];
    } elsif ($rest[0] eq '?') {
        $opaque{$from} = 1;
    } else {
        $calls{$from}{$rest[0]} = 1;
    }
}
die "$build/calls: no call graph\n" unless %bytes;
sub is_c { return $file{$_[0]} =~ /\.c$/ }
sub callees { return sort keys %{$calls{$_[0]} // {}} }

my %symbol;
open my $symbols, '-|', $nm, "$build/kernel-nosymbols.elf" or die "$nm: $!\n";
while (<$symbols>) { $symbol{$2} = hex $1 if /^([0-9a-f]+) \S (\S+)$/ }
close $symbols or die "$nm failed\n";
sub is_linked { return defined $symbol{$_[0] =~ s/^.*://r} }

for my $from (grep { is_linked($_) } sort keys %calls) {
    complain("$from() calls $_(), which is no known function") for grep { !exists $bytes{$_} } callees($from);
    delete $calls{$from}{$_} for grep { !exists $bytes{$_} } callees($from);
}

# --- Rows ---------------------------------------------------------------------------------------------------------------

sub find_titles {    # "name", "file.c:name" or "file.c:*"
    my ($in, $name) = $_[0] =~ /^(?:(.*):)?(.*)$/;
    return grep { m{(^|/)\Q$in\E:} } sort keys %bytes if $name eq '*';
    return grep { !defined $in || m{(^|/)\Q$in\E:} } @{$titles{$name} // []};
}
# A function may be missing from this kernel: inlined by this compiler, or not linked.
sub is_in_sources {
    my ($function) = $_[0] =~ /(\w+)$/ or return 0;
    return system('grep', '-rqE', '--include=*.c', "\\b$function\\(", qw(libmem kernel course labs arch boards drivers tests)) == 0;
}
sub as_pattern { return join '.*', map { quotemeta } split /\*/, $_[0], -1 }

my (@stacks, %targets, %limits, %excepted, @explained);
sub read_row {
    my ($where, $kind, @words) = @_;
    my %least = (stack => 5, calls => 2, depth => 3, taken => 2, frame => 2, opaque => 2);
    die "$where: not a row: $kind @words\n" unless $least{$kind} && @words >= $least{$kind};
    my ($first, $second, @rest) = @words;
    my @named = $kind eq 'calls' ? grep { $_ ne '-' } @words[1 .. $#words] : $kind eq 'stack' ? $words[1] : $words[0];
    @named = () if $kind eq 'taken' && $first =~ /\*|^@/;    # a pattern
    for (@named) { complain("$where: $_() does not exist") unless find_titles($_) || ($kind ne 'stack' && is_in_sources($_)) }
    complain("$where: $first does not exist") if $kind eq 'calls' && !-e $first =~ s/:.*//r;
    if ($kind eq 'stack') { push @stacks, [$where, @words] }
    if ($kind eq 'calls') { push @{$targets{$first}}, map { find_titles($_) } @named }
    if ($kind eq 'depth') { $limits{$_} = [$second, "@rest", scalar keys %limits] for find_titles($first) }
    if ($kind eq 'taken') { push @explained, $first }
    if ($kind eq 'frame') { $excepted{$_} = 1 for find_titles($first) }
    if ($kind eq 'opaque') { delete $opaque{$_} for find_titles($first) }
}
for my $name (@row_files) {
    my $number = 0;
    for (split /\n/, read_file($name)) {
        $number++;
        read_row("$name:$number", split) unless /^\s*(?:#|$)/;
    }
}

# --- What rows must explain ---------------------------------------------------------------------------------------------

my ($thread) = grep { $_->[1] eq 'thread' } @stacks or die "no row \"stack thread\"\n";
my ($thread_main) = find_titles($thread->[2]) or exit 1;
delete $through{$thread_main};    # each entry has a line of its own in the report
for my $from (keys %through) {
    my $found = $targets{"$through{$from}:" . plain($from)} // $targets{$through{$from}} // next;
    delete $through{$from};
    $calls{$from}{$_} = 1 for @$found;
}

complain("$_() contains an instruction unknown to objdump (an opaque row is missing)") for sort keys %opaque;

# The CPU enters assembly that no C function calls. Every C function that this assembly enters needs a stack row.
sub spread {
    my ($next, @from) = @_;
    my %reached = map { $_ => 1 } @from;
    while (@from) {
        for my $to (grep { !is_c($_) && !$reached{$_} } $next->(pop @from)) {
            $reached{$to} = 1;
            push @from, $to;
        }
    }
    return %reached;
}
my %called = spread(\&callees, grep { is_c($_) } sort keys %bytes);
my %held;
push @{$held{$_->[1]}}, $_->[0] for grep { $_->[2] !~ /\.c$/ } @taken;
my %entered = spread(sub { return callees($_[0]), @{$held{$_[0]} // []} }, grep { !$called{$_} } sort keys %bytes);
my %has_stack = map { $_ => 1 } map { find_titles($_->[2]) } @stacks;
for my $from (sort keys %entered) {
    complain("$from, which no C function calls, enters $_() (a stack row is missing)") for grep { is_c($_) && !$has_stack{$_} } callees($from);
    complain("$from, which no C function calls, calls through a pointer (a calls row is missing)") if $through{$from};
}

my %is_target = map { $_ => 1 } map { @$_ } values %targets;
for (@taken) {
    my ($function, $holder, $in) = @$_;
    next if $has_stack{$function} || $is_target{$function} || !is_linked($function);
    next if !is_c($function) && $in !~ /\.c$/;    # covered by %entered
    my $entering = $in !~ /\.c$/ && ($entered{$holder} || !exists $bytes{$holder});
    my @names = ($function, plain($function), "\@$in:" . plain($holder));
    next if !$entering && grep { my $row = as_pattern($_); grep { /^$row$/ } @names } @explained;
    complain("$holder ($in) contains the address of $function() (a "
        . ($entering ? 'stack' : 'calls or taken') . ' row is missing)');
}

# --- Frames -------------------------------------------------------------------------------------------------------------

# Every function that calls another stores its return address in its frame. So two successive stores are at most two
# frames apart, and if these fit into the guard, one of the stores traps.
for my $title (grep { $called{$_} && !$excepted{$_} } sort keys %bytes) {
    complain("$title() has a frame of no fixed size (alloca, or the like)") if $is_dynamic{$title};
    my ($next) = sort { $bytes{$b} <=> $bytes{$a} } grep { !$excepted{$_} } callees($title);
    my $sum = $bytes{$title} + ($next ? $bytes{$next} : 0);
    next if !$unmapped || $sum <= $unmapped;
    complain("$title() has a frame of $bytes{$title} bytes" . ($next ? ", $next(), which it calls, of $bytes{$next}" : '')
        . "; $unmapped are unmapped below a stack");
}

# --- Depths, with and without panics ------------------------------------------------------------------------------------

my %marks = map { $_ => [] } keys %bytes;
push @{$marks{$_}}, 'frame of unknown size in ' . plain($_) for grep { !$excepted{$_} } keys %is_dynamic;
push @{$marks{$_}}, 'indirect call in ' . plain($_) . " ($through{$_})" for keys %through;
my %calm = map { my $from = $_; $from => {map { $_ => 1 } grep { $_ ne $PANIC } callees($from)} } keys %calls;
my $all = Depth->new(bytes => \%bytes, calls => \%calls, flags => \%marks, limits => \%limits);
my $calm = Depth->new(bytes => \%bytes, calls => \%calm, flags => \%marks, limits => \%limits);
sub chain {
    my ($from) = @_;
    return join ' > ', plain($from->{title}) . "[$bytes{$from->{title}}]", $from->{below} ? chain($from->{below}) : ();
}

# --- What runs have measured --------------------------------------------------------------------------------------------

my %measured;
sub note { my ($name, $used) = @_; $measured{$name} = $used if $used > ($measured{$name} // -1) }
for my $log (@logs) {
    my $lab = basename($log);
    my $early = grep { read_file($_) =~ /before_threads = true/ } glob "labs/$lab/*.c";    # it ran on the boot stack
    for (split /\r?\n/, read_file($log)) {
        note($2 eq 'boot' && $early ? "boot $lab" : $2, $1) if /^\[ps\] .* (\d+) +\d+%  (.*)$/ && $1;
        note($1, $2) if /^\[EXC\] thread \d+ "(.*)": stack .* deepest use (\d+) of /;
    }
}

# --- Report -------------------------------------------------------------------------------------------------------------

my (%flagged, %worst);
printf "%-10s %-24s %8s %8s %8s %8s\n", 'stack', 'entry', 'computed', '+ panic', 'measured', 'size' unless $quiet;
# One line of the report. title is called on a stack of that size, with that many bytes above its frame.
sub row {
    my (%it) = @_;
    my ($deep, $name) = ($it{deep} // $all->from($it{title}), plain($it{title}));
    my $computed = $it{above} + $deep->{bytes};
    my @flags = sort keys %{$deep->{flags}};
    my @unknown = grep { /^(?:frame|indirect|endless)/ } @flags;
    my $verdict = $computed > $it{size} - $GUARD_BYTES ? 'exceeds its stack' : @unknown ? 'at least' : 'fits';
    $verdict = "FAIL: $verdict" if $it{must_fit} && $verdict eq 'exceeds its stack';
    $verdict = 'FAIL: not all is known' if $it{must_fit} && @unknown;
    $verdict = 'FAIL: measured more than computed' if ($it{measured} // 0) > $computed && !@unknown;
    $failed = 1 if $verdict =~ /FAIL/;
    $worst{$name} = ($computed & ~1) | (@unknown ? 1 : 0);
    $worst{kernel_interrupt} = $worst{$name} if $it{stack} eq 'interrupt';    # the same name on every CPU
    push @{$flagged{$_}}, $name for @flags;
    return if $quiet && $verdict !~ /FAIL/;
    printf "%-10s %-24s %8d %8d %8s %8d  %s\n", $it{stack}, $name, $it{above} + ($it{calm} // $calm->from($it{title})->{bytes}),
        $computed, $it{measured} // '-', $it{size}, $verdict;
    print '           ', chain($deep), "\n" if $verbose || $verdict =~ /FAIL/;
    print "           $_\n" for $verdict =~ /not all/ ? @unknown : ();
}
my %pushed;
for (@stacks) {
    my ($where, $stack, $function, $pushed, $base, $top) = @$_;
    $pushed{$function} = $pushed;
    my ($title) = find_titles($function) or next;
    next if $stack eq 'thread';
    complain("$where: no symbol $_") for grep { !defined $symbol{$_} } $base, $top;
    my $size = ($symbol{$top} // 0) - ($symbol{$base} // 0);
    $size = $pretend if defined $pretend && $stack eq 'interrupt';
    my $measured = $stack =~ /^(?:interrupt|boot)$/ && $function !~ /_boot$/ ? $measured{$stack} : undef;
    row(stack => $stack, title => $title, above => $pushed, size => $size, measured => $measured, must_fit => 1);
}
# Thread entries. The function of the thread row calls them.
my $own = $bytes{$thread_main};
my $above_entry = $thread->[3] + $own;
for my $title (sort grep { /_main$/ && m{^(kernel|labs)/} } keys %bytes) {
    my $name = plain($title);
    next if defined $pushed{$name};
    my $named = $name =~ s/_main$//r;
    my ($measured) = grep { defined } @measured{$named, $named =~ tr/_/ /r};
    $measured = undef if $name eq 'init_main';    # it runs the job: below
    # In addition to the entry's calls: those that this function makes after the entry returns.
    my ($deep, $at_end) = ($all->from($title), $all->from($thread_main)->{bytes} - $own);
    $deep = {%$deep, bytes => $at_end} if $at_end > $deep->{bytes};
    my ($calm_deep, $calm_end) = ($calm->from($title)->{bytes}, $calm->from($thread_main)->{bytes} - $own);
    row(stack => 'thread', title => $title, above => $above_entry, size => $thread_bytes, measured => $measured,
        deep => $deep, calm => $calm_end > $calm_deep ? $calm_end : $calm_deep);
}
my ($init, $run_job) = map { my ($title) = find_titles($_); $title ? $bytes{$title} : 0 } qw(init_main run_job);
for my $source (sort glob 'labs/*/*.c') {
    my $text = read_file($source);
    while ($text =~ /JOB\([^;]*?\.run = (\w+)([^;]*);/gs) {
        my ($rest, $title) = ($2, find_titles("$source:$1")) or next;
        next unless $title;
        if ($rest =~ /before_threads = true/) {
            my ($main) = find_titles('kernel_main');
            row(stack => 'boot', title => $title, above => $pushed{kernel_main} + $bytes{$main} + $run_job, must_fit => 1,
                size => $symbol{_boot_stack_top} - $symbol{_boot_stack_base}, measured => $measured{'boot ' . basename(dirname($source))});
        } else {
            row(stack => 'init', title => $title, above => $above_entry + $init + $run_job, size => $thread_bytes,
                measured => $measured{init});
        }
    }
}
if (defined $worst_file && !$failed) {
    open my $out, '>', "$worst_file.$$" or die "$worst_file: $!\n";
    print $out "$_ $worst{$_}\n" for sort keys %worst;
    close $out && rename "$worst_file.$$", $worst_file or die "$worst_file: $!\n";
}
if (!$quiet && %flagged) {
    print "\nflagged, and where it matters:\n";
    for my $flag (sort keys %flagged) {
        my @entries = @{$flagged{$flag}};
        print "  $flag: ", @entries > 5 ? scalar(@entries) . ' entries' : join(' ', @entries), "\n";
    }
}
print "Rows are in @row_files; docs/threads.md describes them.\n" if $failed;
exit $failed;
