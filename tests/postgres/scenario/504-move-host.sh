#!/bin/sh
# A database moves to a place that another host has for it, under load: the copy is made while
# applications commit, and takes over when the old server was stopped. Abort before that leaves
# nothing behind. The applications are behind a pooler, which holds them meanwhile, so they see no
# error; a subscriber goes on with the new host. PLAIN=1: without both.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 504-move-host
pg_releases 15 15
if [ -n "${PLAIN:-}" ]; then
	LATER=b
	pg_up --alone
	MEMBERS='a b'
else
	LATER='b r1'
	pg_up --alone --pooler
	MEMBERS='a b r1'
	pg_make_standby r1 a
	R1_UPSTREAM=a
fi
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

for step in ${STEPS-1h 2p 2c}; do
	start --procedure move-host --gates every-step
	walk_to "$step" 180
	ctl abort orders --yes >/dev/null || fail "abort at $step was refused"
	await 'upgrade_is aborted' 180
	[ ! -e "$PGROOT/b" ] || fail "the copy is left"
	pg_role_is a active || fail "a does not serve"
	[ "$(pg_sql a postgres "SELECT count(*) FROM pg_replication_slots WHERE slot_name <> 'r1'")" = 0 ] ||
		fail "a slot is left"
	[ -n "${PLAIN:-}" ] || await 'pg_streams a r1' 60
	load_goes_on 50
done

start --procedure move-host
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "attention: $(attention)"
pg_role_is b active || fail "b does not serve"
[ ! -e "$PGROOT/a" ] || fail "the old place is left"
if [ -z "${PLAIN:-}" ]; then
	await 'pg_streams b r1' 60
	[ "$(load_number failed)" = 0 ] || fail "clients met errors: $(loadctl status)"
	! grep -q "port=$(pg_port a) " "$(pooler_folder p1)/databases.ini" || fail 'the pooler was forgotten'
fi
load_goes_on 50
load_stop
verdict_must_pass --may-be-down a
say "moved, nothing lost"
