#!/bin/sh
# A person promotes the standby on the way to a major release: before it leaves, and while it is
# recovered to where the slots begin, short of that. Or opens the new side for writes: before the
# pause, and in it. Each is said by name, or does no harm, and nothing is lost.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 334-asp-major-promoted
pg_releases 13 15
UP=--no-subscriber
scene 334-asp-major-promoted --gates before-standby,before-swap --limit drain=5m --limit write_pause=20s

needs_attention_for() { # PATTERN
	await 'upgrade_is attention completed' 240
	say "attention: $(attention)"
	attention_says "$1" || fail "it does not say '$1'"
	remedy_is_given || fail 'nothing is said of what to do'
	pg_role_is a active || fail 'a does not serve'
	load_goes_on 50
}

aborted() {
	steer abort "$PAIR" --yes
	await 'upgrade_is aborted attention' 300
	upgrade_is aborted || fail "$(attention)"
}

start
await 'upgrade_is gated attention' 120
say 'before it leaves'
pg_as "$OLD_BIN/pg_ctl" -D "$(pg_data b)" promote -w >/dev/null
steer advance "$PAIR"
needs_attention_for 'b takes writes, too: somebody promoted it'
pg_role_is b active || fail 'b was stopped'
aborted
pg_make_standby_again b a "$OLD_BIN"
await pair_is_seen 60

say 'short of where the slots begin'
start
await 'upgrade_is gated attention' 120
cp -p "$PGROOT/a/pg_hba.conf" "$T/pg_hba.conf"
sed -i '1i host replication replicator 127.0.0.0/8 reject' "$PGROOT/a/pg_hba.conf"
pg_sql a postgres 'SELECT pg_reload_conf()' >/dev/null
steer advance "$PAIR"
await 'step_is 2d' 120
# Its server ends, rather than to be a primary that lacks what the slots will not send.
pid=$(pg_pid b)
pg_as "$OLD_BIN/pg_ctl" -D "$PGROOT/b" promote -W >/dev/null || fail "pg_ctl promote"
await 'is_gone $pid' 60
load_goes_on 50
cp -p "$T/pg_hba.conf" "$PGROOT/a/pg_hba.conf"
pg_sql a postgres 'SELECT pg_reload_conf()' >/dev/null
await 'upgrade_is gated attention' 240
upgrade_is gated || fail "$(attention)"

say 'the new side is opened'
pg_sql b postgres 'ALTER ROLE ALL RESET default_transaction_read_only'
steer advance "$PAIR"
needs_attention_for 'b takes writes, too: somebody opened it'
[ "$(pair_json .upgrade.write_pause_ms)" = null ] || fail 'it paused writes'
pg_sql b postgres 'ALTER ROLE ALL SET default_transaction_read_only = on'

say 'and in the pause'
worker=$(pg_sql b shop "SELECT pid FROM pg_stat_subscription WHERE subname = 'upgraded_up' AND pid IS NOT NULL
	AND subid = (SELECT s.oid FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid WHERE datname = 'shop')")
postmaster=$(pg_pid a)
frozen() {
	grep -q '^State:[[:space:]]*T' "/proc/$postmaster/status" 2>/dev/null
}
kill -STOP "$worker"
steer retry "$PAIR"
await frozen 30
pg_sql b postgres 'ALTER ROLE ALL RESET default_transaction_read_only'
kill -CONT "$worker"
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "$(attention)"
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
prove
