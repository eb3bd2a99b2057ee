# lib.sh: what the benches on real PostgreSQL servers share. A bench does:
#
#   here=$(cd "$(dirname "$0")" && pwd)
#   . "$here/lib.sh"
#
# and gets tests/postgres/lib.sh with it. Each part of a bench has a pair, a folder and a
# process of its own: the script calls itself with PART=name (parts), and the part writes
# lines `SERIES FIGURE` to $RESULTS (note), from which the bench then makes its rows.
# shellcheck shell=sh disable=SC2034,SC2154

abs_top_builddir=$(cd "${1:-.}" && pwd)
abs_top_srcdir=$(cd "$here/../../.." && pwd)
export abs_top_builddir abs_top_srcdir
# shellcheck source=../../postgres/lib.sh
. "$abs_top_srcdir/tests/postgres/lib.sh"

DISKWATCH=$abs_top_builddir/tests/bench/postgres/diskwatch
PGFLOOR=$abs_top_builddir/tests/bench/postgres/pgfloor
# Whoever asks whether it is over takes processor time from what is measured.
AWAIT_STEP=0.5
PG_FSYNC=on
# A password costs client and server milliseconds of processor time a login; what logins cost is
# not measured here. A pool of four sessions for a processor.
: "${APP_AUTH=trust}" "${POOL_SIZE=$((4 * $(nproc)))}"
SEEDS=20000

# --- parts ----------------------------------------------------------------------------------

# Runs each part; what it says goes to stderr. False when one did not come to its end.
parts() { # SCRIPT BUILD PART...
	script=$1 parts_build=$2
	shift 2
	RESULTS=$(mktemp "${TMPDIR:-/tmp}/ud.bench.XXXXXX")
	export RESULTS
	trap 'rm -f "$RESULTS"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	for part; do
		status=0
		PART=$part "$script" "$parts_build" >&2 || status=$?
		[ $status -eq 0 ] || note "$part.ended" "$status"
	done
}

note() { # SERIES FIGURE
	printf '%s %s\n' "$1" "$2" >>"$RESULTS"
}

figures() { # SERIES
	awk -v s="$1" '$1 == s { print $2 }' "$RESULTS" | sort -n
}

at() { # PERCENT: of sorted figures
	awk -v p="$1" '{ v[NR] = $1 } END { i = int((NR - 1) * p / 100 + 0.5) + 1
		if (NR) printf "%.1f", v[i]; else printf "-" }'
}

spread() { # SERIES: least / median / most
	echo "$(figures "$1" | at 0) / $(figures "$1" | at 50) / $(figures "$1" | at 100)"
}

row() { # WHAT FIGURE GOAL [OK]
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}"
}

fits() { # FIGURE MOST
	awk -v a="$1" -v b="$2" 'BEGIN { print (a != "-" && a + 0 <= b + 0) ? "ok" : "MISSED" }'
}

ratio() { # A B
	awk -v a="$1" -v b="$2" 'BEGIN { if (b + 0 > 0) printf "%.2f", a / b; else printf "-" }'
}

# How often the disk stood still, and what the swaps were like in which it did not.
rows_of_disk() { # PART.WHO MOST_MS
	swaps=$(figures "$1.still" | grep -c .) calm=$(figures "$1.calm" | grep -c .)
	[ "$calm" -lt "$swaps" ] || return 0
	row "  the disk completed nothing for $STILL_MS ms or more" \
		"in $((swaps - calm)) of $swaps, at most $(figures "$1.still" | at 100) ms" -
	row '  longest transaction of the other swaps: least / median / most' "$(spread "$1.calm") ms" \
		"<= $2 ms" "$(fits "$(figures "$1.calm" | at 100)" "$2")"
}

# Parts that did not come to their end, and why: 77 is no releases, or no program.
row_of_ends() {
	awk '$1 ~ /\.ended$/ { sub(/\.ended$/, "", $1)
		printf "%s\t%s\t-\t%s\n", $1, $2 == 77 ? "skipped" : "failed", $2 == 77 ? "" : "MISSED" }' \
		"$RESULTS"
}

