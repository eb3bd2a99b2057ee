#!/bin/sh
# The daemon is killed at a chance moment of the pause of asp-major, and does not come back until
# the lease is over: the guard on the host of the active lets it go, or, when the swap was decided,
# opens the other side and takes the active away. When the daemon is back, it goes on.
#
#	ROUNDS=n  how often at most
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 335-asp-major-lease
pg_releases 13.23 15
: "${ROUNDS:=6}"
UP=--no-subscriber
scene 335-asp-major-lease --limit write_pause=3s --gates before-swap,before-destroy

struck() {
	[ -s "$PGROOT/a/.upgraded/lease" ] && [ "$PGROOT/a/.upgraded/lease" -nt "$T/mark" ]
}

# Without its own setting: as an application that asks for nothing.
takes_writes() { # MEMBER
	[ "$("$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port "$1")" -U postgres -d postgres -c \
		"SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'" \
		2>/dev/null)" = t ]
}

writers() {
	for each in a b; do
		if takes_writes $each; then echo $each; fi
	done
}

start
await 'gate_is before-swap' 240
round=0
while [ $round -lt "$ROUNDS" ]; do
	round=$((round + 1))
	: >"$T/mark"
	if upgrade_is gated; then steer advance "$PAIR"; else steer retry "$PAIR"; fi
	AWAIT_STEP=0.005
	await struck 120
	AWAIT_STEP=0.05
	roll 80
	sleep "0.$(printf '%03d' $((DICE * round / 2)))"
	daemon_kill9
	load_goes_on 20 13
	[ "$(writers | wc -l)" -eq 1 ] || fail "round $round: writes are taken by: $(writers)"
	say "round $round: $(writers) serves; decided: $(head -n 1 "$PGROOT/a/.upgraded/decided")"
	daemon_start
	await 'upgrade_is attention gated' 120
	upgrade_is attention || break
	remedy_is_given || fail "no remedy: $(attention)"
	load_goes_on 20
done
! upgrade_is attention || steer retry "$PAIR"
await 'gate_is before-destroy || upgrade_is attention' 120
! upgrade_is attention || fail "it needs attention: $(attention)"
steer advance "$PAIR" --all
await 'upgrade_is completed attention' 240
upgrade_is completed || fail "it needs attention: $(attention)"
prove
