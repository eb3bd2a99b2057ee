#!/bin/sh
# Hosts for tests, in network namespaces of their own: an address each, joined by a bridge to
# which the caller's namespace belongs, too, and an sshd each (sshd.sh). Files and processes are
# those of the one machine.
#
#	hosts.sh up DIR USER HOST...    USER may log in everywhere
#	hosts.sh run DIR HOST COMMAND   a command there
#	hosts.sh address DIR HOST
#	hosts.sh cut DIR HOST           its link goes down: nobody reaches it, it reaches nobody
#	hosts.sh heal DIR HOST
#	hosts.sh part DIR HOST FROM...  nothing passes between it and these, either way; - is the caller
#	hosts.sh mute DIR HOST TO...    nothing that it sends to these arrives, the other way it does
#	hosts.sh join DIR HOST WITH...  as before
#	hosts.sh slow DIR HOST RATE     its link takes so much (tc: 500kbit) either way; fails without tc
#	hosts.sh quick DIR HOST         as before
#	hosts.sh reboot DIR HOST        nothing runs there any more but a new sshd, whose boot id is another
#	hosts.sh down DIR
#
# HOSTS_ON=loopback: without namespaces; an sshd each on the loopback. Who is cut off, parted or
# muted is so from everybody that comes by ssh, either way, since its sshd does not answer; and from
# nobody else.
#
# `up` leaves in DIR/HOST what sshd.sh leaves, with an ssh_config in which the host is `far`. Exit
# status 77 with the reason when there can be none.
set -eu

usage() {
	sed -n '2,25s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

no() {
	echo "no hosts: $*"
	exit 77
}

space() { # HOST
	echo "ud$id-$1"
}

# A command there. It sees what is mounted later, which it would not with `ip netns exec`.
inside() { # HOST COMMAND...
	(
		space=$(space "$1")
		shift
		! command -v nsenter >/dev/null || exec nsenter "--net=/run/netns/$space" -- "$@"
		exec ip netns exec "$space" "$@"
	)
}

address() { # HOST
	if [ "$1" = - ]; then
		echo "$network.1"
		return
	fi
	n=10
	for host in $(cat "$dir/hosts"); do
		n=$((n + 1))
		[ "$host" != "$1" ] || echo "$network.$n"
	done
}

link() { # HOST: the end on the bridge; names have 15 characters at most
	echo "ud$id-$(address "$1" | sed 's/.*\.//')"
}

# 198.18.0.0/15 is nobody's: it is for tests of networks (RFC 2544).
choose_network() {
	id=$$
	while ip link show "udbr$id" >/dev/null 2>&1; do
		id=$((id + 1))
	done
	id=$((id % 100000))
	echo "$id" >"$dir/id"
	network=198.$((18 + id / 256 % 2)).$((id % 256))
	echo "$network" >"$dir/network"
}

make_bridge() {
	ip link add "udbr$id" type bridge && ip address add "$network.1/24" dev "udbr$id" &&
		ip link set "udbr$id" up
}

make_host() { # HOST
	ip netns add "$(space "$1")" &&
		ip link add "$(link "$1")" type veth peer name eth0 netns "$(space "$1")" &&
		ip link set "$(link "$1")" master "udbr$id" up &&
		ip -n "$(space "$1")" address add "$(address "$1")/24" dev eth0 &&
		ip -n "$(space "$1")" link set eth0 up &&
		ip -n "$(space "$1")" link set lo up
}

start_sshd() { # HOST USER [COMMAND... that runs it]
	pam=no # without it, accounts that have no password are locked
	[ "$2" = "$(id -un)" ] || pam=yes
	host=$1 user=$2
	shift 2
	SSHD_ADDRESS=$(address "$host") inside "$host" "$@" \
		"$(dirname "$0")/sshd.sh" up "$dir/$host" "UsePAM=$pam" || exit
	set -- "$host" "$user"
	sed -i "s/^\tUser .*/\tUser $2/" "$dir/$1/ssh_config"
}

# What has no way back is dropped on arrival when the filter is strict.
filter() { # HOST 0|1
	for name in all eth0; do
		inside "$1" sh -c "echo $2 >/proc/sys/net/ipv4/conf/$name/rp_filter"
	done
}

routes() { # add|del HOST TO...
	way=$1 from=$2
	shift 2
	for to; do
		ip -n "$(space "$from")" route "$way" blackhole "$(address "$to")/32"
	done
}

# ---- the same on the loopback ----

loopback_up() { # USER HOST...
	user=$1
	shift
	pam=no
	[ "$user" = "$(id -un)" ] || pam=yes
	mkdir -p "$dir"
	echo "$@" >"$dir/hosts"
	echo loopback >"$dir/id"
	echo 127.0.0 >"$dir/network"
	trap '[ $? -eq 0 ] || loopback_down' EXIT
	for host; do
		"$(dirname "$0")/sshd.sh" up "$dir/$host" "UsePAM=$pam" || exit
		sed -i "s/^\tUser .*/\tUser $user/" "$dir/$host/ssh_config"
	done
}

loopback_down() {
	for host in $(cat "$dir/hosts"); do
		"$(dirname "$0")/sshd.sh" thaw "$dir/$host" || :
		"$(dirname "$0")/sshd.sh" down "$dir/$host" || :
	done
	rm -f "$dir/id"
}

on_loopback() { # VERB HOST...
	case $1 in
	run) shift 2 && exec "$@" ;;
	address) echo 127.0.0.1 ;;
	cut | part | mute) "$(dirname "$0")/sshd.sh" freeze "$dir/$2" ;;
	slow) no "the loopback is everybody's, and is not made slow" ;;
	reboot) no "the loopback is everybody's, and is not rebooted" ;;
	quick) ;;
	join | heal) "$(dirname "$0")/sshd.sh" thaw "$dir/$2" ;;
	down) loopback_down ;;
	*) usage ;;
	esac
}

