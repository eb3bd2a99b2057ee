#!/bin/sh
# P4 resume: the daemon is killed again and again, right before and right after writes of its
# journal and in the middle of its jobs, and started again at once. The upgrade completes
# without a person; nothing is lost, nothing that cannot be repeated is done twice.
#
#	SEED=n   another sequence;  SOAK=1  five of them
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ "$SOAK" != 1 ] || [ -n "${VARIANT:-}" ] || {
	for n in 0 1 2 3 4; do
		SEED=$((SEED + n)) VARIANT=$n "$0" || exit $?
	done
	exit 0
}
scene 400-resume --gates none --limit write_pause=60s --limit redundancy_gap=20m
# Jobs take long enough to be hit.
sandbox_knob migrate_rate 4000
sandbox_knob duplicate_rate 4000
start
kill_until completed attention
ended_as completed || fail "it needs a person: $(attention)"
prove
nothing_twice
say "killed $LIVES times; completed; nothing lost, nothing done twice"
