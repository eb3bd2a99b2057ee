#!/bin/sh
# A disk is full while a pair goes to another minor release: applications go on, it is said what
# is the matter, and with room again it completes.
#
#	daemon     that of the daemon's own record: nothing is done that cannot be recorded
#	standby    that of the standby, which cannot receive and stops
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

[ -n "${VARIANT:-}" ] || {
	variants daemon standby
	exit 0
}

failed_at_least() { # N
	[ "$(grep -c 'event=journal.failed' "$T/upgraded.log")" -ge "$1" ]
}

scenario "145-full-disk-$VARIANT"
pg_releases 13.16 13.23
UP=--no-subscriber
case $VARIANT in
daemon)
	small_disk "$T/run/state" 24
	scene "$SCENARIO" --gates before-swap
	start
	await 'gate_is before-swap' 90
	fill_disk "$T/run/state"
	ctl advance "$PAIR" >/dev/null || : # it may find the last of the reserve
	await 'grep -q event=journal.reserve "$T/upgraded.log" || failed_at_least 1' 60
	fill_disk "$T/run/state" # with what the reserve gave
	load_goes_on 200
	make_room "$T/run/state"
	;;
standby)
	STANDBY_MB=800
	scene "$SCENARIO" --gates before-swap --limit write_pause=8s
	start
	await 'gate_is before-swap' 90
	fill_disk "$PGROOT/b"
	pg_sql a postgres 'CREATE TABLE much AS SELECT repeat(md5(i::text), 20) FROM generate_series(1, 150000) i' \
		'DROP TABLE much'
	await 'pg_role_is b down' 90
	load_goes_on 100
	ctl advance "$PAIR" >/dev/null
	await 'attention_says "the log of b says why its server stopped"' 150
	[ "$(pair_json .upgrade.write_pause_ms)" = null ] || fail 'it paused writes'
	load_goes_on 100
	make_room "$PGROOT/b"
	pg_start b "$NEW_BIN"
	await 'pg_streams a b' 90
	;;
esac
upgrade_is completed || gate_is before-swap || ctl retry "$PAIR" >/dev/null || :
! gate_is before-swap || ctl advance "$PAIR" >/dev/null
retry_until_completed 120 2
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
prove
say "$VARIANT: completed with room again"
