#!/bin/sh
# P4 resume: the daemon is killed again and again, right before and right after writes of its
# journal and a moment later, and started again at once, all the way through the major upgrade.
# It completes without a person; nothing is lost.
#
#	SEED=n  another sequence;  VARIANT=abort  it is the abort after the swap that is walked so
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 340-asp-major-killed
pg_releases 13 15
UP=--no-subscriber
GATES=none
[ "${VARIANT:-}" != abort ] || GATES=before-destroy
scene 340-asp-major-killed --gates $GATES --limit write_pause=60s --limit redundancy_gap=20m
start
if [ "${VARIANT:-}" = abort ]; then
	await 'upgrade_is gated attention' 300
	steer abort "$PAIR" --yes
	kill_until aborted attention
	ended_as aborted || fail "it needs a person: $(attention)"
	await serves_as_before 60
else
	kill_until completed attention
	ended_as completed || fail "it needs a person: $(attention)"
	[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
fi
prove
say "killed $LIVES times; nothing lost"
