#!/bin/sh
# P1: hosts that cannot be reached, at several steps. Whatever is done then, no second active is
# ever made: it waits, or needs attention with a remedy, and completes when the host is back.
#
#	SOAK=1  at more steps
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ -n "${VARIANT:-}" ] || {
	variants partition:6 kill:3f kill:11a
	[ "$SOAK" != 1 ] || variants partition:2a partition:3 partition:4a partition:8 partition:8b \
		partition:13 partition:14a kill:2a kill:4 kill:4b kill:13
	exit 0
}
how=${VARIANT%%:*} step=${VARIANT#*:}
scene "605-unreachable-$how-$step" --gates none --limit write_pause=3s

# Both ways between the masters.
partition() { # 1|0
	sandbox_knob "partition.master1host>master2host" "$1"
	sandbox_knob "partition.master2host>master1host" "$1"
}

case $step in
6 | 8) sandbox_knob role_delay 4000 && sandbox_knob wait_01 1 ;;
esac
case $how in
kill)
	start --gates every-step
	walk_to "$step" 90
	host=master2host
	case $step in 1[0-9]*) host=master1host ;; esac
	sandbox kill-host "$host" >/dev/null
	steer advance sales --all
	;;
partition)
	start
	await "step_is $step" 90
	partition 1
	;;
esac
# It is given time to do something wrong: applications go on, whatever serves.
load_goes_on 300 60
[ "$(actives | wc -l)" -le 1 ] || fail "two actives: $(actives)"

case $how in
kill)
	sandbox revive-host "$host" >/dev/null 2>&1
	for instance in "$OLD" "$NEW"; do
		tt "$host" "$instance" ttDaemonAdmin -start -force >/dev/null 2>&1 || :
	done
	;;
partition) partition 0 ;;
esac
sandbox_knob role_delay 200
retry_until_completed 180 4
prove
say "$how at step $step: one active at all times, completed when it was back"
