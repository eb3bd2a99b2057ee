#!/bin/sh
# A pair with two subscribers goes from 11.2.2 to 22.1 while applications commit, on simulated
# hosts below a temporary folder. The daemon and its client are the real ones.
#
#   demo.sh [--gates] [BUILD_DIR]
#
#   --gates   (or DEMO_GATES=1) a person approves at the gates; needs a terminal
#
# On a terminal the upgrade is redrawn in place and the sandbox copies rows slowly enough to be
# followed; elsewhere each change is a line and nothing is slowed down. Ends with the proof:
# what applications were told is committed against what is there, and the longest time that
# they had to wait. Exit status 0 when nothing is missing.
#
# From the environment: RATE (transactions a second), DEMO_ROWS (rows at the start),
# DEMO_PACE (slow, quick), KEEP=1 (leave the folder and the logs).
set -eu

usage() {
	echo 'usage: demo.sh [--gates] [BUILD_DIR]' >&2
	exit 2
}

gates=${DEMO_GATES:-0}
for word; do
	case $word in
	--gates) gates=1 ;;
	-*) usage ;;
	esac
	[ "$word" = --gates ] || builddir=$word
done

abs_top_builddir=$(cd "${builddir:-.}" && pwd)
abs_top_srcdir=$(cd "$(dirname "$0")/../.." && pwd)
export abs_top_builddir abs_top_srcdir

if [ -t 1 ]; then
	terminal=1 pace=${DEMO_PACE:-slow}
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
	columns=$({ stty size </dev/tty || echo 24 80; } 2>/dev/null | cut -d ' ' -f 2)
	[ "$columns" -gt 0 ] || columns=80
else
	terminal=0 pace=${DEMO_PACE:-quick} bold='' plain='' columns=1000
fi
case $pace in
slow) SEEDS=${DEMO_ROWS:-20000} ;;
*) SEEDS=${DEMO_ROWS:-2000} ;;
esac
RATE=${RATE:-300}
# shellcheck source=../scenario/lib.sh
. "$abs_top_srcdir/tests/scenario/lib.sh"

say() {
	printf '%s\n' "$*"
}

part() { # TEXT
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

indented() { # as wide as the terminal
	sed 's/^/   /' | cut -c "1-$columns"
}

if [ "$gates" = 1 ] && ! { [ -t 0 ] && [ "$terminal" = 1 ]; }; then
	say "demo: to approve the gates by hand, a terminal is needed" >&2
	exit 2
fi

# Rows a second, so that a person sees a copy grow.
slow_down() {
	[ "$pace" = slow ] || return 0
	sandbox_knob migrate_rate 6000
	sandbox_knob duplicate_rate 8000
	sandbox_knob recovering 4000..6000
}

# --- the upgrade --------------------------------------------------------------------------

ask() { # at a gate
	ctl_now status sales --json >"$T/gate.json"
	jq -r '"\n   gate \(.upgrade.gate.id): \(.upgrade.gate.prompt)"' "$T/gate.json"
	printf '   %s[Enter] advance, [a] abort:%s ' "$bold" "$plain"
	read -r answer || answer=''
	case $answer in
	a | abort)
		say "   \$ upgradectl abort sales"
		ctl_now abort sales --yes --comment 'answered in the demonstration' | indented
		;;
	*)
		say "   \$ upgradectl advance sales"
		ctl_now --quiet advance sales --comment 'answered in the demonstration'
		;;
	esac
}

# Follows until it ends or waits at a gate; gives the status of `upgradectl wait`.
watch_to_gate() {
	"$UPGRADECTL" --socket "$T/run/control.sock" status sales --watch &
	watching=$!
	ended=0
	ctl_now --quiet wait sales --for gate || ended=$?
	if [ $ended -eq 11 ]; then
		sleep 0.3 # the gate is drawn
		kill $watching 2>/dev/null || :
	fi
	wait $watching 2>/dev/null || :
	return $ended
}

upgrade_with_gates() {
	ctl_now start sales --to "$NEW_RELEASE" | indented
	while :; do
		result=0
		watch_to_gate || result=$?
		[ $result -eq 11 ] || return 0
		ask
	done
}

upgrade() {
	result=0
	if [ "$gates" = 1 ]; then
		upgrade_with_gates
	else
		ctl_now start sales --to "$NEW_RELEASE" --wait || result=$?
	fi
}

# --- what is told afterwards --------------------------------------------------------------

# Only what was run or waited for: number, member, took, title. The demonstration has one procedure, so the
# first step of each part is known.
timeline() {
	jq -r '.steps[] | select(.state == "done" and (.attempt > 0 or (.took_ms // 0) >= 100))
		| [.number, .member, .phase, ((.took_ms // 0) / 1000), .title] | @tsv' \
		"$T/show.json" | awk -F '\t' '
	function head(text) { printf "\n%s\n", text }
	function heading(number) {
		if (number == "1") head("the standby goes to the new release")
		if (number == "5") head("the swap; applications wait from 5 to 8a")
		if (number == "8b") head("the former active is made anew as the standby")
		if (number ~ /^15/ && !subscribers++) head("the subscribers are made anew")
	}
	$3 == "forward" { heading($1) }
	$3 != phase && $3 != "forward" { head($3) }
	{ phase = $3; printf "%6s  %-12s %8.3f s  %s\n", $1, $2, $4, $5 }' |
		indented
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

# --- the story ----------------------------------------------------------------------------

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
# shellcheck disable=SC2016 # await evaluates it
await 'role_seen=$(pair_json .active); [ "$role_seen" = master1 ]' 30
# shellcheck disable=SC2016
await 'ctl_now --json check sales --to "$NEW_RELEASE" >"$T/check.json"' 30
jq -r '.findings[] | "   \(.severity)  \(.rule)\(if .member then ", " + .member else "" end)"' \
	"$T/check.json"
jq -r '"   \(.blockers) blockers, \(.warnings) warnings, \(.notes) notes" +
	" (upgradectl check says what to do about each)"' "$T/check.json"

part "4. The upgrade, $OLD_RELEASE to $NEW_RELEASE"
say "   to look around from another terminal: export UPGRADECTL_SOCKET=$T/run/control.sock"
say "   \$ upgradectl start sales --to $NEW_RELEASE"
say
upgrade
ctl_now --json show sales >"$T/show.json"
pause_ms=$(jq -r '.write_pause_ms // 0' "$T/show.json")
limit_ms=$(jq -r '.write_pause_limit_ms // 0' "$T/show.json")

part "5. What was run (upgradectl show and log have all of it)"
timeline

part "6. The pair now; applications still commit"
load_goes_on 100 30
ctl_now status sales | sed '/^ *upgrade /,$d; /^$/d' | indented

part "7. The proof"
load_stop
await sandbox_is_quiet 90
verdict=0
judge --json >"$T/judge.json" || verdict=$?
proof | indented

[ "$result" -eq 0 ] || [ "$gates" = 1 ] || fail "the upgrade ended with $result"
[ "$verdict" -eq 0 ] || fail "the judge says no"
daemon_stop
