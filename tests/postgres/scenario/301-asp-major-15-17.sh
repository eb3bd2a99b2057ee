#!/bin/sh
# The pair goes on to later major releases while applications commit in two databases. What
# check refuses is refused by name: a prepared transaction, until it has ended, and large
# objects, until they are overridden; then they come over as they were.
#
#	HOPS='15-17 13-17'  other ways
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

# Releases that keep a version with each column do not go to 18.6, and check says so.
[ -n "${VARIANT:-}" ] || {
	# shellcheck disable=SC2086
	variants ${HOPS:-15.20-18.6 15-17 15.18-18}
	exit 0
}
scenario "301-asp-major-$VARIANT"
pg_releases "${VARIANT%-*}" "${VARIANT#*-}"
PG_CONF='max_prepared_transactions = 5
statement_timeout = 54321'
APPS='--rate 300'
needs_daemon
pg_up
pg_pair_config
echo "advisories = \"$abs_top_srcdir/etc/advisories.conf\"" >>"$CONF"
# shellcheck disable=SC2086
load_start $APPS
daemon_start
await pair_is_seen 30

refused_for() { # WORD
	! ctl_now start "$PAIR" --to "$NEW_RELEASE" >/dev/null 2>"$T/refused" && grep -q "$1" "$T/refused"
}

if [ "$VARIANT" = 15.20-18.6 ]; then
	await 'refused_for pg-column-versions' 30
	exit 0
fi
# Who answers, but not all that is asked, may have changed since it was seen.
"$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" -U postgres -d crm \
	-c 'BEGIN; LOCK TABLE pg_largeobject_metadata; SELECT pg_sleep(60)' >/dev/null 2>&1 &
HOLDERS="pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation = 'pg_largeobject_metadata'::regclass"
await '[ "$(pg_sql a crm "SELECT count(*) FROM $HOLDERS")" = 1 ]' 30
ctl_gives 8 start "$PAIR" --to "$NEW_RELEASE"
grep -q 'a has not answered all that was asked' "$T/ctl.out" || fail "$(cat "$T/ctl.out")"
pg_sql a crm "SELECT pg_terminate_backend(pid) FROM $HOLDERS" >/dev/null
pg_sql a crm 'CREATE TABLE app.held (a integer PRIMARY KEY)' 'BEGIN' \
	'INSERT INTO app.held VALUES (1)' "PREPARE TRANSACTION 'somebody'"
large=$(pg_sql a crm "SELECT lo_from_bytea(0, 'as large as it was')")
await 'refused_for somebody' 30
grep -q 'large objects' "$T/refused" || fail "nothing is said of large objects: $(cat "$T/refused")"
pg_sql a crm "COMMIT PREPARED 'somebody'"
await "! refused_for somebody" 30
start --option override=pg.large-objects
await 'upgrade_is completed attention' 600
upgrade_is completed || fail "$(attention)"
load_stop
verdict_must_pass
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
for member in a b r1; do
	[ "$(pg_release_of "$member")" = "$NEW_RELEASE" ] || fail "$member runs $(pg_release_of "$member")"
	[ ! -e "$PGROOT/$member" ] || fail "the old data directory of $member is left"
	[ "$(pg_sql "$member" crm 'TABLE app.held')" = 1 ] || fail "$member lacks what was prepared"
	[ "$(pg_sql "$member" crm "SELECT convert_from(lo_get($large), 'UTF8')")" = 'as large as it was' ] ||
		fail "$member lacks the large object"
	[ "$(pg_sql "$member" crm 'SHOW statement_timeout')" = 54321ms ] ||
		fail "$member lost a setting: $(pg_sql "$member" crm 'SHOW statement_timeout')"
done
say "write pause $(last_upgrade .write_pause_ms) ms"
