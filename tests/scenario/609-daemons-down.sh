#!/bin/sh
# A main daemon that is down, an agent that dies, a host that goes, at the borders of steps
# before, in and after the swap: it waits, mends it or needs attention with a remedy, and never
# are two databases active. When all is back it completes, or abort leaves a serving pair.
#
#	DOWN:STEP:END	what goes down before which step, and how it ends: retry or abort
#	SOAK=1		at more steps
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ -n "${VARIANT:-}" ] || {
	variants daemon:3f:abort daemon:8b:retry agent:4b:retry
	[ "$SOAK" != 1 ] || variants daemon:1:abort daemon:2a:retry daemon:3:retry daemon:3e:abort \
		daemon:4a:abort daemon:5:abort daemon:13:retry daemon:14a:retry daemon:18:retry \
		agent:2:retry agent:5:abort agent:9:retry agent:15:retry \
		kill:3f:abort kill:4a:abort kill:5:abort kill:8b:retry kill:15:retry
	exit 0
}
down=${VARIANT%%:*} end=${VARIANT##*:}
step=${VARIANT#*:} step=${step%:*}

# The host on which the next steps work, and the instance that they need there.
case $step in
1 | 2 | 2a | 3) host=master2host instance=$OLD ;;
3e | 3f | 4a | 4b) host=master2host instance=$NEW ;;
5) host=master2host instance=$NEW ;;
8b | 9) host=master1host instance=$OLD ;;
13 | 14a) host=master1host instance=$NEW ;;
15 | 18) host=sub1host instance=$OLD ;;
*) fail "no such step: $step" ;;
esac
dsn=${host%host}
[ "$host" != sub1host ] || dsn=subscriber1

take_down() {
	case $down in
	daemon) tt "$host" "$instance" ttDaemonAdmin -stop >/dev/null 2>&1 || : ;;
	agent) sandbox_knob "$host/$dsn.agent_crash" 1 ;;
	kill) sandbox kill-host "$host" >/dev/null ;;
	esac
}

bring_back() {
	case $down in
	kill) sandbox revive-host "$host" >/dev/null ;;
	esac
	for i in "$OLD" "$NEW"; do
		tt "$host" "$i" ttDaemonAdmin -start >/dev/null 2>&1 || :
	done
}

scene "609-daemons-down-$down-$step-$end" --gates every-step --limit write_pause=4s \
	--limit agent_stop=15s --limit redundancy_gap=30s
start
walk_to "$step" 120
take_down
say "$host: $down down before step $step"
ctl advance sales --all >/dev/null || fail "advance: $(cat "$T/ctl.out")"
# It is given time to do something wrong, and applications go on where they can.
[ "$(actives | sort -u | wc -l)" -le 1 ] || fail "two actives: $(actives)"
load_goes_on 400 60
[ "$(actives | wc -l)" -le 2 ] || fail "actives: $(actives)"
upgrade_is attention && { remedy_is_given || fail 'attention without a remedy'; }
bring_back
case $end in
retry) retry_until_completed 150 4 ;;
abort)
	if [ "$(pair_json '.upgrade.point_of_no_return')" = false ] &&
		ctl abort sales --yes >/dev/null; then
		tries=4
		while :; do
			await 'upgrade_is aborted attention' 150
			upgrade_is attention || break
			say "attention: $(attention)"
			[ $tries -gt 0 ] || fail 'not aborted'
			tries=$((tries - 1))
			ctl retry sales >/dev/null || fail "retry was refused: $(cat "$T/ctl.out")"
		done
		await serves_as_before 60
	else
		retry_until_completed 150 4
	fi
	;;
esac
prove
say "$down down before step $step: $(last_upgrade .state), nothing lost"
