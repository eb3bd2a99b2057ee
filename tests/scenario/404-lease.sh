#!/bin/sh
# The daemon is killed at a chance moment of the pause: its guard becomes the daemon when the swap
# is to be taken back, until the pause is closed. Applications that a hook had paused write again
# within write_pause since the pause was opened, on exactly one database; the swap was taken back or
# ended by itself. A daemon that is started then, or while the guard is at it, goes on. Nothing that
# was acknowledged is lost.
#
#	MARGIN=ms what a busy machine may take longer
#	ROUNDS=n  how many pauses are struck, with a verdict behind each; an upgrade that came to its
#	          end begins anew
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

: "${ROUNDS:=3}" "${MARGIN:=2000}"
KEEPER=1
LEASE=3
scene "${NAME:-404-lease}" --gates before-swap,before-destroy --limit write_pause=${LEASE}s \
	${PAIR_OPTIONS:-}
sandbox_knob role_delay 600

# The daemon that runs, whoever started it.
find_daemon() {
	DAEMON_PID=$(sed -n 's/^pid //p' "$T/run/state/lock")
}

pauses() {
	grep -c 'text="write pause opens"' "$T/upgraded.log"
}

# Struck as soon as the pause is opened, or up to 80 or 400 ms later. False: it was over.
strike() {
	AWAIT_STEP=0.005
	await '[ "$(pauses)" -gt "$paused" ]' 120
	opened=$(date +%s%N)
	AWAIT_STEP=0.05
	roll 80
	after=$DICE
	roll 2
	[ "$DICE" = 0 ] || after=$((after * 5))
	sleep "0.$(printf '%03d' "$after")"
	find_daemon
	kill -9 "$DAEMON_PID"
	while grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$DAEMON_PID/status" 2>/dev/null; do sleep 0.01; done
	DAEMON_PID=''
	[ -e "$T/run/state/pause" ]
}

start
settle
round=0 most=0 late=0
while [ $round -lt "$ROUNDS" ]; do
	paused=$(pauses || :)
	into_the_pause
	strike || {
		daemon_start
		settle
		continue
	}
	round=$((round + 1))
	served_again 15
	load_goes_on 20
	one_active || fail "round $round: active: $(actives)"
	roll 2
	[ "$DICE" = 0 ] || await '! ctl_now pairs' 60
	daemon_start
	settle
	say "round $round: $(actives), served again after $took ms: $(pair_json '.upgrade | .state + " " + (.gate.id // "")') $(attention)"
	one_active || fail "round $round: active: $(actives)"
	load_goes_on 20
	prove_now
done
struck_enough
say "struck $ROUNDS times, served again after at most $most ms of $LEASE s, $late times later"
