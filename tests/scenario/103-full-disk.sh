#!/bin/sh
# P8 and P4 on a disk that fills up: nothing is done that is not recorded, applications are not
# left paused, and when there is room again the upgrade goes on by itself.
#
#	outside   while the standby is restored, and the reserve is used up as well
#	drain     in the write pause, before the activation: the swap is taken back
#	swap      in the write pause, behind it: the applications write on the new active
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ -n "${VARIANT:-}" ] || {
	variants drain swap outside
	exit 0
}

failures() {
	grep -c 'event=journal.failed' "$T/upgraded.log"
}

failed_at_least() { # N
	[ "$(failures)" -ge "$1" ]
}

# Every run of these tools that changes anything is in the journal: the sandbox saw none beside.
all_recorded() { # TOOL...
	curl -sS --unix-socket "$T/run/control.sock" \
		"http://localhost/v1/upgrades/$(last_upgrade .id)/commands?limit=500" >"$T/commands.json"
	for tool; do
		ran=$(changes "$tool")
		told=$(jq "[.commands[] | select(.command | test(\"/$tool( |\$)\"))] | length" \
			"$T/commands.json")
		[ "$ran" -gt 0 ] || fail "$tool did not run"
		[ "$ran" -le "$told" ] || fail "$tool ran $ran times, $told are recorded"
	done
}

# How often a tool was begun since the sandbox was made, but for questions.
changes() { # PATTERN
	jq -c 'select(.event == "sandbox_ready" or .event == "utility_begun")' "$ROOT/log.jsonl" |
		sed '1,/sandbox_ready/d' |
		jq -c --arg t "$1" 'select((.utility | test($t)) and (.argv | length > 1) and
			([.argv[] | select(. == "-version" or . == "-query")] == []))' | wc -l
}

pause_is_open() {
	[ "$(pair_json .upgrade.write_pause_open)" = true ]
}

# --- the story --------------------------------------------------------------------------

scenario "103-full-disk-$VARIANT"
needs_daemon
needs curl
small_disk "$T/run/state" 24
scene "$SCENARIO" --gates none --limit write_pause=10s --limit redundancy_gap=20m
case $VARIANT in
outside)
	sandbox_knob migrate_rate 300
	start
	await 'step_is 3f' 90
	fill_disk "$T/run/state"
	await 'grep -q event=journal.reserve "$T/upgraded.log"' 60
	fill_disk "$T/run/state" # with what the reserve gave
	await 'failed_at_least 1' 60
	ctl_gives 1 pause sales
	n=$(failures)
	await "failed_at_least $((n + 4))" 60
	load_goes_on 200
	all_recorded ttMigrate ttDestroy ttAdmin # whatever room the journal still found
	one_active master1 || fail "active: $(actives)"
	;;
drain) # it cannot succeed: the swap is taken back, and recorded, on the full disk
	sandbox_knob wait_01 -1
	start
	await 'step_is 6 && pause_is_open' 90
	fill_disk "$T/run/state"
	await 'attention_says "taken back"' 60
	load_goes_on 100
	one_active master1 || fail "active: $(actives)"
	sandbox_knob wait_01 0
	;;
swap)
	sandbox_knob role_delay 8000
	start
	await 'step_is 8 && pause_is_open' 90
	fill_disk "$T/run/state"
	await '! pause_is_open' 60
	load_goes_on 100
	one_active master2 || fail "active: $(actives)"
	;;
esac
say "full: at step $(pair_json .upgrade.step.number), $(failures) turns could not be recorded"
make_room "$T/run/state"
[ "$VARIANT" != drain ] || steer retry sales
retry_until_completed 180 2
all_recorded ttMigrate ttDestroy ttRepAdmin
prove --pause-limit-ms 12000
say "$VARIANT: $(failures) turns could not be recorded and were not done; with room it completed"
