#!/bin/sh
# A pair with two subscribers goes from 11.2.2 to 22.1 while applications commit, on simulated
# hosts below a temporary folder. The daemon and its client are the real ones.
#
#   demo.sh [--gates] [BUILD_DIR]          see tests/scenario/demo.sh
#
# On a terminal the sandbox copies rows slowly enough to be followed; elsewhere nothing is slowed
# down. Ends with the proof: what applications were told is committed against what is there, and
# the longest time that they had to wait. Exit status 0 when nothing is missing.
set -eu

# shellcheck disable=SC2034 # for the demonstration's library
DEMO_LIB=tests/scenario/lib.sh
DEMO_SEEDS='20000 2000'
DEMO_PARTS='1 the standby goes to the new release
5 the swap; applications wait from 5 to 8a
8b the former active is made anew as the standby
15 the subscribers are made anew
15a the subscribers are made anew'
# shellcheck source=../scenario/demo.sh
. "$(dirname "$0")/../scenario/demo.sh"

# Rows a second, so that a person sees a copy grow.
slow_down() {
	[ "$pace" = slow ] || return 0
	sandbox_knob migrate_rate 6000
	sandbox_knob duplicate_rate 8000
	sandbox_knob recovering 4000..6000
}

# What the applications were told against what is in the databases at the end.
proof() {
	jq -r --argjson seeds "$SEEDS" --arg pause "$pause_ms" --arg limit "$limit_ms" '
		def ms: . * 10 | round / 10 | tostring + " ms";
		([.databases[] | select(.fate == "member")] | map(.rows)) as $rows |
		(.acknowledged_rows - $seeds) as $told |
		($rows | min) as $least |
		"commits acknowledged       \($told)",
		"commits found              \($least - $seeds), in each of \($rows | length) databases",
		"difference                 \($least - .acknowledged_rows)" +
			if .unknown_rows > 0 then
				" (\(.unknown_rows) more with an unknown outcome)" else "" end,
		"longest stall of a commit  \(.write_stall.ms | ms)",
		"write pause                \($pause) ms of at most \($limit) ms",
		"",
		if .kept then "every promise was kept"
		else .breaches[] | "BROKEN \(.promise): \(.sentence)" end' "$T/judge.json"
}

scenario demo
needs_daemon
part "1. Four simulated hosts: two masters and two read-only subscribers, release $OLD_RELEASE"
sandbox_up
slow_down
if [ "$gates" = 1 ]; then pair_config; else pair_config --gates none; fi
sandbox status | awk 'NF == 4 && /tt1122/ { host = $1 }
	/agent/ && !seen[$1]++ { printf "   %-12s on %-12s %s\n", $1, host, $2 }'

part "2. Applications commit $RATE transactions a second, all the time"
load_start --rate "$RATE"
say "   $(load_number committed) committed so far"

part "3. The daemon starts and looks: what would stop an upgrade to $NEW_RELEASE?"
daemon_start
findings master1

part "4. The upgrade, $OLD_RELEASE to $NEW_RELEASE"
upgrade

part "5. What was run (upgradectl show and log have all of it)"
timeline

part "6. The pair now; applications still commit"
pair_now

part "7. The proof"
load_stop
await sandbox_is_quiet 90
verdict=0
judge --json >"$T/judge.json" || verdict=$?
proof | indented
demo_end $verdict
