#!/bin/sh
# fleet.sh: the house with many pairs and many upgrades, by an engine without databases.
#
#   fleet.sh BUILD_DIR [SECONDS]
#
# idle    1,000 pairs of three members at rest, looked at every five seconds, for SECONDS
#         (60): memory, and processor time a minute.
# start   1,000 upgrades in hand, one of each pair, at a gate in their middle: from exec to
#         READY=1. (Not to /readyz: that waits for a look at each member, and the first
#         looks of many are spread over the five seconds.)
# status  100 pairs in an upgrade, steps of a second with a command each: GET of one pair
#         over the control socket, every 5 ms on a connection of its own. Beside it the same
#         with steps that take no time at all, which has no goal.
#
# PARTS="idle status" chooses.
set -eu

build=$(cd "${1:-.}" && pwd)
seconds=${2:-60}
fleet=$build/tests/bench/bench_fleet
client=$build/tests/bench/bench_client
work=$(mktemp -d "${TMPDIR:-/tmp}/ud.fleet.XXXXXX")
pid='' rest_pid=''
port=$((20000 + $$ % 10000))

leave() {
	status=$?
	trap - EXIT
	for one in $pid $rest_pid; do
		kill -9 "$one" 2>/dev/null || :
	done
	[ "${KEEP:-0}" = 1 ] || rm -rf "$work"
	exit "$status"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

config() { # FOLDER PAIRS [GATES]: three hosts for every ten pairs
	rm -rf "${work:?}/$1"
	mkdir -p "$work/$1/pairs.d" "$work/$1/state"
	port=$((port + 1))
	cat >"$work/$1/upgraded.conf" <<-END
		state_directory = "$work/$1/state"
		pairs_directory = "$work/$1/pairs.d"
		control { socket = "$work/$1/control.sock" }
		http { listen = "127.0.0.1:$port" }
	END
	awk -v pairs="$2" -v gates="${3:-none}" 'BEGIN {
		for (h = 0; h * 10 < pairs * 3; h++) {
			printf "host \"db%03d\" {\n  job_directory = \"/var/tmp\"\n", h
			printf "  fake \"old\" { bin = \"/opt/old/bin\" }\n"
			printf "  fake \"new\" { bin = \"/opt/new/bin\" }\n}\n"
		}
		for (p = 0; p < pairs; p++) {
			printf "pair \"pair%04d\" {\n  engine = \"fake\"\n", p
			printf "  topology = \"active-standby\"\n"
			for (m = 0; m < 3; m++)
				printf "  member \"p%04dm%d\" { host = \"db%03d\"%s }\n", p, m,
					int(p / 10) * 3 + m, m == 2 ? "  subscriber = true" : ""
			printf "  gates = { \"%s\" }\n}\n", gates
		}
	}' >"$work/$1/pairs.d/fleet.conf"
}

run() { # FOLDER OPTION...
	folder=$1
	shift
	"$fleet" -c "$work/$folder/upgraded.conf" "$@" >"$work/$folder/out" 2>"$work/$folder/log" &
	pid=$!
}

stop() {
	kill "$pid"
	wait "$pid" || { echo "fleet.sh: the fleet ended badly" >&2; exit 1; }
	pid=''
}

rows_in() { # FOLDER SQL-CONDITION: upgrades
	sqlite3 "file:$work/$1/state/journal.db?mode=ro" "SELECT count(*) FROM upgrade WHERE $2" \
		2>/dev/null || echo 0
}

until_true() { # LIMIT_S COMMAND...
	limit=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$limit" ] ||
			{ echo "fleet.sh: waited in vain: $*" >&2; cat "$work"/*/log | tail >&2; exit 1; }
		kill -0 "$pid" 2>/dev/null || { cat "$work"/*/log >&2; exit 1; }
		sleep 0.2
	done
}

row() { # WHAT FIGURE GOAL [OK]
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}"
}

verdict() { # FIGURE MOST
	awk -v a="$1" -v b="$2" 'BEGIN { print (a != "-" && a + 0 <= b + 0) ? "ok" : "MISSED" }'
}

