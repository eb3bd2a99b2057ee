#!/bin/sh
# What ssh costs: bench_ssh, and a daemon that observes a pair of which every member is reached
# by ssh, every 500 ms.
#
# Then the same daemon follows a job that prints 50 MB a second, for ten seconds, while it observes:
# its memory, and how late its loop was, as /metrics says.
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
polls() {
	curl -sS --unix-socket "$T/run/control.sock" http://localhost/metrics |
		sed -n 's/^upgraded_polls_total //p'
}
await '[ "$(polls)" -ge 40 ]' # ten looks at each
before=$(ticks)
sleep "$seconds"
spent=$(($(ticks) - before))
members=$(pair_json '.members | length')
awk -v t=$spent -v s="$seconds" -v n="$members" 'BEGIN {
	printf "%d members over ssh every 500 ms      %.2f %% of a core\n", n, t / s }'

# ---- a job that prints much ----

memory() { # VmRSS, VmHWM; kB
	sed -n "s/^$1:[[:space:]]*\([0-9]*\).*/\1/p" "/proc/$DAEMON_PID/status"
}

stalls() {
	curl -sS --unix-socket "$T/run/control.sock" http://localhost/metrics |
		sed -n 's/^upgraded_loop_stall_seconds_bucket{le="\(.*\)"} /\1 /p'
}

# The bound below which 99 of 100 were, of those since then.
p99() { # FILE of stalls
	stalls | awk -v was="$1" '
		BEGIN { while ((getline line <was) > 0) { split(line, f); old[f[1]] = f[2] } }
		{ le[NR] = $1; n[NR] = $2 - old[$1] }
		END { for (i = 1; i < NR && n[i] < 0.99 * n[NR]; i++); printf "%s s of %d", le[i], n[NR] }'
}

bin=$ROOT/hosts/master2host/opt/$OLD/bin
mkdir "$bin/real"
mv "$bin/ttMigrate" "$bin/real/"
cat >"$bin/ttMigrate" <<END
#!/bin/sh
for second in 1 2 3 4 5 6 7 8 9 10; do
	head -c 50000000 /dev/zero | tr '\\0' x | fold -w 99 &
	sleep 1
done
wait
touch "$T/printed"
exec "$bin/real/ttMigrate" "\$@"
END
chmod +x "$bin/ttMigrate"
stalls >"$T/stalls"
sleep 10
at_rest=$(p99 "$T/stalls")
start --gates before-swap
await 'step_is 3' 120
echo 5 >"/proc/$DAEMON_PID/clear_refs" # VmHWM begins anew
before=$(memory VmRSS)
stalls >"$T/stalls"
await '[ -e "$T/printed" ]' 120
grew=$(($(memory VmHWM) - before))
echo "a job that prints 50 MB for 10 s        memory of the daemon grew by at most $grew KiB"
echo "its loop late by, p99: then / at rest   <= $(p99 "$T/stalls") / $at_rest (load of the machine $(cut -d ' ' -f 1 /proc/loadavg))"
