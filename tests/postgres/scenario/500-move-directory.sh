#!/bin/sh
# The data directories of a pair and its two subscribers, both at once, move to other places while
# applications commit: they are refused for as long as the files of the active are copied, then go on.
# Abort, at every step before the active serves in its new place, starts it in the old one.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 500-move-directory
pg_releases 15 15
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

for step in ${STEPS-2a 2c 2d 2e}; do
	await pair_is_seen 90 # b streams again
	start --procedure move-directory --gates every-step
	walk_to "$step" 120
	ctl abort orders --yes >/dev/null || fail "abort at $step was refused"
	await 'upgrade_is aborted' 120
	for member in $MEMBERS; do
		[ ! -e "$PGROOT/$member.new" ] || fail "the new place of $member is left"
	done
	serves_in '' || fail "it does not serve in its old place"
	load_goes_on 50
done

await pair_is_seen 90
start --procedure move-directory --option parallel_subscribers=all
await 'upgrade_is completed' 240
serves_in .new || fail "somebody is still in his old place"
for member in $MEMBERS; do
	[ ! -e "$PGROOT/$member" ] || fail "the old place of $member is left"
done
load_goes_on 50
load_stop
verdict_must_pass
say "moved, nothing lost"
