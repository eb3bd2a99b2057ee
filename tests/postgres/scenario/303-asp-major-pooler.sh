#!/bin/sh
# Behind PgBouncer the applications see one stall while the pair goes to another major release,
# and no error.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 303-asp-major-pooler
pg_releases 13 15
UP='--no-subscriber --pooler'
scene 303-asp-major-pooler --gates before-swap
start
await 'upgrade_is gated attention' 300
upgrade_is gated || fail "$(attention)"
loadctl window >/dev/null
steer advance "$PAIR"
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "$(attention)"
load_goes_on 50
[ "$(load_number failed)" -eq 0 ] || fail "$(load_number failed) transactions failed"
say "write pause $(last_upgrade .write_pause_ms) ms, slowest transaction $(load_number slowest_ms) ms"
grep -q "port=$(pg_port b) " "$PGROOT/pooler/databases.ini" || fail 'the pooler has another target'
prove
