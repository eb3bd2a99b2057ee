#!/bin/sh
# A pair and its two subscribers, both at once, go to another major release while applications
# stand still: by pg_upgrade, and in a second pair by a dump. Abort, at steps before the active serves in its new
# place, starts the old release again.
. "${srcdir:-.}/tests/postgres/lib.sh"

METHOD=${METHOD:-pg_upgrade}
scenario "502-offline-migrate-$METHOD"
pg_releases 13 15
pg_up --two-subscribers
pg_sql a shop 'SELECT lo_from_bytea(0, sha256(n::text::bytea)) FROM generate_series(1, 20) n' >/dev/null
pg_pair_config --gates none
load_start --rate 300
daemon_start
await pair_is_seen 90

case $METHOD in
dump) : "${STEPS=2e 2m}" ;;
*) : "${STEPS=2g 2m}" ;;
esac
for step in $STEPS; do
	await pair_is_seen 90 # b streams again
	start --procedure offline-migrate --option method="$METHOD" --gates every-step
	walk_to "$step" 300
	ctl abort orders --yes >/dev/null || fail "abort at $step was refused"
	await 'upgrade_is aborted' 180
	for member in $MEMBERS; do
		[ ! -e "$PGROOT/$member.new" ] || fail "the new place of $member is left"
		pg_role "$member" | grep -qv down || fail "$member does not serve"
	done
	load_goes_on 50
done

await pair_is_seen 90
start --procedure offline-migrate --option method="$METHOD" --option parallel_subscribers=all
await 'upgrade_is completed attention' 400
upgrade_is completed || fail "attention: $(attention)"
for member in $MEMBERS; do
	[ ! -e "$PGROOT/$member" ] || fail "the old place of $member is left"
	await "[ \"\$(pg_release_of $member)\" = $NEW_RELEASE ]" 30
done
[ "$(pg_sql a shop 'SELECT count(*) FROM pg_largeobject_metadata')" = 20 ] || fail "large objects"
load_goes_on 50
load_stop
verdict_must_pass
say "another major release, nothing lost"
