#!/bin/sh
# What ssh costs: bench_ssh, and a daemon that observes a pair of which every member is reached
# by ssh, every 500 ms.
#
#	ssh.sh [SECONDS]     how long is observed
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${abs_top_srcdir:=$(cd "$here/../.." && pwd)}" "${abs_top_builddir:=$PWD}"
export abs_top_srcdir abs_top_builddir
# shellcheck source=../scenario/more.sh
. "$abs_top_srcdir/tests/scenario/more.sh"
seconds=${1:-20}

"$abs_top_builddir/tests/bench/bench_ssh" 2>/dev/null || [ $? -eq 77 ] || exit 1

# Ticks of a hundredth of a second: its own, and of the masters of its connections.
ticks() {
	total=0
	for pid in "$DAEMON_PID" $(pgrep -P "$DAEMON_PID" ssh); do
		# shellcheck disable=SC2046
		set -- $(sed 's/.*) //' "/proc/$pid/stat")
		shift 11
		total=$((total + $1 + $2))
	done
	echo $total
}

scenario bench-ssh >/dev/null
TRANSPORT=ssh
APPS='--rate 20'
scene bench-ssh --gates none --poll idle=500ms >/dev/null
sleep 5
before=$(ticks)
sleep "$seconds"
spent=$(($(ticks) - before))
members=$(pair_json '.members | length')
awk -v t=$spent -v s="$seconds" -v n="$members" 'BEGIN {
	printf "%d members over ssh every 500 ms      %.2f %% of a core\n", n, t / s }'
