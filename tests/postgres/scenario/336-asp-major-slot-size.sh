#!/bin/sh
# While the new side stands still the active writes more than max_slot_wal_keep_size lets slots
# keep: the stream cannot go on. It is said in one sentence, nothing is swapped, and after the abort
# everything is as it was; with room it goes through.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 336-asp-major-slot-size
pg_releases 13 15
PG_CONF='wal_keep_size = 0'
UP='--no-subscriber --segment-mb 1'
scene 336-asp-major-slot-size --gates before-swap --limit redundancy_gap=10m

slot_is_lost() {
	[ "$(pg_sql a postgres "SELECT count(*) FROM pg_replication_slots WHERE wal_status = 'lost' AND slot_type = 'logical'")" -gt 0 ]
}

start
await 'upgrade_is gated attention' 300
upgrade_is gated || fail "$(attention)"

# Who applies the changes of shop stands still, and the log goes on.
pg_sql b shop 'ALTER SUBSCRIPTION upgraded_up DISABLE'
pg_sql a postgres 'ALTER SYSTEM SET max_slot_wal_keep_size = 2' 'SELECT pg_reload_conf()' >/dev/null
pg_sql a shop 'CREATE TABLE app.much (a text)' >/dev/null
for _ in 1 2 3 4 5 6; do
	pg_sql a shop "INSERT INTO app.much SELECT repeat('x', 900) FROM generate_series(1, 4000)" 'CHECKPOINT'
	slot_is_lost && break
done
await slot_is_lost 30
pg_sql a shop 'DROP TABLE app.much'
pg_sql b shop 'ALTER SUBSCRIPTION upgraded_up ENABLE'
steer advance "$PAIR"
await 'upgrade_is attention completed' 180
say "attention: $(attention)"
attention_says 'a slot of a is gone, and with it what it held: abort, raise max_slot_wal_keep_size' ||
	fail 'it does not say what to do'
[ "$(pair_json .upgrade.write_pause_ms)" = null ] || fail 'it paused writes'
[ "$(pg_actives | head -n 1)" = a ] || fail "active: $(pg_actives)"
load_goes_on 50
steer abort "$PAIR" --yes
await 'upgrade_is aborted attention' 300
upgrade_is aborted || fail "$(attention)"
await serves_as_before 60

say 'with room for it'
pg_sql a postgres 'ALTER SYSTEM RESET max_slot_wal_keep_size' 'SELECT pg_reload_conf()' >/dev/null
start --gates none
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "$(attention)"
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
prove
