#!/bin/sh
# The daemon is killed in the pause and does not come back: the host's guard lets the active go by
# itself within the lease, wherever in the swap that was, and exactly one member takes writes. When
# the daemon is back, the swap is taken back or ended by itself, and nothing is lost. A session that
# waits for its client all the while does not notice.
#
#	ROUNDS=n  how many swaps are struck
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 140-guard
pg_releases 13.16 13.23
UP=--no-subscriber
scene 140-guard --limit write_pause=5s --gates before-swap

: "${ROUNDS:=4}"

# A session of nobody's load, that answers with its pid. On a machine that gives it no processor it
# may be ended like one that is busy.
quiet_open() {
	rm -f "$T/quiet.in" "$T/quiet.out"
	mkfifo "$T/quiet.in"
	PGOPTIONS='-c default_transaction_read_only=off' "$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" \
		-U postgres -d postgres <"$T/quiet.in" >"$T/quiet.out" 2>&1 &
	exec 7>"$T/quiet.in"
	quiet_asks
	await 'quiet_said 1' 30
}
trap '' PIPE
quiet_asks() { echo 'SELECT pg_backend_pid();' >&7 2>/dev/null || :; }
quiet_said() { # TIMES, or it was ended
	[ "$(wc -l <"$T/quiet.out")" -ge "$1" ]
}
quiet_serves() {
	[ "$(wc -l <"$T/quiet.out")" -eq 2 ] && [ "$(sort -u "$T/quiet.out" | wc -l)" -eq 1 ]
}

quiet_open
start
await 'gate_is before-swap' 90
round=0 unnoticed=0
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
	quiet_asks
	await 'quiet_said 2' 30
	if quiet_serves; then unnoticed=$((unnoticed + 1)); fi
	exec 7>&-
	quiet_open
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
say "$unnoticed of $round swaps were taken back without a word to a session that waited"
[ "$unnoticed" -gt 0 ] || fail 'it was ended each time'
# The swap that was not taken back ended it, and it is told so.
quiet_asks
await 'grep -q "^server closed the connection\|terminating connection" "$T/quiet.out"' 30
exec 7>&-
prove
