#!/bin/sh
# swap_script.sh: the role swap of an active standby pair as a person would script it: the
# same commands in the same order as the daemon's, as fast as they go, and without a look at
# any state. It is the floor against which the daemon's write pause is measured, not a
# procedure: had the standby lagged, been down or refused, this would not notice.
#
# All that is asked of one database is one batch of ttIsql, so that two processes and two
# connects are all that it costs beside the statements themselves.
#
# usage: swap_script.sh --root ROOT --loadctl FILE --load SOCKET [--from HOST:INSTANCE:DSN]
#                       [--to HOST:INSTANCE:DSN] [--wait SECONDS] [--marker TABLE]
#                       [--no-prove]
#   --marker TABLE  where the marker row goes, OWNER.NAME (ops.upgrade_marker)
#   --no-prove      without the second ttRepSubscriberWait: the daemon leaves it out when
#                   the log stands where the drain ended
#
# Prints the milliseconds between the return of the pause hook and the start of the resume
# hook; with -v every batch's own milliseconds on stderr.
set -eu

root='' loadctl='' load='' wait=10 verbose=no marker=ops.upgrade_marker prove=yes
from=master1host:tt1122:master1
to=master2host:tt2211:master2

while [ $# -gt 0 ]; do
	case $1 in
	-v | --no-prove)
		if [ "$1" = -v ]; then verbose=yes; else prove=no; fi
		shift
		continue
		;;
	--root) root=$2 ;;
	--loadctl) loadctl=$2 ;;
	--load) load=$2 ;;
	--from) from=$2 ;;
	--to) to=$2 ;;
	--wait) wait=$2 ;;
	--marker) marker=$2 ;;
	*)
		echo "swap_script: unknown: $1" >&2
		exit 2
		;;
	esac
	shift 2
done
: "${root:?--root}" "${loadctl:?--loadctl}" "${load:?--load}"

# HOST:INSTANCE:DSN into three words.
part() { # WHICH TRIPLE
	echo "$2" | cut -d: -f"$1"
}

from_home=$root/hosts/$(part 1 "$from")/opt/$(part 2 "$from")
from_dsn=$(part 3 "$from")
to_host=$(part 1 "$to")
to_home=$root/hosts/$to_host/opt/$(part 2 "$to")
to_dsn=$(part 3 "$to")

now_ns() {
	date +%s%N
}

isql() { # HOME DSN COMMANDS
	[ $verbose = no ] || began=$(now_ns)
	TIMESTEN_HOME=$1 "$1/bin/ttIsql" -v1 -e "$3; exit" "DSN=$2;AutoCreate=0" >&2
	[ $verbose = no ] ||
		echo "$((($(now_ns) - began) / 1000000)) ms: $3" >&2
}

UPGRADED_ACTIVE=$to_dsn UPGRADED_ACTIVE_HOST=$to_host
export UPGRADED_ACTIVE UPGRADED_ACTIVE_HOST

await="call ttRepSubscriberWait(null, null, '$to_dsn', '$to_host', $wait)"
# Source: steps 6 to 7b of daemon/engine/timesten/procedures/asp_major.c.
leave="delete from $marker where id = 1; insert into $marker values (1, 'swap-script');
$await; call ttBookmark; call ttRepStop; call ttBookmark; call ttRepDeactivate"
[ $prove = no ] || leave="$leave; $await"

"$loadctl" --socket "$load" pause-writes
paused=$(now_ns)
isql "$from_home" "$from_dsn" "$leave"
isql "$to_home" "$to_dsn" "call ttRepStateSet('ACTIVE')"
resumed=$(now_ns)
"$loadctl" --socket "$load" resume-writes
echo $(((resumed - paused) / 1000)) | awk '{ printf "%.3f\n", $1 / 1000 }'
