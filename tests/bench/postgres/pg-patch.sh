#!/bin/sh
# pg-patch.sh: a patch of a pair under load, swap by swap, forth and back.
#
#   pg-patch.sh BUILD_DIR [ROUNDS]
#
# direct   clients that reconnect over the list of both servers. A round is an upgrade by the
#          daemon, whose swap goes from one member to the other, and then a swap back by
#          pgfloor: one pair, one load, both in turns. Segments of the log have 16 MB, and in
#          another part 1 MB, as a promotion copies one.
# pooled   clients behind pgbouncer; upgrades by the daemon only.
#
# The outage is the longest time in which no client got an acknowledgement, by their ledger,
# from the moment the fence began to half a second after the new side took writes. Releases
# are two of one major: PG_FROM and PG_TO choose others. WHO=floor leaves the daemon out,
# PARTS="direct1 pooled" chooses.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
rounds=${ROUNDS:-${2:-10}}
export ROUNDS="$rounds"
AFTER_US=500000

# --- one swap -------------------------------------------------------------------------------

other_of() { # MEMBER
	if [ "$1" = a ]; then echo b; else echo a; fi
}

pair_is_whole() {
	pg_streams "$1" "$(other_of "$1")"
}

# All members run the other release then, and the roles are exchanged.
daemon_swap() {
	release=$(next_release)
	daemon_start
	await 'pair_is_seen' 30
	settle
	ctl start "$PAIR" --to "$release" >/dev/null ||
		fail "the upgrade was refused: $(cat "$T/ctl.out")"
	await 'upgrade_is completed attention' 180
	upgrade_is completed || fail "attention: $(attention)"
	daemon_said
	load_goes_on 200
	daemon_stop
}

floor_swap() {
	from=$(pg_actives) to=$(other_of "$(pg_actives)")
	pg_sql "$to" postgres "ALTER SYSTEM SET wal_retrieve_retry_interval = '20ms'" \
		'SELECT pg_reload_conf()' >/dev/null
	settle
	"$PGFLOOR" patch "$(pg_conninfo "$from")" "$(pg_data "$from")" "$(pg_conninfo "$to")" \
		>"$T/floor.json" || fail "pgfloor"
	load_goes_on 200
	floor_said
	floor_rejoin "$from" "$to"
}

# The old active follows the new one, as pg_up would have made it.
floor_rejoin() { # OLD NEW
	pg_sql "$2" postgres 'ALTER SYSTEM RESET wal_retrieve_retry_interval' \
		'SELECT pg_reload_conf()' \
		"SELECT pg_create_physical_replication_slot('$1', true) WHERE NOT EXISTS (
			SELECT FROM pg_replication_slots WHERE slot_name = '$1')" >/dev/null
	sed -i '/^default_transaction_read_only/d; /^primary_/d' "$PGROOT/$1/postgresql.auto.conf"
	cat >>"$PGROOT/$1/postgresql.auto.conf" <<-END
		primary_conninfo = '$(pg_upstream_conninfo "$2" "$1")'
		primary_slot_name = '$1'
	END
	pg_as touch "$PGROOT/$1/standby.signal"
	pg_start "$1"
	await "pair_is_whole $2" 60
	pg_sql "$1" postgres "SELECT pg_drop_replication_slot(slot_name)
		FROM pg_replication_slots WHERE NOT active" >/dev/null
}

# --- parts ----------------------------------------------------------------------------------

begin() { # OPTION... of pg_up
	needs sqlite3 jq
	pg_releases 13.16 13.23
	pg_up --no-subscriber "$@"
	watch_disk
	pg_pair_config --in-place
	load_start --workers 2 --rate 900
}

finish() { # PART
	load_stop
	verdict_must_pass
	note "$1.acknowledged" "$(jq .acknowledged "$T/verdict/verdict.json")"
}

direct() { # SEGMENT_MB
	begin --segment-mb "$1"
	for round in $(seq "$rounds"); do
		say "round $round of $rounds"
		for who in ${WHO:-daemon floor}; do
			"${who}_swap"
			note_swap "direct$1" "$who" "$AFTER_US"
		done
	done
	finish "direct$1"
}

pooled() {
	begin --pooler
	for round in $(seq "$rounds"); do
		say "round $round of $rounds"
		daemon_swap
		note_swap pooled daemon "$AFTER_US"
	done
	finish pooled
}

case ${PART:-} in
'') ;;
pooled)
	scenario bench-pg-patch-pooled
	pooled
	exit
	;;
direct*)
	scenario "bench-pg-patch-$PART"
	direct "${PART#direct}"
	exit
	;;
esac

# --- the table ------------------------------------------------------------------------------

# shellcheck disable=SC2086
parts "$0" "$abs_top_builddir" ${PARTS:-direct16 direct1 pooled}
for mb in 16 1; do
	part=direct$mb
	[ -n "$(figures $part.daemon.outage)" ] || continue
	ours=$(figures $part.daemon.outage | at 50) theirs=$(figures $part.floor.outage | at 50)
	row "patch swap, $mb MB segments, outage, median" "$ours ms" '<= 80 ms' "$(fits "$ours" 80)"
	row '  least / median / most' "$(spread $part.daemon.outage) ms" '<= 300 ms' \
		"$(fits "$(figures $part.daemon.outage | at 100)" 300)"
	row '  pgfloor: least / median / most' "$(spread $part.floor.outage) ms" -
	row '  ratio to pgfloor' "$(ratio "$ours" "$theirs")" '<= 1.4' \
		"$(fits "$(ratio "$ours" "$theirs")" 1.4)"
	row '  worst client: daemon, pgfloor' \
		"$(figures $part.daemon.worker | at 50), $(figures $part.floor.worker | at 50) ms" -
	row '  new side open: daemon, pgfloor' \
		"$(figures $part.daemon.open | at 50), $(figures $part.floor.open | at 50) ms" -
	row '  acknowledged, none lost' "$(figures $part.acknowledged)" -
done
if [ -n "$(figures pooled.daemon.longest)" ]; then
	most=$(figures pooled.daemon.longest | at 100)
	row 'patch behind pgbouncer, longest transaction' "$most ms" '<= 100 ms' "$(fits "$most" 100)"
	row '  least / median / most of the swaps' "$(spread pooled.daemon.longest) ms" -
	most=$(figures pooled.daemon.failed | at 100)
	row '  failed transactions' "${most%.*}" 0 "$(fits "$most" 0)"
	rows_of_disk pooled.daemon 100
fi
row_of_ends
