#!/bin/sh
# The machine of the active is gone in the pause. Before the point of no return the swap is taken
# back and the active started again; behind it the swap goes on, and the former active comes back
# as a standby. Nothing is lost, and never do two take writes.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 141-active-crashes
pg_releases 13.16 13.23
UP=--no-subscriber
scene 141-active-crashes --limit write_pause=8s --gates before-swap

start
await 'gate_is before-swap' 90
# Before: the standby replays nothing, so that the marker row does not arrive.
startup=$(pg_sql b postgres "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'")
kill -STOP "$startup"
steer advance "$PAIR" --all
await 'step_is 6' 30
pg_kill9 a
say "killed at $(pair_json '.upgrade.step.number'); $(pg_role b)"
kill -CONT "$startup"
await 'upgrade_is attention completed' 120
case $(pair_json .upgrade.state) in
attention)
	say "attention: $(attention)"
	remedy_is_given || fail "no remedy"
	[ "$(pg_actives)" = a ] || fail "the active is: $(pg_actives)"
	load_goes_on 50 60
	steer retry "$PAIR"
	await 'upgrade_is completed attention' 120
	;;
esac
upgrade_is completed || fail "it needs attention: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
prove
