#!/bin/sh
# The daemon is killed at a chance moment of the pause, and does not come back until the lease is
# over: exactly one member takes writes within write_pause since the pause was opened, and clients
# have gone on, wherever that was. When the
# daemon is back, the swap is taken back or ended by itself. After each swap an abort swaps back,
# and is struck as well. Nothing that was acknowledged is lost.
#
#	ROUNDS=n  how many pauses are struck   POOLED=1  behind a pooler
#	EACH=n    so many in one scene, behind which is a verdict; then a new one, with other chances
#	MARGIN=ms what a busy machine may take longer
#	CUT=part  the daemon lives, but every connection of it is cut: members on hosts of their own;
#	CUT=mute  the same, but what it sends still arrives
#	HOOKS=1   applications are paused by a hook: the daemon lets them go on when the guard has acted
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

if [ "${ROUNDS:=3}" -gt "${EACH:=5}" ]; then
	struck=0
	while [ $struck -lt "$ROUNDS" ]; do
		most=$((ROUNDS - struck))
		[ $most -le "$EACH" ] || most=$EACH
		ROUNDS=$most SEED=$((SEED + struck)) "$0" || exit
		struck=$((struck + most))
		echo "${NAME:-147-lease}: $struck pauses struck, nothing lost"
	done
	exit
fi
scenario "${NAME:-147-lease}"
pg_releases 13.16 13.23
: "${POOLED:=0}"
UP=--no-subscriber
[ "$POOLED" = 0 ] || UP="$UP --pooler"
LEASE=3
: "${CUT:=0}" "${MARGIN:=2000}"
[ "$CUT" = 0 ] || HOSTS=each LEASE=4
[ "${HOOKS:-0}" = 0 ] || hooks=--hooks
scene "$SCENARIO" ${hooks:-} --limit write_pause=${LEASE}s --gates before-swap,before-finish --poll idle=200ms

# A lease runs on the host of the one or the other, a swap, or the way back; or at a pooler.
lease_runs() {
	for lease in "$PGROOT"/[ab]/.upgraded/lease "$PGROOT"/pooler*/*.upgraded-guard; do
		if [ -s "$lease" ] && [ "$lease" -nt "$T/struck" ]; then return 0; fi
	done
	return 1
}

# Struck at once, or up to 60 ms later: a pause without a fault takes less.
strike() {
	tries=4000
	until lease_runs; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "no pause began: $(pair_json '.upgrade | .state + " " + .step.number')"
		sleep 0.005
	done
	opened=$(date +%s%N)
	roll 60
	sleep "0.0$(printf '%02d' "$DICE")"
	if [ "$CUT" != 0 ]; then
		from_supervisor "$CUT"
	else
		daemon_kill9
	fi
}

# As if it had been killed while it took the frozen server away: the server is gone, and its
# sessions, which it had stopped, are still there.
half_take_away() {
	for home in "$PGROOT"/[ab]/.upgraded; do
		[ "$(head -n 1 "$home/decided" 2>/dev/null)" = committed ] && [ -s "$home/fenced" ] || continue
		pid=$(cat "$home/fenced")
		[ "/proc/$pid/cwd" -ef "$home/.." ] && grep -q '^State:[[:space:]]*T' "/proc/$pid/status" || continue
		kill -9 "$pid"
		say "the server is taken away, its $(wc -w <"$home/stopped") sessions are not"
	done
}

from_supervisor() { # part|mute|join
	for host in a b; do
		"$HOSTS_SH" "$1" "$T/hosts" $host -
	done
}

decided() {
	for file in "$PGROOT"/[ab]/.upgraded/decided; do
		[ ! -s "$file" ] || head -n 1 "$file"
	done | tr '\n' ' '
}

start
settle
round=0 longest=0 late=0
while [ $round -lt "$ROUNDS" ]; do
	round=$((round + 1))
	: >"$T/struck"
	into_the_pause
	strike
	[ "$CUT" != 0 ] || [ $((round % 2)) -ne 0 ] || half_take_away
	load_goes_on 20 $((LEASE + 8))
	one=$(pg_actives)
	if [ -z "$one" ]; then # the shell on the host froze it behind that
		load_goes_on 20 $((LEASE + 8))
		one=$(pg_actives)
	fi
	took=$((($(date +%s%N) - opened) / 1000000))
	[ $took -le $((LEASE * 1000 + MARGIN)) ] || fail "round $round: served after $took ms"
	[ $took -le $((LEASE * 1000)) ] || late=$((late + 1))
	[ $took -le $longest ] || longest=$took
	[ "$(echo "$one" | wc -w)" -eq 1 ] || fail "round $round: writes are taken by: $one"
	say "round $round: $one serves after $took ms; decided: $(decided)"
	if [ "$CUT" != 0 ]; then from_supervisor join; else daemon_start; fi
	settle
	say "round $round: $(pair_json '.upgrade | .state + " " + (.gate.id // "")') $(attention)"
	load_goes_on 20
done
struck_enough
say "struck $ROUNDS times, served again after at most $longest ms of $LEASE s, $late times later"