# --- what the applications saw --------------------------------------------------------------

now_us() {
	echo $(($(date +%s%N) / 1000))
}

# Sets outage, worker_outage, longest (ms), failed and committed of the time from FROM to TO.
saw_from() { # FROM_US TO_US
	loadctl status >/dev/null # what it holds back goes to the ledger
	# shellcheck disable=SC2046
	set -- $(tail -n 400000 "$T/ledger.$LOADS" | awk -v from="$1" -v to="$2" -f "$here/window.awk")
	outage=$1 worker_outage=$2 longest=$3 failed=$4 committed=$5
}

pair_is_seen() {
	[ "$(pair_json '[.members[].role] | index("active") != null and index("standby") != null')" = true ]
}

# From now on: when the disk of this part completed nothing for so long that no commit could
# have been in time. It is a witness; what it saw takes no swap out of the figures.
STILL_MS=20
watch_disk() {
	"$DISKWATCH" "$T" "$STILL_MS" >"$T/disk" 2>>"$T/disk.err" &
}

# Sets still: the longest such time that overlaps, in ms.
disk_from() { # FROM_US TO_US
	still=$(awk -v from="$1" -v to="$2" '$1 < to && $2 > from && $2 - $1 > most { most = $2 - $1 }
		END { printf "%.1f", most / 1000 }' "$T/disk")
}

# Load goes on as if nothing were: caches are warm, and what came before is over.
settle() {
	load_goes_on 1000 120
}

# --- swaps ----------------------------------------------------------------------------------

journal() { # SQL
	sqlite3 "file:$T/run/state/journal.db?mode=ro" "$1"
}

# When the last command of these steps of the last upgrade began or ended, microseconds.
command_us() { # began|ended STEP...
	which=started_wall_ms
	[ "$1" = began ] || which=ended_wall_ms
	shift
	steps=$(printf "'%s'," "$@")
	journal "SELECT coalesce(max($which), 0) * 1000 FROM command
		WHERE step IN (${steps%,}) AND list = 'f' AND ended_wall_ms > 0
		AND upgrade = (SELECT max(id) FROM upgrade)"
}

opened_us() {
	command_us ended open promote
}

is_open() {
	[ "$(opened_us)" -gt 0 ]
}

# Of the swap that was: when writes began to be refused, $pause_us, and how long after that
# the new side took them, $open_ms.
daemon_said() {
	pause_us=$(command_us began fence freeze)
	open_ms=$((($(opened_us) - pause_us) / 1000))
}

floor_said() {
	pause_us=$(jq .pause_us "$T/floor.json") open_ms=$(jq .open "$T/floor.json")
}

pg_conninfo() { # MEMBER
	echo "host=$PGROOT/run port=$(pg_port "$1") user=postgres"
}

note_swap() { # PART WHO AFTER_US
	set -- "$1" "$2" $((pause_us + ${open_ms%.*} * 1000 + $3))
	saw_from "$pause_us" "$3"
	disk_from "$pause_us" "$3"
	note "$1.$2.outage" "$outage"
	note "$1.$2.worker" "$worker_outage"
	note "$1.$2.longest" "$longest"
	note "$1.$2.failed" "$failed"
	note "$1.$2.open" "$open_ms"
	note "$1.$2.still" "$still"
	[ "$still" != 0.0 ] || note "$1.$2.calm" "$longest"
	say "$2: outage $outage ms, open after $open_ms ms, longest transaction $longest ms, $failed failed; the disk stood still for $still ms"
}

# Of two releases, the one that is not served now.
next_release() {
	if [ "$(pg_release_of "$(pg_actives)")" = "$OLD_RELEASE" ]; then
		echo "$NEW_RELEASE"
	else
		echo "$OLD_RELEASE"
	fi
}
