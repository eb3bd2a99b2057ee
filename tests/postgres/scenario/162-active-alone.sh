#!/bin/sh
# The host of the active is cut off from everybody in the write pause, before the swap was decided:
# nobody is made active, the guard there lets the active go by itself, and when the link is back
# applications write to it. Retry completes.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 162-active-alone
pg_releases 13.16 13.23
HOSTS=each
UP=--no-subscriber
scene 162-active-alone --gates before-swap --limit write_pause=6s
hosts() { # VERB HOST
	"$HOSTS_SH" "$1" "$T/hosts" "$2"
}

start
await 'gate_is before-swap' 180
startup=$(pg_sql b postgres "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'")
kill -STOP "$startup" # so that the pause lasts
ctl advance "$PAIR" >/dev/null
await 'step_is 6' 60
hosts cut a
kill -CONT "$startup"
await 'pg_role_is a active' 30
say "a serves; decided: $(head -n 1 "$PGROOT/a/.upgraded/decided")"
[ "$(pg_role b)" = standby ] || fail "b is $(pg_role b)"
hosts heal a
load_goes_on 50 90
await 'upgrade_is attention' 120
remedy_is_given || fail 'no remedy'
await 'pg_streams a b' 90
steer retry "$PAIR"
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "attention: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
prove
