#!/bin/sh
# The daemon is killed in the pause and does not come back: the host's guard lets the active go by
# itself within the lease, wherever in the swap that was, and exactly one member takes writes. When
# the daemon is back, the swap is taken back or ended by itself, and nothing is lost.
#
#	ROUNDS=n  how many swaps are struck
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 140-guard
pg_releases 13.16 13.23
UP=--no-subscriber
scene 140-guard --limit write_pause=5s --gates before-swap

: "${ROUNDS:=4}"

start
await 'gate_is before-swap' 90
round=0
while [ $round -lt "$ROUNDS" ]; do
	round=$((round + 1))
	# The pause lasts, because the standby replays nothing.
	startup=$(pg_sql b postgres "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'")
	kill -STOP "$startup"
	if upgrade_is gated; then steer advance "$PAIR" --all; else steer retry "$PAIR"; fi
	await 'step_is 6' 30
	roll 9
	sleep "0.$DICE"
	daemon_kill9
	say "round $round: killed, the active is ${active:-$(pg_actives)}"
	kill -CONT "$startup"
	load_goes_on 20 15
	[ "$(pg_actives)" = a ] || fail "round $round: writes are taken by: $(pg_actives)"
	daemon_start
	await 'upgrade_is attention completed' 60
	upgrade_is attention || break
	say "round $round: $(attention)"
	remedy_is_given || fail "no remedy"
	load_goes_on 20
done
if upgrade_is attention; then steer retry "$PAIR"; fi
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "it needs attention: $(attention)"
prove
