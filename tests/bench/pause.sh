#!/bin/sh
# pause.sh: how long applications may not write while the roles are swapped, and how long
# the daemon takes from seeing one step's effect to starting the next.
#
#   pause.sh BUILD_DIR [ROUNDS]
#
# A round is a fresh pair whose standby is in the new release already, at the gate before
# the swap, with a load of 300 transactions a second. Then either the daemon swaps, or it is
# stopped and swap_script.sh does. Both take turns. All delays of the sandbox are fixed:
#
#   bare   none: what is left is the cost of tools, statements, looks and the journal
#   usual  the middle of what the sandbox draws: role change 250 ms, acknowledgement 50 ms,
#          answer to a wait 100 ms
#
# The write pause is that of the load's hook log: from the end of the pause hook to the
# start of the resume hook, or to the moment when the database takes writes, whichever is
# later (the script does not wait for that; the daemon does).
#
# The latency is that of each transition, by the sandbox's own log: from the moment when the
# database has the effect to the moment when the next command reaches its database:
#
#   5-6    pause hook ended                  ttRepSubscriberWait (behind the marker's rows)
#   6-7    ttRepSubscriberWait answered      ttRepStop
#   7-7a   ttRepStop answered                ttRepDeactivate (behind a ttBookmark)
#   7a-7b  role is IDLE                      the second ttRepSubscriberWait
#   7b-8   that was answered                 ttRepStateSet
#   8-8a   role is ACTIVE                    resume hook
#
# Where the daemon needs no second wait, 7a-8 stands for 7a-7b and 7b-8.
set -eu

abs_top_builddir=$(cd "${1:-.}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
abs_top_srcdir=$(cd "$here/../.." && pwd)
export abs_top_builddir abs_top_srcdir
rounds=${2:-7}
# shellcheck source=../scenario/lib.sh
. "$abs_top_srcdir/tests/scenario/lib.sh"
AWAIT_STEP=0.02

scenario bench-pause >/dev/null
results=$T/results
top=$T
trap 'status=$?; trap - EXIT; (leave $status); [ "${KEEP:-0}" = 1 ] || rm -rf "$top"; exit $status' EXIT

knobs() { # bare | usual
	sandbox_knob agent_start 20
	sandbox_knob agent_stop 50
	sandbox_knob load 5
	sandbox_knob recovering 50
	sandbox_knob state_latency 0
	case $1 in
	bare) set -- 0 0 0 ;;
	usual) set -- 250 50 100 ;;
	esac
	sandbox_knob role_delay "$1"
	sandbox_knob ack_delay "$2"
	sandbox_knob wait_lag "$3"
}

# A pair that waits before its swap.
round_begin() { # KNOBS
	T=$(mktemp -d "$top/round.XXXXXX")
	ROOT=$T/sandbox
	sandbox_up --subscribers 0
	knobs "$1"
	pair_config --gates 'before-swap before-destroy' --no-subscribers \
		--poll upgrading=100ms --poll swapping="${SWAPPING:-20ms}"
	load_start --rate 300
	daemon_start
	await 'role_seen=$(pair_json .active); [ "$role_seen" = master1 ]' 30
	ctl start sales --to "$NEW_RELEASE" >/dev/null || fail "start: $(cat "$T/ctl.out")"
	await 'gate_is before-swap' 60
	sandbox_knob agent_stop 1000
}

round_end() {
	[ -z "$DAEMON_PID" ] || daemon_kill9
	kill -9 "$LOAD_PID"
	wait "$LOAD_PID" 2>/dev/null || :
	LOAD_PID=''
	ending=destroy
	[ "${KEEP:-0}" != 1 ] || ending=stop
	sandbox $ending >/dev/null 2>&1 || :
	end_strays
	[ "${KEEP:-0}" = 1 ] || rm -rf "$T"
	T=$top
	ROOT=$top/sandbox
}

resumed() {
	grep -q '"hook":"resume-writes"' "$T/run/load.sock.hooks"
}

# What the logs of this round say, one `KNOBS WHO WHAT MS` a line.
measure() { # KNOBS WHO
	jq -rn --slurpfile log "$ROOT/log.jsonl" --slurpfile hooks "$T/run/load.sock.hooks" \
		--arg prefix "$1 $2" -f "$here/pause.jq" >>"$results"
}

by_daemon() { # KNOBS
	round_begin "$1"
	ctl advance sales >/dev/null || fail "advance: $(cat "$T/ctl.out")"
	await resumed 30
	measure "$1" daemon
	round_end
}

by_script() { # KNOBS
	round_begin "$1"
	daemon_stop
	"$here/swap_script.sh" --root "$ROOT" --loadctl "$LOADCTL" --load "$T/run/load.sock" \
		$prove >"$T/script.out" 2>"$T/script.err" || fail "script: $(cat "$T/script.err")"
	await resumed 5
	await 'role_is master2host tt2211 master2 ACTIVE' 5
	! grep -q '< 01 >' "$T/script.err" || fail "the script's wait was given up"
	measure "$1" script
	round_end
}

numbers() { # KNOBS WHO WHAT
	awk -v k="$1" -v w="$2" -v x="$3" '$1 == k && $2 == w && (x == "" || $3 == x) &&
		(x != "" || $3 != "pause") { print $4 }' "$results" | sort -n
}

at() { # PERCENT: of sorted numbers
	awk -v p="$1" '{ v[NR] = $1 } END { i = int((NR - 1) * p / 100 + 0.5) + 1
		if (NR) printf "%.1f", v[i]; else printf "-" }'
}

row() { # WHAT FIGURE GOAL [OK]
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}"
}

# $1 <= $2
verdict() {
	awk -v a="$1" -v b="$2" 'BEGIN { print a + 0 <= b + 0 ? "ok" : "MISSED" }'
}

for knobs in bare usual; do
	prove=''
	for round in $(seq "$rounds"); do
		by_daemon $knobs
		# The same commands: a second wait only where the daemon needed one.
		if grep -q "^$knobs daemon 7a-8 " "$results"; then prove=--no-prove; else prove=''; fi
		by_script $knobs
		echo "bench-pause: $knobs, round $round of $rounds" >&2
	done
done

for knobs in bare usual; do
	median=$(numbers $knobs daemon '' | at 50)
	row "swap latency, $knobs, median" "$median ms" '<= 30 ms' "$(verdict "$median" 30)"
	row "swap latency, $knobs, 90 % and most" \
		"$(numbers $knobs daemon '' | at 90) / $(numbers $knobs daemon '' | at 100) ms" -
	for what in 5-6 6-7 7-7a 7a-7b 7b-8 7a-8 8-8a; do
		[ "$(numbers $knobs daemon $what | at 50)" = - ] ||
			row "  $what" "$(numbers $knobs daemon $what | at 50) ms" -
	done
	ours=$(numbers $knobs daemon pause | at 50)
	theirs=$(numbers $knobs script pause | at 50)
	ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.2f", a / b }')
	row "write pause, $knobs, daemon" "$ours ms" -
	row "write pause, $knobs, script" "$theirs ms" -
	row "write pause, $knobs, ratio" "$ratio" '<= 1.3' "$(verdict "$ratio" 1.3)"
done
[ -z "${RESULTS:-}" ] || cp "$results" "$RESULTS"
