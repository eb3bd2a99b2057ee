#!/bin/sh
# An sshd on the loopback, or on SSHD_ADDRESS, for tests: own keys, own configuration, a port above 1023, no
# privileges beyond those of the caller, who is the only one that may come in.
#
#	sshd.sh up DIR [OPTION=VALUE...]   options of sshd_config(5), before ours
#	sshd.sh down DIR                   the server and the connections it has
#	sshd.sh cut DIR                    the connections only
#	sshd.sh freeze DIR                 nobody answers any more, as if the host were cut off; what
#	                                   was started there goes on
#	sshd.sh thaw DIR                   as before
#
# `up` leaves in DIR: port, pid, key, key.pub, known_hosts, ssh_config (for ssh -F), log.
# The host is called `far` there. Exit status 77 with the reason when there can be none.
set -eu

usage() {
	sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

no() {
	echo "no sshd: $*"
	exit 77
}

find_server() {
	PATH=$PATH:/usr/sbin:/usr/local/sbin
	command -v ssh >/dev/null || no "ssh is not installed"
	server=$(command -v sshd) || no "sshd is not installed"
	[ "$(id -u)" -ne 0 ] || [ -d /run/sshd ] || mkdir -m 755 /run/sshd 2>/dev/null ||
		no "/run/sshd is missing"
}

make_keys() {
	for key in key host_key; do
		[ -f "$dir/$key" ] || ssh-keygen -q -t ed25519 -N '' -C test -f "$dir/$key"
	done
	cp "$dir/key.pub" "$dir/authorized_keys"
}

configure() { # PORT OPTION=VALUE...
	port=$1
	shift
	for option; do
		echo "$option" | sed 's/=/ /'
	done >"$dir/sshd_config"
	cat >>"$dir/sshd_config" <<END
ListenAddress $address:$port
HostKey $dir/host_key
AuthorizedKeysFile $dir/authorized_keys
PidFile $dir/pid
AuthenticationMethods publickey
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
MaxStartups 100
SetEnv SHLVL=3
LogLevel VERBOSE
END
	# The usual one costs 0.1 s of the processor for each connection. From 10 on ssh warns of others.
	case $(ssh -V 2>&1) in
	OpenSSH_[789].*) echo 'KexAlgorithms curve25519-sha256' >>"$dir/sshd_config" ;;
	esac
	echo "[$address]:$port $(cut -d ' ' -f 1,2 "$dir/host_key.pub")" >"$dir/known_hosts"
	cat >"$dir/ssh_config" <<END
Host far far-*
	HostName $address
	Port $port
	User $(id -un)
	IdentityFile $dir/key
	IdentitiesOnly yes
	UserKnownHostsFile $dir/known_hosts
	GlobalKnownHostsFile /dev/null
END
	echo "$port" >"$dir/port"
}

# Ports are tried until one is free: only the server itself can tell.
start() {
	try=0
	while :; do
		port=$((20000 + ($$ * 7 + try * 997) % 12000))
		configure "$port" "$@"
		"$server" -f "$dir/sshd_config" -E "$dir/log" || no "$(tail -n 1 "$dir/log")"
		until [ -s "$dir/pid" ] || grep -q 'Cannot bind any' "$dir/log"; do
			sleep 0.02
		done
		[ ! -s "$dir/pid" ] || return 0
		try=$((try + 1))
		[ "$try" -lt 50 ] || no "no port is free"
		: >"$dir/log"
	done
}

children() { # PID
	sed 's/ *$//' "/proc/$1/task/$1/children" 2>/dev/null || :
}

cut_connections() {
	[ -s "$dir/pid" ] || return 0
	for pid in $(children "$(cat "$dir/pid")"); do
		# shellcheck disable=SC2046 # a list of numbers
		kill -9 "$pid" $(children "$pid") 2>/dev/null || :
	done
}

# The processes of the server itself, not what it started for somebody.
servers() {
	[ -s "$dir/pid" ] || return 0
	for pid in $(cat "$dir/pid") $(children "$(cat "$dir/pid")"); do
		echo "$pid"
		for child in $(children "$pid"); do
			case $(cat "/proc/$child/comm" 2>/dev/null) in
			sshd*) echo "$child" ;;
			esac
		done
	done | sort -u
}

# Twice: a connection may have been made meanwhile.
signal_servers() { # SIGNAL
	for again in 1 2; do
		# shellcheck disable=SC2046 # a list of numbers
		kill "-$1" $(servers) 2>/dev/null || :
	done
}

stop() {
	[ -s "$dir/pid" ] || return 0
	pid=$(cat "$dir/pid")
	kill -STOP "$pid" 2>/dev/null || :
	cut_connections
	kill -9 "$pid" 2>/dev/null || :
	rm -f "$dir/pid"
}

[ $# -ge 2 ] || usage
address=${SSHD_ADDRESS:-127.0.0.1}
verb=$1
dir=$2
shift 2
case $verb in
up)
	find_server
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd)
	make_keys
	rm -f "$dir/pid" "$dir/log"
	start "$@"
	;;
down) stop ;;
cut) cut_connections ;;
freeze) signal_servers STOP ;;
thaw) signal_servers CONT ;;
*) usage ;;
esac
