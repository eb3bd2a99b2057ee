#!/bin/sh
# Real PostgreSQL servers on this machine, an active, its standby and a read-only subscriber, go
# from 13 to 15 while applications commit.
#
#   demo.sh [--gates] [BUILD_DIR]          see tests/scenario/demo.sh
#
# PG_FROM and PG_TO choose other releases of those that tests/postgres/fetch.sh lists; two of the
# same major show a minor release. Ends with the proof: what applications were told is committed
# against what is in every server, the longest time without a commit, and the write pause.
# Exit status 0 when nothing is missing.
set -eu

# shellcheck disable=SC2034 # for the demonstration's library
DEMO_LIB=tests/postgres/lib.sh
DEMO_SEEDS='20000 1000'
DEMO_PARTS='1 the pair is prepared
2 the standby leaves, and is recovered to where the logical slots begin
3 it goes to the new release
4 it follows again, logically
5 the swap
6 the stream back, and a new standby
7 the way back is given up'
# shellcheck source=../scenario/demo.sh
. "$(dirname "$0")/../scenario/demo.sh"

# What the applications were told against what is in the databases at the end.
proof() {
	jq -r --slurpfile load "$T/load.out" --arg pause "$pause_ms" --arg limit "$limit_ms" '
		def ms: . * 10 | round / 10 | tostring + " ms";
		$load[0] as $l |
		"commits acknowledged       \(.acknowledged)",
		"of them missing            \(.missing), in each of \(.up | length) servers",
		"commits in doubt           \(.in_doubt), of which \(.in_doubt_there) are there",
		"longest without a commit   \($l.gap_ms | ms), of all applications together",
		"longest transaction        \($l.slowest_ms | ms)",
		"write pause                \($pause) ms of at most \($limit) ms",
		"takes writes               \(.writable | join(", "))",
		"",
		if .kept then "every promise was kept"
		else .breaches[] | "BROKEN \(.word): \(.sentence)" end' "$T/verdict/verdict.json"
}

scenario demo
needs_daemon
pg_releases 13 15
part "1. Three servers on this machine, PostgreSQL $OLD_RELEASE: a, its standby b, and r1 that reads from b"
pg_up
if [ "$gates" = 1 ]; then
	pg_pair_config --gates 'before-standby before-swap before-destroy before-subscribers before-finish'
else
	pg_pair_config
fi
for m in $MEMBERS; do
	printf '   %-4s port %s  %-8s %s\n' "$m" "$(pg_port "$m")" "$(pg_role "$m")" "$(pg_release_of "$m")"
done

part "2. Applications commit $RATE transactions a second, all the time"
load_start --rate "$RATE"
say "   $(load_number committed) committed so far"

part "3. The daemon starts and looks: what would stop an upgrade to $NEW_RELEASE?"
daemon_start
findings a

part "4. The upgrade, $OLD_RELEASE to $NEW_RELEASE"
loadctl window >/dev/null
upgrade

part "5. What was run (upgradectl show and log have all of it)"
timeline

part "6. The pair now; applications still commit"
pair_now

part "7. The proof"
load_stop
await pg_is_quiet 90
found=0
verdict >"$T/verdict.out" || found=$?
proof | indented
demo_end $found
