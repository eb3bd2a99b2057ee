#!/bin/sh
# Nobody documents whether the log is kept for a standby that is marked failed. Both are
# survived: kept, it catches up; dropped, it is made anew before it is migrated. threshold: the
# log is kept at first, and given up while the standby is migrated, since FAILTHRESHOLD is reached.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ -n "${VARIANT:-}" ] || {
	variants yes no
	[ "$SOAK" = 0 ] || variants threshold
	exit 0
}

# The active has given the standby up, and told it so.
given_up() {
	[ "$(saw_count '.event == "hold_dropped" and .why == "FAILTHRESHOLD" and .peer == "master2"')" -gt 0 ]
}

if [ "$VARIANT" = threshold ]; then
	scenario "602-log-for-the-failed-threshold"
	CREATE='--threshold 3'
	scene "$SCENARIO" --gates every-step
	start
	walk_to 4 120
	sandbox_knob log_file_bytes 4000
	await given_up 60
	sandbox_knob log_file_bytes 64000000
	steer advance sales --all
	await 'upgrade_is completed attention' 240
	attention_says 'FAILTHRESHOLD|FAILED|gave up|anew|no longer' || fail "it does not say why: $(attention)"
	remedy_is_given || fail "attention without a remedy"
	say "attention: $(attention)"
	steer abort sales --yes
	await 'upgrade_is aborted attention' 240
	upgrade_is aborted || fail "abort: $(attention)"
	await serves_as_before 60
	prove
	exit 0
fi
scenario "602-log-for-the-failed-$VARIANT"
early_knob failed_retains_log "$VARIANT"
scene "$SCENARIO" --gates none
start
retry_until_completed 120 0
prove
copies=$(saw_count '.event == "duplicate_ended" and .store == "master2"')
say "failed_retains_log=$VARIANT: completed, nothing lost; $copies copies of master2 made anew"
