#!/bin/sh
# Nobody documents whether the log is kept for a standby that is marked failed. Both are
# survived: kept, it catches up; dropped, it is made anew before it is migrated.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ -n "${VARIANT:-}" ] || {
	variants yes no
	exit 0
}
scenario "602-log-for-the-failed-$VARIANT"
early_knob failed_retains_log "$VARIANT"
scene "$SCENARIO" --gates none
start
retry_until_completed 120 0
prove
copies=$(saw_count '.event == "duplicate_ended" and .store == "master2"')
say "failed_retains_log=$VARIANT: completed, nothing lost; $copies copies of master2 made anew"
