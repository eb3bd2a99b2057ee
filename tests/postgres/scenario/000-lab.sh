#!/bin/sh
# The laboratory itself: a pair replicates under load, through a pooler and without; what it
# measures is there; and the verdict can say no: a standby that is promoted by hand under load
# has lost what the active acknowledged since.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 000-lab
pg_releases 15 15
pg_up --pooler --segment-mb 1

replicates() {
	pg_streams a b && pg_streams b r1
}

# Figures are there and plausible.
measures() {
	loadctl window >/dev/null
	load_goes_on 50
	[ "$(load_number failed)" -eq 0 ] || fail "transactions failed"
	loadctl status | jq -e '.gap_ms > 0 and .worker_gap_ms >= .gap_ms and .slowest_ms > 0' \
		>/dev/null || fail "no figures: $(loadctl status)"
}

await replicates
load_start --rate 300
measures
pooler_admin 'PAUSE'
loadctl window >/dev/null
await 'loadctl status | jq -e ".gap_ms > 300"'
pooler_admin 'RESUME'
load_goes_on 50
[ "$(load_number slowest_ms | cut -d . -f 1)" -gt 200 ] || fail "a stall was not measured"
[ "$(load_number failed)" -eq 0 ] || fail "a client of the pooler saw an error"
load_stop
verdict_must_pass

# Without the pooler, over the list of servers; and a server that takes no new session.
POOLER=''
load_start --rate 300
measures
pg_freeze a
pg_role_is a down || fail "a frozen server took a session"
load_goes_on 50
pg_thaw a
await 'pg_role_is a active'

# Applications that do not keep to rules, and such that take their time.
load_stop
pg_sql a postgres 'ALTER ROLE ALL SET default_transaction_read_only = on'
load_start --rude --rate 100
pg_sql a postgres 'ALTER ROLE ALL RESET default_transaction_read_only'
load_stop
load_start --long 0.3
[ "$(load_number slowest_ms | cut -d . -f 1)" -ge 300 ] || fail "a long transaction was not long"
load_stop
verdict_must_pass

# Nobody fences a: b cuts the cable and is promoted, the load goes on with a, then with b.
pg_sql b postgres "ALTER SYSTEM SET primary_conninfo = ''" 'SELECT pg_reload_conf()' >/dev/null
await '! pg_streams a b'
load_start --rate 300
load_goes_on 50
pg_as "$OLD_BIN/pg_ctl" -D "$PGROOT/b" -w promote >/dev/null
await 'pg_role_is b active'
load_goes_on 50
pg_stop a immediate
load_goes_on 50
load_stop
await '[ "$(pg_sql r1 postgres "SELECT pg_last_wal_replay_lsn()")" = "$(pg_sql b postgres "SELECT pg_current_wal_flush_lsn()")" ]'
verdict_must_find missing --may-be-down a
pg_start a

# The rest of what it must be able to see.
pg_sql b shop >/dev/null \
	'INSERT INTO app.events (worker, seq) SELECT worker, seq FROM app.events LIMIT 1' \
	'INSERT INTO app.events (worker, seq) VALUES (1, 1000000)' \
	'DELETE FROM app.lines WHERE id = (SELECT max(id) FROM app.lines)' \
	"SELECT setval('app.orders_id_seq', 1)"
verdict_must_find 'writable different doubled unexplained sums sequences'
say "the pair replicates, and the verdict sees what is lost"
