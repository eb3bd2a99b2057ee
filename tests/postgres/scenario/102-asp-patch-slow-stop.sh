#!/bin/sh
# The standby takes longer to shut down than its limit: a session of it hangs, and so does the
# receiver of the subscriber. It is awaited, and asked again, and nobody needs to retry.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 102-asp-patch-slow-stop
pg_releases 13.16 13.23
scene 102-asp-patch-slow-stop --gates before-standby --limit agent_stop=15s

attempt_is() { # NUMBER AT LEAST
	[ "$(pair_json '.upgrade.step.attempt // 0')" -ge "$1" ]
}

worker_of() { # MEMBER WHO
	pg_sql "$1" postgres "SELECT pid FROM pg_stat_activity WHERE $2"
}

start
await 'gate_is before-standby' 90
PGAPPNAME=hangs PGPASSFILE=$PGROOT/pgpass "$PSQL" -X -h "$IP" \
	-p "$(pg_port b)" -U app -d shop -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
await "worker_of b \"application_name = 'hangs'\" | grep ." 20
session=$(worker_of b "application_name = 'hangs'")
receiver=$(worker_of r1 "backend_type = 'walreceiver'")
kill -STOP "$session" "$receiver"
ctl advance "$PAIR" >/dev/null
await 'step_is 2 && attempt_is 2' 60
upgrade_is running || fail "it needs attention: $(attention)"
grep -q 'terminating walsender\|terminating connection due to administrator command' \
	"$PGROOT/log/b.log" || fail "the sender to a receiver that hangs was not ended"
kill -CONT "$session" "$receiver"
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "it needs attention: $(attention)"
prove
