#!/bin/sh
# run.sh: all benches, one after another, and one table at the end.
#
#   run.sh BUILD_DIR [BENCH...]     of: pause fleet rest journal
#                                       pg-polls pg-patch pg-major pg-loss
#
# Exit status 1 when a figure that must be reached was missed.
set -eu

build=$(cd "${1:-.}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- pause fleet rest journal pg-polls pg-patch pg-major pg-loss
table=$(mktemp "${TMPDIR:-/tmp}/ud.bench.XXXXXX")
rows=$table.rows
trap 'rm -f "$table" "$rows"' EXIT

# Medians of rounds in turns; whose they are the head of its own table says.
journal() {
	said=$(cd "$build" && tests/bench/bench_journal) || return 1
	printf '%s\n' "$said" >&2
	printf '%s\n' "$said" | awk '$1 ~ /^[0-9]+$/ {
		printf "%d decisions a commit, one decision\t%s us, CPU %s us\t-\t\n", $1, $2, $5
		printf "  plain SQLite inserts, keyed: ratio\t%s\t-\t\n", $8
	}'
}

for bench; do
	echo "--- $bench" >&2
	printf '%s\n' "$bench" >>"$table"
	case $bench in
	pause | fleet | rest) set -- "$here/$bench.sh" "$build" ;;
	pg-*) set -- "$here/postgres/$bench.sh" "$build" ;;
	journal) set -- journal ;;
	*)
		echo "run.sh: unknown bench: $bench" >&2
		exit 2
		;;
	esac
	status=0
	"$@" >"$rows" || status=$?
	case $status in
	0) cat "$rows" >>"$table" ;;
	77) printf 'skipped\t-\t-\t\n' >>"$table" ;;
	*)
		cat "$rows" >&2
		printf 'did not come to its end\t-\t-\tMISSED\n' >>"$table"
		;;
	esac
done
awk -F '\t' '
	NF < 2 { printf "\n%s\n", $1; next }
	{ printf "  %-52s %-34s %-10s %s\n", $1, $2, $3 == "-" ? "" : $3, $4 }' "$table"
! grep -q 'MISSED$' "$table"
