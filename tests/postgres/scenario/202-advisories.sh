#!/bin/sh
# The advisories that are shipped: every query of theirs is answered by a real server, those that an
# upgrade crosses are told with the objects they are about, and those that it does not are not.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 202-advisories
pg_releases 15.18 17
needs_daemon
pg_up --no-subscriber
pg_pair_config
{
	echo "advisories = \"$abs_top_srcdir/etc/advisories.conf\""
	cat "$CONF"
} >"$CONF.new" && mv "$CONF.new" "$CONF"
daemon_start
await pair_is_seen 60

check() {
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" || :
	jq -e '[.findings[] | select(.rule == "pg.seen")] == []' "$T/check.json" >/dev/null
}

told() { # ADVISORY WORDS
	jq -e --arg id "$1: " --arg words "$2" \
		'any(.findings[]; .rule == "pg.advice" and (.finding | startswith($id) and contains($words)))' "$T/check.json" >/dev/null
}

say 'nothing that they are about'
await check 60
! told pg-output-plugins '' || fail 'plugins of nobody'
! told pg-maintenance-search-path view || fail 'a view of nobody'
! told pg-concurrent-index '' || fail 'of 14'
! told pg-18-md5 '' || fail 'of 18'

say 'objects'
pg_sql a shop 'CREATE MATERIALIZED VIEW app.view AS SELECT 1 AS a' 'CREATE TABLE app.t (a integer PRIMARY KEY)' \
	'CREATE INDEX by_half ON app.t ((a / 2))'
await 'check && told pg-maintenance-search-path app.view' 60
told pg-maintenance-search-path app.by_half || fail 'the index is not named'
jq -e '[.findings[] | select(.rule == "pg.advice" and .remedy == "")] == []' "$T/check.json" >/dev/null ||
	fail 'one has no remedy'