# With the end of its processes its connections end, as those of a host that lost its power do when
# somebody asks after them.
reboot() { # HOST
	user=$(sed -n 's/^\tUser //p' "$dir/$1/ssh_config")
	tries=100
	while pids=$(ip netns pids "$(space "$1")") && [ -n "$pids" ] && [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		# shellcheck disable=SC2086 # a list of numbers
		kill -9 $pids 2>/dev/null || :
		sleep 0.02
	done
	cat /proc/sys/kernel/random/uuid >"$dir/$1/boot_id"
	start_sshd "$1" "$user" unshare -m --propagation slave sh -c \
		'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"' "$dir/$1/boot_id"
}

slow() { # HOST RATE
	set -- "$1" tbf rate "$2" burst 16kbit latency 400ms
	host=$1
	shift
	tc qdisc replace dev "$(link "$host")" root "$@" &&
		inside "$host" tc qdisc replace dev eth0 root "$@"
}

quick() { # HOST
	tc qdisc del dev "$(link "$1")" root &&
		inside "$1" tc qdisc del dev eth0 root
}

down() {
	[ -s "$dir/id" ] || return 0
	for host in $(cat "$dir/hosts"); do
		"$(dirname "$0")/sshd.sh" down "$dir/$host" || :
		# shellcheck disable=SC2046 # a list of numbers
		kill -9 $(ip netns pids "$(space "$host")" 2>/dev/null) 2>/dev/null || :
		ip netns del "$(space "$host")" 2>/dev/null || :
	done
	ip link del "udbr$id" 2>/dev/null || :
	rm -f "$dir/id"
}

[ $# -ge 2 ] || usage
verb=$1
dir=$2
shift 2
if [ "$verb" != up ]; then
	[ -s "$dir/id" ] || exit 0
	id=$(cat "$dir/id") network=$(cat "$dir/network")
	if [ "$id" = loopback ]; then
		on_loopback "$verb" "$@"
		exit
	fi
elif [ "${HOSTS_ON:-}" = loopback ]; then
	loopback_up "$@"
	exit
fi
case $verb in
up)
	command -v ip >/dev/null || no "iproute2 is not installed"
	[ "$(id -u)" -eq 0 ] || no "not root"
	mkdir -p "$dir"
	user=$1
	shift
	echo "$@" >"$dir/hosts"
	choose_network
	trap '[ $? -eq 0 ] || down' EXIT
	make_bridge 2>"$dir/why" || no "$(cat "$dir/why")"
	for host; do
		make_host "$host" 2>"$dir/why" || no "$(cat "$dir/why")"
		start_sshd "$host" "$user"
	done
	;;
run)
	host=$1
	shift
	! command -v nsenter >/dev/null || exec nsenter "--net=/run/netns/$(space "$host")" -- "$@"
	exec ip netns exec "$(space "$host")" "$@"
	;;
address) address "$1" ;;
cut) ip link set "$(link "$1")" down ;;
part) filter "$1" 1 && routes add "$@" ;;
mute) filter "$1" 0 && routes add "$@" ;;
join) routes del "$@" ;;
slow) slow "$@" ;;
quick) quick "$1" ;;
reboot) reboot "$1" ;;
heal) ip link set "$(link "$1")" up ;;
down) down ;;
*) usage ;;
esac
