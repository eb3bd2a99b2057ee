#!/bin/sh
# A database moves to a place that another host has for it, under load: the copy is made while
# applications commit, and takes over when the old server was stopped. Abort before that leaves
# nothing behind.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 504-move-host
pg_releases 15 15
pg_up --alone
MEMBERS='a b'
pg_pair_config --apart --gates none
load_start --rate 300
daemon_start
await '[ "$(pair_json ".members[0].role")" = active ]' 90

# What other engines have, and this one has not, is refused with the reason.
for procedure in online-bidirectional change-bits convert-charset convert-types resize; do
	ctl_gives 8 start orders --to "$NEW_RELEASE" --procedure $procedure
	grep -q "has no procedure $procedure: " "$T/ctl.out" || fail "no reason: $procedure"
done
ctl_gives 2 start orders --to "$NEW_RELEASE"
grep -q 'runs release .* already' "$T/ctl.out" || fail "an upgrade to nowhere"

for step in ${STEPS-1h 2a 2c}; do
	start --procedure move-host --gates every-step
	walk_to "$step" 180
	ctl abort orders --yes >/dev/null || fail "abort at $step was refused"
	await 'upgrade_is aborted' 180
	[ ! -e "$PGROOT/b" ] || fail "the copy is left"
	pg_role_is a active || fail "a does not serve"
	[ "$(pg_sql a postgres 'SELECT count(*) FROM pg_replication_slots')" = 0 ] || fail "a slot is left"
	load_goes_on 50
done

start --procedure move-host
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "attention: $(attention)"
pg_role_is b active || fail "b does not serve"
[ ! -e "$PGROOT/a" ] || fail "the old place is left"
load_goes_on 50
load_stop
MEMBERS='a b'
verdict_must_pass --may-be-down a
say "moved, nothing lost"
