#!/bin/sh
# Two poolers, each with its clients: all of them pause, or none. When one hangs the swap is taken
# back at once for those behind the other, and it is said which one it is. One that
# is started anew in the pause, with the addresses of before, keeps nobody waiting.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 132-two-poolers
pg_releases 13.16 13.23
UP='--poolers 2 --no-subscriber'
scene 132-two-poolers --gates every-step --limit write_pause=10s

told() { # PATTERN
	ctl_now status "$PAIR" | grep 'what to do' | grep -q "$1"
}

# The clients of p2.
APPS_POOLER=p2
"$PGLOAD" --conninfo "$(app_conninfo)" --databases shop,crm --ledger "$T/ledger.2" \
	--control "$T/run/load2.sock" --first-worker 32 --rate 100 >"$T/load2.out" 2>>"$T/load2.log" &
LOAD2_PID=$!

number2() { # NAME
	"$LOADCTL" --socket "$T/run/load2.sock" status | sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"
}
committed2() { # AT LEAST
	[ "$(number2 committed)" -ge "$1" ]
}
load2_goes_on() {
	await "committed2 $(($(number2 committed) + 50))" 30
}

await '[ -S "$T/run/load2.sock" ] && committed2 10' 30
start
walk_to 3i 120
say 'p2 hangs'
kill -STOP "$(pooler_pid p2)"
steer advance "$PAIR" --all
await "told 'see to pooler p2'" 30
[ "$(pg_actives)" = a ] || fail "the active is $(pg_actives)"
# Nobody waits behind the other one, although this one still hangs.
load_goes_on 50
kill -CONT "$(pooler_pid p2)"
await "attention_says 'pooler p2 did not pause'" 90
load_goes_on 50
load2_goes_on
[ "$(load_number failed) $(number2 failed)" = '0 0' ] || fail "clients saw errors: $(loadctl status)"

say 'p2 is started anew in the pause'
startup=$(pg_sql b postgres "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'")
kill -STOP "$startup"
steer retry "$PAIR"
await 'step_is 6' 60
pooler_kill9 p2
pooler_start p2
kill -CONT "$startup"
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "it needs attention: $(attention)"
load2_goes_on
[ "$(load_number failed)" = 0 ] || fail "clients of p1 saw errors: $(loadctl status)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
for pooler in p1 p2; do
	! grep -q "port=$(pg_port a) " "$(pooler_folder $pooler)/databases.ini" || fail "$pooler was forgotten"
done
kill "$LOAD2_PID"
wait "$LOAD2_PID" || fail 'the load of p2'
prove
