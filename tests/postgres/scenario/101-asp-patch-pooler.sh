#!/bin/sh
# Behind PgBouncer clients see a stall and never an error, whatever becomes of the servers. An abort
# before the swap leaves nothing beside the pooler's file.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 101-asp-patch-pooler
pg_releases 13.16 13.23
UP=--pooler
scene 101-asp-patch-pooler

loadctl window >/dev/null
start --gates every-step
walk_to 3i 120
[ -e "$PGROOT/pooler/databases.ini.upgraded" ] || fail 'nothing was prepared'
ctl abort "$PAIR" --yes >/dev/null || fail 'abort was refused'
await 'upgrade_is aborted attention' 120
upgrade_is aborted || fail "it needs attention: $(attention)"
[ ! -e "$PGROOT/pooler/databases.ini.upgraded" ] || fail 'the new text was left'

await pair_is_seen 60
start
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "it needs attention: $(attention)"
say "outage $(load_number gap_ms) ms, slowest transaction $(load_number slowest_ms) ms, write pause $(pair_json .upgrade.write_pause_ms) ms"
[ "$(pair_json .upgrade.write_pause_ms)" -gt 0 ] || fail "no write pause is reported"
[ "$(load_number failed)" = 0 ] || fail "clients saw errors: $(loadctl status)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
grep -q "port=$(pg_port b) dbname=shop" "$PGROOT/pooler/databases.ini" ||
	fail "the pooler's file still names the former active"
! grep -q "port=$(pg_port a)" "$PGROOT/pooler/databases.ini" || fail "an entry was left behind"
prove
