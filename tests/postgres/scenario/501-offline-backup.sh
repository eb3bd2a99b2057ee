#!/bin/sh
# A pair and its two subscribers, both at once, are restored from base backups of themselves, in
# other places, while applications commit; with the tools of another minor release where this machine has them.
# Abort, at every step before the active serves in its new place, starts it in the old one.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 501-offline-backup
pg_releases 15.18 15
pg_up --two-subscribers
pg_pair_config --apart --gates none
load_start --rate 300
daemon_start
await pair_is_seen 90

serves_in() { # SUFFIX of the folders
	for member in $MEMBERS; do
		[ "$(pg_data "$member")" = "$PGROOT/$member$1" ] || return 1
	done
}

for step in ${STEPS-2a 2c 2e 2i 3}; do
	await pair_is_seen 90 # b streams again
	start --procedure offline-backup --gates every-step
	walk_to "$step" 180
	ctl abort orders --yes >/dev/null || fail "abort at $step was refused"
	await 'upgrade_is aborted' 180
	for member in $MEMBERS; do
		[ ! -e "$PGROOT/$member.new" ] || fail "the new place of $member is left"
	done
	serves_in '' || fail "it does not serve in its old place"
	load_goes_on 50
done

await pair_is_seen 90
start --procedure offline-backup --option parallel_subscribers=all
await 'upgrade_is completed' 300
serves_in .new || fail "somebody is still in his old place"
for member in $MEMBERS; do
	[ ! -e "$PGROOT/$member" ] || fail "the old place of $member is left"
	await "[ \"\$(pg_release_of $member)\" = $NEW_RELEASE ]" 30
done
load_goes_on 50
load_stop
verdict_must_pass
say "restored, nothing lost"
