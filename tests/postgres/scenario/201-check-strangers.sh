#!/bin/sh
# A pair of which somebody else is in charge: a session of a failover tool is enough to refuse,
# and when it is gone the way is free. An account that sees less is told what it lacks; a wrong
# password, a stopped and a frozen server are seen for what they are.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 201-check-strangers
pg_releases 13.16 13.23
needs_daemon
pg_up --limited
pg_pair_config
daemon_start
await pair_is_seen 30

check() {
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" || :
	jq -e '[.findings[] | select(.rule == "pg.seen") | select(.finding | contains("what check asks"))] == []' \
		"$T/check.json" >/dev/null
}

is_found() { # SEVERITY RULE WORDS
	check && jq -e --arg severity "$1" --arg rule "$2" --arg words "$3" \
		'any(.findings[]; .severity == $severity and .rule == $rule and (.finding | contains($words)))' \
		"$T/check.json" >/dev/null
}

is_not_found() { # RULE
	check && jq -e --arg rule "$1" 'all(.findings[]; .rule != $rule)' "$T/check.json" >/dev/null
}

say 'an account that is no superuser'
await 'is_found blocker pg.account SUPERUSER' 60
pg_sql a postgres 'ALTER ROLE upgraded SUPERUSER'
await 'is_not_found pg.account' 60

say 'somebody else decides about roles'
await 'is_not_found pg.failover-tool' 60
PGAPPNAME=Patroni "$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" -U postgres -d postgres \
	-c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
stranger=$!
await 'is_found blocker pg.failover-tool Patroni' 60
ctl_gives 8 start "$PAIR" --to "$NEW_RELEASE"
kill "$stranger"
pg_sql a postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Patroni'" >/dev/null
await 'is_not_found pg.failover-tool' 60

member_is() { # MEMBER ROLE
	[ "$(pair_json ".members[] | select(.name == \"$1\") | .role")" = "$2" ]
}

say 'stopped, frozen, and back'
pg_stop r1
await 'member_is r1 idle' 30
pg_start r1
await 'member_is r1 subscriber' 30
pg_freeze b
await 'member_is b recovering' 30
pg_thaw b
await 'member_is b standby' 30

say 'the replay is paused'
pg_sql b postgres 'SELECT pg_wal_replay_pause()' >/dev/null
await 'is_found blocker pg.replay b' 60
pg_sql b postgres 'SELECT pg_wal_replay_resume()' >/dev/null
await 'is_not_found pg.replay' 60
