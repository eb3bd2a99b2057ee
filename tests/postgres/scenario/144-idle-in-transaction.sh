#!/bin/sh
# A session on the active that is idle in a transaction for as long as one likes holds nothing up:
# the fence ends it, what it did not commit is gone, and what others committed is not.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 144-idle-in-transaction
pg_releases 13.16 13.23
UP=--no-subscriber
scene 144-idle-in-transaction --gates before-swap

pg_sql a shop 'CREATE TABLE forgotten (n int)' 'GRANT ALL ON forgotten TO app'
mkfifo "$T/open"
PGPASSFILE=$PGROOT/pgpass "$PSQL" -XAtq -h "$IP" -p "$(pg_port a)" -U app -d shop \
	<"$T/open" >"$T/open.out" 2>&1 &
exec 8>"$T/open"
echo 'BEGIN; INSERT INTO forgotten VALUES (1); SELECT count(*) FROM forgotten;' >&8
await '[ -s "$T/open.out" ]' 20
start
await 'gate_is before-swap' 90
ctl advance "$PAIR" >/dev/null
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "it needs attention: $(attention)"
say "write pause $(pair_json .upgrade.write_pause_ms) ms"
[ "$(pg_sql b shop 'SELECT count(*) FROM forgotten')" = 0 ] || fail "what was not committed is there"
exec 8>&-
prove
