#!/bin/sh
# pairconf.sh: writes upgraded.conf and pairs.d/sales.conf for a sandbox into a folder, prints
# the path of upgraded.conf. The sandbox has the four hosts of an active standby pair with two
# subscribers; both releases are instances on every host.
#
# usage: pairconf.sh --root ROOT --work DIR [options]
#   --load SOCKET       control socket of the load (DIR/load.sock)
#   --loadctl FILE      program of the hooks (from LOADCTL, else beside this script)
#   --http ADDRESS      listen of http; "" turns it off (default)
#   --token-file FILE   token of http control
#   --gates LIST        e.g. none, every-step, "before-swap before-destroy" (default: all five)
#   --limit KEY=TIME    one of the limits, e.g. write_pause=10s; may be repeated
#   --poll KEY=TIME     idle, upgrading or swapping
#   --no-hook NAME      leave out pause_writes, resume_writes, install or notify
#   --hook NAME=FILE    this program instead, without arguments
#   --no-marker         no marker table
#   --no-subscribers    only the two masters
#   --single            one database without a pair
#   --classic           two masters that replicate to each other, without subscribers
#   --new-path          the new release keeps its databases in another folder (create --new-path)
#   --moves             it moves to the DSN master1_new of the same instance
#   --in-place          one instance on every host; its release is replaced where it is
#   --gap HOST          leave out what this host does not have (no "new" instance there)
#   --user NAME --password TEXT   administrator for duplicate (pat, patpwd)
#   --second-host       of a single database: master2, the place on another host
#   --cache NAME        cache administrator (his password is terrypwd)
#   --old NAME --new NAME         instances (tt1122, tt2211)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root='' work='' load='' loadctl=${LOADCTL:-} http='' token=''
gates='before-standby before-swap before-destroy before-subscribers before-finish'
old=tt1122 new=tt2211 user=pat password=patpwd marker=yes subscribers=yes
write_pause=10s redundancy_gap=10m migrate=2m duplicate=2m agent_stop=1m drain=1m
idle=500ms upgrading=100ms swapping=10ms
skip='' gap='' own='' in_place=no single=no classic=no new_path=no moves=no second_host=no cache=''

die() {
	echo "pairconf: $1" >&2
	exit 2
}

# The value of a KEY=TIME goes into the variable of that name, if it is one of ours.
set_time() {
	case " $1 " in
	*" ${2%%=*} "*) eval "${2%%=*}=\${2#*=}" ;;
	*) die "unknown key: ${2%%=*}" ;;
	esac
}

while [ $# -gt 0 ]; do
	case $1 in
	--no-marker) marker=no ;;
	--no-subscribers) subscribers=no ;;
	--in-place) in_place=yes ;;
	--single) single=yes subscribers=no ;;
	--classic) classic=yes subscribers=no ;;
	--new-path) new_path=yes ;;
	--moves) moves=yes ;;
	--second-host) second_host=yes ;;
	*)
		[ $# -ge 2 ] || die "unknown or without a value: $1"
		case $1 in
		--root) root=$2 ;;
		--work) work=$2 ;;
		--load) load=$2 ;;
		--loadctl) loadctl=$2 ;;
		--http) http=$2 ;;
		--token-file) token=$2 ;;
		--gates) gates=$2 ;;
		--limit)
			set_time 'write_pause redundancy_gap migrate duplicate agent_stop drain' "$2" ;;
		--poll) set_time 'idle upgrading swapping' "$2" ;;
		--no-hook) skip="$skip $2" ;;
		--hook) own="$own $2" ;;
		--gap) gap="$gap $2" ;;
		--user) user=$2 ;;
		--password) password=$2 ;;
		--cache) cache=$2 ;;
		--old) old=$2 ;;
		--new) new=$2 ;;
		*) die "unknown option: $1" ;;
		esac
		shift
		;;
	esac
	shift
done
[ -n "$root" ] || die "--root is needed"
[ -n "$work" ] || die "--work is needed"
mkdir -p "$work/pairs.d" "$work/state" "$work/secrets" "$work/jobs" "$work/backup"
root=$(cd "$root" && pwd) work=$(cd "$work" && pwd)
: "${load:=$work/load.sock}"
[ -n "$loadctl" ] || loadctl=$here/hooks/loadctl
(umask 077 && printf '%s\n' "$password" >"$work/secrets/$user")

instance() { # HOST LABEL NAME
	case " $gap " in
	*" $1 "*) [ "$2" = old ] || return 0 ;;
	esac
	home=$root/hosts/$1/opt/$3
	echo "  timesten \"$2\" { bin = \"$home/bin\"  env = { \"TIMESTEN_HOME=$home\" } }"
}

