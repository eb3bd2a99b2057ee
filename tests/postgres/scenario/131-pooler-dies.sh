#!/bin/sh
# A pooler dies between PAUSE and RESUME: the swap goes on without it, and it is told again where
# the databases are when it is back. What its clients were promised is kept.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 131-pooler-dies
pg_releases 13.16 13.23
UP='--pooler --no-subscriber'
scene 131-pooler-dies --limit write_pause=60s --gates every-step

replayer() {
	pg_sql b postgres "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'"
}

start
walk_to 3i 120
startup=$(replayer)
# What is committed in the pause does not get through, and so the pause lasts.
kill -STOP "$startup"
steer advance "$PAIR" --all
await 'step_is 6' 60
pooler_kill9
kill -CONT "$startup"
await 'step_is 10p' 60
ctl_now status "$PAIR" | grep 'what to do' | grep -q 'see to pooler p1' ||
	fail "it does not say what to do"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
pooler_start
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "it needs attention: $(attention)"
prove
