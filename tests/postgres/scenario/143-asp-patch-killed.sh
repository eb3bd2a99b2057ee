#!/bin/sh
# P4 resume: the daemon is killed again and again, right before and after writes of its journal and
# between them, and started again at once. The upgrade completes, or the swap is taken back and a
# retry completes it; nothing is lost.
#
#	SEED=n   another sequence
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 143-asp-patch-killed
pg_releases 13.16 13.23
scene 143-asp-patch-killed --gates none --limit write_pause=30s

start
lives=0
for try in 1 2 3 4 5; do
	kill_until completed attention
	lives=$((lives + LIVES))
	await 'ended_as completed || ended_as attention' 30
	ended_as completed && break
	say "attention: $(attention)"
	remedy_is_given || fail "no remedy"
	load_goes_on 20 60
	steer retry "$PAIR"
done
ended_as completed || fail "it needs a person: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
[ "$lives" -gt 3 ] || fail "it was killed $lives times only"
say "killed $lives times"
prove
