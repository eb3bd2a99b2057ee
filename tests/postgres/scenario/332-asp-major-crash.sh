#!/bin/sh
# The active crashes in the write pause, frozen and with nobody left in it, before the other
# side has everything: it is started again, applications go on there, and after a retry the
# upgrade completes.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 332-asp-major-crash
pg_releases 13 15
UP=--no-subscriber
scene 332-asp-major-crash --gates before-swap --limit write_pause=8s

start
await 'upgrade_is gated attention' 300
upgrade_is gated || fail "$(attention)"

# Who applies stands still from the moment the fence is up.
worker_of() { # DATABASE
	pg_sql b "$1" "SELECT pid FROM pg_stat_subscription WHERE subname = 'upgraded_up' AND pid IS NOT NULL
		AND subid = (SELECT s.oid FROM pg_subscription s JOIN pg_database d ON d.oid = subdbid
			WHERE datname = '$1')"
}
frozen() {
	grep -q '^State:[[:space:]]*T' "/proc/$postmaster/status" 2>/dev/null
}
postmaster=$(pg_pid a) worker=$(worker_of shop)
AWAIT_STEP=0.002
steer advance "$PAIR"
await 'step_is 5g || step_is 5g1 || frozen' 120
kill -STOP "$worker"
await frozen 30
AWAIT_STEP=0.05
say 'the active is frozen: it crashes'
# shellcheck disable=SC2046
kill -9 "$postmaster" $(pg_children "$postmaster")
await 'upgrade_is attention' 120
kill -CONT "$worker"
say "$(attention)"
remedy_is_given || fail 'nothing is said of what to do'
await 'pg_role_is a active' 60
[ "$(role_holder active)" = a ] || fail "active: $(role_holder active)"
load_goes_on 50
steer retry "$PAIR"
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "$(attention)"
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
prove
