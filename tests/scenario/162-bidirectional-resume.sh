#!/bin/sh
# P4 resume: during online-bidirectional, and during its abort, the daemon is killed again and
# again, right before and right after writes of its journal and in the middle of its jobs. It
# completes without a person; nothing is lost, nothing that cannot be repeated is done twice.
#
#  SEED=n   another sequence;  SOAK=1  five of them
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ "$SOAK" != 1 ] || [ -n "${VARIANT:-}" ] || {
	for n in 0 1 2 3 4; do
		SEED=$((SEED + n)) VARIANT=$n "$0" || exit $?
	done
	exit 0
}
CREATE=--new-path
scene_classic 162-bidirectional-resume --gates none --new-path --limit write_pause=60s \
	--limit redundancy_gap=20m
# Jobs take long enough to be hit.
sandbox_knob migrate_rate 4000
start --gates before-second
kill_until gated attention
upgrade_is gated || fail "it needs a person: $(attention)"
first=$LIVES
ctl abort sales --yes >/dev/null || fail "abort was refused"
kill_until aborted attention
ended_as aborted || fail "its abort needs a person: $(attention)"
back=$LIVES
start
kill_until completed attention
ended_as completed || fail "it needs a person: $(attention)"
prove_classic
nothing_twice
say "killed $first times to the gate, $back on the way back, $LIVES to the end; nothing lost, nothing twice"