cpu_ticks() {
	sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'
}

idle() {
	config idle 1000
	run idle
	until_true 60 grep -q settled "$work/idle/out" # every member was looked at twice
	before=$(cpu_ticks)
	sleep "$seconds"
	after=$(cpu_ticks)
	rss=$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status")
	stop
	hertz=$(getconf CLK_TCK)
	cpu=$(awk -v t=$((after - before)) -v h="$hertz" -v s="$seconds" \
		'BEGIN { printf "%.2f", t / h * 60 / s }')
	row '1,000 idle pairs, RSS' "$rss MiB" '<= 40 MiB' "$(verdict "$rss" 40)"
	row '1,000 idle pairs, CPU a minute' "$cpu s" '<= 1 s' "$(verdict "$cpu" 1)"
	row '  in all' "$(sed -n 's/^\(looks[^,]*,[^,]*\).*/\1/p' "$work/idle/out")" -
}

all_gated() {
	[ "$(rows_in start "state = 'gated'")" -eq 1000 ]
}

start() {
	config start 1000 before-swap
	run start -w 1000 -n
	until_true 120 all_gated
	stop
	# shellcheck disable=SC2046
	set -- $("$client" start "$work/start/control.sock" 7 "$fleet" -c "$work/start/upgraded.conf")
	row '1,000 upgrades in hand, exec to READY' "$1 ms" '<= 300 ms' "$(verdict "$1" 300)"
}

hundred_run() { # FOLDER
	[ "$(rows_in "$1" "pos > 2")" -ge 100 ]
}

steps_done() { # FOLDER
	sqlite3 "file:$work/$1/state/journal.db?mode=ro" "SELECT count(*) FROM step WHERE state = 'done'"
}

# Rounds of GETs, of the fleet at work and of one at rest in turns: what the machine itself
# does to an answer is in both. Sets p50, p99, most (medians of the rounds), at_rest, pace, busy.
asked() { # FOLDER STEP_MS
	config rest 100
	run rest
	rest_pid=$pid
	config "$1" 100
	run "$1" -w 100 -r -s "$2"
	until_true 60 hundred_run "$1"
	before=$(steps_done "$1") began=$(date +%s%N) ticks=$(cpu_ticks)
	: >"$work/rest.ms"
	: >"$work/$1.ms"
	for _ in 1 2 3 4 5 6 7; do
		"$client" get "$work/$1/control.sock" /v1/pairs/pair0050 500 5 >>"$work/$1.ms"
		"$client" get "$work/rest/control.sock" /v1/pairs/pair0050 200 5 >>"$work/rest.ms"
	done
	took=$(($(date +%s%N) - began)) ticks=$(($(cpu_ticks) - ticks))
	p50=$(middle 1 "$work/$1.ms") p99=$(middle 2 "$work/$1.ms") most=$(middle 3 "$work/$1.ms")
	at_rest=$(middle 2 "$work/rest.ms")
	pace=$(awk -v n=$(($(steps_done "$1") - before)) -v t=$took 'BEGIN { printf "%.0f", n / t * 1e9 }')
	busy=$(awk -v c=$ticks -v t=$took -v h="$(getconf CLK_TCK)" 'BEGIN { printf "%.0f", c / h / t * 1e11 }')
	stop
	pid=$rest_pid rest_pid=''
	stop
}

middle() { # COLUMN FILE
	awk -v c="$1" '{ print $c }' "$2" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

status() {
	asked status 1000
	row 'status in 100 upgrades, p99' "$p99 ms" '<= 2 ms' "$(verdict "$p99" 2)"
	row '  p50 / most; p99 when nothing runs' "$p50 / $most; $at_rest ms" -
	row '  steps a second, CPU' "$pace, $busy %" -
	asked haste 0
	row 'the same, steps as fast as they go, p99' "$p99 ms" -
	row '  p50 / most; p99 when nothing runs' "$p50 / $most; $at_rest ms" -
	row '  steps a second, CPU' "$pace, $busy %" -
}

for part in ${PARTS:-idle start status}; do
	$part
done