host() { # HOST
	mkdir -p "$work/jobs/$1" "$work/backup/$1"
	echo "host \"$1\" {"
	echo '  transport = "local"'
	echo "  job_directory = \"$work/jobs/$1\""
	instance "$1" old "$old"
	[ $moves = no ] || instance "$1" new "$old"
	[ $in_place = yes ] || [ $moves = yes ] || instance "$1" new "$new"
	echo "  backup_directory = \"$work/backup/$1\""
	echo '}'
}

hook() { # NAME ARGV...
	name=$1
	shift
	case " $skip " in
	*" $name "*) return 0 ;;
	esac
	for pair in $own; do
		[ "${pair%%=*}" != "$name" ] || set -- "${pair#*=}"
	done
	printf '    %-13s = {' "$name"
	sep=' '
	for word; do
		printf '%s"%s"' "$sep" "$word"
		sep=', '
	done
	echo ' }'
}

# "a b c" or "a, b, c" to { "a", "b", "c" }; none and every-step are one word.
gate_list() {
	case $gates in
	none | every-step) printf '"%s"\n' "$gates" ;;
	*)
		printf '{'
		sep=' '
		for gate in $(echo "$gates" | tr ',' ' '); do
			printf '%s"%s"' "$sep" "$gate"
			sep=', '
		done
		echo ' }'
		;;
	esac
}

cat >"$work/upgraded.conf" <<END
state_directory = "$work/state"
pairs_directory = "$work/pairs.d"
control { socket = "$work/control.sock" }
http    { listen = "$http"  token_file = "$token" }
poll    { idle = "$idle"  upgrading = "$upgrading"  swapping = "$swapping" }
keep    { history = "400d"  observations = "30d" }
END

{
	host master1host
	[ $single = yes ] && [ $second_host = no ] || host master2host
	if [ $subscribers = yes ]; then
		host sub1host
		host sub2host
	fi
	echo 'pair "sales" {'
	echo '  engine   = "timesten"'
	if [ $single = yes ]; then
		suffix=''
		[ $moves = no ] || suffix=_new
		places="path = \"$root/hosts/master1host/data/master1\""
		[ $in_place = yes ] || places="$places  path_new = \"$root/hosts/master1host/data-new/master1$suffix\""
		[ $moves = no ] || places="$places  dsn_new = \"master1_new\""
		echo '  topology = "single"'
		echo "  member \"master1\"     { host = \"master1host\"  dsn = \"master1\"  $places }"
		[ $second_host = no ] ||
			echo '  member "master2"     { host = "master2host"  dsn = "master2" }'
	else
		[ $classic = yes ] && echo '  topology = "bidirectional"' || echo '  topology = "active-standby"'
		for n in 1 2; do
			places=''
			[ $new_path = no ] || places="  path = \"$root/hosts/master${n}host/data/master$n\"  path_new = \"$root/hosts/master${n}host/data-new/master$n\""
			echo "  member \"master$n\"     { host = \"master${n}host\"  dsn = \"master$n\"  port = 3000$((n - 1))$places }"
		done
	fi
	if [ $subscribers = yes ]; then
		echo '  member "subscriber1" { host = "sub1host"  dsn = "subscriber1"  subscriber = true  port = 30002 }'
		echo '  member "subscriber2" { host = "sub2host"  dsn = "subscriber2"  subscriber = true  port = 30003 }'
	fi
	echo "  duplicate { user = \"$user\"  password_file = \"$work/secrets/$user\" }"
	[ -z "$cache" ] || {
		(umask 077 && echo terrypwd >"$work/secrets/$cache")
		echo "  cache { user = \"$cache\"  password_file = \"$work/secrets/$cache\" }"
	}
	[ $marker = no ] || echo '  marker_table = "ops.upgrade_marker"'
	echo '  hooks {'
	hook pause_writes "$loadctl" --socket "$load" pause-writes
	hook resume_writes "$loadctl" --socket "$load" resume-writes
	if [ $in_place = yes ]; then
		hook install "$here/hooks/patch" "$root" "$old"
	else
		hook install "$here/hooks/install" "$root" "$new"
	fi
	hook notify "$loadctl" --socket "$load" notify
	echo '  }'
	echo '  limits {'
	echo "    write_pause = \"$write_pause\""
	echo "    redundancy_gap = \"$redundancy_gap\""
	echo "    migrate = \"$migrate\"  duplicate = \"$duplicate\""
	echo "    agent_stop = \"$agent_stop\"  drain = \"$drain\""
	echo '  }'
	echo "  gates = $(gate_list)"
	echo '}'
} >"$work/pairs.d/sales.conf"
echo "$work/upgraded.conf"
