# demo.sh: what the demonstrations share: one upgrade of a pair under load, told while it
# happens, with the proof at the end. Sourced by a demonstration that has set
#
#   DEMO_LIB      the library of its scene, from the top of the sources
#   DEMO_SEEDS    rows at the start: for somebody who watches, and for nobody
#   DEMO_PARTS    lines `NUMBER heading`: the first step of each part of the procedure
#
# Options [--gates] [BUILD_DIR]; --gates (or DEMO_GATES=1): a person approves at the gates,
# which needs a terminal. On a terminal the upgrade is redrawn in place; elsewhere each change is
# a line. From the environment: RATE (transactions a second), DEMO_ROWS, DEMO_PACE (slow, quick),
# KEEP=1 (leave the folder and the logs).
# shellcheck shell=sh

gates=${DEMO_GATES:-0}
for word; do
	case $word in
	--gates) gates=1 ;;
	-*)
		echo "usage: demo.sh [--gates] [BUILD_DIR]" >&2
		exit 2
		;;
	*) builddir=$word ;;
	esac
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
slow) SEEDS=${DEMO_ROWS:-${DEMO_SEEDS%% *}} ;;
*) SEEDS=${DEMO_ROWS:-${DEMO_SEEDS#* }} ;;
esac
RATE=${RATE:-300}
# shellcheck disable=SC1090
. "$abs_top_srcdir/$DEMO_LIB"

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

# --- the upgrade --------------------------------------------------------------------------

ask_at_gate() {
	ctl_now status "$PAIR" --json >"$T/gate.json"
	jq -r '"\n   gate \(.upgrade.gate.id): \(.upgrade.gate.prompt)"' "$T/gate.json"
	printf '   %s[Enter] advance, [a] abort:%s ' "$bold" "$plain"
	read -r answer || answer=''
	case $answer in
	a | abort)
		say "   \$ upgradectl abort $PAIR"
		ctl_now abort "$PAIR" --yes --comment 'answered in the demonstration' | indented
		;;
	*)
		say "   \$ upgradectl advance $PAIR"
		ctl_now --quiet advance "$PAIR" --comment 'answered in the demonstration'
		;;
	esac
}

# Follows until it ends or waits at a gate; gives the status of `upgradectl wait`.
watch_to_gate() {
	"$UPGRADECTL" --socket "$T/run/control.sock" status "$PAIR" --watch &
	watching=$!
	ended=0
	ctl_now --quiet wait "$PAIR" --for gate || ended=$?
	if [ $ended -eq 11 ]; then
		sleep 0.3 # the gate is drawn
		kill $watching 2>/dev/null || :
	fi
	wait $watching 2>/dev/null || :
	return $ended
}

upgrade_with_gates() { # OPTION... of start
	ctl_now start "$PAIR" --to "$NEW_RELEASE" "$@" | indented
	while :; do
		result=0
		watch_to_gate || result=$?
		[ $result -eq 11 ] || return 0
		ask_at_gate
	done
}

# Its status is in $result, its record in $T/show.json.
upgrade() { # OPTION... of start
	say "   to look around from another terminal: export UPGRADECTL_SOCKET=$T/run/control.sock"
	say "   \$ upgradectl start $PAIR --to $NEW_RELEASE${*:+ $*}"
	say
	result=0
	if [ "$gates" = 1 ]; then
		upgrade_with_gates "$@"
	else
		ctl_now start "$PAIR" --to "$NEW_RELEASE" --wait "$@" || result=$?
	fi
	ctl_now --json show "$PAIR" >"$T/show.json"
	pause_ms=$(jq -r '.write_pause_ms // 0' "$T/show.json")
	limit_ms=$(jq -r '.write_pause_limit_ms // 0' "$T/show.json")
}

# --- what is told -------------------------------------------------------------------------

# What the daemon finds, before anything begins. Waits until it has seen this active.
findings() { # MEMBER
	active_wanted=$1
	await 'role_seen=$(pair_json .active); [ "$role_seen" = "$active_wanted" ]' 30
	await 'ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json"' 30
	jq -r '.findings[] | "   \(.severity)  \(.rule)\(if .member then ", " + .member else "" end)"' \
		"$T/check.json"
	jq -r '"   \(.blockers) blockers, \(.warnings) warnings, \(.notes) notes" +
		" (upgradectl check says what to do about each)"' "$T/check.json"
}

# Only what was run or waited for: number, member, took, title.
timeline() {
	jq -r '.steps[] | select(.state == "done" and (.attempt > 0 or (.took_ms // 0) >= 100))
		| [.number, .member, .phase, ((.took_ms // 0) / 1000), .title] | @tsv' \
		"$T/show.json" | DEMO_PARTS=$DEMO_PARTS awk -F '\t' '
	function head(text) { printf "\n%s\n", text }
	BEGIN {
		n = split(ENVIRON["DEMO_PARTS"], line, "\n")
		for (i = 1; i <= n; i++)
			if (at = index(line[i], " "))
				heading[substr(line[i], 1, at - 1)] = substr(line[i], at + 1)
	}
	$3 == "forward" && ($1 in heading) && !told[heading[$1]]++ { head(heading[$1]) }
	$3 != phase && $3 != "forward" { head($3) }
	{ phase = $3; printf "%6s  %-12s %8.3f s  %s\n", $1, $2, $4, $5 }' |
		indented
}

pair_now() {
	load_goes_on 100 30
	ctl_now status "$PAIR" | sed '/^ *upgrade /,$d; /^$/d' | indented
}

demo_end() { # STATUS OF THE VERDICT
	[ "$result" -eq 0 ] || [ "$gates" = 1 ] || fail "the upgrade ended with $result"
	[ "$1" -eq 0 ] || fail "something was lost"
	daemon_stop
}
