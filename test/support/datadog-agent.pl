#!/usr/bin/perl
# Stands in for Datadog's agent: reads its configuration strictly, really scrapes nginx and haproxy, tails logs, reads the
# kernel's figures, and posts all of it every second. `health` and `configcheck` ask the running agent by its port, and
# `hostname` needs none, as with the real one (its sources: cmd/agent/subcommands, pkg/cli/subcommands, pkg/status/health).
use strict;
use warnings;
use IO::Socket::INET;

my $root = "/etc/datadog-agent";
my (@lines, %log_at, %before, $config, %checks, %check_errors, @unhealthy);

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

sub parsed {
  my ($path) = @_;
  open my $in, "<", $path or die "$path: $!\n";
  @lines = grep { !/^(#|$)/ } map { s/\s+$//r } <$in>;
  my $all = value(0);
  die "$path: left over: $lines[0]\n" if @lines;
  return $all;
}

sub own_file {
  my ($path) = @_;
  my @stat = stat $path or die "$path: $!\n";
  die "$path: must be 0640 and mine\n" if ($stat[2] & 07777) != 0640 || $stat[4] != $<;
  return parsed($path);
}

# Every command begins with this. Secrets that are kept elsewhere need a program that tells them.
sub load {
  my ($path) = @_;
  $config = eval { parsed($path) } or die "Error: unable to load Datadog config file: $@";
  my @kept_elsewhere = grep { !ref && /^ENC\[/ } map { ref eq "ARRAY" ? @$_ : $_ } values %$config;
  my $program = $config->{secret_backend_command};
  die "Error: unable to load Datadog config file: unable to decrypt secret from datadog.yaml: $program: $!\n"
    if @kept_elsewhere && $program && !-x $program;
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

# A check that cannot be used does not stop the agent. What is wrong with it is told with what stands in it, as a check that
# others have written may do.
sub load_checks {
  for my $path (glob "$root/conf.d/*.d/conf.yaml") {
    my ($name) = $path =~ m{([^/]+)\.d/conf.yaml$};
    my $check = eval { own_file($path) };
    my ($wrong) = grep { !exists $_->{host} } @{$name eq "mysql" && $check->{instances} || []};
    if (!$check) { $check_errors{$name} = $@ =~ s/\n//gr }
    elsif (!$check->{instances} && !$check->{logs}) { $check_errors{$name} = "Configuration file contains no valid instances" }
    elsif ($wrong) { $check_errors{$name} = "no host in " . join ", ", map { "$_=$wrong->{$_}" } sort keys %$wrong }
    else { $checks{$name} = $check }
  }
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
    next unless $one->{use_openmetrics} eq "true";
    my $total = 0;
    $total += $_ for http("GET", $one->{openmetrics_endpoint}, "", "") =~ /^haproxy_frontend_http_requests_total\{[^}]*\} (\d+)/mg;
    %found = (%found, per_second("haproxy.frontend.http.requests.count", $total));
  }
  for my $one (@{$checks{process}{instances} // []}) {
    my $count = grep { my $all = slurp($_); grep { index($all, $_) >= 0 } @{$one->{search_string}} } glob "/proc/[0-9]*/cmdline";
    $found{"system.processes.number"} = $count;
  }
  for my $one (@{$checks{mysql}{instances} // []}) { %found = (%found, database($one)) }
  return \%found;
}

# By the client, which is where a server is; the password travels by its standard input.
sub database {
  my ($one) = @_;
  my ($client) = grep { -x } qw(/usr/bin/mariadb /usr/bin/mysql) or return;
  require IPC::Open2;
  my $pid = IPC::Open2::open2(my $out, my $in, $client, "--defaults-file=/dev/stdin", "-e",
    "SHOW GLOBAL STATUS LIKE 'Questions'; SHOW REPLICA STATUS\\G");
  print $in "[client]\nhost=$one->{host}\nuser=$one->{username}\npassword=\"$one->{password}\"\nconnect-timeout=3\n";
  close $in;
  local $/;
  my $said = <$out> // "";
  waitpid $pid, 0;
  return if $? != 0;
  my %found = $said =~ /Questions\s+(\d+)/ ? per_second("mysql.performance.questions", $1) : ();
  return %found unless $one->{options}{replication} eq "true" && $said =~ /_IO_Running: (\w+)/;
  $found{"mysql.replication.replica_running"} = $1 eq "Yes" && $said =~ /_SQL_Running: Yes/ ? 1 : 0;
  $found{"mysql.replication.seconds_behind_source"} = $1 if $said =~ /Seconds_Behind_\w+: (\d+)/;
  return %found;
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

# Only a refusal makes it unhealthy: whoever cannot be reached may have had a bad day.
sub check_key {
  my ($place) = $config->{dd_url} =~ m{^http://([^/]+)};
  my $socket = IO::Socket::INET->new(PeerAddr => $place, Timeout => 5) or return;
  print $socket "GET /api/v1/validate?api_key=$config->{api_key} HTTP/1.0\r\nHost: $place\r\n\r\n";
  return unless (<$socket> // "") =~ m{^HTTP/1.\d 403};
  push @unhealthy, "forwarder";
  warn "ERROR | No valid api key found, reporting the forwarder as unhealthy.\n";
}

sub port { return $config->{cmd_port} // 5001 }

# Answers who asks, for a second.
sub answer {
  my ($listener, $until) = @_;
  while ((my $left = $until - time) > 0) {
    vec(my $bits = "", fileno $listener, 1) = 1;
    select($bits, undef, undef, $left) > 0 or return;
    my $socket = $listener->accept or next;
    print $socket map { "$_\n" } "unhealthy " . join(", ", @unhealthy), map { "error $_: $check_errors{$_}" } sort keys %check_errors;
  }
}

sub run {
  own_file("$root/datadog.yaml");
  my $level = $config->{log_level} // "info";
  die "Error while setting up logging, exiting: unknown log level: $level\n" unless $level =~ /^(trace|debug|info|warn|error|off)$/;
  for my $key (sort keys %$config) {
    die "unknown: $key\n" unless $key =~ /^(api_key|site|hostname|remote_updates|logs_enabled|process_config|dd_url|tags|env|log_level|cmd_port|secret_backend_command)$/;
  }
  load_checks();
  my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => port(), Listen => 5, ReuseAddr => 1)
    or die "Error while starting api server, exiting: listen tcp 127.0.0.1:" . port() . ": $!\n";
  check_key();
  while (1) {
    my $found = metrics();
    my $series = join ",", map { quoted($_) . ":$found->{$_}" } sort keys %$found;
    my $new = join ",", map { quoted($_) } logs();
    my $body = "{\"host\":" . quoted($config->{hostname}) . ",\"series\":{$series},\"logs\":[$new]}";
    http("POST", "$config->{dd_url}/api/v1/series", "DD-API-KEY: $config->{api_key}\r\n", $body);
    answer($listener, time + 1);
  }
}

sub ask {
  my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => port(), Timeout => 5)
    or die "Error: could not reach agent: $!\nMake sure the agent is running before requesting the status\n";
  return <$socket>;
}

sub health {
  my ($bad) = map { /^unhealthy (.+)/ } ask();
  print "Agent health: ", $bad ? "FAIL" : "PASS", "\n";
  print "=== 1 unhealthy components ===\n$bad\n" if $bad;
  die "Error: found 1 unhealthy components\n" if $bad;
}

sub configcheck {
  my @errors = map { /^error (.+)/ } ask();
  print "=== Configuration errors ===\n", map { "\n$_\n" } @errors if @errors;
  print map { "\n=== $_ check ===\n===\n" } sort keys %checks;
}

my %commands = (
  run => \&run, health => \&health, configcheck => \&configcheck,
  hostname => sub { print "$config->{hostname}\n" },
);
my ($folder, $command) = ($root);
while (defined(my $word = shift @ARGV)) {
  if ($word =~ /^(-c|--cfgpath)$/) { $folder = shift @ARGV }
  elsif ($word !~ /^(-n|--no-color)$/) { $command = $commands{$word} or die "Error: unknown command \"$word\"\n" }
}
load("$folder/datadog.yaml");
$command->();
