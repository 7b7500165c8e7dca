#!/usr/bin/perl
# Stands in for Datadog's agent: reads its configuration strictly, really scrapes nginx and haproxy, tails logs, reads the
# kernel's figures, and posts all of it every second.
use strict;
use warnings;
use IO::Socket::INET;

my $root = "/etc/datadog-agent";
my (@lines, %log_at, %before);

sub look { $lines[0] =~ /^( *)/; return length $1 }

sub scalar_of {
  my ($text) = @_;
  return [] if $text eq "[]";
  return {} if $text eq "{}";
  return $1 if $text =~ /^'([^']*)'$/ || $text =~ /^"([^"\\]*)"$/;
  return $text if $text !~ /^[\[\]{}&*!|>%@`"'#]|: | #/;
  die "cannot read the value: $text\n";
}

# Mappings, lists and plain values: what is not one of these is an error.
sub value {
  my ($indent) = @_;
  my ($list, $map);
  while (@lines && look() == $indent) {
    if ($lines[0] =~ /^ *- +\S/) {
      die "a list inside a mapping: $lines[0]\n" if $map;
      $lines[0] =~ s/-/ /;
      if ($lines[0] =~ /^ *[\w.-]+:( |$)/) { push @$list, value(look()) }
      else { push @$list, scalar_of(shift(@lines) =~ s/^ +//r) }
    } elsif ($lines[0] =~ /^ *([\w.-]+):(?: +(.+))?$/) {
      last if $list;
      my ($key, $text) = ($1, $2);
      die "twice: $key\n" if exists $map->{$key};
      shift @lines;
      if (defined $text) { $map->{$key} = scalar_of($text) }
      elsif (@lines && (look() > $indent || (look() == $indent && $lines[0] =~ /^ *-/))) { $map->{$key} = value(look()) }
      else { die "nothing at $key\n" }
    } else { die "cannot read: $lines[0]\n" }
  }
  return $list // $map;
}

sub file_of {
  my ($path, @known) = @_;
  my @stat = stat $path or die "$path: $!\n";
  die "$path: must be 0640 and mine\n" if ($stat[2] & 07777) != 0640 || $stat[4] != $<;
  open my $in, "<", $path or die "$path: $!\n";
  @lines = grep { !/^(#|$)/ } map { s/\s+$//r } <$in>;
  my $all = value(0);
  die "$path: left over: $lines[0]\n" if @lines;
  for my $key (keys %$all) { die "$path: unknown: $key\n" unless grep { $_ eq $key } @known }
  return $all;
}

sub http {
  my ($method, $url, $headers, $body) = @_;
  my ($place, $path) = $url =~ m{^http://([^/]+)(/.*)$} or die "no URL: $url\n";
  my $socket = IO::Socket::INET->new(PeerAddr => $place, Timeout => 5) or return "";
  my $size = length $body;
  print $socket "$method $path HTTP/1.0\r\nHost: $place\r\n${headers}Content-Length: $size\r\n\r\n$body";
  local $/;
  my $answer = <$socket> // "";
  return $answer =~ m{^HTTP/1.\d 2} ? $answer : "";
}

sub slurp { open my $in, "<", $_[0] or return ""; local $/; return <$in> // "" }
sub quoted { my $text = shift; $text =~ s/([\\"])/\\$1/g; $text =~ s/[^\x20-\x7e]/?/g; return "\"$text\"" }

my $config = file_of("$root/datadog.yaml",
  qw(api_key site hostname remote_updates logs_enabled process_config dd_url tags env));
die "no api_key\n" unless $config->{api_key};
my %checks;
for my $path (glob "$root/conf.d/*.d/conf.yaml") {
  my ($name) = $path =~ m{([^/]+)\.d/conf.yaml$};
  $checks{$name} = file_of($path, qw(init_config instances logs));
}

sub per_second {
  my ($name, $now) = @_;
  my $old = $before{$name};
  $before{$name} = $now;
  return defined $old ? ($name => $now - $old) : ();
}

sub metrics {
  my %found;
  my @cpu = slurp("/proc/stat") =~ /^cpu +(\d+) \d+ (\d+)/;
  $found{"system.cpu.user"} = $cpu[0];
  $found{"system.mem.total"} = $1 if slurp("/proc/meminfo") =~ /MemTotal: +(\d+)/;
  $found{"system.net.bytes_rcvd"} = $1 if slurp("/proc/net/dev") =~ /eth0: *(\d+)/ || slurp("/proc/net/dev") =~ /\w+: *(\d+)/;
  for my $one (@{$checks{nginx}{instances} // []}) {
    my ($total) = http("GET", $one->{nginx_status_url}, "", "") =~ /requests\s+\d+ \d+ (\d+)/ or next;
    %found = (%found, per_second("nginx.net.request_per_s", $total));
  }
  for my $one (@{$checks{haproxy}{instances} // []}) {
    die "haproxy: without use_openmetrics\n" unless $one->{use_openmetrics} eq "true";
    my $total = 0;
    $total += $_ for http("GET", $one->{openmetrics_endpoint}, "", "") =~ /^haproxy_frontend_http_requests_total\{[^}]*\} (\d+)/mg;
    %found = (%found, per_second("haproxy.frontend.http.requests.count", $total));
  }
  for my $one (@{$checks{process}{instances} // []}) {
    my $count = grep { my $all = slurp($_); grep { index($all, $_) >= 0 } @{$one->{search_string}} } glob "/proc/[0-9]*/cmdline";
    $found{"system.processes.number"} = $count;
  }
  return \%found;
}

sub logs {
  return () unless $config->{logs_enabled} eq "true";
  my @new;
  for my $check (values %checks) {
    for my $log (@{$check->{logs} // []}) {
      open my $in, "<", $log->{path} or do { push @new, "cannot read $log->{path}: $!"; next };
      seek $in, $log_at{$log->{path}} // 0, 0;
      push @new, map { chomp; $_ } <$in>;
      $log_at{$log->{path}} = tell $in;
    }
  }
  return @new;
}

while (1) {
  my $found = metrics();
  my $series = join ",", map { quoted($_) . ":$found->{$_}" } sort keys %$found;
  my $new = join ",", map { quoted($_) } logs();
  my $body = "{\"host\":" . quoted($config->{hostname}) . ",\"series\":{$series},\"logs\":[$new]}";
  http("POST", "$config->{dd_url}/api/v1/series", "DD-API-KEY: $config->{api_key}\r\n", $body);
  sleep 1;
}
