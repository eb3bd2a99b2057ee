#!/bin/sh
# The daemon is killed whenever a step has begun, and starts again; the offline procedure goes on
# where it was, and nothing is done twice that cannot be.
. "${srcdir:-.}/tests/postgres/lib.sh"

PROCEDURE=${PROCEDURE:-offline-backup}
scenario "510-offline-killed-$PROCEDURE"
case $PROCEDURE in
offline-migrate) pg_releases 13 15 ;;
*) pg_releases 15 15 ;;
esac
pg_up --no-subscriber
pg_pair_config --apart --gates none
load_start --rate 300
daemon_start
await pair_is_seen 90
start --procedure "$PROCEDURE"

last='' killed=0
step_moved() {
	upgrade_is completed attention && return 0
	number=$(pair_json '.upgrade.step.number // ""')
	[ -n "$number" ] && [ "$number" != "$last" ]
}

until upgrade_is completed; do
	await step_moved 180
	! upgrade_is attention || fail "attention: $(attention)"
	last=$number
	upgrade_is completed && break
	daemon_kill9
	killed=$((killed + 1))
	daemon_start
	await 'pair_json .upgrade.state | grep -qv null' 30
done
[ "$killed" -ge 5 ] || fail "killed $killed times only"
for member in $MEMBERS; do
	[ -z "$(ls -A "$PGROOT/$member" 2>/dev/null)" ] || fail "the old place of $member is left"
done
load_goes_on 50
load_stop
verdict_must_pass
say "killed $killed times, nothing lost"
