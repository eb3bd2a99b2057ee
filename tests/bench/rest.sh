#!/bin/sh
# rest.sh: what the real daemon costs a pair that is at rest, what a look costs, and how long
# a start takes with a long history.
#
#   rest.sh BUILD_DIR [SECONDS]
#
# The pair is the sandbox's: two masters, two subscribers. The history is that of one real
# upgrade, copied until there are 1,000 of it.
set -eu

abs_top_builddir=$(cd "${1:-.}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
abs_top_srcdir=$(cd "$here/../.." && pwd)
export abs_top_builddir abs_top_srcdir
seconds=${2:-30}
bench=$abs_top_builddir/tests/bench
# shellcheck source=../scenario/lib.sh
. "$abs_top_srcdir/tests/scenario/lib.sh"

row() { # WHAT FIGURE GOAL [OK]
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-}"
}

verdict() { # FIGURE MOST
	awk -v a="$1" -v b="$2" 'BEGIN { print (a != "-" && a + 0 <= b + 0) ? "ok" : "MISSED" }'
}

# Own and children's ticks of the daemon.
ticks() { # FIRST FIELD
	sed 's/.*) //' "/proc/$DAEMON_PID/stat" | awk -v f="$1" '{ print $f + $(f + 1) }'
}

per_minute() { # TICKS
	awk -v t="$1" -v h="$(getconf CLK_TCK)" -v s="$seconds" \
		'BEGIN { printf "%.2f", t / h * 60 / s }'
}

polls() {
	curl -sS --unix-socket "$T/run/control.sock" http://localhost/metrics |
		sed -n 's/^upgraded_polls_total //p'
}

looks() {
	pair_config --gates none --poll idle=1h
	"$bench/bench_look" "$CONF" 1000 >"$T/looks" || fail "bench_look"
	while read -r what ms own theirs; do
		case $what in
		role) words='one look by session (role, bookmark)' ;;
		cheap) words='  with peers, holds and marker' ;;
		instance) words='one look by processes (ttStatus, all releases)' ;;
		idle-set) words='  the idle set' ;;
		esac
		row "$words" "$ms ms, $own us of ours$([ "$theirs" = 0 ] || echo ", $theirs us of tools")" -
	done <"$T/looks"
}

idle() {
	pair_config --gates none --poll idle=5s
	daemon_start
	await '[ "$(pair_json .active)" = master1 ]' 30
	looked=$(polls)
	await '[ "$(polls)" -ge $((looked + 4)) ]' 30 # each member once more
	own=$(ticks 12) theirs=$(ticks 14)
	sleep "$seconds"
	own=$(($(ticks 12) - own)) theirs=$(($(ticks 14) - theirs))
	row 'idle pair of four, every 5 s: CPU a minute' \
		"$(per_minute $own) s, tools $(per_minute $theirs) s" -
	row '  RSS' "$(awk '/^VmRSS/ { printf "%.1f MiB", $2 / 1024 }' "/proc/$DAEMON_PID/status")" -
}

# One upgrade, then its rows again and again under new ids.
history_of() { # COUNT
	pair_config --gates none --poll upgrading=100ms
	daemon_kill9
	daemon_start
	ctl start sales --to "$NEW_RELEASE" --wait >/dev/null || fail "the upgrade: $(cat "$T/ctl.out")"
	daemon_stop
	sqlite3 "$T/run/state/journal.db" "
		CREATE TEMP TABLE n AS WITH RECURSIVE c(n) AS
			(SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1 - 1) SELECT n FROM c;
		CREATE TEMP TABLE one AS SELECT * FROM upgrade LIMIT 1;
		$(for table in upgrade step note command event approval; do copy $table; done)
		PRAGMA wal_checkpoint(TRUNCATE);" >/dev/null
}

# INSERT that copies all rows of the first upgrade, with other keys.
copy() { # TABLE
	sqlite3 "$T/run/state/journal.db" "SELECT name FROM pragma_table_info('$1')" |
		awk -v t="$1" '{
			names = names (NR > 1 ? ", " : "") $1
			if (t == "upgrade" && $1 == "id" || $1 == "upgrade") v = "t." $1 " + n.n"
			else if ($1 == "id") v = "NULL"
			else if ($1 == "idempotency_key") v = "NULL"
			else v = "t." $1
			values = values (NR > 1 ? ", " : "") v
		} END {
			mine = t == "upgrade" ? "id" : "upgrade"
			printf "INSERT INTO %s(%s) SELECT %s FROM %s t, n WHERE t.%s = (SELECT id FROM one);\n", \
				t, names, values, t, mine
		}'
}

start() {
	history_of 1000
	size=$(stat -c %s "$T/run/state/journal.db")
	rows=$(sqlite3 "$T/run/state/journal.db" \
		"SELECT (SELECT count(*) FROM upgrade), (SELECT count(*) FROM event)" | tr '|' ' ')
	# shellcheck disable=SC2046
	set -- $("$bench/bench_client" start "$T/run/control.sock" 7 "$UPGRADED" -c "$CONF" 2>"$T/start.log")
	row '1,000 upgrades in the journal, exec to READY' "$1 ms" '<= 300 ms' "$(verdict "$1" 300)"
	row '  exec to /readyz' "$2 ms" '<= 300 ms' "$(verdict "$2" 300)"
	row '  upgrades and events, file' "$rows, $((size / 1048576)) MiB" -
}

scenario bench-rest >/dev/null
sandbox_up
looks
idle
start
