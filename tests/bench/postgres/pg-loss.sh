#!/bin/sh
# pg-loss.sh: is anything lost? Many major upgrades and many patches with their swaps, under
# load, with asynchronous replication; after each the verdict over every row that was ever
# acknowledged in that pair.
#
#   pg-loss.sh BUILD_DIR [UPGRADES [SWAPS]]
#
# A pair is made anew for each upgrade, and for every ten swaps. Some loads are rude:
# their clients say BEGIN READ WRITE, so that no setting keeps them from writing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
upgrades=${2:-2}
swaps=${3:-4}
PG_FSYNC=off
AWAIT_STEP=0.2

# --- one upgrade ----------------------------------------------------------------------------

# Load of one upgrade to this release, and what became of it.
upgraded_to() { # SERIES RELEASE
	rude=''
	# They take the first server of their list that lets them in: a is that.
	[ "$(pg_actives)" != a ] || [ $(((${LOADS:-0} / 2 + ${NUMBER:-0}) % 2)) -ne 0 ] || rude=--rude
	# shellcheck disable=SC2086
	load_start --workers 8 --rate 600 $rude
	ctl start "$PAIR" --to "$2" >/dev/null || fail "the upgrade was refused: $(cat "$T/ctl.out")"
	await 'upgrade_is completed attention' 300
	upgrade_is completed || fail "attention: $(attention)"
	load_goes_on 200
	load_stop
	await pg_is_quiet 120
	broken=0
	verdict || broken=1
	note "$1.broken" $broken
	note "$1.done" 1
}

# Of all loads of this pair.
note_sums() { # SERIES
	sums=$T/verdict/verdict.json
	note "$1.acknowledged" "$(jq .acknowledged "$sums")"
	note "$1.missing" "$(jq .missing "$sums")"
	note "$1.doubled" "$(sort -u "$T"/verdict/rows.*.doubled | wc -l)"
	note "$1.doubt" "$(jq .in_doubt "$sums")"
}

major() { # FROM TO
	pg_releases "$1" "$2"
	pg_up
	pg_pair_config
	daemon_start
	await 'pair_is_seen' 30
	upgraded_to major "$NEW_RELEASE"
	note_sums major
}

patches() { # HOW MANY
	pg_releases 13.16 13.23
	pg_up --no-subscriber
	pg_pair_config --in-place
	daemon_start
	await 'pair_is_seen' 30
	for _ in $(seq "$1"); do
		upgraded_to patch "$(next_release)"
	done
	note_sums patch
}

if [ -n "${PART:-}" ]; then
	needs sqlite3 jq
	NUMBER=${PART##*-}
	scenario "bench-pg-loss-$PART"
	# shellcheck disable=SC2046
	set -- $(echo "$PART" | tr - ' ')
	case $1 in
	major) major "$2" "$3" ;;
	patches) patches "$2" ;;
	esac
	exit
fi

# --- the table ------------------------------------------------------------------------------

part_names() {
	for n in $(seq "$upgrades"); do
		if [ $((n % 2)) -eq 1 ]; then echo "major-13-15-$n"; else echo "major-15-17-$n"; fi
	done
	left=$swaps n=0
	while [ "$left" -gt 0 ]; do
		n=$((n + 1))
		echo "patches-$((left < 10 ? left : 10))-$n"
		left=$((left - 10))
	done
}

sum() { # SERIES
	figures "$1" | awk '{ n += $1 } END { printf "%d", n }'
}

rows_of() { # SERIES WHAT
	[ "$(sum "$1.done")" -gt 0 ] || return 0
	row "$2, acknowledged rows" "$(sum "$1.acknowledged") in $(sum "$1.done")" -
	row '  lost' "$(sum "$1.missing")" 0 "$(fits "$(sum "$1.missing")" 0)"
	row '  doubled' "$(sum "$1.doubled")" 0 "$(fits "$(sum "$1.doubled")" 0)"
	row '  verdicts against it' "$(sum "$1.broken")" 0 "$(fits "$(sum "$1.broken")" 0)"
	row '  in doubt, as clients were told' "$(sum "$1.doubt")" -
}

# shellcheck disable=SC2046
parts "$0" "$abs_top_builddir" $(part_names)
rows_of major 'major upgrades under load'
rows_of patch 'patches under load'
row_of_ends
