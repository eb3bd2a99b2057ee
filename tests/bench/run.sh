#!/bin/sh
# run.sh: all benches, one after another, and one table at the end.
#
#   run.sh BUILD_DIR [BENCH...]     of: pause fleet rest journal
#
# Exit status 1 when a figure that must be reached was missed.
set -eu

build=$(cd "${1:-.}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- pause fleet rest journal
table=$(mktemp "${TMPDIR:-/tmp}/ud.bench.XXXXXX")
trap 'rm -f "$table"' EXIT

# A ratio of the median of rounds, at 100 decisions a transaction and at one.
journal() {
	(cd "$build" && tests/bench/bench_journal) | tee /dev/stderr |
		awk '$1 ~ /^[0-9]+$/ { printf "journal, %s decisions a commit, against plain SQLite\t%s us, ratio %s\t-\t\n", $1, $2, $4 }'
}

for bench; do
	echo "--- $bench" >&2
	printf '%s\n' "$bench" >>"$table"
	case $bench in
	pause | fleet | rest) "$here/$bench.sh" "$build" >>"$table" ;;
	journal) journal >>"$table" ;;
	*)
		echo "run.sh: unknown bench: $bench" >&2
		exit 2
		;;
	esac
done
awk -F '\t' '
	NF < 2 { printf "\n%s\n", $1; next }
	{ printf "  %-52s %-34s %-10s %s\n", $1, $2, $3 == "-" ? "" : $3, $4 }' "$table"
! grep -q 'MISSED$' "$table"
