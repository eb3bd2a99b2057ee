#!/bin/sh
# P4 resume, for a patch: the daemon is killed again and again, at writes of its journal and in
# the middle of its jobs. The upgrade completes without a person; nothing is lost. With the new
# release beside the old one (VARIANT=beside) and in its place, there and back.
#
#	SEED=n   another sequence
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in beside in-place; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

NEW_RELEASE=11.2.2.8.60
scenario "112-asp-patch-resume-$VARIANT"
needs_daemon
early_knob time_scale "$PACE"
sandbox_up --new $NEW_RELEASE
case $VARIANT in
beside) pair_config --gates none --limit write_pause=60s --limit redundancy_gap=20m ;;
in-place) pair_config --gates none --limit write_pause=60s --limit redundancy_gap=20m --in-place ;;
esac
load_start --rate 200
daemon_start
await pair_is_seen 30
start --option swap_back=yes
kill_until completed attention
ended_as completed || fail "it needs a person: $(attention)"
await 'pair_json "[.members[].role] | join(\" \")" | grep -qx "active standby subscriber subscriber"' 30
prove
say "$VARIANT: killed $LIVES times; completed; nothing lost"
