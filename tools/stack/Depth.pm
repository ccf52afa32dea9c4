# SPDX-License-Identifier: MIT
# The deepest chain of calls from a function. Recursion is followed as often as limits allow. A limit is the number of times
# that a function can be on one stack. The count restarts when a function with an earlier limit is entered. A cycle without
# limits counts each of its functions once and is flagged as endless.
#
# The graph is divided into strongly connected components (Tarjan 1972). Within a component, the walk keeps how often each
# limited function may still be entered. Without those functions no cycle remains, so the walk ends.
package Depth;
use strict;
use warnings;
no warnings 'recursion';

# bytes {function}, calls {function}{function}, flags {function}[text], limits {function}: [times, why, order]
sub new {
    my ($class, %graph) = @_;
    my $self = bless {%graph, component => {}, walked => {}}, $class;
    my %nodes = map { $_ => 1 } keys %{$self->{bytes}};
    for my $members ($self->components(\%nodes)) {
        next unless $self->is_cycle($members);
        my @limited = grep { $self->{limits}{$_} } @$members;
        my %others = map { $_ => 1 } grep { !$self->{limits}{$_} } @$members;
        my @endless = grep { $self->is_cycle($_) } $self->components(\%others);
        my $component = {members => $members, limited => \@limited, endless => $endless[0]};
        $self->{component}{$_} = $component for @$members;
    }
    return $self;
}
# The components of the graph between those nodes.
sub components {
    my ($self, $nodes) = @_;
    my ($counter, @path, %index, %low, %on_path, @found) = (0);
    my $connect;
    $connect = sub {
        my ($v) = @_;
        $index{$v} = $low{$v} = $counter++;
        push @path, $v;
        $on_path{$v} = 1;
        for my $w (grep { $nodes->{$_} } sort keys %{$self->{calls}{$v} // {}}) {
            $connect->($w) if !defined $index{$w};
            $low{$v} = $low{$w} if $on_path{$w} && $low{$w} < $low{$v};
        }
        return if $low{$v} != $index{$v};
        my @members;
        do { push @members, pop @path; delete $on_path{$members[-1]} } while $members[-1] ne $v;
        push @found, [sort @members];
    };
    for my $v (sort keys %$nodes) { $connect->($v) unless defined $index{$v} }
    return @found;
}
sub is_cycle {
    my ($self, $members) = @_;
    return @$members > 1 || ($self->{calls}{$members->[0]} // {})->{$members->[0]};
}

# The deepest chain from a function: {title, bytes, below: the same of what it calls, flags: {text}}.
sub from {
    my ($self, $v) = @_;
    my $component = $self->{component}{$v};
    return $self->endless($v, $component) if $component && $component->{endless};
    my %left = map { $_ => $self->{limits}{$_}[0] } $component ? @{$component->{limited}} : ();
    return $self->walk($v, $self->enter($v, \%left));
}
# The remaining entries after v has been entered.
sub enter {
    my ($self, $v, $left) = @_;
    return $left unless defined $left->{$v};
    my $limits = $self->{limits};
    my %now = map { $_ => $limits->{$_}[2] > $limits->{$v}[2] ? $limits->{$_}[0] : $left->{$_} } keys %$left;
    $now{$v}--;
    return \%now;
}
# The same, if the limited functions of its component may be entered that many more times.
sub walk {
    my ($self, $v, $left) = @_;
    my $state = join ' ', $v, map { "$_=$left->{$_}" } sort keys %$left;
    return $self->{walked}{$state} if $self->{walked}{$state};
    my $component = $self->{component}{$v};
    my %flags = map { $_ => 1 } @{$self->{flags}{$v} // []};
    if ($component) {
        $flags{"recursion: $_, at most $self->{limits}{$_}[0] deep: $self->{limits}{$_}[1]"} = 1 for @{$component->{limited}};
    }
    my $deepest;
    for my $w (sort keys %{$self->{calls}{$v} // {}}) {
        my $inside = $component && $component == ($self->{component}{$w} // 0);
        next if $inside && defined $left->{$w} && $left->{$w} == 0;
        my $below = $inside ? $self->walk($w, $self->enter($w, $left)) : $self->from($w);
        %flags = (%flags, %{$below->{flags}});
        $deepest = $below if !$deepest || $below->{bytes} > $deepest->{bytes};
    }
    return $self->{walked}{$state} = {title => $v, bytes => $self->{bytes}{$v} + ($deepest ? $deepest->{bytes} : 0),
        below => $deepest, flags => \%flags};
}
sub endless {
    my ($self, $v, $component) = @_;
    return $self->{walked}{$v} if $self->{walked}{$v};
    my @members = @{$component->{members}};
    my ($bytes, $deepest, %flags) = (0, undef);
    for my $member (@members) {
        $bytes += $self->{bytes}{$member};
        $flags{$_} = 1 for @{$self->{flags}{$member} // []};
        for my $w (grep { ($self->{component}{$_} // 0) != $component } sort keys %{$self->{calls}{$member} // {}}) {
            my $below = $self->from($w);
            %flags = (%flags, %{$below->{flags}});
            $deepest = $below if !$deepest || $below->{bytes} > $deepest->{bytes};
        }
    }
    $flags{'endless recursion: ' . join ' > ', map { s/^.*://r } $self->round($component->{endless})} = 1;
    return $self->{walked}{$v} = {title => $v, bytes => $bytes + ($deepest ? $deepest->{bytes} : 0),
        below => $deepest, flags => \%flags};
}
# A shortest path round a cycle.
sub round {
    my ($self, $members) = @_;
    my %inside = map { $_ => 1 } @$members;
    my @ways = ([$members->[0]]);
    my %seen;
    while (my $way = shift @ways) {
        for my $w (grep { $inside{$_} && !$seen{$_}++ } sort keys %{$self->{calls}{$way->[-1]}}) {
            return @$way, $w if $w eq $members->[0];
            push @ways, [@$way, $w];
        }
    }
}
1;
