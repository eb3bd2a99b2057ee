#!/bin/sh
# The standby does not get the log up to where the slots begin; and a slot is lost while the
# new side follows. The first goes on after a retry, the second leaves only the way back. Both
# are said, nothing is swapped, and after the abort everything is as it was.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 331-asp-major-lost
pg_releases 13 15
UP=--no-subscriber
scene 331-asp-major-lost --gates before-standby,before-swap --limit drain=8s --limit redundancy_gap=5m

status_says() { # PATTERN of grep -E
	ctl_now status "$PAIR" >"$T/status" 2>&1
	grep -Eq "$1" "$T/status" && grep -q 'what to do' "$T/status"
}

needs_attention_for() { # PATTERN
	await 'upgrade_is attention' 120
	status_says "$1" || fail "status does not say '$1': $(cat "$T/status")"
	[ "$(role_holder active)" = a ] || fail "active: $(role_holder active)"
}

start
await 'upgrade_is gated attention' 120
say 'the standby does not get the log'
cp -p "$PGROOT/a/pg_hba.conf" "$T/pg_hba.conf"
sed -i '1i host replication replicator 127.0.0.0/8 reject' "$PGROOT/a/pg_hba.conf"
pg_sql a postgres 'SELECT pg_reload_conf()' >/dev/null
steer advance "$PAIR"
needs_attention_for 'b needs the log of a up to there'
cp -p "$T/pg_hba.conf" "$PGROOT/a/pg_hba.conf"
pg_sql a postgres 'SELECT pg_reload_conf()' >/dev/null
steer retry "$PAIR"
await 'upgrade_is gated attention' 300
upgrade_is gated || fail "$(attention)"

say 'applications that reach the new side only read'
app_on_b() { # SQL
	"$PSQL" -XAtq -d "host=$IP port=$(pg_port b) user=app passfile=$PGROOT/pgpass dbname=shop" -c "$1" 2>&1
}
[ "$(app_on_b 'SELECT count(*) FROM app.customers')" -gt 0 ] || fail 'no reader gets in'
app_on_b "INSERT INTO app.customers (name) VALUES ('too early')" | grep -q 'read-only transaction' ||
	fail 'the new side took a write before the swap'

say 'a slot is lost'
pg_sql b shop 'ALTER SUBSCRIPTION upgraded_up DISABLE'
slot=$(pg_sql a shop "SELECT slot_name FROM pg_replication_slots WHERE database = 'shop'")
await "pg_sql a shop \"SELECT pg_drop_replication_slot('$slot')\" 2>/dev/null" 30
steer advance "$PAIR"
needs_attention_for 'a slot of a is gone'
steer abort "$PAIR" --yes
await 'upgrade_is aborted attention' 300
upgrade_is aborted || fail "$(attention)"
await serves_as_before 60
prove
