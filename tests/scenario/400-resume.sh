#!/bin/sh
# P4 resume: the daemon is killed again and again, right before and right after writes of its
# journal and in the middle of its jobs, and started again at once. The upgrade completes
# without a person; nothing is lost, nothing that cannot be repeated is done twice.
#
#	SEED=n   another sequence;  SOAK=1  five of them, one after another
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 400-resume --gates none --limit write_pause=60s --limit redundancy_gap=20m
[ -x "$CRASHD" ] || skip "not built: $CRASHD"
# Jobs take long enough to be hit.
sandbox_knob migrate_rate 4000
sandbox_knob duplicate_rate 4000
start
daemon_kill9

UPGRADED=$CRASHD
lives=0 hits=''
until_over() {
	while kill -0 "$DAEMON_PID" 2>/dev/null; do
		if [ -S "$T/run/control.sock" ] && upgrade_is completed attention 2>/dev/null; then
			return 0
		fi
		sleep 0.05
	done
	return 1
}
while :; do
	lives=$((lives + 1))
	roll 3
	how=$(echo before after later | cut -d' ' -f$((DICE + 1)))
	roll 4
	at=$((DICE + 2))
	roll 250
	[ $lives -le 600 ] || fail "not over after $lives lives"
	echo "life $lives: $how $at $DICE" >>"$T/lives.log"
	UPGRADED_CRASH="$how $at $DICE" "$UPGRADED" -c "$CONF" -f >>"$T/upgraded.log" 2>&1 &
	DAEMON_PID=$!
	if until_over; then
		break
	fi
	status=0
	wait "$DAEMON_PID" 2>/dev/null || status=$?
	DAEMON_PID=''
	[ $status -eq 137 ] || fail "life $lives ended with $status, not by its kill"
done
kill -9 "$DAEMON_PID" 2>/dev/null || :
wait "$DAEMON_PID" 2>/dev/null || :
UPGRADED=$abs_top_builddir/upgraded
daemon_start
upgrade_is completed || [ "$(last_upgrade .state)" = completed ] ||
	fail "it needs a person: $(attention)"
prove
nothing_twice
say "killed $((lives - 1)) times; completed; nothing lost, nothing done twice"
