#!/bin/sh
# pg-major.sh: the switch of a pair to another major release, under load.
#
#   pg-major.sh BUILD_DIR [ROUNDS]
#
# Every round is a fresh pair, which the daemon brings to the gate before the swap: its
# standby is in the new release then and follows the active. Then either the daemon swaps, or
# it is stopped and pgfloor does. Both take turns.
#
# direct    clients that reconnect over the list of both servers: outage as in pg-patch.sh,
#           and how long after the fence began the new side takes writes
# pool400   clients behind pgbouncer, 400 transactions a second: the longest of them, and how
# pool4000  many failed; the same with 4,000. By the daemon only.
#
# HOPS="13-15 15-17" and KINDS="direct pool400" choose; WHO=daemon leaves pgfloor out.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
rounds=${2:-5}
hops=${HOPS:-13-15 15-17}
kinds=${KINDS:-direct pool400 pool4000}
AFTER_US=500000

# --- one switch -----------------------------------------------------------------------------

stops_at_gate() {
	upgrade_is attention || gate_is before-swap
}

up_to_gate() {
	daemon_start
	await 'pair_is_seen' 30
	start
	await stops_at_gate 300
	gate_is before-swap || fail "attention: $(attention)"
	settle
}

swap_is_over() {
	upgrade_is attention || is_open
}

daemon_switch() {
	ctl advance "$PAIR" >/dev/null || fail "advance: $(cat "$T/ctl.out")"
	await swap_is_over 120
	is_open || fail "attention: $(attention)"
	load_goes_on 200
	daemon_said
}

floor_switch() {
	daemon_stop
	settle
	set -- "$(pg_conninfo a)" "$(pg_conninfo b)"
	# shellcheck disable=SC2086
	"$PGFLOOR" major "$@" $DATABASES >"$T/floor.json" || fail "pgfloor"
	load_goes_on 200
	floor_said
}

round_of() { # DIRECT|POOLn FROM TO WHO
	needs sqlite3 jq
	pg_releases "$2" "$3"
	case $1 in
	direct)
		pg_up --no-subscriber
		pg_pair_config --gates before-swap
		load_start --workers 2 --rate 900
		;;
	pool*)
		pg_up --no-subscriber --pooler
		pg_pair_config --gates before-swap
		load_start --workers "$(workers_for "${1#pool}")" --rate "${1#pool}"
		;;
	esac
	watch_disk
	up_to_gate
	"$4_switch"
	note_swap "$1-$2-$3" "$4" "$AFTER_US"
	saw_from $((pause_us - 2000000)) "$pause_us"
	note "$1-$2-$3.$4.rate" $((committed / 2))
}

workers_for() { # RATE
	if [ "$1" -gt 1000 ]; then echo 32; else echo 8; fi
}

if [ -n "${PART:-}" ]; then
	scenario "bench-pg-major-$PART"
	# shellcheck disable=SC2046
	round_of $(echo "$PART" | tr - ' ')
	exit
fi

# --- the table ------------------------------------------------------------------------------

part_names() {
	for _ in $(seq "$rounds"); do
		for hop in $hops; do
			for kind in $kinds; do
				echo "$kind-$hop-daemon"
				[ "$kind" != direct ] || [ "${WHO:-}" = daemon ] || echo "$kind-$hop-floor"
			done
		done
	done
}

rows_of_direct() { # HOP
	s=direct-$1
	[ -n "$(figures "$s.daemon.outage")" ] || return 0
	outage=$(figures "$s.daemon.outage" | at 50) open=$(figures "$s.daemon.open" | at 50)
	row "major switch, $1, outage, median" "$outage ms" '<= 50 ms' "$(fits "$outage" 50)"
	row '  least / median / most' "$(spread "$s.daemon.outage") ms" -
	row '  pgfloor: least / median / most' "$(spread "$s.floor.outage") ms" -
	row '  new side open after the fence began, median' "$open ms" '<= 15 ms' "$(fits "$open" 15)"
	row '  pgfloor: the same' "$(figures "$s.floor.open" | at 50) ms" -
	row '  worst client: daemon, pgfloor' \
		"$(figures "$s.daemon.worker" | at 50), $(figures "$s.floor.worker" | at 50) ms" -
}

rows_of_pool() { # RATE HOP
	s=pool$1-$2
	[ -n "$(figures "$s.daemon.longest")" ] || return 0
	longest=$(figures "$s.daemon.longest" | at 50) failed=$(figures "$s.daemon.failed" | at 100)
	row "major switch, $2, pgbouncer, $1/s, longest transaction" "$longest ms" '<= 100 ms' \
		"$(fits "$longest" 100)"
	row '  least / median / most of the swaps' "$(spread "$s.daemon.longest") ms" -
	row '  failed transactions' "${failed%.*}" 0 "$(fits "$failed" 0)"
	rows_of_disk "$s.daemon" 100
	row '  transactions a second before it' "$(figures "$s.daemon.rate" | at 50)" -
}

# shellcheck disable=SC2046
parts "$0" "$abs_top_builddir" $(part_names)
for hop in $hops; do
	rows_of_direct "$hop"
	rows_of_pool 400 "$hop"
	rows_of_pool 4000 "$hop"
done
row_of_ends
